package transport

import (
	"testing"
	"time"
)

func TestThroughput(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		answers  []time.Duration // after began; every attempt took a second
		now      time.Duration
		took     time.Duration
		counted  int
		isRecent bool
	}{
		"no answers":                         {nil, time.Minute, 0, 0, false},
		"one answer":                         {[]time.Duration{1 * time.Second}, 3 * time.Second, 3 * time.Second, 1, true},
		"answers of one period":              {[]time.Duration{1 * time.Second, 5 * time.Second, 10 * time.Second}, 12 * time.Second, 12 * time.Second, 3, true},
		"answers of ten seconds":             {[]time.Duration{1 * time.Second, 10 * time.Second, 19 * time.Second}, 20 * time.Second, 20 * time.Second, 3, true},
		"answers of two periods":             {[]time.Duration{1 * time.Second, 11 * time.Second, 12 * time.Second}, 13 * time.Second, 13 * time.Second, 3, true},
		"answers of three periods":           {[]time.Duration{1 * time.Second, 11 * time.Second, 21 * time.Second}, 22 * time.Second, 12 * time.Second, 2, true},
		"a period that began in time":        {[]time.Duration{2 * time.Second, 13 * time.Second}, 14 * time.Second, 13 * time.Second, 2, true},
		"a period that began too late":       {[]time.Duration{2 * time.Second, 13*time.Second + 1}, 14 * time.Second, 2*time.Second - 1, 1, true},
		"an answer of ten seconds ago":       {[]time.Duration{1 * time.Second}, 11 * time.Second, 11 * time.Second, 1, true},
		"an answer longer than that ago":     {[]time.Duration{1 * time.Second}, 11*time.Second + 1, 11*time.Second + 1, 1, false},
		"an attempt that took a period long": {[]time.Duration{1 * time.Second, 10*time.Second + 1}, 11 * time.Second, 11 * time.Second, 2, true},
	} {
		var rate answerRate
		for _, answered := range test.answers {
			rate.add(began.Add(answered-time.Second), began.Add(answered))
		}
		now := began.Add(test.now)
		if took, counted := rate.since(now); took != test.took || counted != test.counted {
			t.Errorf("%s: %d answers in %v, want %d in %v", name, counted, took, test.counted, test.took)
		}
		if got := rate.isRecent(now); got != test.isRecent {
			t.Errorf("%s: recent is %v", name, got)
		}
	}
}

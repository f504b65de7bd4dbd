package transport

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		header string
		wait   time.Duration
		given  bool
	}{
		"absent":             {"", 0, false},
		"seconds":            {"7", 7 * time.Second, true},
		"zero":               {"0", 0, true},
		"a date":             {"Mon, 01 Jun 2026 12:00:30 GMT", 30 * time.Second, true},
		"a date in the past": {"Mon, 01 Jun 2026 11:00:00 GMT", 0, true},
		"negative":           {"-5", 0, false},
		"a float":            {"1.5", 0, false},
		"garbage":            {"soon", 0, false},
		"beyond 32 bits":     {"99999999999", 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := &http.Response{Header: http.Header{"Retry-After": {test.header}}}
			wait, given := retryAfter(answer, now)
			if wait != test.wait || given != test.given {
				t.Errorf("got %v, %v", wait, given)
			}
		})
	}
}

func TestBackoff_staysWithinItsBounds(t *testing.T) {
	t.Parallel()
	backoff := Backoff{}.orDefault()
	for failures := range 100 {
		ceiling := backoff.Max
		if failures < 7 {
			ceiling = min(backoff.Max, backoff.Base*time.Duration(1<<failures))
		}
		for range 100 {
			if pause := backoff.pause(failures, 0); pause < 0 || pause >= ceiling {
				t.Fatalf("after %d failures the pause is %v, ceiling %v", failures, pause, ceiling)
			}
		}
	}
	for asked, want := range map[time.Duration]struct{ least, most time.Duration }{
		time.Second:      {time.Second, 1250 * time.Millisecond},
		time.Minute:      {time.Minute, 63 * time.Second},
		time.Hour:        {backoff.MaxRetryAfter, backoff.MaxRetryAfter + 3*time.Second},
		time.Nanosecond:  {time.Nanosecond, time.Nanosecond},
		12 * time.Second: {12 * time.Second, 15 * time.Second},
	} {
		for range 100 {
			if pause := backoff.pause(0, asked); pause < want.least || pause > want.most {
				t.Errorf("asked for %v, the pause is %v", asked, pause)
			}
		}
	}
}

package client

import (
	"testing"
)

// TestHasNewest checks when no further page is needed.
func TestHasNewest(t *testing.T) {
	t.Parallel()
	const early, late = "2026-05-02T11:00:00Z", "2026-05-02T11:00:01Z"
	for name, test := range map[string]struct {
		created []string // newest first, "" if the server left it out
		want    bool
	}{
		"fewer than the limit":         {[]string{late}, false},
		"as many":                      {[]string{late, early}, false},
		"one more, which is older":     {[]string{late, late, early}, true},
		"one more, created with these": {[]string{late, early, early}, false},
		"more than that":               {[]string{late, late, late, early}, true},
		"fewer, without creation":      {[]string{""}, false},
		"as many, without creation":    {[]string{"", ""}, true},
		"as many, one without":         {[]string{late, ""}, true},
		"older, but out of order":      {[]string{early, late, late, early}, false},
	} {
		var rows []ExperimentRun
		for i, created := range test.created {
			run := ExperimentRun{ID: string(rune('a' + i))}
			if created != "" {
				run.Timing.CreatedAt = &created
			}
			rows = append(rows, run)
		}
		if got := hasNewest(rows, rows, 2); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

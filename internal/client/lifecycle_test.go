package client

import (
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

func TestStatus_terminal(t *testing.T) {
	t.Parallel()
	for status, want := range map[Status]bool{
		StatusPending: false, StatusQueued: false, StatusRunning: false, "paused": false, "": false, "Completed": false,
		StatusCompleted: true, StatusError: true, StatusCancelled: true,
	} {
		if got := status.Terminal(); got != want {
			t.Errorf("%q is terminal: %v", status, got)
		}
	}
}

func TestLifecycle_created(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Time{
		"2026-05-02T11:00:00Z":      time.Date(2026, 5, 2, 11, 0, 0, 0, time.UTC),
		"2026-05-02T13:00:00+02:00": time.Date(2026, 5, 2, 11, 0, 0, 0, time.UTC),
		"2026-05-02T11:00:00.5Z":    time.Date(2026, 5, 2, 11, 0, 0, 5e8, time.UTC),
		"yesterday":                 {},
		"":                          {},
	} {
		if got := (Lifecycle{Timing: Timing{CreatedAt: &text}}).created(); !got.Equal(want) {
			t.Errorf("%q: got %v", text, got)
		}
	}
	if got := (Lifecycle{}).created(); !got.IsZero() {
		t.Errorf("without a timestamp: got %v", got)
	}
}

// TestLifecycle_hasError checks that an error in any of its forms counts, also one without a text.
func TestLifecycle_hasError(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]bool{
		`"error":{}`: true, `"lifecycle":{"message":"m"}`: true,
		`"lifecycle":{"details":{"message":"m"}}`: true, `"lifecycle":{"details":{"code":"c"}}`: true,
		`"error":null`: false, `"lifecycle":{"message":"(no message)","details":{},"reason":"r"}`: false,
	} {
		hasError := func(b wire.EvalRun) (bool, error) {
			return convertLifecycle(b.Lifecycle, b.Error, b.Timing).HasError, nil
		}
		got, err := decode(newTestDecoder(), strings.NewReader("{"+members+"}"), false, hasError)
		if err != nil || got != want {
			t.Errorf("%s: got %v, %v", members, got, err)
		}
	}
}

func TestExperimentRun_counts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		run     ExperimentRun
		results int64
	}{
		"all completed":             {ExperimentRun{Lifecycle: Lifecycle{Status: StatusCompleted}, TotalDocuments: 3, CompletedDocuments: 3}, 3},
		"one failed":                {ExperimentRun{Lifecycle: Lifecycle{Status: StatusCompleted}, TotalDocuments: 3, CompletedDocuments: 2, FailedDocuments: 1}, 3},
		"all completed, one failed": {ExperimentRun{Lifecycle: Lifecycle{Status: StatusCompleted}, TotalDocuments: 3, CompletedDocuments: 3, FailedDocuments: 1}, 3},
		"one is missing":            {ExperimentRun{Lifecycle: Lifecycle{Status: StatusCompleted}, TotalDocuments: 3, CompletedDocuments: 2}, 2},
		"one more than there are":   {ExperimentRun{Lifecycle: Lifecycle{Status: StatusCompleted}, TotalDocuments: 3, CompletedDocuments: 4}, 3},
		"no documents":              {ExperimentRun{Lifecycle: Lifecycle{Status: StatusCompleted}}, 0},
		"still running":             {ExperimentRun{Lifecycle: Lifecycle{Status: StatusRunning}, TotalDocuments: 1, CompletedDocuments: 1}, 1},
	} {
		if got := test.run.DocumentsWithResult(); got != test.results {
			t.Errorf("%s: %d results", name, got)
		}
	}
}

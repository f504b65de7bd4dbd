package verdict

import (
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

func TestResultSucceeded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		result client.ExperimentResult
		want   bool
	}{
		"completed":                    {client.ExperimentResult{Lifecycle: client.Lifecycle{Status: client.StatusCompleted}}, true},
		"completed, not a placeholder": {client.ExperimentResult{Lifecycle: client.Lifecycle{Status: client.StatusCompleted}, IsPlaceholder: new(false)}, true},
		"a completed placeholder":      {client.ExperimentResult{Lifecycle: client.Lifecycle{Status: client.StatusCompleted}, IsPlaceholder: new(true)}, false},
		"running":                      {client.ExperimentResult{Lifecycle: client.Lifecycle{Status: client.StatusRunning}}, false},
		"failed":                       {client.ExperimentResult{Lifecycle: client.Lifecycle{Status: client.StatusError}}, false},
	} {
		if got := ResultSucceeded(&test.result); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

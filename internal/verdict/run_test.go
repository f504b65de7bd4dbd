package verdict

import (
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

func TestWhyRunNotSucceeded(t *testing.T) {
	t.Parallel()
	run := client.ExperimentRun{Lifecycle: client.Lifecycle{Status: client.StatusCompleted}, HasTotal: true, TotalDocuments: 3, CompletedDocuments: 3}
	for name, test := range map[string]struct {
		change func(*client.ExperimentRun)
		want   bool
	}{
		"all completed":     {func(*client.ExperimentRun) {}, true},
		"one failed":        {func(r *client.ExperimentRun) { r.FailedDocuments, r.CompletedDocuments = 1, 2 }, false},
		"one is missing":    {func(r *client.ExperimentRun) { r.CompletedDocuments = 2 }, false},
		"no documents":      {func(r *client.ExperimentRun) { r.TotalDocuments, r.CompletedDocuments = 0, 0 }, false},
		"cancelled":         {func(r *client.ExperimentRun) { r.Status = client.StatusCancelled }, false},
		"two counts differ": {func(r *client.ExperimentRun) { r.DocumentCount = 4 }, false},
		"an error":          {func(r *client.ExperimentRun) { r.HasError = true }, false},
		"a percentage":      {func(r *client.ExperimentRun) { r.Score = score("79") }, false},
		"no count":          {func(r *client.ExperimentRun) { r.HasTotal = false }, false},
		"running":           {func(r *client.ExperimentRun) { r.Status = client.StatusRunning }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := run
			test.change(&changed)
			if got := WhyRunNotSucceeded(changed) == ""; got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

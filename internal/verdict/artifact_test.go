package verdict

import (
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

func TestArtifactSucceeded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		record client.ArtifactRecord
		want   bool
	}{
		"completed":                           {client.ArtifactRecord{Status: client.RecordCompleted}, true},
		"pending":                             {client.ArtifactRecord{Status: "pending"}, false},
		"without a status":                    {client.ArtifactRecord{}, false},
		"completed with an error":             {client.ArtifactRecord{Status: client.RecordCompleted, HasError: true}, false},
		"completed, with another status, too": {client.ArtifactRecord{Status: client.RecordCompleted, Conflict: "status"}, false},
	} {
		if got := ArtifactSucceeded(test.record); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

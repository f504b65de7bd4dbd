package acceptance

import (
	"fmt"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestScale_manyDataBlocksShareAFetch plans 300 data blocks of one run in the flat edition and counts requests.
func TestScale_manyDataBlocksShareAFetch(t *testing.T) {
	t.Parallel()
	const documents, pages = 300, 3
	w := newWorkspaceIn(t, fakeapi.Flat)
	for i := range documents {
		w.fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_%d", i), RunID: "exprun_big", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", i),
			BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "completed"}},
		})
	}
	w.fake.SetPageSize(documents / pages)
	w.write(t, "main.tf", requiredProviders+fmt.Sprintf(`
data "retab_experiment_result" "all" {
  count       = %d
  run_id      = "exprun_big"
  document_id = "expdoc_${count.index}"
}

output "succeeded" {
  value = length([for result in data.retab_experiment_result.all : result if result.succeeded])
}
`, documents))
	wantText(t, w.terraform(t, 0, "plan", "-no-color"), "succeeded = 300")

	counts := map[int]int{}
	for _, request := range w.fake.Journal() {
		counts[request.Status]++
	}
	if counts[200] > 3*pages || len(counts) != 1 { // Terraform may take longer than a list is used
		t.Errorf("requests by status: %v; want %d pages (200), or up to two lists more", counts, pages)
	}
}

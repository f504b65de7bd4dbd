package acceptance

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// The tests of examples/artifacts: each gate passes and fails.

// classify replaces the output and the likelihood of the classifier's artifact.
func (w workspace) classify(category, likelihood string) {
	w.fake.AddArtifact(fakeapi.ArtifactRecord{
		Operation: "classification", ID: "cls_1", Output: `{"category":"` + category + `","reasoning":"It has a total and a due date."}`, Likelihoods: likelihood,
	})
}

func TestArtifacts_category(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "artifacts/category")
		wantText(t, w.terraform(t, 0, "apply", "-no-color", "-auto-approve"), `terraform_data.invoices[0] will be created`, `category = "invoice"`)
		state := strings.ReplaceAll(w.terraform(t, 0, "state", "pull"), `": `, `":`) // OpenTofu 1.12 prints no spaces
		wantText(t, state, `"output":"{\"category\":\"invoice\",\"reasoning\":\"It has a total and a due date.\"}"`, `"category":0.93`)
		wantText(t, w.terraform(t, 0, "plan", "-no-color"), "No changes.")

		w.classify("receipt", "0.95")
		wantText(t, w.terraform(t, 0, "plan", "-no-color"), "terraform_data.receipts[0] will be created", "terraform_data.invoices[0] will be destroyed")
		w.classify("receipt", "0.5")
		wantText(t, w.terraform(t, 1, "plan", "-no-color"), "Error: Resource postcondition failed", "The category of artifact cls_1 is less likely than 0.9.")
		w.classify("receipt", "null")
		wantText(t, w.terraform(t, 1, "plan", "-no-color"), "The category of artifact cls_1 is less likely than 0.9.")
		wantText(t, w.terraform(t, 0, "destroy", "-no-color", "-auto-approve"), "Destroy complete! Resources: 1 destroyed.")
	})
}

// TestArtifacts_categoryWithoutArtifact checks that the gate fails for a failed result, which has no artifact, and that the result
// does not block destroy.
func TestArtifacts_categoryWithoutArtifact(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "artifacts/category")
		w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
		w.fake.Add(fakeapi.Result{
			ID: "expresult_classifier", RunID: "exprun_classifier", ExperimentID: "exp_classifier", DocumentID: "expdoc_classifier", BlockKind: "classifier", Attempt: 1,
			Stages: []fakeapi.Stage{{Status: "error", Error: failedMessage}},
		})
		wantText(t, w.terraform(t, 1, "plan", "-no-color"), "Document expdoc_classifier failed: "+failedMessage)
		wantText(t, w.terraform(t, 0, "destroy", "-no-color", "-auto-approve"), "Destroy complete! Resources: 1 destroyed.")
	})
}

func TestArtifacts_likelihood(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "artifacts/likelihood")
		w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
		plan := func(code int, least string) string {
			return w.terraform(t, code, "plan", "-no-color", "-var", "min_likelihood="+least)
		}
		plan(0, "0.67") // Terraform compares decimal numbers, so 0.67 >= 0.67 holds
		wantText(t, plan(1, "0.8"), "Error: Resource postcondition failed", "Every value of artifact ext_xyz must have a likelihood of at least 0.8.",
			"Less likely: line_items[1].unit_price, vendor.name.")
		for _, likelihoods := range []string{"", `{"total":0.99,"vendor":null}`, `{"total":0.99}`, `{"subtotal":0.99}`, `{"total":5,"vendor":5}`} {
			w.fake.AddArtifact(fakeapi.ArtifactRecord{Operation: "extraction", ID: "ext_xyz", Output: `{"total":1,"vendor":null}`, Likelihoods: likelihoods})
			wantText(t, plan(1, "0.01"), "Artifact ext_xyz is not fully scored.", "Every value of artifact ext_xyz must have a likelihood of at least 0.01.")
		}
		w.fake.Add(fakeapi.Result{
			ID: "expresult_1", RunID: "exprun_2", ExperimentID: "exp_abc", DocumentID: "expdoc_xyz", BlockKind: "extract", Attempt: 1,
			Stages: []fakeapi.Stage{{Status: "completed"}},
		})
		wantText(t, plan(1, "0.01"), "Document expdoc_xyz has no artifact.")
		wantText(t, w.terraform(t, 0, "destroy", "-no-color", "-auto-approve"), "Destroy complete! Resources: 1 destroyed.")
	})
}

// invoice is the output of the artifact ext_xyz as compact JSON.
const invoice = `{"big":12345678901234567890,"line_items":[{"unit_price":99.99},{"unit_price":null}],"total":1234.50,"vendor":{"name":"Acme"}}`

// TestArtifacts_writeOnly checks that a write-only argument receives the whole extraction, which is in no plan, state or log.
func TestArtifacts_writeOnly(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		received := w.addVault(t)
		w.trace()
		w.example(t, "artifacts/write_only")
		found := w.terraform(t, 1, "plan", "-no-color", "-var", "min_likelihood=0.8")
		wantText(t, found, "Error: Resource postcondition failed", "The invoice was not extracted, or a value of it is not likely enough.")
		if got := received(); got != "" {
			t.Errorf("the gate failed, but the argument received %s", got)
		}
		found += w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan") + w.terraform(t, 0, "apply", "-no-color", "saved.tfplan")
		if got := received(); got != invoice {
			t.Errorf("received %s, want %s", got, invoice)
		}
		wantText(t, w.terraform(t, 0, "plan", "-no-color"), "No changes.")
		wantText(t, w.terraform(t, 0, "state", "pull"), "invoices/ext_xyz")
		wantAbsent(t, w.filesWith(t, found), recordContents...)
	})
}

// TestArtifacts_localExec checks that a local-exec provisioner receives the extraction in its environment, and that it is in no
// plan, state or log.
func TestArtifacts_localExec(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.trace()
		example := projectFile(t, "examples/ephemeral-resources/retab_artifact/ephemeral-resource.tf")
		received := filepath.Join(t.TempDir(), "received")
		config := strings.Replace(example, "| wc -c", "> '"+filepath.ToSlash(received)+"'", 1)
		w.write(t, "main.tf", config+requiredProviders)
		found := w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan") + w.terraform(t, 0, "apply", "-no-color", "saved.tfplan")
		if got := readFile(t, received); got != invoice {
			t.Errorf("received %s, want %s", got, invoice)
		}
		wantAbsent(t, w.filesWith(t, found), recordContents...)

		w.fake.AddArtifact(fakeapi.ArtifactRecord{
			Operation: "extraction", ID: "ext_xyz", Output: `{}`, Stages: []fakeapi.ArtifactStage{{Status: "failed", Error: failedMessage}},
		})
		w.terraform(t, 0, "destroy", "-no-color", "-auto-approve", "-refresh=false")
		refused := w.terraform(t, 1, "apply", "-no-color", "-auto-approve")
		if !strings.Contains(refused, "The invoice was not extracted.") && !strings.Contains(refused, "Artifact not found") { // the run-scoped edition has no failed records
			t.Errorf("got %s", refused)
		}
	})
}

// TestArtifacts_contentsDoNotLeak reads records of every operation without include_output, and checks that their contents are in
// no plan, state, output or log. With include_output, they are in the state only.
func TestArtifacts_contentsDoNotLeak(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.trace()
		config := requiredProviders + fmt.Sprintf(`
data "retab_artifact" "all" {
  for_each = {
    %q = "extraction"
    %q = "classification"
    %q = "split"
    %q = "partition"
    %q = "function_invocation"
  }
  id        = each.key
  operation = each.value
}

output "all" {
  value     = data.retab_artifact.all
  sensitive = true
}
`, fakeapi.ExtractionID, fakeapi.ClassificationID, fakeapi.SplitID, fakeapi.PartitionID, fakeapi.FunctionInvocationID)
		w.write(t, "main.tf", config)
		found := w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan") + w.terraform(t, 0, "show", "-json", "saved.tfplan") +
			w.terraform(t, 0, "apply", "-no-color", "saved.tfplan") + w.terraform(t, 0, "output", "-json")
		wantText(t, found, "vendor.name", "scan.pdf") // otherwise the search proves nothing
		wantAbsent(t, w.filesWith(t, found), recordContents...)

		w.write(t, "main.tf", strings.Replace(config, "  operation = each.value", "  operation = each.value\n  include_output = true", 1))
		wantAbsent(t, outputOnly(w.terraform(t, 0, "apply", "-no-color", "-auto-approve")), recordContents...)
		wantText(t, w.terraform(t, 0, "state", "pull"), `\"total\":1234.50`, "INV-001", "due date")
		for _, path := range []string{"/v1/extractions/" + fakeapi.ExtractionID, "/v1/splits/" + fakeapi.SplitID} {
			w.fake.Script(path, fakeapi.Reply{Status: http.StatusOK, Body: `{"id":"other","output":` + invoice + `}`})
		}
		refused := w.terraform(t, 1, "plan", "-no-color")
		wantText(t, refused, "Retab sent an unexpected answer")
		wantAbsent(t, outputOnly(refused), recordContents...)
	})
}

// recordContents has texts from the contents of the records in the fixtures.
var recordContents = []string{
	"Acme", "1234.50", "12345678901234567890", "99.99", "due date", "contract", "INV-001", "batch_2026_05", "Read the totals", "json_schema", "gs://", "One chunk",
}

// TestArtifacts_scale plans a hundred artifacts by for_each and counts requests and connections.
func TestArtifacts_scale(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		const artifacts = 100
		for i := range artifacts {
			w.fake.AddArtifact(fakeapi.ArtifactRecord{Operation: "split", ID: fmt.Sprintf("splt_%d", i), Output: `[]`})
		}
		edition := "run_scoped"
		if w.fake.Edition() == fakeapi.Flat {
			edition = "flat"
		}
		w.Setenv("RETAB_API_EDITION=" + edition)
		w.write(t, "main.tf", requiredProviders+fmt.Sprintf(`
data "retab_artifact" "all" {
  for_each  = toset([for number in range(%d) : "splt_${number}"])
  operation = "split"
  id        = each.key
}

output "succeeded" {
  value = length([for artifact in data.retab_artifact.all : artifact if artifact.succeeded])
}
`, artifacts))
		wantText(t, w.terraform(t, 0, "plan", "-no-color"), "succeeded = 100")
		if got := len(w.fake.Journal()); got != artifacts {
			t.Errorf("%d requests for %d artifacts", got, artifacts)
		}
		if got := w.fake.Connections(); got > 10 {
			t.Errorf("%d connections, and Terraform reads ten at a time", got)
		}
	})
}

// TestArtifacts_twoBlocks checks that two blocks with the same artifact share one request. Detection sends another one.
func TestArtifacts_twoBlocks(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.write(t, "main.tf", requiredProviders+`
data "retab_artifact" "one" {
  operation = "extraction"
  id        = "ext_xyz"
}

data "retab_artifact" "other" {
  operation = "extraction"
  id        = "ext_xyz"
}
`)
		w.terraform(t, 0, "plan", "-no-color")
		found := 0
		for _, request := range w.fake.Journal() {
			if request.Status == http.StatusOK {
				found++
			}
		}
		if got := len(w.fake.Journal()); found != 1 || got > 2 {
			t.Errorf("%d requests, of which %d found the record", got, found)
		}
	})
}

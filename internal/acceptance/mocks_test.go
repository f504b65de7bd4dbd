package acceptance

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// writeTest writes a test with a mocked provider and the given body.
func (w workspace) writeTest(t *testing.T, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(w.Dir, "tests"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write(t, filepath.Join("tests", "mock.tftest.hcl"), "mock_provider \"retab\" {}\n\n"+body)
}

// rowsGate fails for a row that did not succeed.
const rowsGate = requiredProviders + `
data "retab_experiment_results" "all" {
  run_id = "exprun_2"

  lifecycle {
    postcondition {
      condition     = alltrue([for row in values(self.by_document) : row.succeeded])
      error_message = "A row did not succeed."
    }
  }
}

data "retab_experiment_runs" "recent" {
  experiment_id = "exp_abc"
}

data "retab_experiment_result" "one" {
  run_id      = "exprun_2"
  document_id = "expdoc_xyz"
}
`

// TestMocks tests the statements of the guide on testing about mocked providers. If a newer engine behaves differently, change
// the guide.
func TestMocks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		want map[string]string // by product, "" for a test that passes
	}{
		"rows": {`
run "gate" {
  command = plan

  override_data {
    target = data.retab_experiment_results.all
    values = { by_document = { expdoc_1 = { status = "error", succeeded = false } } }
  }

  expect_failures = [data.retab_experiment_results.all]
}
`, map[string]string{tfcli.Terraform: "Missing expected failure", tfcli.OpenTofu: "Invalid mock/override field `by_document`"}},
		"list of objects": {`
run "list" {
  command = plan

  override_data {
    target = data.retab_experiment_runs.recent
    values = { runs = [{ id = "exprun_1", status = "error" }] }
  }
}
`, map[string]string{tfcli.Terraform: "incompatible types; expected object type, found tuple", tfcli.OpenTofu: "Invalid mock/override field `runs`"}},
		"null object": {`
run "null" {
  command = plan

  override_data {
    target = data.retab_experiment_result.one
    values = { artifact = null }
  }
}
`, map[string]string{tfcli.Terraform: "incompatible types; expected object type, found dynamic", tfcli.OpenTofu: ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			w.write(t, "main.tf", rowsGate)
			w.writeTest(t, test.body)
			if want := test.want[engine.Product]; want != "" {
				wantText(t, w.terraform(t, 1, "test", "-no-color"), want, "0 passed, 1 failed")
			} else {
				wantText(t, w.terraform(t, 0, "test", "-no-color"), "1 passed, 0 failed")
			}
		})
	}
}

// TestMocks_ephemeralResource checks that no test can make the gate of an ephemeral resource pass. Terraform cannot mock it, and
// OpenTofu invents its attributes.
func TestMocks_ephemeralResource(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.example(t, "gates/ephemeral")
	w.writeTest(t, `
run "passes" {
  command = plan
}
`)
	want := map[string]string{tfcli.Terraform: "No ephemeral resource types in mock providers", tfcli.OpenTofu: "Error: Resource postcondition failed"}
	wantText(t, w.terraform(t, 1, "test", "-no-color"), want[engine.Product], "0 passed, 1 failed")
}

// TestMocks_action checks that the gate of an action passes without being checked. It is skipped for engines without actions.
func TestMocks_action(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.example(t, "gates/action")
	w.writeTest(t, `
run "passes" {
}
`)
	wantText(t, w.terraform(t, 0, "test", "-no-color"), "1 passed, 0 failed")
	if requests := len(w.fake.Journal()); requests != 0 {
		t.Errorf("%d requests were sent, want none", requests)
	}
}

// TestFake_terraformTest runs the tests of the guide's example, with the real provider and a fake of each edition.
func TestFake_terraformTest(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, guideExample)
		w.serveScenario(t, guideExample)
		wantText(t, w.terraform(t, 0, "test", "-no-color"), "5 passed, 0 failed")
	})
}

// TestFake_action applies the action to a run of the guide's example with a failed document. It is skipped for engines without
// actions.
func TestFake_action(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "gates/action")
		w.serveScenario(t, guideExample)
		wantText(t, w.terraform(t, 1, "apply", "-no-color", "-auto-approve", "-var", "run_id=exprun_unreadable"),
			"Experiment run does not meet the requirements", "1 of 2 documents failed")
	})
}

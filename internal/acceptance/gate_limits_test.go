package acceptance

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// The tests of the limits in the guide on gating. Most limits are properties of the engine: if a newer engine behaves differently,
// change the guide.

// TestGate_checkOfUnreadableResult checks that a check stops the plan if its result cannot be read, and that a check with the data
// source inside warns of it.
func TestGate_checkOfUnreadableResult(t *testing.T) {
	t.Parallel()
	missing := []string{"plan", "-no-color", "-detailed-exitcode", "-var", "document_id=expdoc_none"}
	t.Run("data source outside", func(t *testing.T) {
		t.Parallel()
		inBothEditions(t, func(t *testing.T, w workspace) {
			w.example(t, "gates/check")
			wantText(t, w.terraform(t, 1, missing...), "Error: Experiment result not found")
		})
	})
	t.Run("data source inside", func(t *testing.T) {
		t.Parallel()
		inBothEditions(t, func(t *testing.T, w workspace) {
			w.example(t, "gates/check_nested")
			w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
			w.terraform(t, 2, "plan", "-no-color", "-detailed-exitcode")
			wantText(t, w.terraform(t, 2, missing...), "Warning: Experiment result not found", "Plan: 0 to add, 0 to change, 0 to destroy.")
			w.failResult()
			wantText(t, w.terraform(t, 2, "plan", "-no-color", "-detailed-exitcode"),
				"Warning: Check block assertion failed", "Document expdoc_xyz failed: "+failedMessage)
		})
	})
}

// TestGate_target checks that -target applies what does not depend on a failing gate, and nothing that depends on it.
func TestGate_target(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.example(t, "gates/postcondition")
	w.write(t, "independent.tf", `resource "terraform_data" "independent" {}`)
	w.failResult()
	apply := []string{"apply", "-no-color", "-auto-approve"}
	wantText(t, w.terraform(t, 1, apply...), "Error: Resource postcondition failed")
	wantText(t, w.terraform(t, 1, append(apply, "-target=terraform_data.release")...), "Error: Resource postcondition failed")
	wantText(t, w.terraform(t, 0, append(apply, "-target=terraform_data.independent")...), "Resources: 1 added")
}

// TestGate_ephemeralLimits checks that an ephemeral gate stops only what depends on it in the apply of a saved plan, in which versions
// show -json crashes because of it, and what OpenTofu leaves out.
func TestGate_ephemeralLimits(t *testing.T) {
	t.Parallel()
	isTofu := engine.Product == tfcli.OpenTofu
	showCode := 0
	if !isTofu && engine.Version.Core().LessThan(version.Must(version.NewVersion("1.15"))) {
		showCode = 11 // the code of a crash
	}
	start := func(t *testing.T) workspace {
		t.Helper()
		w := newWorkspace(t)
		w.example(t, "gates/ephemeral")
		w.write(t, "independent.tf", `resource "terraform_data" "independent" {}`)
		return w
	}
	t.Run("apply", func(t *testing.T) {
		t.Parallel()
		w := start(t)
		w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan")
		w.terraform(t, showCode, "show", "-json", "saved.tfplan")
		w.failResult()
		w.terraform(t, 1, "apply", "-no-color", "saved.tfplan")
		if state := w.terraform(t, 0, "state", "list"); state != "terraform_data.independent" {
			t.Errorf("the state has %s", state)
		}
	})
	t.Run("without changes", func(t *testing.T) {
		t.Parallel()
		w := start(t)
		w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
		w.terraform(t, showCode, "show", "-json")
		w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan")
		w.failResult()
		if !isTofu {
			w.terraform(t, 1, "apply", "-no-color", "saved.tfplan")
			return
		}
		w.terraform(t, 0, "apply", "-no-color", "saved.tfplan")
		w.terraform(t, 0, "plan", "-no-color", "-exclude=ephemeral.retab_experiment_result.invoice")
	})
}

// TestGate_idKnownAfterApply checks that a gate on a run id that is known only in the apply blocks what depends on it, after
// the rest has been created.
func TestGate_idKnownAfterApply(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.write(t, "main.tf", requiredProviders+`
resource "terraform_data" "run" {
  input = "exprun_2"
}

data "retab_experiment_result" "invoice" {
  run_id      = terraform_data.run.output
  document_id = "expdoc_xyz"

  lifecycle {
    postcondition {
      condition     = self.succeeded
      error_message = self.summary
    }
  }
}

resource "terraform_data" "independent" {}

resource "terraform_data" "release" {
  depends_on = [data.retab_experiment_result.invoice]
}
`)
	w.failResult()
	wantText(t, w.terraform(t, 0, "plan", "-no-color"), "Plan: 3 to add")
	wantText(t, w.terraform(t, 1, "apply", "-no-color", "-auto-approve"), "Error: Resource postcondition failed")
	state := w.terraform(t, 0, "state", "list")
	wantText(t, state, "terraform_data.independent", "terraform_data.run")
	if strings.Contains(state, "terraform_data.release") {
		t.Errorf("the release was created:\n%s", state)
	}
}

// TestGate_missingAndDestroy checks that a missing document blocks destroy if it is a provider error, and does not if it is data.
func TestGate_missingAndDestroy(t *testing.T) {
	t.Parallel()
	missing := []string{"-no-color", "-var", "document_id=expdoc_none"}
	destroy := append([]string{"destroy", "-auto-approve"}, missing...)
	t.Run("provider error", func(t *testing.T) {
		t.Parallel()
		inBothEditions(t, func(t *testing.T, w workspace) {
			w.example(t, "gates/postcondition")
			w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
			wantText(t, w.terraform(t, 1, destroy...), "Error: Experiment result not found")
			w.terraform(t, 0, append(destroy, "-refresh=false")...)
		})
	})
	t.Run("data", func(t *testing.T) {
		t.Parallel()
		inBothEditions(t, func(t *testing.T, w workspace) {
			w.example(t, "gates/missing")
			w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
			wantText(t, w.terraform(t, 1, append([]string{"plan"}, missing...)...), "Error: Resource postcondition failed", "A critical document is missing.")
			w.terraform(t, 0, destroy...)
		})
	})
	t.Run("failed", func(t *testing.T) {
		t.Parallel()
		inBothEditions(t, func(t *testing.T, w workspace) {
			w.example(t, "gates/missing")
			w.failResult()
			plan := w.terraform(t, 1, "plan", "-no-color")
			wantText(t, plan, "Error: Resource postcondition failed", "Document expdoc_xyz failed: "+failedMessage)
			if strings.Contains(plan, "is missing") {
				t.Errorf("a failed document is called missing:\n%s", plan)
			}
		})
	})
}

// TestGate_failingLeavesNoOutputs checks that a configuration with a failing gate has no outputs, also those of other results.
func TestGate_failingLeavesNoOutputs(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.example(t, "gates/postcondition")
	w.write(t, "report.tf", `
data "retab_experiment_results" "all" {
  run_id = var.run_id
}

output "report" {
  value = data.retab_experiment_results.all.summary
}
`)
	w.failResult()
	w.terraform(t, 1, "apply", "-no-color", "-auto-approve")
	wantText(t, w.terraform(t, 0, "output", "-no-color"), "No outputs found")
}

// TestState_otherSchema checks that show -json fails for a state with an attribute that the schema does not have, until an
// apply has replaced the result.
func TestState_otherSchema(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.example(t, "gates/postcondition")
	w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
	w.terraform(t, 0, "show", "-json")
	file := filepath.Join(w.Dir, "terraform.tfstate")
	var state map[string]any
	if err := json.Unmarshal([]byte(readFile(t, file)), &state); err != nil {
		t.Fatal(err)
	}
	edited := 0
	for _, resource := range state["resources"].([]any) {
		if resource := resource.(map[string]any); resource["mode"] == "data" {
			instance := resource["instances"].([]any)[0].(map[string]any)
			instance["attributes"].(map[string]any)["renamed_since"] = "x"
			edited++
		}
	}
	text, err := json.Marshal(state)
	if err != nil || edited != 1 {
		t.Fatal(edited, err)
	}
	w.write(t, "terraform.tfstate", string(text))
	wantText(t, w.terraform(t, 1, "show", "-json"), `unsupported attribute "renamed_since"`)
	wantText(t, w.terraform(t, 0, "plan", "-no-color"), "No changes.")
	w.terraform(t, 1, "show", "-json")
	w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
	w.terraform(t, 0, "show", "-json")
}

// TestPlan_json checks that the JSON of a plan contains payloads unmasked, with a mark that they are sensitive.
func TestPlan_json(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.fake.Add(fakeapi.Result{
		ID: "expresult_json", RunID: "exprun_json", ExperimentID: "exp_abc", DocumentID: "expdoc_json", BlockKind: "extract",
		Inputs: map[string]fakeapi.Handle{"input-json-0": {Data: `{"iban":"of a customer"}`}}, Stages: []fakeapi.Stage{{Status: "completed"}},
	})
	w.write(t, "main.tf", requiredProviders+`
data "retab_experiment_result" "paid" {
  run_id              = "exprun_json"
  document_id         = "expdoc_json"
  include_handle_data = true
}
`)
	w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan")
	wantText(t, w.terraform(t, 0, "show", "-json", "saved.tfplan"), `{\"iban\":\"of a customer\"}`, `"handle_data":true`)
}

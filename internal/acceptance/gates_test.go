package acceptance

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// The tests of examples/gates: each gate passes and fails. The document expdoc_failed fails every gate.

const failedMessage = "The document has no readable page: invoice_q2.pdf is encrypted."

// failResult replaces the result that the gates read by a failed one.
func (w workspace) failResult() {
	w.fake.Add(fakeapi.Result{
		ID: "expresult_1", RunID: "exprun_2", ExperimentID: "exp_abc", DocumentID: "expdoc_xyz", BlockKind: "extract", Attempt: 1,
		Stages: []fakeapi.Stage{{Status: "error", Error: failedMessage}},
	})
}

// succeededRun returns a run that ends with all documents succeeded.
func succeededRun(id string, documents int) fakeapi.Run {
	return fakeapi.Run{ID: id, ExperimentID: "exp_abc", BlockKind: "extract", Documents: documents, Stages: []fakeapi.RunStage{
		{Status: "running", Completed: 1}, {Status: "completed", Completed: documents, Score: new(0.95)},
	}}
}

func TestGate_postcondition(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "gates/postcondition")
		w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
		w.failResult()
		wantText(t, w.terraform(t, 1, "plan", "-no-color"),
			"Error: Resource postcondition failed", "Document expdoc_xyz failed: "+failedMessage)
		// A gate that fails must not block destroy.
		wantText(t, w.terraform(t, 0, "destroy", "-no-color", "-auto-approve"), "Destroy complete! Resources: 1 destroyed.")
	})
}

func TestGate_precondition(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "gates/precondition")
		w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
		w.failResult()
		wantText(t, w.terraform(t, 1, "plan", "-no-color"),
			"Error: Resource precondition failed", "No release. Document expdoc_xyz failed: "+failedMessage)
		wantText(t, w.terraform(t, 0, "destroy", "-no-color", "-auto-approve"), "Destroy complete! Resources: 1 destroyed.")
	})
}

// TestGate_check checks that a failed assertion gives a warning and leaves the plan empty.
func TestGate_check(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "gates/check")
		if output := w.terraform(t, 0, "plan", "-no-color", "-detailed-exitcode"); strings.Contains(output, "Check block assertion failed") {
			t.Errorf("the check warns about a result that succeeded:\n%s", output)
		}
		w.failResult()
		for range 2 {
			wantText(t, w.terraform(t, 0, "plan", "-no-color", "-detailed-exitcode"),
				"Warning: Check block assertion failed", "Document expdoc_xyz failed: "+failedMessage, "No changes.")
		}
	})
}

func TestGate_wait(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "gates/wait")
		live := []string{"-no-color", "-var", "run_id=exprun_live", "-var", "document_id=expdoc_live"}
		wantText(t, w.terraform(t, 0, append([]string{"plan"}, live...)...), `+ input = "ext_live"`)

		w.fake.Add(fakeapi.Result{
			ID: "expresult_late", RunID: "exprun_late", ExperimentID: "exp_abc", DocumentID: "expdoc_late", BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "running"}, {Status: "error", Error: "It broke."}},
		})
		late := []string{"plan", "-no-color", "-var", "run_id=exprun_late", "-var", "document_id=expdoc_late"}
		wantText(t, w.terraform(t, 1, late...), "Error: Resource postcondition failed", "Document expdoc_late failed: It broke.")
	})
}

// TestGate_savedPlan saves a plan while the result has succeeded, makes the result fail, and applies the plan. The apply
// succeeds with the data source, which is not read again, and fails with the ephemeral resource.
func TestGate_savedPlan(t *testing.T) {
	t.Parallel()
	t.Run("data source", func(t *testing.T) {
		t.Parallel()
		inBothEditions(t, func(t *testing.T, w workspace) {
			w.example(t, "gates/postcondition")
			w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan")
			w.failResult()
			wantText(t, w.terraform(t, 0, "apply", "-no-color", "saved.tfplan"), "Apply complete! Resources: 1 added")
		})
	})
	t.Run("ephemeral resource", func(t *testing.T) {
		t.Parallel()
		inBothEditions(t, func(t *testing.T, w workspace) {
			w.example(t, "gates/ephemeral")
			w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan")
			w.failResult()
			wantText(t, w.terraform(t, 1, "apply", "-no-color", "saved.tfplan"),
				"Error: Resource postcondition failed", "Document expdoc_xyz of run exprun_2 did not succeed.")
			wantText(t, w.terraform(t, 1, "plan", "-no-color"), "Error: Resource postcondition failed")
		})
	})
}

// TestGate_ephemeralAndDestroy checks that a failing ephemeral gate blocks destroy in Terraform, unless with -refresh=false.
// OpenTofu also opens the ephemeral resource, but does not check its postcondition during destroy.
func TestGate_ephemeralAndDestroy(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.example(t, "gates/ephemeral")
	w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
	w.failResult()
	refresh := "-refresh=true"
	if engine.Product == tfcli.Terraform {
		wantText(t, w.terraform(t, 1, "destroy", "-no-color", "-auto-approve"), "Error: Resource postcondition failed")
		refresh = "-refresh=false"
	}
	wantText(t, w.terraform(t, 0, "destroy", "-no-color", "-auto-approve", refresh), "Destroy complete! Resources: 1 destroyed.")
}

// TestGate_waitAndDestroy checks that a wait that times out blocks destroy, because it is an error and not a condition.
func TestGate_waitAndDestroy(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.write(t, "main.tf", requiredProviders+`
data "retab_experiment_result" "slow" {
  run_id              = "exprun_2"
  document_id         = "expdoc_xyz"
  wait_for_completion = true
  timeouts = {
    read = "3s"
  }
}

resource "terraform_data" "release" {
  input = data.retab_experiment_result.slow.id
}
`)
	w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
	w.fake.Add(fakeapi.Result{
		ID: "expresult_1", RunID: "exprun_2", ExperimentID: "exp_abc", DocumentID: "expdoc_xyz", BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "running"}},
	})
	wantText(t, w.terraform(t, 1, "destroy", "-no-color", "-auto-approve"), "Error: Experiment result is still running")
	w.terraform(t, 0, "destroy", "-no-color", "-auto-approve", "-refresh=false")
}

func TestGate_ephemeralLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.example(t, "gates/ephemeral")
	w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan")
	w.terraform(t, 0, "apply", "-no-color", "saved.tfplan")
	state := w.terraform(t, 0, "state", "pull")
	if strings.Contains(state, "expdoc_xyz") {
		t.Errorf("the document is in the state:\n%s", state)
	}
	left := map[string]string{"the state": state}
	for name, content := range unzip(t, filepath.Join(w.Dir, "saved.tfplan")) {
		if !strings.HasPrefix(name, "tfconfig/") { // the configuration itself has the document's id
			left["the plan's "+name] = string(content)
		}
	}
	for where, content := range left {
		if strings.Contains(content, "expresult_1") || strings.Contains(content, "ext_xyz") {
			t.Errorf("the result is in %s:\n%q", where, content)
		}
	}
}

// actionWithVariables is an action whose arguments Terraform does not validate, because none is a literal.
const actionWithVariables = requiredProviders + `
variable "min_score" {
  default = 0.5
}

variable "poll_interval" {
  default = "1s"
}

resource "terraform_data" "settings" {
  input = var.poll_interval
}

action "retab_experiment_run_wait" "gate" {
  config {
    run_id        = "exprun_2"
    min_score     = var.min_score
    poll_interval = terraform_data.settings.output # known in the apply only
  }
}

resource "terraform_data" "release" {
  lifecycle {
    action_trigger {
      events  = [EVENT]
      actions = [action.retab_experiment_run_wait.gate]
    }
  }
}
`

// TestGate_actionWithVariables checks that a wrong argument is found in the plan or, if it is known only in the apply, before the
// first request, and that the release is not created.
func TestGate_actionWithVariables(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.write(t, "main.tf", strings.ReplaceAll(actionWithVariables, "EVENT", "before_create"))
	wantText(t, w.terraform(t, 1, "plan", "-no-color", "-var=min_score=-0.1"), "The value of min_score is -0.1; the value must be between 0 and 1.")
	wantText(t, w.terraform(t, 1, "apply", "-no-color", "-auto-approve", "-var=poll_interval=0s"), `The value of poll_interval is "0s"`)
	if requests := len(w.fake.Journal()); requests != 0 {
		t.Errorf("%d requests were sent, want none", requests)
	}
	if resources := w.terraform(t, 0, "state", "list"); strings.Contains(resources, "terraform_data.release") {
		t.Error("the release was created")
	}
}

// TestGate_actionAfterCreate checks what the page of the action says about after_create: the release is there, and the next apply
// succeeds.
func TestGate_actionAfterCreate(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.write(t, "main.tf", strings.ReplaceAll(actionWithVariables, "EVENT", "after_create"))
		wantText(t, w.terraform(t, 1, "apply", "-no-color", "-auto-approve"), "1 of 3 documents failed")
		wantText(t, w.terraform(t, 0, "state", "list"), "terraform_data.release")
		wantText(t, w.terraform(t, 0, "apply", "-no-color", "-auto-approve"), "No changes.")
	})
}

// TestGate_action is skipped for engines without actions. Package provider tests the action through the plugin protocol.
func TestGate_action(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "gates/action")
		w.fake.AddRun(succeededRun("exprun_good", 2))
		wantText(t, w.terraform(t, 0, "apply", "-no-color", "-auto-approve", "-var", "run_id=exprun_good"),
			"exprun_good completed: 2/2 documents, 0 errors", "Apply complete!")
		wantText(t, w.terraform(t, 1, "apply", "-no-color", "-auto-approve", "-var", "run_id=exprun_2"),
			"Experiment run does not meet the requirements", "1 of 3 documents failed")
	})
}

func TestGate_forEach(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "gates/for_each")
		w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
		wantText(t, w.terraform(t, 1, "plan", "-no-color", "-var", `document_ids=["expdoc_xyz", "expdoc_failed"]`),
			"Error: Resource postcondition failed", "Document expdoc_failed failed: "+failedMessage)
		w.terraform(t, 0, "destroy", "-no-color", "-auto-approve", "-var", `document_ids=["expdoc_xyz", "expdoc_failed"]`)
	})
}

func TestGate_score(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		run := func(id, created, status string, completed int, score *float64) {
			w.fake.AddRun(fakeapi.Run{
				ID: id, ExperimentID: "exp_scored", BlockKind: "extract", CreatedAt: created, Documents: 50,
				Stages: []fakeapi.RunStage{{Status: status, Completed: completed, Failed: 50 - completed, Score: score}},
			})
		}
		w.example(t, "gates/score")
		experiment := []string{"-no-color", "-var", "experiment_id=exp_scored"}
		plan := func(code int, more ...string) string {
			return w.terraform(t, code, append(append([]string{"plan"}, experiment...), more...)...)
		}
		run("exprun_good", "2026-06-01T00:00:00Z", "completed", 49, new(0.98))
		w.terraform(t, 0, append([]string{"apply", "-auto-approve"}, experiment...)...)
		plan(0, "-var", "min_score=0.98") // Terraform compares decimal numbers, so 0.98 >= 0.98 holds
		wantText(t, plan(1, "-var", "min_score=0.99"),
			"Error: Resource postcondition failed", "Run exprun_good has the score 0.98, and at least 0.99 is required.")
		run("exprun_worse", "2026-06-02T00:00:00Z", "completed", 48, new(0.98))
		wantText(t, plan(1), "At least 98.0 % of the documents must succeed. 2 of 50 documents of run exprun_worse failed.")
		run("exprun_failed", "2026-06-03T00:00:00Z", "error", 0, nil)
		wantText(t, plan(1), "Run exprun_failed failed")
		w.terraform(t, 0, append([]string{"destroy", "-auto-approve"}, experiment...)...)
	})
}

// TestGate_ratio makes each of the two conditions fail on its own. The first condition must also fail for missing results
// and for results that are not final, where a ratio of list rows would pass.
func TestGate_ratio(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.example(t, "gates/ratio")
		document := func(runID string, number int, status string) {
			w.fake.Add(fakeapi.Result{
				ID: fmt.Sprintf("expresult_%s_%d", runID, number), RunID: runID, ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%03d", number),
				BlockKind: "extract", Stages: []fakeapi.Stage{{Status: status}},
			})
		}
		add := func(runID string, completed int, others ...string) {
			for number := range completed {
				document(runID, number, "completed")
			}
			for i, status := range others {
				document(runID, completed+i, status)
			}
			w.fake.AddRun(fakeapi.Run{ID: runID, ExperimentID: "exp_abc", BlockKind: "extract", Documents: 100})
		}
		plan := func(code int, runID, critical string) string {
			return w.terraform(t, code, "plan", "-no-color", "-var", "run_id="+runID, "-var", `critical_document_ids=["expdoc_000", "`+critical+`"]`)
		}
		add("exprun_98", 98, "error", "error")
		plan(0, "exprun_98", "expdoc_001")
		wantText(t, plan(1, "exprun_98", "expdoc_099"),
			"Error: Resource postcondition failed", "Every critical document must succeed. 1 of 2 documents failed: expdoc_099.")
		wantText(t, plan(1, "exprun_98", "expdoc_typo"), "Every critical document must succeed. 1 of 2 documents is not part of the run: expdoc_typo.")
		add("exprun_97", 97, "error", "error", "error")
		wantText(t, plan(1, "exprun_97", "expdoc_001"),
			"At least 98.0 % of the documents must succeed. 3 of 100 documents failed: expdoc_097, expdoc_098, expdoc_099.")
		add("exprun_early", 50)
		wantText(t, plan(1, "exprun_early", "expdoc_001"), "At least 98.0 % of the documents must succeed. 50 of 100 documents have no result yet.")
		add("exprun_slow", 97, "running", "running", "pending")
		wantText(t, plan(1, "exprun_slow", "expdoc_001"), "3 of 100 documents have not finished: expdoc_097, expdoc_098, expdoc_099.")
	})
}

// TestGate_terraformTest runs the tests of examples/testing without a key and without a server.
func TestGate_terraformTest(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.Setenv("RETAB_API_KEY=", "RETAB_API_BASE_URL=")
	w.example(t, "testing")
	wantText(t, w.terraform(t, 0, "test", "-no-color"), "3 passed, 0 failed")
	if requests := len(w.fake.Journal()); requests != 0 {
		t.Errorf("%d requests were sent, want none", requests)
	}
}

// TestGate_emptyPlanWhileRunning refreshes three times, while the status changes from pending to queued to running. A
// configuration that uses only succeeded plans no change.
func TestGate_emptyPlanWhileRunning(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		stage := func(status string) fakeapi.Stage {
			return fakeapi.Stage{Status: status, Timing: fakeapi.Timing{CreatedAt: "2026-05-02T11:00:00Z"}}
		}
		w.fake.Add(fakeapi.Result{
			ID: "expresult_slow", RunID: "exprun_slow", ExperimentID: "exp_abc", DocumentID: "expdoc_slow", BlockKind: "extract",
			Stages: []fakeapi.Stage{stage("pending"), stage("pending"), stage("hibernating"), stage("running")}, // the apply reads the first stage
		})
		w.write(t, "main.tf", requiredProviders+`
data "retab_experiment_result" "slow" {
  run_id      = "exprun_slow"
  document_id = "expdoc_slow"
}

resource "terraform_data" "release" {
  input = data.retab_experiment_result.slow.succeeded
}
`)
		w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
		for _, status := range []string{"pending", "hibernating", "running"} {
			plan := w.terraform(t, 0, "plan", "-no-color", "-detailed-exitcode", "-out=saved.tfplan")
			wantText(t, plan, "No changes.")
			wantText(t, w.terraform(t, 0, "show", "-json", "saved.tfplan"), `"status":"`+status+`"`)
		}
	})
}

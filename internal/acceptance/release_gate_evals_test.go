package acceptance

import (
	"fmt"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestGate_releaseWithEvals checks the optional conditions on evals and on the published version.
func TestGate_releaseWithEvals(t *testing.T) {
	t.Parallel()
	passed := fakeapi.EvalStage{Stage: fakeapi.Stage{Status: "completed"}, Verdict: "passed"}
	failed := fakeapi.EvalStage{Stage: fakeapi.Stage{Status: "completed"}, Verdict: "failed"}
	fresh := fakeapi.Freshness{Status: "fresh"}
	for name, test := range map[string]struct {
		module   string
		evals    []fakeapi.Eval
		stage    *fakeapi.EvalStage // of the latest run of each
		version  string             // the published one
		runScope string             // what the plan prints in the run-scoped edition, "" if it passes
		flat     string
	}{
		"every eval passed":     {`require_evals = "passing"`, []fakeapi.Eval{{ID: "eval_r"}}, &passed, "", "", ""},
		"every eval is fresh":   {`require_evals = "fresh"`, []fakeapi.Eval{{ID: "eval_r", Freshness: fresh, Drift: fakeapi.Drift{Status: "none"}}}, &passed, "", "Eval eval_r has no freshness, which the run-scoped edition of the API does not report for evals.", ""},
		"an eval is stale":      {`require_evals = "fresh"`, []fakeapi.Eval{{ID: "eval_r", Freshness: fakeapi.Freshness{Status: "stale"}}}, &passed, "", "has no freshness", `Eval eval_r has the freshness "stale"`},
		"an eval failed":        {`require_evals = "passing"`, []fakeapi.Eval{{ID: "eval_r"}}, &failed, "", "Eval eval_r failed.", "Eval eval_r failed."},
		"an eval never ran":     {`require_evals = "passing"`, []fakeapi.Eval{{ID: "eval_r"}}, nil, "", "Eval eval_r has never been run.", "Eval eval_r has never been run."},
		"no evals":              {`require_evals = "passing"`, nil, nil, "", "Workflow wf_release has no evals.", "Workflow wf_release has no evals."},
		"the published version": {"require_published_version = true", nil, nil, "draft_2026_05_18", "", ""},
		"another version":       {"require_published_version = true", nil, nil, "wfv_9", "Run exprun_release executed the version draft_2026_05_18, and the published version is wfv_9.", "Run exprun_release executed the version draft_2026_05_18, and the published version is wfv_9."},
		"nothing is published":  {"require_published_version = true", nil, nil, "", "and the published version is none.", "and the published version is none."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothEditions(t, func(t *testing.T, w workspace) {
				w.example(t, "release-gate")
				w.write(t, "main_override.tf", fmt.Sprintf("module \"release_gate\" {\n  workflow_id = \"wf_release\"\n  %s\n}\n", test.module))
				good := goodRelease()
				good.experiment.WorkflowID, good.run.WorkflowID = "wf_release", "wf_release"
				w.addRelease(good)
				workflow := fakeapi.Workflow{ID: "wf_release", Name: "Release"}
				if test.version != "" {
					workflow.Published = &fakeapi.Published{VersionID: test.version, At: "2026-06-03T00:00:00Z"}
				}
				w.fake.AddWorkflow(workflow)
				for _, eval := range test.evals {
					eval.WorkflowID = workflow.ID
					w.fake.AddEval(eval)
					if test.stage != nil {
						w.fake.AddEvalRun(fakeapi.EvalRun{
							ID: "evalrun_r", WorkflowID: workflow.ID, Results: []fakeapi.EvalResult{{EvalID: eval.ID, Stages: []fakeapi.EvalStage{*test.stage}}},
						})
					}
				}
				want := test.runScope
				if w.fake.Edition() == fakeapi.Flat {
					want = test.flat
				}
				if want == "" {
					w.terraform(t, 0, "plan", "-no-color", releaseVariable)
					return
				}
				wantText(t, w.terraform(t, 1, "plan", "-no-color", releaseVariable), "Error: Resource precondition failed", want)
			})
		})
	}
}

package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestEvals_blocks lists the evals of a workflow and of one of its blocks.
func TestEvals_blocks(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, fake *fakeapi.Server, api *client.Client) {
		fake.AddEval(fakeapi.Eval{ID: "eval_other", BlockID: "block_other"})
		for blockID, want := range map[string]string{
			"block_404": "", "block_other": "eval_other",
			"":              "eval_lines eval_new eval_other eval_scan eval_stopped eval_total eval_vendor",
			"block_extract": "eval_lines eval_scan eval_stopped eval_total eval_vendor",
		} {
			evals, err := api.Evals(t.Context(), "wf_1", blockID, false)
			var ids []string
			for _, eval := range evals {
				ids = append(ids, eval.ID)
				if drifts := eval.ID == "eval_vendor" || eval.ID == "eval_lines"; eval.AssertionResolves() == drifts {
					t.Errorf("%s: the assertion resolves: %v", eval.ID, !drifts)
				}
			}
			if got := strings.Join(ids, " "); err != nil || got != want {
				t.Errorf("block %q: got %s, %v", blockID, got, err)
			}
		}
	})
}

// TestNewestEvalRun_scope checks that the newest run has exactly the scope of the filter.
func TestNewestEvalRun_scope(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		for filter, want := range map[client.EvalRunFilter]string{
			{WorkflowID: "wf_1"}: fakeapi.EvalRunID,
			{WorkflowID: "wf_1", TargetBlockID: "block_extract"}:                        fakeapi.BlockEvalRunID,
			{WorkflowID: "wf_1", EvalID: "eval_vendor"}:                                 fakeapi.OneEvalRunID,
			{WorkflowID: "wf_1", EvalID: "eval_vendor", TargetBlockID: "block_extract"}: fakeapi.OneEvalRunID,
			{WorkflowID: "wf_1", EvalID: "eval_lines"}:                                  "",
			{WorkflowID: "wf_1", TargetBlockID: "block_404"}:                            "",
			{WorkflowID: "wf_1", Status: "cancelled"}:                                   "", // of one eval
			{WorkflowID: "wf_1", Status: "error"}:                                       "evalrun_failed",
		} {
			run, err := api.NewestEvalRun(t.Context(), filter, false)
			if run.ID != want || errors.Is(err, client.ErrNoEvalRun) != (want == "") || want != "" && err != nil {
				t.Errorf("%+v: got %q, %v", filter, run.ID, err)
			}
		}
		_, err := api.NewestEvalRun(t.Context(), client.EvalRunFilter{}, false)
		if err == nil || errors.Is(err, client.ErrNoEvalRun) {
			t.Errorf("without a workflow: got %v", err)
		}
	})
}

// TestEvalResults_rows reads the results of a run, and those of a run that does not exist.
func TestEvalResults_rows(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		got, err := api.EvalResults(t.Context(), fakeapi.EvalRunID, false, false)
		var verdicts []string
		for _, row := range got.Rows {
			verdicts = append(verdicts, fmt.Sprintf("%s %s", row.EvalID, row.Verdict))
		}
		const want = "eval_lines blocked, eval_scan , eval_stopped , eval_total passed, eval_vendor failed"
		if text := strings.Join(verdicts, ", "); err != nil || got.Run.ID != fakeapi.EvalRunID || text != want {
			t.Errorf("got %s of %q, %v", text, got.Run.ID, err)
		}
		_, err = api.EvalResults(t.Context(), "evalrun_404", false, false)
		wantAbsence(t, err, client.NoSuchEvalRun)
		_, err = api.EvalRun(t.Context(), "evalrun_404", false)
		wantAbsence(t, err, client.NoSuchEvalRun)
	})
}

// TestWorkflow_absent checks that a workflow is absent only if the same route answers for the workflow of another run.
func TestWorkflow_absent(t *testing.T) {
	t.Parallel()
	runs := func(rows string) []fakeapi.Reply {
		return []fakeapi.Reply{{Status: 200, Body: `{"data":[` + rows + `]}`}}
	}
	fails := []fakeapi.Reply{{Status: 501}}
	gateway := []fakeapi.Reply{{Status: 404, Body: "-", Header: http.Header{"Content-Type": {"text/plain"}}}}
	const (
		unnamed = `{"id":"r","lifecycle":{"status":"error"}}`
		itself  = `{"id":"r","workflow_id":"wf_404","lifecycle":{"status":"error"}}`
	)
	for name, test := range map[string]struct {
		runs, evalRuns, one, other []fakeapi.Reply // nil for the fake's own
		isAbsent                   bool
	}{
		"another is found":        {isAbsent: true},
		"the route is missing":    {other: []fakeapi.Reply{{Status: 404, Body: `{"detail":"Workflow not found"}`}}},
		"a gateway answers":       {one: gateway},
		"a run of evals names it": {runs: runs(unnamed), isAbsent: true},
		"only evals are run":      {runs: runs(""), isAbsent: true},
		"no list of runs":         {runs: fails, isAbsent: true},
		"no runs":                 {runs: runs(""), evalRuns: runs("")},
		"no lists":                {runs: fails, evalRuns: fails},
		"a run names the same":    {runs: runs(itself)},
	} {
		inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script(runsPath, test.runs...)
			fake.Script("/v1/workflows/evals/runs", test.evalRuns...)
			fake.Script("/v1/workflows/wf_404", test.one...)
			fake.Script("/v1/workflows/wf_1", test.other...)
			_, err := api.Workflow(t.Context(), "wf_404", false)
			if client.IsAbsent(err) != test.isAbsent || !test.isAbsent && !client.IsNotFound(err) {
				t.Errorf("%s: got %v", name, err)
			}
			if got := requestCounts(fake); got["/v1/workflows/wf_404 404"] != 1 || got["/v1/workflows/ 404"] != 0 {
				t.Errorf("%s: requests: %v", name, got)
			}
		})
	}
}

// TestWorkflow_isPublished reads a published workflow, and one that was never published.
func TestWorkflow_isPublished(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, _ serverCase, _ *fakeapi.Server, api *client.Client) {
		for id, want := range map[string]bool{"wf_1": true, fakeapi.OtherWorkflowID: false} {
			if workflow, err := api.Workflow(t.Context(), id, false); err != nil || workflow.IsPublished() != want {
				t.Errorf("%s: got %+v, %v", id, workflow, err)
			}
		}
	})
	for version, want := range map[client.PublishedVersion]bool{
		{}: false, {VersionID: new("v")}: true, {PublishedAt: new("2026-05-01T09:00:00Z")}: true,
	} {
		if got := (client.Workflow{Published: &version}).IsPublished(); got != want {
			t.Errorf("%+v: got %v", version, got)
		}
	}
}

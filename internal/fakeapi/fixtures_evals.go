package fakeapi

// Ids of evals, their runs and workflows in the fixtures.
const (
	// EvalRunID is a run of all evals of a workflow, in which one of each outcome occurs. It is the newest of its workflow.
	EvalRunID = "evalrun_1"
	// BlockEvalRunID and OneEvalRunID execute only the evals of a block and only one eval.
	BlockEvalRunID = "evalrun_block"
	OneEvalRunID   = "evalrun_one"
	// LiveEvalRunID is a run whose eval advances from pending to running to passed, by one stage for each read.
	LiveEvalRunID = "evalrun_live"
	// PassedEvalRunID is a run of all evals of OtherWorkflowID. All of them passed, and are fresh.
	PassedEvalRunID = "evalrun_passed"
)

// fixtureWorkflows returns a published workflow, and one that was never published.
func fixtureWorkflows() []Workflow {
	return []Workflow{
		{
			ID: "wf_1", Name: "Invoices", Description: "Reads invoices.", ProjectID: "proj_1", UpdatedAt: "2026-05-02T09:00:00Z",
			Published: &Published{VersionID: "wfv_1", At: "2026-05-01T09:00:00Z", Note: "Tighter schema"},
		},
		{ID: OtherWorkflowID, Name: "Receipts"},
	}
}

// fixtureEvals returns evals with every freshness, drift and outcome, and one that has never been run.
func fixtureEvals() []Eval {
	fresh := Freshness{Status: "fresh", BaselineRunID: EvalRunID}
	return []Eval{
		{ID: "eval_total", Name: "Total", Condition: `{"kind":"equals","expected":1234.5}`, Freshness: fresh, Drift: Drift{Status: "none"}},
		{
			ID: "eval_vendor", Name: "Vendor", Condition: `{"kind":"similarity_gte","reference":"Acme","threshold":0.9}`, AssertionDrift: "drifted",
			Freshness: Freshness{Status: "stale", Reasons: []string{"validity_changed"}, BaselineRunID: EvalRunID},
			Drift:     Drift{Status: "drifted", Schema: "partial", AffectedTargets: []string{"vendor.name"}, Detail: "The type of vendor.name has changed."},
		},
		{ID: "eval_lines", Name: "Lines", AssertionDrift: "broken", Drift: Drift{Status: "broken", Detail: "The field lines no longer exists."}},
		{ID: "eval_scan"},
		{ID: "eval_stopped"},
		{ID: "eval_new", Name: "Not run yet", BlockKind: "classifier", Freshness: Freshness{Reasons: []string{"no_baseline"}}},
		{ID: "eval_date", WorkflowID: OtherWorkflowID, Name: "Date", Freshness: fresh, Drift: Drift{Status: "none"}},
		{ID: "eval_sum", WorkflowID: OtherWorkflowID, Name: "Sum", Freshness: fresh, Drift: Drift{Status: "none"}},
	}
}

// fixtureEvalRuns returns runs with every scope, status and outcome.
func fixtureEvalRuns() []EvalRun {
	result := func(evalID string, stages ...EvalStage) EvalResult { return EvalResult{EvalID: evalID, Stages: stages} }
	passed := EvalStage{
		Stage: Stage{Status: "completed", Artifact: &Artifact{"extraction", ExtractionID}}, Verdict: "passed", Score: new(1.0),
		Actual: `1234.5`, Expected: `1234.5`,
	}
	failed := EvalStage{
		Stage: Stage{Status: "completed"}, Verdict: "failed", Score: new(0.41), Threshold: new(0.9),
		FailureCode: "SIMILARITY_TOO_LOW", Failure: "Acme GmbH is not similar to Acme.", Actual: `"Acme GmbH"`, Expected: `"Acme"`,
	}
	blocked := EvalStage{
		Stage: Stage{Status: "completed"}, Verdict: "blocked", FailureCode: "PATH_NOT_FOUND", Failure: "The output has no lines.",
	}
	withData := result("eval_vendor", failed)
	withData.Inputs = map[string]Handle{"input-json-0": {Data: `{"currency":"EUR"}`}}
	withData.Outputs = map[string]Handle{"output-json-0": {Data: `{"vendor":{"name":"Acme GmbH"}}`}}
	withData.Warnings = []string{"The second page of acme.pdf is blank."}
	return []EvalRun{
		{ID: EvalRunID, CreatedAt: "2026-05-02T12:00:00Z", Results: []EvalResult{
			result("eval_total", passed), withData, result("eval_lines", blocked),
			result("eval_scan", EvalStage{Stage: Stage{Status: "error", Error: "The block cannot run.", ErrorCode: "BLOCK_FAILED"}}),
			result("eval_stopped", EvalStage{Stage: Stage{Status: "cancelled", CancelReason: "A person did."}}),
		}},
		{ID: BlockEvalRunID, BlockID: "block_extract", Trigger: "api", CreatedAt: "2026-05-02T11:00:00Z", Results: []EvalResult{
			result("eval_total", passed), result("eval_scan", EvalStage{Stage: Stage{Status: "queued"}}),
			result("eval_lines", EvalStage{Stage: Stage{Status: "running"}}),
		}},
		{ID: OneEvalRunID, EvalID: "eval_vendor", BlockID: "block_extract", CreatedAt: "2026-05-01T12:00:00Z", Results: []EvalResult{result("eval_vendor", passed)}},
		{
			ID: "evalrun_cancelled", EvalID: "eval_stopped", Evals: 1, CreatedAt: "2026-05-01T11:00:00Z",
			Stages: []Stage{{Status: "cancelled", CancelReason: "A person did."}},
		},
		{
			ID: "evalrun_failed", Evals: 2, CreatedAt: "2026-05-01T10:00:00Z",
			Stages: []Stage{{Status: "error", Error: "The workflow has no block."}},
		},
		{ID: LiveEvalRunID, WorkflowID: "wf_live", CreatedAt: "2026-05-02T10:00:00Z", Results: []EvalResult{
			result("eval_live", EvalStage{Stage: Stage{Status: "pending"}}, EvalStage{Stage: Stage{Status: "running"}}, passed),
		}},
		{
			ID: PassedEvalRunID, WorkflowID: OtherWorkflowID, CreatedAt: "2026-05-02T12:00:00Z",
			Results: []EvalResult{result("eval_date", passed), result("eval_sum", passed)},
		},
	}
}

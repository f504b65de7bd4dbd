package fakeapi

// Ids of the fixtures that every fake has from the start.
const (
	SeedRunID      = "exprun_2"
	SeedDocumentID = "expdoc_xyz"
	// FailedDocumentID is a document of the seed run that failed.
	FailedDocumentID = "expdoc_failed"
	// ActiveRunID is a run with three documents: one is pending, one is running, and one has no result yet.
	ActiveRunID = "exprun_active"
	// LiveRunID is a run with one document, LiveDocumentID, which advances from pending to running to completed, by one stage
	// for each read of the result or poll of the run.
	LiveRunID      = "exprun_live"
	LiveDocumentID = "expdoc_live"
	// EmptyRunID is a completed run without documents.
	EmptyRunID = "exprun_empty"
	// CancelledRunID is a cancelled run with three results: expdoc_queued, expdoc_cancelled, and expdoc_coded, which failed
	// with a code. The run-scoped edition has other statuses for the first two.
	CancelledRunID = "exprun_cancelled"
)

// fixtureRuns returns the runs that do not follow from their results alone.
func fixtureRuns() []Run {
	return []Run{
		{ID: SeedRunID, ExperimentID: "exp_abc", BlockKind: "extract", Score: new(0.93)},
		{ID: "exprun_split", ExperimentID: "exp_split", BlockKind: "split", Score: new(1.0)},
		{ID: ActiveRunID, ExperimentID: "exp_abc", BlockKind: "extract", Documents: 3},
		{ID: "exprun_placeholder", ExperimentID: "exp_new", BlockKind: "extract", Stages: []RunStage{{Status: "pending"}}},
		{ID: EmptyRunID, ExperimentID: "exp_empty", BlockKind: "extract"},
		{ID: CancelledRunID, ExperimentID: "exp_abc", BlockKind: "extract", Stages: []RunStage{{Status: "cancelled", CancelReason: "A person did."}}},
		{ID: "exprun_queued", ExperimentID: "exp_queued", BlockKind: "split", Stages: []RunStage{{Status: "queued"}}},
		{ID: "exprun_failed", ExperimentID: "exp_failed", Stages: []RunStage{{Status: "error", Failed: 1, Error: "The block cannot run."}}, Documents: 1},
		{ID: "exprun_cancelled_2", ExperimentID: "exp_cancelled", Stages: []RunStage{{Status: "cancelled"}}},
		{
			ID: ComparedRunID, ExperimentID: ComparedExperimentID, Documents: 1, CreatedAt: "2026-05-02T10:00:00Z", ParentRunID: PriorRunID,
			Stages: []RunStage{{Status: "completed", Completed: 1, Score: new(0.83), Timing: Timing{
				StartedAt: "2026-05-02T10:00:01Z", CompletedAt: "2026-05-02T10:04:18Z", DurationMS: new(int64(258221)),
			}}},
		},
		{ID: PriorRunID, ExperimentID: ComparedExperimentID, Documents: 1, CreatedAt: "2026-05-01T10:00:00Z", Stages: []RunStage{{Status: "completed", Completed: 1, Score: new(0.79)}}},
	}
}

// fixtureResults returns the vendor's documented example, and results with every published status, kind of block and form of
// handle.
func fixtureResults() []Result {
	results := []Result{
		seedExample(),
		{
			ID: "expresult_2", RunID: SeedRunID, ExperimentID: "exp_abc", DocumentID: FailedDocumentID, BlockKind: "extract",
			Stages: []Stage{{
				Status: "error",
				Error:  "The document has no readable page: invoice_q2.pdf is encrypted.",
				Timing: Timing{
					CreatedAt: "2026-05-02T11:00:00Z", StartedAt: "2026-05-02T11:00:01Z",
					CompletedAt: "2026-05-02T11:00:02.5Z", DurationMS: new(int64(1310)),
				},
			}},
			Inputs:      map[string]Handle{"input-document-0": {Filename: "invoice_q2.pdf"}},
			Attempt:     1,
			Placeholder: new(false),
		},
		{
			ID: "expresult_3", RunID: SeedRunID, ExperimentID: "exp_abc", DocumentID: "expdoc_schema", BlockKind: "extract",
			Stages: []Stage{completed("extraction", "ext_schema")},
			Inputs: map[string]Handle{
				"input-document-0": {FileID: "file_LPjuee2tTZgfM_Km5yh_G", Filename: "invoice_q3.pdf", MIMEType: "application/pdf"},
				"input-json-0":     {Data: `{"total": 12345678901234567890, "currency": "EUR", "lines": [{"b": 1.50, "a": null}]}`},
			},
			Placeholder: new(false),
		},
	}
	results = append(results, changingResults()...)
	results = append(results, flatOnlyResults()...)
	for _, block := range []struct{ kind, operation, artifact string }{
		{"classifier", "classification", "cls_1"}, {"split", "split", "split_1"}, {"for_each", "partition", "part_1"},
	} {
		results = append(results, Result{
			ID: "expresult_" + block.kind, RunID: "exprun_" + block.kind, ExperimentID: "exp_" + block.kind,
			DocumentID: "expdoc_" + block.kind, BlockKind: block.kind,
			Stages: []Stage{completed(block.operation, block.artifact)},
		})
	}
	return results
}

// changingResults returns results that are not terminal, one that changes, and one of a run with its own stages.
func changingResults() []Result {
	return []Result{
		{
			ID: "expresult_pending", RunID: ActiveRunID, ExperimentID: "exp_abc", DocumentID: "expdoc_pending", BlockKind: "extract",
			Stages: []Stage{pending()},
		},
		{
			ID: "expresult_running", RunID: ActiveRunID, ExperimentID: "exp_abc", DocumentID: "expdoc_running", BlockKind: "extract",
			Stages: []Stage{running()},
		},
		{
			ID: "expresult_placeholder", RunID: "exprun_placeholder", ExperimentID: "exp_new", DocumentID: "expdoc_placeholder",
			BlockKind: "extract", Stages: []Stage{{Status: "pending"}}, Placeholder: new(true),
		},
		{
			ID: "expresult_live", RunID: LiveRunID, ExperimentID: "exp_abc", DocumentID: LiveDocumentID, BlockKind: "extract",
			Stages: []Stage{pending(), running(), completed("extraction", "ext_live")},
		},
		{
			ID: "expresult_compared", RunID: ComparedRunID, ExperimentID: ComparedExperimentID, DocumentID: "expdoc_1", BlockKind: "extract",
			Stages: []Stage{completed("extraction", ExtractionID)},
			Inputs: map[string]Handle{"input-document-0": {FileID: "file_a", Filename: "a.pdf", MIMEType: "application/pdf"}},
		},
	}
}

// seedExample returns the example of the vendor's page "Get Experiment Run Result". It has exactly the members of that example:
// no created_at, no error, no is_placeholder, and a file handle with only a name.
func seedExample() Result {
	return Result{
		ID: "expresult_1", RunID: SeedRunID, ExperimentID: "exp_abc", DocumentID: SeedDocumentID, BlockKind: "extract",
		Stages: []Stage{{
			Status: "completed",
			Timing: Timing{
				StartedAt: "2026-05-02T11:00:01Z", CompletedAt: "2026-05-02T11:00:05Z", DurationMS: new(int64(4120)),
			},
			Artifact: &Artifact{Operation: "extraction", ID: "ext_xyz"},
		}},
		Inputs: map[string]Handle{"input-document-0": {Filename: "invoice_q1.pdf"}},
	}
}

// flatOnlyResults returns results in statuses that the run-scoped edition does not have.
func flatOnlyResults() []Result {
	result := func(name string, stage Stage) Result {
		return Result{
			ID: "expresult_" + name, RunID: CancelledRunID, ExperimentID: "exp_abc", DocumentID: "expdoc_" + name, BlockKind: "extract",
			Stages: []Stage{stage},
		}
	}
	coded := result("coded", Stage{Status: "error", Error: "The model refused the page.", ErrorCode: "MODEL_REFUSAL"})
	coded.Outputs = map[string]Handle{
		"output-json-0":     {Data: `{"pages": 0}`},
		"output-document-0": {FileID: "file_out", Filename: "redacted.pdf", MIMEType: "application/pdf"},
	}
	return []Result{
		result("queued", Stage{Status: "queued"}),
		result("cancelled", Stage{Status: "cancelled", CancelReason: "The run was cancelled."}),
		coded,
	}
}

func pending() Stage {
	return Stage{Status: "pending", Timing: Timing{CreatedAt: "2026-05-02T11:00:00Z"}}
}

func running() Stage {
	return Stage{Status: "running", Timing: Timing{CreatedAt: "2026-05-02T11:00:00Z", StartedAt: "2026-05-02T11:00:01.25Z"}}
}

func completed(operation, artifactID string) Stage {
	return Stage{
		Status: "completed",
		Timing: Timing{
			CreatedAt: "2026-05-02T11:00:00Z", StartedAt: "2026-05-02T11:00:01.25Z",
			CompletedAt: "2026-05-02T11:00:03.389Z", DurationMS: new(int64(2139)),
		},
		Artifact: &Artifact{Operation: operation, ID: artifactID},
	}
}

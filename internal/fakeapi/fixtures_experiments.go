package fakeapi

// Ids of experiments, their runs and workflows in the fixtures.
const (
	// SeedExperimentID is the experiment of the seed run: fresh, without drift, and without a prior run to compare with.
	SeedExperimentID = "exp_abc"
	// StaleExperimentID is an experiment whose block and documents have changed since its newest run, StaleRunID.
	StaleExperimentID = "exp_split"
	StaleRunID        = "exprun_split"
	// DraftExperimentID is an experiment that has never been run.
	DraftExperimentID = "exp_draft"
	// ComparedExperimentID is an experiment with two runs: ComparedRunID has the numbers of the vendor's example of metrics,
	// and PriorRunID is the run before it.
	ComparedExperimentID = "exp_compared"
	ComparedRunID        = "exprun_compared"
	PriorRunID           = "exprun_prior"
	// ConfusedRunID is a run of a classifier whose metrics have a confusion matrix.
	ConfusedRunID = "exprun_classifier"
	// OtherWorkflowID is a workflow whose two experiments have the same name.
	OtherWorkflowID = "wf_2"
)

// fixtureExperiments returns experiments with every published status, freshness, drift and kind of block.
func fixtureExperiments() []Experiment {
	return []Experiment{
		{
			ID: SeedExperimentID, Name: "Q1 invoices", BlockKind: "extract", LastRunID: SeedRunID,
			Freshness: Freshness{Status: "fresh", BaselineRunID: SeedRunID}, Drift: Drift{Status: "none"}, PlanMode: "noop",
		},
		{
			ID: StaleExperimentID, Name: "Split contracts", BlockKind: "split", LastRunID: StaleRunID, Consensus: 5, Rerunnable: 1, PlanMode: "run",
			Freshness: Freshness{Status: "stale", Reasons: []string{"validity_changed", "inputs_changed"}, BaselineRunID: StaleRunID},
			Drift:     Drift{Status: "drifted", Schema: "partial", AffectedTargets: []string{"appendix"}, Detail: "The subdocument appendix was renamed."},
		},
		{ID: DraftExperimentID, Name: "Not run yet", BlockKind: "extract", Documents: 2, Freshness: Freshness{Reasons: []string{"no_baseline"}}, PlanMode: "run", Rerunnable: 2},
		{ID: "exp_new", Name: "Running for the first time", BlockKind: "extract", PlanMode: "conflict"},
		{
			ID: "exp_failed", Name: "Broken classifier", BlockKind: "classifier", Consensus: 7, PlanMode: "run", Rerunnable: 1,
			Freshness: Freshness{Status: "stale", Reasons: []string{"engine_changed", "metrics_engine_changed"}, BaselineRunID: "exprun_failed"},
			Drift:     Drift{Status: "broken", Detail: "The category receipt no longer exists."},
		},
		{ID: "exp_cancelled", Name: "Stopped by a person", BlockKind: "for_each"},
		{
			ID: ComparedExperimentID, Name: "Tighter schema", BlockKind: "extract", BlockID: "extract-invoice", Consensus: 5,
			Freshness: Freshness{Status: "fresh", BaselineRunID: ComparedRunID}, Drift: Drift{Status: "none"}, PlanMode: "noop",
		},
		{ID: "exp_copy_1", WorkflowID: OtherWorkflowID, Name: "Invoices (Copy)", BlockKind: "extract"},
		{ID: "exp_copy_2", WorkflowID: OtherWorkflowID, Name: "Invoices (Copy)", BlockKind: "extract"},
	}
}

// fixtureMetrics returns metrics with every state and kind of aggregate.
func fixtureMetrics() []Metrics {
	return []Metrics{
		{
			RunID: SeedRunID, Score: new(0.93), Likelihoods: map[string]float64{"total": 0.97, "line_items.*.unit_price": 0.89},
			ScoredDocuments: new(2), TotalDocuments: new(3), // without the document that failed
			Documents: []DocumentMetrics{
				{ID: SeedDocumentID, Filename: "invoice_q1.pdf", Score: new(0.95), Targets: []TargetMetrics{
					{Path: "total", Score: new(0.99), Value: `1234.5`, Votes: []VoteRow{vote(`1234.5`, 0.99, `1234.5`, `1234.5`, `1234.5`)}},
					{Path: "line_items.*.unit_price", Score: new(0.91), Value: `[99.99, null]`, Votes: []VoteRow{
						vote(`99.99`, 1, `99.99`, `99.99`, `99.99`), vote("", 0.67, "", `12`, ""),
					}},
				}},
				{ID: "expdoc_schema", Filename: "invoice_q3.pdf", Score: new(0.91), Targets: []TargetMetrics{
					{Path: "total", Score: new(0.95), Value: `12345678901234567890`}, {Path: "currency", Value: `"EUR"`},
				}},
			},
		},
		{RunID: StaleRunID, State: "stale_metrics", Score: new(1.0), StaleReasons: []string{"validity_changed", "inputs_changed"}},
		{
			RunID: ComparedRunID, Score: new(0.83), Likelihoods: map[string]float64{"total": 0.92, "vendor.name": 0.78},
			Documents: []DocumentMetrics{{ID: "expdoc_1", Filename: "a.pdf", Score: new(0.91), Targets: []TargetMetrics{
				{Path: "total", Score: new(0.92), Value: `10`, Votes: []VoteRow{vote(`10`, 0.92, `10`, `10`, `9`)}},
				{Path: "vendor.name", Score: new(0.78), Value: `"Acme"`},
			}}},
		},
		{
			RunID: PriorRunID, Score: new(0.79), Likelihoods: map[string]float64{"total": 0.9},
			Documents: []DocumentMetrics{{ID: "expdoc_1", Filename: "a.pdf", Score: new(0.85), Targets: []TargetMetrics{{Path: "total", Score: new(0.9), Value: `9`}}}},
		},
		{
			RunID: ConfusedRunID, Score: new(0.8), Diagonal: map[string]float64{"invoice": 0.9, "receipt": 0.7},
			Flows: []Flow{{"receipt", "invoice", 0.3}, {"invoice", "receipt", 0.1}},
			Documents: []DocumentMetrics{{
				ID: "expdoc_classifier", Filename: "scan.pdf", Score: new(0.8), Diagonal: map[string]float64{"invoice": 0.8},
				Flows: []Flow{{"invoice", "receipt", 0.2}}, Targets: []TargetMetrics{{Path: "invoice", Score: new(0.8), Value: `"invoice"`}},
			}},
		},
		{RunID: EmptyRunID}, // available, but every number is null
	}
}

// vote returns a row with the votes of the passes; "" is a pass without a value.
func vote(consensus string, score float64, votes ...string) VoteRow {
	present := 0
	for _, v := range votes {
		if v != "" {
			present++
		}
	}
	return VoteRow{
		Consensus: consensus, Votes: votes, Score: &score, RowPresenceScore: new(float64(present) / float64(len(votes))),
		PresentVoters: &present, TotalVoters: new(len(votes)),
	}
}

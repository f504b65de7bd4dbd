package retab

import "math/big"

// MetricsState says whether a run has metrics.
type MetricsState string

// The states. The API may send a later word; it passes through unchanged and means that there are no metrics.
const (
	MetricsAvailable MetricsState = "available"
	MetricsStale     MetricsState = "stale"   // the API's stale_metrics: the block or the documents have changed since
	MetricsMissing   MetricsState = "missing" // the API's no_metrics

	// MetricsContradictory is for metrics whose members contradict each other, so that no number of them is proved.
	MetricsContradictory MetricsState = "contradictory"
)

// Metrics is what the API says about the scores of a run. Unless State is MetricsAvailable, there are no scores, whatever
// the body had. Every number is nil when the API left it out.
//
// API: "Get Experiment Metrics" (schemas ExperimentSummaryMetricsResponse, ExperimentMetricsStaleError and
// ExperimentMetricsMissingError).
type Metrics struct {
	State        MetricsState
	Message      string   // why there are no metrics, in the API's words; "" when there are
	StaleReasons []string // why they are stale

	RunID        string // "" unless the metrics are available
	ExperimentID string
	BlockKind    *string

	Score      *big.Float
	PriorScore *big.Float
	PriorRunID *string // the run that PriorScore is of

	TargetScores map[string]*big.Float // by target path or label; nil when the API has none
	Documents    []DocumentScore
	Confusions   []Confusion

	ScoredDocuments *int64 // flat edition only, like TotalDocuments
	TotalDocuments  *int64

	DefinitionFingerprint     *string // run-scoped edition only
	BlockExecutionFingerprint *string // flat edition only

	// Conflict says why the scores of targets cannot be told apart, "" when they can.
	Conflict string

	Targets         []TargetScore   // of the one requested document
	TargetDocuments []DocumentScore // of the one requested target
}

// DocumentScore is the score of one document.
type DocumentScore struct {
	ID         string
	Filename   *string
	Score      *big.Float
	PriorScore *big.Float
	Value      *string // JSON text of what was extracted, a customer's data; nil unless values were requested
}

// TargetScore is the score of one target, such as line_items.*.unit_price, in one document.
type TargetScore struct {
	Path       string
	Score      *big.Float
	PriorScore *big.Float
	Value      *string // see DocumentScore
}

// Confusion says how strongly one label was taken for another.
type Confusion struct {
	Source, Target string
	Score          *big.Float
}

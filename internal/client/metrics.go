package client

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

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
	State        MetricsState `tfsdk:"state"`
	Message      string       `tfsdk:"message"`       // why there are no metrics, in the API's words; "" when there are
	StaleReasons []string     `tfsdk:"stale_reasons"` // why they are stale; nil only in a view of details

	RunID        string  `tfsdk:"-"` // "" unless the metrics are available
	ExperimentID *string `tfsdk:"experiment_id"`
	BlockKind    *string `tfsdk:"block_kind"`

	Score      *big.Float `tfsdk:"score"`
	PriorScore *big.Float `tfsdk:"prior_score"`
	PriorRunID *string    `tfsdk:"prior_run_id"` // the run that PriorScore is of

	TargetScores map[string]*big.Float `tfsdk:"target_scores"` // by target path or label; nil when the API has none
	Documents    []DocumentScore       `tfsdk:"-"`
	Confusions   []Confusion           `tfsdk:"confusions"` // nil only without metrics

	ScoredDocuments *int64 `tfsdk:"scored_document_count"` // flat edition only, like TotalDocuments
	TotalDocuments  *int64 `tfsdk:"total_document_count"`

	DefinitionFingerprint     *string `tfsdk:"definition_fingerprint"`      // run-scoped edition only
	BlockExecutionFingerprint *string `tfsdk:"block_execution_fingerprint"` // flat edition only

	Targets         []TargetScore   `tfsdk:"-"` // of the one requested document
	TargetDocuments []DocumentScore `tfsdk:"-"` // of the one requested target
}

// DocumentScore is the score of one document.
type DocumentScore struct {
	ID         string     `tfsdk:"-"`
	Filename   *string    `tfsdk:"filename"`
	Score      *big.Float `tfsdk:"score"`
	PriorScore *big.Float `tfsdk:"prior_score"`
	Value      *string    `tfsdk:"-"` // JSON text of what was extracted, customer data; nil unless values were requested
}

// TargetScore is the score of one target, such as line_items.*.unit_price, in one document.
type TargetScore struct {
	Path       string     `tfsdk:"-"`
	Score      *big.Float `tfsdk:"score"`
	PriorScore *big.Float `tfsdk:"prior_score"`
	Value      *string    `tfsdk:"-"` // see DocumentScore
}

// Confusion says how strongly one label was taken for another.
type Confusion struct {
	Source string     `tfsdk:"source"`
	Target string     `tfsdk:"target"`
	Score  *big.Float `tfsdk:"score"`
}

// metricsView is one of the API's views of the metrics of a run.
type metricsView string

// The views that are read. The API also has votes, which are customers' data.
const (
	summaryView  metricsView = "summary"
	documentView metricsView = "by_document"
	targetView   metricsView = "by_target"
)

// convertMetrics converts a view, or the reason why there are no metrics.
func convertMetrics(b wire.Metrics, view metricsView) (Metrics, error) {
	if reason := missingReason(b); reason != "" {
		return convertUnavailable(b, reason)
	}
	metrics := Metrics{State: MetricsAvailable, RunID: b.RunID.String()}
	err := requireMembers(member{"run_id", b.RunID})
	for _, discriminator := range []member{{"kind", b.Kind}, {"view", b.View}} {
		if discriminator.value != nil { // the schemas have defaults
			err = cmp.Or(verifyIDs(idMatch{discriminator.name, string(view), discriminator.value.String()}), err)
		}
	}
	if err != nil {
		return Metrics{}, err
	}
	switch view {
	case documentView:
		err = requireMembers(member{"document.id", b.Document.ID})
		metrics.Targets = convertTargetScores(&err, b.Targets)
	case targetView:
		err = requireMembers(member{"target", b.Target})
		metrics.TargetDocuments = convertDocumentScores(&err, b.Documents)
	default:
		err = requireMembers(member{"experiment_id", b.ExperimentID})
		metrics.addSummary(&err, b)
	}
	return metrics, err
}

// missingReason returns the API's word for why a body is not a view of metrics, "" if it is one.
func missingReason(b wire.Metrics) string {
	views := []string{string(summaryView), string(documentView), string(targetView), "votes"}
	switch kind := b.Kind.String(); {
	case kind != "" && !slices.Contains(views, kind):
		return kind
	case b.Error.Present:
		return cmp.Or(b.Error.Message, b.Error.Code, "error")
	default:
		return ""
	}
}

// convertUnavailable returns metrics without any number. It requires the id of the experiment, which shows that this is the API's
// own answer and not another failure with status 200.
func convertUnavailable(b wire.Metrics, reason string) (Metrics, error) {
	if err := requireMembers(member{"experiment_id", b.ExperimentID}); err != nil {
		return Metrics{}, err
	}
	metrics := Metrics{
		State: MetricsState(reason), Message: b.Message.String(), StaleReasons: texts(b.StaleReasons),
		ExperimentID: b.ExperimentID.Pointer(),
	}
	switch {
	case reason == "stale_metrics":
		metrics.State = MetricsStale
	case reason == "no_metrics":
		metrics.State = MetricsMissing
	case metrics.State == MetricsAvailable || !sanitize.IsPlain(reason):
		return Metrics{}, fmt.Errorf("kind (or error) is %q, which is not a known view", sanitize.PlainText(reason))
	}
	return metrics, nil
}

// addSummary adds the members of the summary view.
func (m *Metrics) addSummary(err *error, b wire.Metrics) {
	m.ExperimentID, m.BlockKind = b.ExperimentID.Pointer(), blockKind(err, b.BlockKind, b.BlockType)
	m.StaleReasons = texts(b.StaleReasons)
	m.Score, m.PriorScore, m.PriorRunID = b.Score.Float(), b.PriorScore.Float(), firstPresent(b.PriorRunID)
	m.Documents = convertDocumentScores(err, b.Documents)
	m.TargetScores = b.Aggregate.Likelihoods
	if m.TargetScores == nil { // not an extract block
		m.TargetScores = b.Aggregate.Diagonal
	}
	m.Confusions = convertConfusions(err, b.Aggregate.Flows)
	m.ScoredDocuments, m.TotalDocuments = (*int64)(b.ScoredDocumentCount), (*int64)(b.TotalDocumentCount)
	m.DefinitionFingerprint, m.BlockExecutionFingerprint = b.DefinitionFingerprint.Pointer(), b.BlockExecutionFingerprint.Pointer()
}

// convertConfusions converts the flows of a confusion matrix. Each needs a source and a target.
func convertConfusions(err *error, flows []wire.Flow) []Confusion {
	converted := []Confusion{} // nil would be null in Terraform
	for i, flow := range flows {
		var problem error
		source := oneOf(&problem, member{"source", flow.Source}, member{"from", flow.From})
		target := oneOf(&problem, member{"target", flow.Target}, member{"to", flow.To})
		switch {
		case problem != nil:
			*err = cmp.Or(*err, fmt.Errorf("aggregate.flows.%d.%w", i, problem))
		case source == nil || target == nil:
			*err = cmp.Or(*err, fmt.Errorf("aggregate.flows.%d lacks its source or its target", i))
		}
		converted = append(converted, Confusion{Source: source.String(), Target: target.String(), Score: flow.Score.Float()})
	}
	return converted
}

// convertDocumentScores converts the scores of documents. Each needs an id, which no other document has.
func convertDocumentScores(err *error, rows []wire.DocumentScore) (converted []DocumentScore) {
	seen := map[string]string{} // by the form in which Terraform compares
	for i, row := range rows {
		id := row.ID.String()
		other, isKnown := seen[Identity(id)]
		problem := requireMembers(member{"id", row.ID})
		switch {
		case problem != nil:
			*err = cmp.Or(*err, fmt.Errorf("documents.%d.%w", i, problem))
		case isKnown && other == id:
			*err = cmp.Or(*err, fmt.Errorf("documents.%d.id is %q for the second time", i, id))
		case isKnown:
			*err = cmp.Or(*err, fmt.Errorf("documents.%d.id is %+q, which Terraform cannot tell from %+q", i, id, other))
		}
		seen[Identity(id)] = id
		converted = append(converted, DocumentScore{
			ID: id, Filename: row.Filename.Pointer(), Score: row.Score.Float(), PriorScore: row.PriorScore.Float(), Value: row.Value.Pointer(),
		})
	}
	return converted
}

// convertTargetScores converts the scores of targets. Each needs a path, which no other target has.
func convertTargetScores(err *error, rows []wire.TargetScore) (converted []TargetScore) {
	seen := map[string]bool{}
	for i, row := range rows {
		path := row.Path.String()
		switch {
		case row.Path == nil:
			*err = cmp.Or(*err, fmt.Errorf("targets.%d.path is missing", i))
		case seen[path]:
			*err = cmp.Or(*err, fmt.Errorf("targets.%d.path is %q for the second time", i, sanitize.PlainText(path)))
		}
		seen[path] = true
		converted = append(converted, TargetScore{
			Path: path, Score: row.Score.Float(), PriorScore: row.PriorScore.Float(), Value: row.Value.Pointer(),
		})
	}
	return converted
}

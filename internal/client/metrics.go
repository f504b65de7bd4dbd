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

// metricsView is one of the API's views of the metrics of a run.
type metricsView string

// The views that are read. The API also has votes, which are customers' data.
const (
	summaryView  metricsView = "summary"
	documentView metricsView = "by_document"
	targetView   metricsView = "by_target"
)

// views are all views that the API has. Any other kind of body is a reason why there are no metrics.
var views = []string{string(summaryView), string(documentView), string(targetView), "votes"}

// convertMetrics converts any view, or the reason why there are no metrics.
func convertMetrics(b wire.Metrics, view metricsView) (Metrics, error) {
	if reason := missingReason(b); reason != "" {
		return convertUnavailable(b, reason)
	}
	return convertView(b, view)
}

// missingReason returns the API's word for why there are no metrics, "" when there are.
func missingReason(b wire.Metrics) string {
	if kind := b.Kind.String(); kind != "" && !slices.Contains(views, kind) {
		return kind
	}
	if b.Error.Present {
		return cmp.Or(b.Error.Message, b.Error.Code, "error")
	}
	return ""
}

// convertUnavailable returns metrics without any number. It requires the id of the experiment, which shows that this is the API's
// own answer and not another failure with status 200.
func convertUnavailable(b wire.Metrics, reason string) (Metrics, error) {
	if err := requireMembers(member{"experiment_id", b.ExperimentID}); err != nil {
		return Metrics{}, err
	}
	metrics := Metrics{
		State: MetricsState(reason), Message: b.Message.String(), StaleReasons: texts(b.StaleReasons), ExperimentID: b.ExperimentID.String(),
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

// convertView checks that the body is the requested view, and converts the members of the view.
func convertView(b wire.Metrics, view metricsView) (Metrics, error) {
	for _, discriminator := range []member{{"kind", b.Kind}, {"view", b.View}} {
		if discriminator.value == nil {
			continue // the schemas have defaults
		}
		if err := verifyIDs(idMatch{discriminator.name, string(view), discriminator.value.String()}); err != nil {
			return Metrics{}, err
		}
	}
	required := map[metricsView][]member{
		summaryView:  {{"run_id", b.RunID}, {"experiment_id", b.ExperimentID}},
		documentView: {{"run_id", b.RunID}, {"document.id", b.Document.ID}},
		targetView:   {{"run_id", b.RunID}, {"target", b.Target}},
	}
	if err := requireMembers(required[view]...); err != nil {
		return Metrics{}, err
	}
	switch view {
	case documentView:
		targets, err := convertTargetScores(b.Targets)
		paths := map[string]bool{}
		for _, target := range targets {
			paths[target.Path] = true
		}
		return Metrics{State: MetricsAvailable, RunID: b.RunID.String(), Targets: targets, Conflict: targetConflict(paths)}, err
	case targetView:
		documents, err := convertDocumentScores(b.Documents)
		return Metrics{State: MetricsAvailable, RunID: b.RunID.String(), TargetDocuments: documents}, err
	default:
		return convertSummary(b)
	}
}

// convertSummary converts the summary view.
func convertSummary(b wire.Metrics) (Metrics, error) {
	documents, documentsErr := convertDocumentScores(b.Documents)
	scores, scoresErr := scoresByTarget(b.Aggregate)
	confusions, confusionsErr := convertConfusions(b.Aggregate.Flows)
	err := cmp.Or(documentsErr, scoresErr, confusionsErr)
	metrics := Metrics{
		State: MetricsAvailable, RunID: b.RunID.String(), ExperimentID: b.ExperimentID.String(), BlockKind: blockKind(&err, b.BlockKind, b.BlockType),
		StaleReasons: texts(b.StaleReasons), Conflict: targetConflict(scores),
		DefinitionFingerprint: b.DefinitionFingerprint.Pointer(), BlockExecutionFingerprint: b.BlockExecutionFingerprint.Pointer(),
		Score: b.Score.Float(), PriorScore: b.PriorScore.Float(), PriorRunID: firstPresent(b.PriorRunID),
		TargetScores: scores, Documents: documents, Confusions: confusions,
		ScoredDocuments: (*int64)(b.ScoredDocumentCount), TotalDocuments: (*int64)(b.TotalDocumentCount),
	}
	return metrics, err
}

// targetConflict describes two targets that Terraform takes for one, "" if there are none.
func targetConflict[V any](targets map[string]V) string {
	if name, found := sameForTerraform(targets); found {
		return fmt.Sprintf("two targets have a name that is %q in Terraform", sanitize.PlainText(name))
	}
	return ""
}

// scoresByTarget returns the likelihoods of an extract block, or the diagonal of the confusion matrix of another block.
func scoresByTarget(a wire.Aggregate) (map[string]*big.Float, error) {
	for _, object := range []struct {
		name string
		wire.Scores
	}{{"likelihoods", a.Likelihoods}, {"diag", a.Diagonal}} {
		switch {
		case object.Duplicate != nil:
			return nil, fmt.Errorf("aggregate.%s has %q twice", object.name, sanitize.PlainText(*object.Duplicate))
		case object.ByName != nil:
			return object.ByName, nil
		}
	}
	return nil, nil
}

// convertConfusions converts the flows of a confusion matrix. Each needs a source and a target.
func convertConfusions(flows []wire.Flow) ([]Confusion, error) {
	var converted []Confusion
	for i, flow := range flows {
		var err error
		source := oneOf(&err, member{"source", flow.Source}, member{"from", flow.From})
		target := oneOf(&err, member{"target", flow.Target}, member{"to", flow.To})
		if err != nil {
			return nil, fmt.Errorf("aggregate.flows.%d.%w", i, err)
		}
		if source == nil || target == nil {
			return nil, fmt.Errorf("aggregate.flows.%d lacks its source or its target", i)
		}
		converted = append(converted, Confusion{Source: source.String(), Target: target.String(), Score: flow.Score.Float()})
	}
	return converted, nil
}

// convertDocumentScores converts the scores of documents. Each needs an id, which no other document has.
func convertDocumentScores(rows []wire.DocumentScore) ([]DocumentScore, error) {
	var converted []DocumentScore
	seen := map[string]string{} // by the form in which Terraform compares
	for i, row := range rows {
		if err := requireMembers(member{"id", row.ID}); err != nil {
			return nil, fmt.Errorf("documents.%d.%w", i, err)
		}
		id := row.ID.String()
		switch other, is := seen[Identity(id)]; {
		case is && other == id:
			return nil, fmt.Errorf("documents.%d.id is %q for the second time", i, id)
		case is:
			return nil, fmt.Errorf("documents.%d.id is %+q, which Terraform cannot tell from %+q", i, id, other)
		}
		seen[Identity(id)] = id
		converted = append(converted, DocumentScore{
			ID: id, Filename: row.Filename.Pointer(), Score: row.Score.Float(), PriorScore: row.PriorScore.Float(), Value: row.Value.Pointer(),
		})
	}
	return converted, nil
}

// convertTargetScores converts the scores of targets. Each needs a path, which no other target has.
func convertTargetScores(rows []wire.TargetScore) ([]TargetScore, error) {
	var converted []TargetScore
	seen := map[string]bool{}
	for i, row := range rows {
		path := row.Path.String()
		switch {
		case row.Path == nil:
			return nil, fmt.Errorf("targets.%d.path is missing", i)
		case seen[path]:
			return nil, fmt.Errorf("targets.%d.path is %q for the second time", i, sanitize.PlainText(path))
		}
		seen[path] = true
		converted = append(converted, TargetScore{
			Path: path, Score: row.Score.Float(), PriorScore: row.PriorScore.Float(), Value: row.Value.Pointer(),
		})
	}
	return converted, nil
}

package wire

import (
	"cmp"
	"fmt"
	"io"
	"math/big"
	"slices"

	"golang.org/x/text/unicode/norm"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// View is one of the API's views of the metrics of a run.
type View string

// The views that are read. The API also has votes, which are customers' data.
const (
	SummaryView  View = "summary"
	DocumentView View = "by_document"
	TargetView   View = "by_target"
)

// views are all views that the API has. Any other kind of body is a reason why there are no metrics.
var views = []string{string(SummaryView), string(DocumentView), string(TargetView), "votes"}

// Metrics is any view of the metrics of a run, or the reason why there are none, in the spellings of both editions. Every
// such body comes with status 200.
type Metrics struct {
	Kind         *Text   `json:"kind"` // flat edition: the view, stale_metrics or no_metrics
	View         *Text   `json:"view"`
	Error        Failure `json:"error"` // stale_metrics or no_metrics
	Message      Note    `json:"message"`
	StaleReasons []*Text `json:"stale_reasons"`

	RunID               *Text           `json:"run_id"`
	ExperimentID        *Text           `json:"experiment_id"`
	BlockKind           *Text           `json:"block_kind"`
	BlockType           *Text           `json:"block_type"` // flat edition
	Score               *Number         `json:"score"`
	PriorScore          *Number         `json:"prior_score"`
	PriorRunID          *Text           `json:"prior_run_id"`
	Documents           []DocumentScore `json:"documents"`
	Aggregate           Aggregate       `json:"aggregate"`
	ScoredDocumentCount *Int64          `json:"scored_document_count"` // flat edition
	TotalDocumentCount  *Int64          `json:"total_document_count"`  // flat edition

	DefinitionFingerprint     Note `json:"definition_fingerprint"`      // run-scoped edition
	BlockExecutionFingerprint Note `json:"block_execution_fingerprint"` // flat edition

	Document struct { // by_document
		ID *Text `json:"id"`
	} `json:"document"`
	Targets []TargetScore `json:"targets"` // by_document
	Target  *Text         `json:"target"`  // by_target
}

// DocumentScore is the score of one document.
type DocumentScore struct {
	ID         *Text   `json:"id"`
	Filename   Note    `json:"filename"`
	Score      *Number `json:"score"`
	PriorScore *Number `json:"prior_score"`
	Value      Payload `json:"value"`
}

// TargetScore is the score of one target.
type TargetScore struct {
	Path       *Text   `json:"path"`
	Score      *Number `json:"score"`
	PriorScore *Number `json:"prior_score"`
	Value      Payload `json:"value"`
}

// Aggregate has likelihoods for an extract block, and a confusion matrix for the other kinds.
type Aggregate struct {
	Likelihoods Scores `json:"likelihoods"`
	Diagonal    Scores `json:"diag"`
	Flows       []Flow `json:"flows"`
}

// Scores is an object of numbers by name. A duplicate name would hide a score, so it is an error.
type Scores struct {
	ByName    map[string]*big.Float // nil when the server left the object out or sent null
	Duplicate *string               // a name that the object has twice
}

// read accepts an object of numbers and nulls, or null.
func (s *Scores) read(r *reader) error {
	if r.PeekKind() == '{' {
		s.ByName = map[string]*big.Float{}
	}
	return r.eachMember(func(name string) error {
		var score Number
		err := score.read(r)
		if _, isDuplicate := s.ByName[name]; isDuplicate {
			s.Duplicate = &name
		}
		s.ByName[name] = score.value
		return cmp.Or(err, r.checkCount(len(s.ByName)))
	})
}

// Flow says how strongly one label was taken for another.
type Flow struct {
	Source *Text   `json:"source"`
	From   *Text   `json:"from"` // run-scoped edition
	Target *Text   `json:"target"`
	To     *Text   `json:"to"` // run-scoped edition
	Score  *Number `json:"score"`
}

// MetricsAbout has the run, the document and the target that an answer is about.
type MetricsAbout struct{ RunID, DocumentID, Target string }

// Metrics decodes a view of the metrics of a run; values says whether extracted values are kept. If there are no metrics, the
// [MetricsAbout] is empty.
func (d *Decoder) Metrics(body io.Reader, view View, values bool) (retab.Metrics, MetricsAbout, error) {
	var metrics Metrics
	if err := d.Decode(body, &metrics, values); err != nil {
		return retab.Metrics{}, MetricsAbout{}, err
	}
	if reason := metrics.reason(); reason != "" {
		unavailable, err := metrics.unavailable(reason)
		return unavailable, MetricsAbout{}, err
	}
	converted, err := metrics.convert(view)
	if err != nil {
		return retab.Metrics{}, MetricsAbout{}, err
	}
	return converted, MetricsAbout{RunID: metrics.RunID.String(), DocumentID: metrics.Document.ID.String(), Target: metrics.Target.String()}, nil
}

// reason returns the API's word for why there are no metrics, "" when there are.
func (b Metrics) reason() string {
	if kind := b.Kind.String(); kind != "" && !slices.Contains(views, kind) {
		return kind
	}
	if b.Error.Present {
		return cmp.Or(b.Error.Message, b.Error.Code, "error")
	}
	return ""
}

// unavailable returns metrics without any number. It requires the id of the experiment, which shows that this is the API's
// own answer and not another failure with status 200.
func (b Metrics) unavailable(reason string) (retab.Metrics, error) {
	if err := requireMembers(member{"experiment_id", b.ExperimentID}); err != nil {
		return retab.Metrics{}, err
	}
	metrics := retab.Metrics{
		State: retab.MetricsState(reason), Message: b.Message.String(), StaleReasons: texts(b.StaleReasons), ExperimentID: b.ExperimentID.String(),
	}
	switch {
	case reason == "stale_metrics":
		metrics.State = retab.MetricsStale
	case reason == "no_metrics":
		metrics.State = retab.MetricsMissing
	case metrics.State == retab.MetricsAvailable || !sanitize.IsPlain(reason):
		return retab.Metrics{}, fmt.Errorf("kind (or error) is %q, which is not a known view", sanitize.PlainText(reason))
	}
	return metrics, nil
}

// convert checks that the body is the requested view, and converts the members of the view.
func (b Metrics) convert(view View) (retab.Metrics, error) {
	for _, discriminator := range []member{{"kind", b.Kind}, {"view", b.View}} {
		if discriminator.value == nil {
			continue // the schemas have defaults
		}
		if err := VerifyIDs(IDMatch{discriminator.name, string(view), discriminator.value.String()}); err != nil {
			return retab.Metrics{}, err
		}
	}
	required := map[View][]member{
		SummaryView:  {{"run_id", b.RunID}, {"experiment_id", b.ExperimentID}},
		DocumentView: {{"run_id", b.RunID}, {"document.id", b.Document.ID}},
		TargetView:   {{"run_id", b.RunID}, {"target", b.Target}},
	}
	if err := requireMembers(required[view]...); err != nil {
		return retab.Metrics{}, err
	}
	switch view {
	case DocumentView:
		targets, err := convertTargetScores(b.Targets)
		paths := map[string]bool{}
		for _, target := range targets {
			paths[target.Path] = true
		}
		return retab.Metrics{State: retab.MetricsAvailable, RunID: b.RunID.String(), Targets: targets, Conflict: targetConflict(paths)}, err
	case TargetView:
		documents, err := convertDocumentScores(b.Documents)
		return retab.Metrics{State: retab.MetricsAvailable, RunID: b.RunID.String(), TargetDocuments: documents}, err
	default:
		return b.summary()
	}
}

// summary converts the summary view.
func (b Metrics) summary() (retab.Metrics, error) {
	documents, documentsErr := convertDocumentScores(b.Documents)
	scores, scoresErr := b.Aggregate.scoresByTarget()
	confusions, confusionsErr := convertConfusions(b.Aggregate.Flows)
	err := cmp.Or(documentsErr, scoresErr, confusionsErr)
	metrics := retab.Metrics{
		State: retab.MetricsAvailable, RunID: b.RunID.String(), ExperimentID: b.ExperimentID.String(), BlockKind: blockKind(&err, b.BlockKind, b.BlockType),
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
func (a Aggregate) scoresByTarget() (map[string]*big.Float, error) {
	for _, object := range []struct {
		name string
		Scores
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
func convertConfusions(flows []Flow) ([]retab.Confusion, error) {
	var converted []retab.Confusion
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
		converted = append(converted, retab.Confusion{Source: source.String(), Target: target.String(), Score: flow.Score.Float()})
	}
	return converted, nil
}

// convertDocumentScores converts the scores of documents. Each needs an id, which no other document has.
func convertDocumentScores(rows []DocumentScore) ([]retab.DocumentScore, error) {
	var converted []retab.DocumentScore
	seen := map[string]string{} // by the form in which Terraform compares
	for i, row := range rows {
		if err := requireMembers(member{"id", row.ID}); err != nil {
			return nil, fmt.Errorf("documents.%d.%w", i, err)
		}
		id := row.ID.String()
		switch other, is := seen[norm.NFC.String(id)]; {
		case is && other == id:
			return nil, fmt.Errorf("documents.%d.id is %q for the second time", i, id)
		case is:
			return nil, fmt.Errorf("documents.%d.id is %+q, which Terraform cannot tell from %+q", i, id, other)
		}
		seen[norm.NFC.String(id)] = id
		converted = append(converted, retab.DocumentScore{
			ID: id, Filename: row.Filename.Pointer(), Score: row.Score.Float(), PriorScore: row.PriorScore.Float(), Value: row.Value.Pointer(),
		})
	}
	return converted, nil
}

// convertTargetScores converts the scores of targets. Each needs a path, which no other target has.
func convertTargetScores(rows []TargetScore) ([]retab.TargetScore, error) {
	var converted []retab.TargetScore
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
		converted = append(converted, retab.TargetScore{
			Path: path, Score: row.Score.Float(), PriorScore: row.PriorScore.Float(), Value: row.Value.Pointer(),
		})
	}
	return converted, nil
}

package wire

import (
	"cmp"
	"fmt"
	"math/big"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// Metrics is any view of the metrics of a run, or the reason why there are none, in the spellings of both editions.
// Every such body comes with status 200.
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
	Score               Number          `json:"score"`
	PriorScore          Number          `json:"prior_score"`
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
	Score      Number  `json:"score"`
	PriorScore Number  `json:"prior_score"`
	Value      Payload `json:"value"`
}

// TargetScore is the score of one target.
type TargetScore struct {
	Path       *Text   `json:"path"`
	Score      Number  `json:"score"`
	PriorScore Number  `json:"prior_score"`
	Value      Payload `json:"value"`
}

// Aggregate has likelihoods for an extract block, and a confusion matrix for the other kinds.
type Aggregate struct {
	Likelihoods Scores `json:"likelihoods"`
	Diagonal    Scores `json:"diag"`
	Flows       []Flow `json:"flows"`
}

// Scores is an object of numbers by name, nil when the server left it out or sent null.
type Scores map[string]*big.Float

// read accepts an object of numbers and nulls, or null. A duplicate name would hide a score, so it is an error.
func (s *Scores) read(r *reader) error {
	if r.PeekKind() == '{' {
		*s = Scores{}
	}
	scores := r.StackPointer()
	return r.eachMember(func(name string) error {
		if _, isDuplicate := (*s)[name]; isDuplicate {
			return refuse(scores, fmt.Errorf("has %q twice", sanitize.PlainText(name)))
		}
		var score Number
		err := score.read(r)
		(*s)[name] = score.value
		return cmp.Or(err, r.checkCount(len(*s)))
	})
}

// Flow says how strongly one label was taken for another.
type Flow struct {
	Source *Text  `json:"source"`
	From   *Text  `json:"from"` // run-scoped edition
	Target *Text  `json:"target"`
	To     *Text  `json:"to"` // run-scoped edition
	Score  Number `json:"score"`
}

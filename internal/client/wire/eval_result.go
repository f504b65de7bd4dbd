package wire

import (
	"cmp"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// evalResultBody is the result of one eval in the spellings of both editions.
type evalResultBody struct {
	ID         *text          `json:"id"`
	RunID      *text          `json:"run_id"`               // run-scoped edition
	EvalRunID  *text          `json:"workflow_eval_run_id"` // flat edition
	TestID     *text          `json:"test_id"`              // run-scoped edition
	EvalID     *text          `json:"eval_id"`              // flat edition
	WorkflowID *text          `json:"workflow_id"`
	BlockID    *text          `json:"block_id"` // flat edition
	BlockType  *text          `json:"block_type"`
	Target     *evalBlockBody `json:"target"` // run-scoped edition

	Lifecycle      lifecycleBody     `json:"lifecycle"`
	Timing         group[timingBody] `json:"timing"`
	Error          failureBody       `json:"error"`   // run-scoped edition
	Skipped        bool              `json:"skipped"` // run-scoped edition
	Verdict        verdictWord       `json:"verdict"`
	Assertion      *assertionBody    `json:"assertion_result"`
	VerdictSummary *verdictBody      `json:"verdict_summary"`
	Artifact       *artifactRef      `json:"artifact"`
	Warnings       []*text           `json:"warnings"`
	HandleInputs   payload           `json:"handle_inputs"`
	HandleOutputs  payload           `json:"handle_outputs"` // flat edition
	Outputs        payload           `json:"outputs"`        // run-scoped edition
}

// assertionBody is what an assertion found.
type assertionBody struct {
	ConditionKind *text   `json:"condition_kind"`
	Outcome       *text   `json:"outcome"` // flat edition
	Status        *text   `json:"status"`  // run-scoped edition
	Score         *number `json:"score"`
	Threshold     *number `json:"threshold"`
	Label         *text   `json:"assertion_label"`
	ActualValue   payload `json:"actual_value"`
	ExpectedValue payload `json:"expected_value"`
	Failure       *struct {
		Code    *text `json:"code"`
		Message *text `json:"message"`
	} `json:"failure"`
}

// verdictBody is the API's own summary of a verdict.
type verdictBody struct {
	Passed  *bool        `json:"passed"` // flat edition
	Result  *bool        `json:"result"` // run-scoped edition
	Failed  lenientInt64 `json:"assertions_failed"`
	Blocked lenientInt64 `json:"blocked_assertions"`
}

// verdictWord is the verdict of the flat edition, a string. The run-scoped edition has an object there, whose members the vendor
// does not describe, so it is skipped.
type verdictWord struct{ text }

// UnmarshalJSONFrom accepts a string, and skips any other value.
func (v *verdictWord) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != '"' {
		return decoder.SkipValue()
	}
	return json.UnmarshalDecode(decoder, &v.text)
}

// EvalResults decodes a page of results of evals. payloads says whether values and handles are kept.
func (d *Decoder) EvalResults(body io.Reader, payloads bool) ([]retab.EvalResult, Page, error) {
	return decodePage(d, body, payloads, evalResultBody.convert)
}

// convert checks the required members and merges the two spellings.
func (b evalResultBody) convert() (retab.EvalResult, error) {
	var err error
	evalID := oneOf(&err, member{"test_id", b.TestID}, member{"eval_id", b.EvalID})
	runID := oneOf(&err, member{"run_id", b.RunID}, member{"workflow_eval_run_id", b.EvalRunID})
	blockID := b.BlockID
	if blockID == nil && b.Target != nil {
		blockID = b.Target.BlockID
	}
	result := retab.EvalResult{
		ID: b.ID.string(), RunID: firstPresent(runID), EvalID: evalID.string(), WorkflowID: b.WorkflowID.string(),
		BlockID: blockID.pointer(), BlockKind: b.BlockType.pointer(),
		Lifecycle: b.Lifecycle.lifecycle(b.Error, b.Timing.members), Verdict: b.verdict(), Artifact: b.Artifact.artifact(),
		Values: retab.EvalValues{Warnings: texts(b.Warnings), HandleInputs: b.HandleInputs.pointer(), HandleOutputs: cmp.Or(b.HandleOutputs.pointer(), b.Outputs.pointer())},
	}
	if assertion := b.Assertion; assertion != nil {
		result.ConditionKind, result.Score, result.Threshold = assertion.ConditionKind.pointer(), assertion.Score.float(), assertion.Threshold.float()
		result.Values.AssertionLabel = assertion.Label.pointer()
		result.Values.ActualValue, result.Values.ExpectedValue = assertion.ActualValue.pointer(), assertion.ExpectedValue.pointer()
		if assertion.Failure != nil {
			result.FailureCode, result.Values.FailureMessage = assertion.Failure.Code.pointer(), assertion.Failure.Message.pointer()
		}
	}
	return result, cmp.Or(err, requireMembers(member{"id", b.ID}, member{"eval_id (or test_id)", evalID}, member{"workflow_id", b.WorkflowID}))
}

// verdict returns the verdict of a completed result, "" if there is none or if two members contradict each other. The vendor
// populates it only for a final result.
func (b evalResultBody) verdict() retab.EvalVerdict {
	if b.Lifecycle.Status.string() != string(retab.StatusCompleted) || b.Skipped {
		return ""
	}
	words := []string{b.Verdict.string(), b.VerdictSummary.word()}
	if b.Assertion != nil {
		words = append(words, b.Assertion.Outcome.string(), b.Assertion.Status.string())
	}
	return agreedVerdict(words...)
}

// word returns the verdict of a summary. One that passed with failed assertions contradicts itself and is no verdict.
func (b *verdictBody) word() string {
	passed := b.isPassed()
	switch {
	case passed == nil:
		return ""
	case *passed && b.Failed == 0 && b.Blocked == 0:
		return string(retab.EvalPassed)
	case *passed:
		return "contradiction"
	case b.Blocked > 0 && b.Failed == 0:
		return string(retab.EvalBlocked)
	default:
		return string(retab.EvalFailed)
	}
}

func (b *verdictBody) isPassed() *bool {
	switch {
	case b == nil:
		return nil
	case b.Passed != nil:
		return b.Passed
	default:
		return b.Result
	}
}

// agreedVerdict returns the verdict that every non-empty word names, "" if they differ or name an unknown one.
func agreedVerdict(words ...string) (verdict retab.EvalVerdict) {
	for _, word := range words {
		switch {
		case word == "":
		case verdict == "":
			verdict = retab.EvalVerdict(word)
		case verdict != retab.EvalVerdict(word):
			return ""
		}
	}
	switch verdict {
	case retab.EvalPassed, retab.EvalFailed, retab.EvalBlocked:
		return verdict
	default:
		return ""
	}
}

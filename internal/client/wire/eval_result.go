package wire

import (
	"cmp"
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// EvalResult is the result of one eval in the spellings of both editions.
type EvalResult struct {
	ID         *Text      `json:"id"`
	RunID      *Text      `json:"run_id"`               // run-scoped edition
	EvalRunID  *Text      `json:"workflow_eval_run_id"` // flat edition
	TestID     *Text      `json:"test_id"`              // run-scoped edition
	EvalID     *Text      `json:"eval_id"`              // flat edition
	WorkflowID *Text      `json:"workflow_id"`
	BlockID    *Text      `json:"block_id"` // flat edition
	BlockType  *Text      `json:"block_type"`
	Target     *EvalBlock `json:"target"` // run-scoped edition

	Lifecycle      Lifecycle       `json:"lifecycle"`
	Timing         Group[Timing]   `json:"timing"`
	Error          Failure         `json:"error"`   // run-scoped edition
	Skipped        bool            `json:"skipped"` // run-scoped edition
	Verdict        VerdictWord     `json:"verdict"`
	Assertion      *Assertion      `json:"assertion_result"`
	VerdictSummary *VerdictSummary `json:"verdict_summary"`
	Artifact       *ArtifactRef    `json:"artifact"`
	Warnings       []*Text         `json:"warnings"`
	HandleInputs   Payload         `json:"handle_inputs"`
	HandleOutputs  Payload         `json:"handle_outputs"` // flat edition
	Outputs        Payload         `json:"outputs"`        // run-scoped edition
}

// Assertion is what an assertion found.
type Assertion struct {
	ConditionKind *Text   `json:"condition_kind"`
	Outcome       *Text   `json:"outcome"` // flat edition
	Status        *Text   `json:"status"`  // run-scoped edition
	Score         *Number `json:"score"`
	Threshold     *Number `json:"threshold"`
	Label         *Text   `json:"assertion_label"`
	ActualValue   Payload `json:"actual_value"`
	ExpectedValue Payload `json:"expected_value"`
	Failure       *struct {
		Code    *Text `json:"code"`
		Message *Text `json:"message"`
	} `json:"failure"`
}

// VerdictSummary is the API's own summary of a verdict.
type VerdictSummary struct {
	Passed  *bool `json:"passed"` // flat edition
	Result  *bool `json:"result"` // run-scoped edition
	Failed  Int64 `json:"assertions_failed"`
	Blocked Int64 `json:"blocked_assertions"`

	FailedIDs []*Text `json:"failed_assertion_ids"`
}

// VerdictWord is the verdict of the flat edition, a string. The run-scoped edition has an object there, whose members the vendor
// does not describe, so it is skipped.
type VerdictWord struct{ Text }

// read accepts a string, and skips any other value.
func (v *VerdictWord) read(r *reader) error {
	if r.PeekKind() != '"' {
		return r.SkipValue()
	}
	return v.Text.read(r)
}

// EvalResults decodes a page of results of evals. payloads says whether values and handles are kept.
func (d *Decoder) EvalResults(body io.Reader, payloads bool) ([]retab.EvalResult, Page, error) {
	return DecodePage(d, body, payloads, EvalResult.convert)
}

// convert checks the required members and merges the two spellings.
func (b EvalResult) convert() (retab.EvalResult, error) {
	var err error
	evalID := oneOf(&err, member{"test_id", b.TestID}, member{"eval_id", b.EvalID})
	runID := oneOf(&err, member{"run_id", b.RunID}, member{"workflow_eval_run_id", b.EvalRunID})
	blockID := b.BlockID
	if blockID == nil && b.Target != nil {
		blockID = b.Target.BlockID
	}
	result := retab.EvalResult{
		ID: b.ID.String(), RunID: firstPresent(runID), EvalID: evalID.String(), WorkflowID: b.WorkflowID.String(),
		BlockID: blockID.Pointer(), BlockKind: b.BlockType.Pointer(),
		Lifecycle: b.Lifecycle.lifecycle(b.Error, b.Timing.Members), Verdict: b.verdict(), Artifact: b.Artifact.artifact(),
		Values: retab.EvalValues{Warnings: texts(b.Warnings), HandleInputs: b.HandleInputs.Pointer(), HandleOutputs: cmp.Or(b.HandleOutputs.Pointer(), b.Outputs.Pointer())},
	}
	if assertion := b.Assertion; assertion != nil {
		result.ConditionKind, result.Score, result.Threshold = assertion.ConditionKind.Pointer(), assertion.Score.Float(), assertion.Threshold.Float()
		result.Values.AssertionLabel = assertion.Label.Pointer()
		result.Values.ActualValue, result.Values.ExpectedValue = assertion.ActualValue.Pointer(), assertion.ExpectedValue.Pointer()
		if assertion.Failure != nil {
			result.FailureCode, result.Values.FailureMessage = assertion.Failure.Code.Pointer(), assertion.Failure.Message.Pointer()
		}
	}
	return result, cmp.Or(err, requireMembers(member{"id", b.ID}, member{"eval_id (or test_id)", evalID}, member{"workflow_id", b.WorkflowID}))
}

// verdict returns the verdict of a completed result, "" if there is none or if two members contradict each other. The vendor
// populates it only for a final result.
func (b EvalResult) verdict() retab.EvalVerdict {
	if b.Lifecycle.Status.String() != string(retab.StatusCompleted) || b.Skipped {
		return ""
	}
	words := []string{b.Verdict.String(), b.VerdictSummary.word()}
	if b.Assertion != nil {
		words = append(words, b.Assertion.Outcome.String(), b.Assertion.Status.String())
	}
	verdict := agreedVerdict(words...)
	if verdict == retab.EvalPassed && b.Assertion != nil && b.Assertion.Failure != nil {
		return ""
	}
	return verdict
}

// word returns the verdict of a summary. One that passed with failed assertions contradicts itself and is no verdict.
func (b *VerdictSummary) word() string {
	if b == nil {
		return ""
	}
	passed := cmp.Or(b.Passed, b.Result)
	hasFailed, hasBlocked := b.Failed != 0 || len(b.FailedIDs) > 0, b.Blocked != 0
	switch {
	case passed != nil && *passed && (hasFailed || hasBlocked):
		return "contradiction"
	case passed != nil && *passed:
		return string(retab.EvalPassed)
	case hasBlocked && !hasFailed:
		return string(retab.EvalBlocked)
	case passed != nil || hasFailed:
		return string(retab.EvalFailed)
	default:
		return ""
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

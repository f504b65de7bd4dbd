package wire

// EvalResult is the result of one eval in the spellings of both editions.
type EvalResult struct {
	ID         *Text     `json:"id"`
	RunID      *Text     `json:"run_id"`               // run-scoped edition
	EvalRunID  *Text     `json:"workflow_eval_run_id"` // flat edition
	TestID     *Text     `json:"test_id"`              // run-scoped edition
	EvalID     *Text     `json:"eval_id"`              // flat edition
	WorkflowID *Text     `json:"workflow_id"`
	BlockID    *Text     `json:"block_id"` // flat edition
	BlockType  *Text     `json:"block_type"`
	Target     EvalBlock `json:"target"` // run-scoped edition

	Lifecycle      Lifecycle      `json:"lifecycle"`
	Timing         Timing         `json:"timing"`
	Error          Failure        `json:"error"`   // run-scoped edition
	Skipped        bool           `json:"skipped"` // run-scoped edition
	Verdict        VerdictWord    `json:"verdict"`
	Assertion      Assertion      `json:"assertion_result"`
	VerdictSummary VerdictSummary `json:"verdict_summary"`
	Artifact       *ArtifactRef   `json:"artifact"`
	Warnings       []*Text        `json:"warnings"`
	HandleInputs   Payload        `json:"handle_inputs"`
	HandleOutputs  Payload        `json:"handle_outputs"` // flat edition
	Outputs        Payload        `json:"outputs"`        // run-scoped edition
}

// Assertion is what an assertion found.
type Assertion struct {
	ConditionKind *Text   `json:"condition_kind"`
	Outcome       *Text   `json:"outcome"` // flat edition
	Status        *Text   `json:"status"`  // run-scoped edition
	Score         Number  `json:"score"`
	Threshold     Number  `json:"threshold"`
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

// VerdictWord is the verdict of the flat edition, a string. The run-scoped edition has an object there, whose members
// the vendor does not describe, so it is skipped.
type VerdictWord struct{ Text }

// read accepts a string, and skips any other value.
func (v *VerdictWord) read(r *reader) error {
	if r.PeekKind() != '"' {
		return r.SkipValue()
	}
	return v.Text.read(r)
}

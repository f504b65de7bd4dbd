package client

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The structs of this file mirror what the API puts on the wire, in the spellings of both editions and of the
// vendor's own examples, which do not always agree with the vendor's schemas. Members that are not listed are
// skipped. The conversion below turns them into the one ExperimentResult.

type wireResult struct {
	ID              *string               `json:"id"`
	RunID           *string               `json:"run_id"`
	ExperimentRunID *string               `json:"experiment_run_id"` // the flat edition's run_id
	ExperimentID    *string               `json:"experiment_id"`
	DocumentID      *string               `json:"document_id"`
	BlockKind       *string               `json:"block_kind"`
	BlockType       *string               `json:"block_type"` // the flat edition's block_kind
	Lifecycle       wireLifecycle         `json:"lifecycle"`
	Timing          wireTiming            `json:"timing"`
	HandleInputs    map[string]wireHandle `json:"handle_inputs"`
	HandleOutputs   map[string]wireHandle `json:"handle_outputs"`
	Artifact        *wireArtifact         `json:"artifact"`
	Error           wireFailure           `json:"error"` // the flat edition's lifecycle.message and .details
	Attempt         *wholeNumber          `json:"attempt"`
	IsPlaceholder   *bool                 `json:"is_placeholder"`
}

type wireLifecycle struct {
	Status  *string     `json:"status"`
	Message *string     `json:"message"`
	Details wireFailure `json:"details"`
	Reason  *string     `json:"reason"`
}

type wireTiming struct {
	CreatedAt   *string      `json:"created_at"`
	StartedAt   *string      `json:"started_at"`
	CompletedAt *string      `json:"completed_at"`
	DurationMS  *wholeNumber `json:"duration_ms"`
}

type wireArtifact struct {
	Operation string `json:"operation"`
	ID        string `json:"id"`
}

var utf8BOM = []byte("\xef\xbb\xbf")

// errNotJSON marks a body that is no JSON at all, as a proxy's page is.
var errNotJSON = errors.New("the body is not JSON")

// decodeResult reads one result. Its errors name the member that is missing or wrong.
func decodeResult(body []byte, options ResultOptions) (ExperimentResult, error) {
	var wire wireResult
	if err := unmarshal(body, &wire, options); err != nil {
		return ExperimentResult{}, err
	}
	return wire.result()
}

// unmarshal decodes a body and words what is wrong with it.
func unmarshal(body []byte, target any, options ResultOptions) error {
	body = trimBody(body)
	if len(body) == 0 {
		return errors.New("the body is empty")
	}
	err := json.Unmarshal(body, target, json.WithUnmarshalers(handleData(options)))
	if err == nil {
		return nil
	}
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &semantic):
		return fmt.Errorf("%s %s", memberName(semantic.JSONPointer), mismatch(semantic))
	case !errors.As(err, &syntactic) || !strings.ContainsRune("{[", rune(body[0])):
		return errNotJSON
	case errors.Is(err, jsontext.ErrDuplicateName):
		return fmt.Errorf("%s is there twice", memberName(syntactic.JSONPointer))
	default:
		return fmt.Errorf("the body is not valid JSON: %w after %d bytes", syntactic.Err, syntactic.ByteOffset)
	}
}

func trimBody(body []byte) []byte { return bytes.TrimSpace(bytes.TrimPrefix(body, utf8BOM)) }

// memberName writes a JSON pointer the way a person would: timing.duration_ms.
func memberName(pointer jsontext.Pointer) string {
	var names []string
	for token := range pointer.Tokens() {
		names = append(names, token)
	}
	if len(names) == 0 {
		return "the body"
	}
	return strings.Join(names, ".")
}

// mismatch says what was found and what belongs there.
func mismatch(err *json.SemanticError) string {
	if errors.Is(err.Err, errNotWhole) {
		return err.Err.Error()
	}
	found := map[jsontext.Kind]string{
		'n': "null", 'f': "false", 't': "true", '"': "a string", '0': "a number", '{': "an object", '[': "an array",
	}[err.JSONKind]
	wanted := map[reflect.Kind]string{
		reflect.String: "a string", reflect.Bool: "true or false", reflect.Int64: "a whole number",
		reflect.Struct: "an object", reflect.Map: "an object", reflect.Slice: "an array",
	}[baseKind(err.GoType)]
	if found == "" || wanted == "" {
		return "cannot be read"
	}
	return "is " + found + ", not " + wanted
}

func baseKind(t reflect.Type) reflect.Kind {
	if t == nil {
		return reflect.Invalid
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind()
}

// result checks what must be there and brings the spellings together.
func (w wireResult) result() (ExperimentResult, error) {
	runID, err := oneOf(member{"run_id", w.RunID}, member{"experiment_run_id", w.ExperimentRunID})
	if err != nil {
		return ExperimentResult{}, err
	}
	blockKind, err := oneOf(member{"block_kind", w.BlockKind}, member{"block_type", w.BlockType})
	if err != nil {
		return ExperimentResult{}, err
	}
	err = requireMembers(
		member{"id", w.ID},
		member{"run_id (or experiment_run_id)", runID},
		member{"document_id", w.DocumentID},
		member{"lifecycle.status", w.Lifecycle.Status},
	)
	if err != nil {
		return ExperimentResult{}, err
	}
	result := ExperimentResult{
		ID:            *w.ID,
		RunID:         *runID,
		DocumentID:    *w.DocumentID,
		ExperimentID:  w.ExperimentID,
		BlockKind:     blockKind,
		Status:        Status(*w.Lifecycle.Status),
		ErrorMessage:  failureMessage(w.Error, w.Lifecycle),
		ErrorCode:     firstNonEmpty(w.Lifecycle.Details.Code, w.Error.Code),
		CancelReason:  deref(w.Lifecycle.Reason),
		Timing:        w.Timing.timing(),
		Artifact:      w.Artifact.artifact(),
		HandleInputs:  handles(w.HandleInputs),
		HandleOutputs: handles(w.HandleOutputs),
		IsPlaceholder: w.IsPlaceholder,
	}
	if w.Attempt != nil {
		result.Attempt = int64(*w.Attempt)
	}
	return result, nil
}

func (w wireTiming) timing() Timing {
	return Timing{
		CreatedAt:   w.CreatedAt,
		StartedAt:   w.StartedAt,
		CompletedAt: w.CompletedAt,
		DurationMS:  (*int64)(w.DurationMS),
	}
}

func (w *wireArtifact) artifact() *Artifact {
	if w == nil {
		return nil
	}
	return &Artifact{Operation: w.Operation, ID: w.ID}
}

// wireRun is one experiment run, as far as it is read.
type wireRun struct {
	ID                     *string       `json:"id"`
	Lifecycle              wireLifecycle `json:"lifecycle"`
	TotalDocumentCount     wholeNumber   `json:"total_document_count"`
	DocumentCount          wholeNumber   `json:"document_count"`
	CompletedDocumentCount wholeNumber   `json:"completed_document_count"`
	ErrorCount             wholeNumber   `json:"error_count"`
}

func decodeRun(body []byte) (ExperimentRun, error) {
	var wire wireRun
	if err := unmarshal(body, &wire, ResultOptions{}); err != nil {
		return ExperimentRun{}, err
	}
	return wire.run()
}

func (w wireRun) run() (ExperimentRun, error) {
	if err := requireMembers(member{"id", w.ID}, member{"lifecycle.status", w.Lifecycle.Status}); err != nil {
		return ExperimentRun{}, err
	}
	total := w.TotalDocumentCount
	if total == 0 {
		total = w.DocumentCount // the vendor's own tools fall back in the same way
	}
	return ExperimentRun{
		ID:                 *w.ID,
		Status:             Status(*w.Lifecycle.Status),
		TotalDocuments:     int64(total),
		CompletedDocuments: int64(w.CompletedDocumentCount),
		FailedDocuments:    int64(w.ErrorCount),
	}, nil
}

// member is a text of a body, with its name for errors.
type member struct {
	name  string
	value *string
}

// requireMembers refuses a body without a text it must have.
func requireMembers(members ...member) error {
	for _, m := range members {
		if deref(m.value) == "" {
			return fmt.Errorf("%s is missing", m.name)
		}
	}
	return nil
}

// oneOf returns what two spellings of one member say, nil when neither is there.
func oneOf(one, other member) (*string, error) {
	switch {
	case one.value == nil:
		return other.value, nil
	case other.value != nil && *one.value != *other.value:
		return nil, fmt.Errorf("%s is %q, but %s is %q, and they must be the same",
			one.name, plainText(*one.value), other.name, plainText(*other.value))
	default:
		return one.value, nil
	}
}

// echo is an id that was asked for and the one that came back.
type echo struct{ name, asked, answered string }

// checkEcho refuses an answer to another question than the one asked.
func checkEcho(echoes ...echo) error {
	for _, e := range echoes {
		if e.asked != e.answered {
			return fmt.Errorf("%s is %q, but %q was asked for", e.name, plainText(e.answered), e.asked)
		}
	}
	return nil
}

// noMessage is the vendor's default for a failure that carries no text.
const noMessage = "(no message)"

// failureMessage finds why a result failed: the run-scoped edition has a top-level error, the flat one puts it into
// the lifecycle. The vendor's default text is used only when there is nothing better.
func failureMessage(topLevel wireFailure, lifecycle wireLifecycle) string {
	message := deref(lifecycle.Message)
	if message == noMessage {
		return firstNonEmpty(topLevel.Message, lifecycle.Details.Message, message)
	}
	return firstNonEmpty(topLevel.Message, message, lifecycle.Details.Message)
}

// wireFailure is a failure told as text or as an object. Stack traces and context that the object may hold are
// skipped: they have no place in Terraform state.
type wireFailure struct{ Message, Code string }

// UnmarshalJSONFrom accepts a string, an object, null, and anything else as if it were null.
func (f *wireFailure) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	switch decoder.PeekKind() {
	case '"':
		return json.UnmarshalDecode(decoder, &f.Message)
	case '{':
		var object struct {
			Message   *string `json:"message"`
			ErrorCode *string `json:"error_code"`
			Code      *string `json:"code"`
		}
		if err := json.UnmarshalDecode(decoder, &object); err != nil {
			return err
		}
		f.Message = deref(object.Message)
		f.Code = firstNonEmpty(deref(object.ErrorCode), deref(object.Code))
		return nil
	default:
		return decoder.SkipValue()
	}
}

// wholeNumber is a 64-bit integer that may be written as 4120.0.
type wholeNumber int64

var errNotWhole = errors.New("is not a whole number of at most 64 bits")

// UnmarshalJSONFrom keeps every digit of an integer; a fraction, or a number out of range, is an error.
func (n *wholeNumber) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	kind := decoder.PeekKind()
	raw, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	if kind != '0' {
		return &json.SemanticError{JSONKind: kind}
	}
	if integer, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		*n = wholeNumber(integer)
		return nil
	}
	// 2^53: from there on a float no longer tells neighbouring integers apart.
	float, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || float != math.Trunc(float) || math.Abs(float) >= 1<<53 {
		return errNotWhole
	}
	*n = wholeNumber(float)
	return nil
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func firstNonEmpty(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

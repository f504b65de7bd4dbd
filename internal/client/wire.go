package client

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The structs of the wire files mirror what the API sends, in the spellings of both editions and of the vendor's own
// examples, which do not always agree with the vendor's schemas. Members that are not listed are skipped. This file
// has what results and runs share.

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

var utf8BOM = []byte("\xef\xbb\xbf")

// errNotJSON marks a body that is no JSON at all, as a proxy's page is.
var errNotJSON = errors.New("the body is not JSON")

// unmarshal decodes a body and words what is wrong with it.
func unmarshal(body []byte, target any, options ResultOptions) error {
	body = trimBody(body)
	if len(body) == 0 {
		return errors.New("the body is empty")
	}
	err := json.Unmarshal(body, target, payloads(options))
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) && insideHandles(syntactic.JSONPointer) {
		// A customer's payload with a name twice or with broken text must not make a result unreadable, least of all
		// that of another document.
		if err = checkOutsideHandles(body); err == nil {
			err = json.Unmarshal(body, target, payloads(options), tolerant)
		}
	}
	if err == nil {
		return nil
	}
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &semantic):
		return fmt.Errorf("%s %s", memberName(semantic.JSONPointer), mismatch(semantic))
	case !errors.As(err, &syntactic) || !strings.ContainsRune("{[", rune(body[0])):
		return errNotJSON
	case errors.Is(err, jsontext.ErrDuplicateName):
		return fmt.Errorf("%s is there twice", memberName(syntactic.JSONPointer))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the body is JSON that ends too early, after %d bytes", syntactic.ByteOffset)
	default: // the error itself would quote the body, which may be a customer's document
		return fmt.Errorf("the body is not valid JSON at byte %d", syntactic.ByteOffset)
	}
}

// tolerant is how payloads are read.
var tolerant = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

func insideHandles(pointer jsontext.Pointer) bool {
	return slices.ContainsFunc(slices.Collect(pointer.Tokens()), isHandles)
}

func isHandles(name string) bool { return name == "handle_inputs" || name == "handle_outputs" }

// checkOutsideHandles refuses names that are there twice and broken text where they are not a customer's.
func checkOutsideHandles(body []byte) error {
	decoder := jsontext.NewDecoder(bytes.NewReader(body), tolerant)
	var names []map[string]bool // of the objects, and arrays, around
	for {
		if decoder.PeekKind() == '"' {
			if err := checkText(decoder, names); err != nil {
				return err
			}
			continue
		}
		token, err := decoder.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case token.Kind() == '{' || token.Kind() == '[':
			names = append(names, map[string]bool{})
		case token.Kind() == '}' || token.Kind() == ']':
			names = names[:len(names)-1]
		}
	}
}

// checkText reads a string, and skips the handles that it names.
func checkText(decoder *jsontext.Decoder, names []map[string]bool) error {
	around, length := decoder.StackIndex(decoder.StackDepth())
	refuse := func(problem error) error {
		return &jsontext.SyntacticError{ByteOffset: decoder.InputOffset(), JSONPointer: decoder.StackPointer(), Err: problem}
	}
	raw, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	unquoted, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return refuse(errors.New("broken text"))
	}
	if around != '{' || length%2 == 1 {
		return nil // it is no name
	}
	name, known := string(unquoted), names[len(names)-1]
	if known[name] {
		return refuse(jsontext.ErrDuplicateName)
	}
	known[name] = true
	if isHandles(name) {
		return decoder.SkipValue()
	}
	return nil
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

// lifecycle brings together how a thing stands; failure is the run-scoped edition's top-level error. The status must
// be there.
func (w wireLifecycle) lifecycle(failure wireFailure, timing wireTiming) Lifecycle {
	return Lifecycle{
		Status:       Status(*w.Status),
		ErrorMessage: visible(failureMessage(failure, w)), // a gate's message prints it
		ErrorCode:    cmp.Or(w.Details.Code, failure.Code),
		CancelReason: visible(deref(w.Reason)),
		Timing: Timing{
			CreatedAt:   timing.CreatedAt,
			StartedAt:   timing.StartedAt,
			CompletedAt: timing.CompletedAt,
			DurationMS:  (*int64)(timing.DurationMS),
		},
	}
}

// member is a text of a body, with its name for errors.
type member struct {
	name  string
	value *string
}

// requireMembers refuses a body without a text it must have, or with one that is no id and no status, and could not be
// shown as it is.
func requireMembers(members ...member) error {
	for _, m := range members {
		switch text := deref(m.value); {
		case text == "":
			return fmt.Errorf("%s is missing", m.name)
		case !isPlain(text):
			return fmt.Errorf("%s is too long, or has characters that cannot be shown", m.name)
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
			one.name, PlainText(*one.value), other.name, PlainText(*other.value))
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
			return fmt.Errorf("%s is %q, but %q was asked for", e.name, PlainText(e.answered), e.asked)
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
		return cmp.Or(topLevel.Message, lifecycle.Details.Message, message)
	}
	return cmp.Or(topLevel.Message, message, lifecycle.Details.Message)
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
		f.Code = cmp.Or(deref(object.ErrorCode), deref(object.Code))
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

func (n *wholeNumber) orZero() int64 {
	if n == nil {
		return 0
	}
	return int64(*n)
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

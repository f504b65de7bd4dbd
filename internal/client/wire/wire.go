// Package wire decodes the bodies of both editions of the API. It knows neither the objects of package client, which
// converts the bodies, nor HTTP.
//
// The structs mirror what the API sends, in the spellings of both editions and of the vendor's own examples, which do
// not always agree with the vendor's schemas. Members that are not listed are skipped. Every string goes through
// [Text], which makes it safe to show and to store.
//
// Bodies are decoded while they are read, so memory use depends on what is kept, not on what is sent: see [reader].
// Payloads may have duplicate names and invalid UTF-8: they are the customer's, and must not make a result
// unreadable. Outside of payloads, a body that repeats a member with different values is an error; a record names the member.
package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// Decoder decodes bodies. It is safe for concurrent use.
type Decoder struct {
	redactor sanitize.Redactor

	unread struct { // descriptive members that could not be read
		sync.Mutex
		names    []string
		returned int // how many names Unread has returned
	}
}

// NewDecoder returns a decoder that removes a key from every string.
func NewDecoder(redactor sanitize.Redactor) *Decoder { return &Decoder{redactor: redactor} }

// Text is a string of the server without terminal escapes, control characters and the API key.
type Text struct {
	value   string
	altered bool // whether something was removed
}

// String returns "" for a member that the server left out.
func (t *Text) String() string {
	if t == nil {
		return ""
	}
	return t.value
}

// IsPlain reports whether the text can be shown as the server sent it.
func (t *Text) IsPlain() bool { return !t.altered && sanitize.IsPlain(t.value) }

// Pointer returns nil for a member that the server left out.
func (t *Text) Pointer() *string {
	if t == nil {
		return nil
	}
	return &t.value
}

func (t *Text) read(r *reader) error {
	token, err := r.ReadToken()
	switch {
	case err != nil:
		return err
	case token.Kind() != '"':
		return r.mismatch(token.Kind(), "a string")
	}
	raw := token.String()
	t.value = r.settings.redactor.Value(raw)
	t.altered = t.value != raw
	return nil
}

// Decode decodes a body and describes what is wrong with it. payloads says whether the payloads of handles are kept.
func (d *Decoder) Decode(body io.Reader, target any, payloads bool) error {
	buffered := bufio.NewReader(body)
	if start, _ := buffered.Peek(len(utf8BOM)); string(start) == utf8BOM {
		_, _ = buffered.Discard(len(utf8BOM))
	}
	r := &reader{settings: d, keepPayloads: payloads, target: target}
	err := json.UnmarshalRead(buffered, r, payloadOptions)
	var syntactic *jsontext.SyntacticError
	var content contentError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &content):
		return content
	case r.kind == 0 && errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the body is empty")
	case !errors.As(err, &syntactic) || r.kind != '{' && r.kind != '[':
		return errors.New("the body is not JSON") // but a proxy's page, for example
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the body is JSON that ends too early")
	default: // the error itself would quote the body, which may be a customer's document
		return fmt.Errorf("the body is not valid JSON at byte %d", syntactic.ByteOffset)
	}
}

// payloadOptions accept what customers' payloads may have. [reader] checks the names of other members.
var payloadOptions = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

const utf8BOM = "\xef\xbb\xbf"

// memberName formats a JSON pointer as timing.duration_ms.
func memberName(pointer jsontext.Pointer) string {
	if pointer == "" {
		return "the body"
	}
	return strings.Join(slices.Collect(pointer.Tokens()), ".")
}

// contentError says what is wrong with a member of a body that is JSON.
type contentError struct{ error }

func (e contentError) Unwrap() error { return e.error }

// refuse returns an error for the member at a pointer. The problem is the end of a sentence that starts with its name.
func refuse(pointer jsontext.Pointer, problem error) error {
	return contentError{fmt.Errorf("%s %w", memberName(pointer), problem)}
}

// mismatch returns an error for the value that was read last: it is of another kind than expected.
func (r *reader) mismatch(found jsontext.Kind, expected string) error {
	return refuse(r.StackPointer(), mismatch(found, expected))
}

func mismatch(found jsontext.Kind, expected string) error {
	return fmt.Errorf("is %s, not %s", kindNames[found], expected)
}

var kindNames = map[jsontext.Kind]string{
	'n': "null", 'f': "false", 't': "true", '"': "a string", '0': "a number", '{': "an object", '[': "an array",
}

var errTwice = errors.New("is there twice, with different values")

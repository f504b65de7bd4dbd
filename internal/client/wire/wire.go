// Package wire decodes the bodies of both editions of the API. It knows neither the objects of package client, which converts the
// bodies, nor HTTP.
//
// The structs mirror what the API sends, in the spellings of both editions and of the vendor's own examples, which do not
// always agree with the vendor's schemas. Members that are not listed are skipped. Every string goes through [Text], which
// makes it safe to show and to store.
//
// Bodies are decoded while they are read, so memory use depends on what is kept, not on what is sent. Payloads may have duplicate names
// and invalid UTF-8: they are the customer's, and must not make a result unreadable. A body with a member that is there twice with
// different values is an error; a record names the member.
package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// Decoder decodes bodies. It is safe for concurrent use.
type Decoder struct {
	skipPayloads json.Options
	keepPayloads json.Options

	unread struct { // descriptive members that could not be read
		sync.Mutex
		known map[string]bool
		names []string // not yet returned
	}
}

// NewDecoder returns a decoder that removes a key from every string.
func NewDecoder(redactor sanitize.Redactor) *Decoder {
	clean := json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *Text) error {
		token, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		if token.Kind() != '"' {
			return &json.SemanticError{JSONKind: token.Kind(), GoType: reflect.TypeFor[string]()}
		}
		raw := token.String()
		target.value = redactor.Value(raw)
		target.altered = target.value != raw
		return nil
	})
	decoder := &Decoder{}
	decoder.unread.known = map[string]bool{}
	options := func(payloads *json.Unmarshalers) json.Options {
		return json.JoinOptions(
			json.WithUnmarshalers(json.JoinUnmarshalers(clean, descriptive(decoder.addUnread), payloads, refuseDuplicates())),
			jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true),
		)
	}
	decoder.skipPayloads = options(json.JoinUnmarshalers(skipPayload(), skipScanned[pageCount](), skipScanned[valuePaths]()))
	decoder.keepPayloads = options(keepPayload(redactor))
	return decoder
}

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

// Decode decodes a body and describes what is wrong with it. payloads says whether the payloads of handles are kept.
func (d *Decoder) Decode(body io.Reader, target any, payloads bool) error {
	options := d.skipPayloads
	if payloads {
		options = d.keepPayloads
	}
	buffered := bufio.NewReader(body)
	first, err := skipBlank(buffered)
	if err != nil {
		return errors.New("the body is empty") // or it broke off, which the transport reports
	}
	err = json.UnmarshalRead(buffered, target, options)
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &semantic):
		return fmt.Errorf("%s %s", memberName(semantic.JSONPointer), mismatch(semantic))
	case !errors.As(err, &syntactic) || first != '{' && first != '[':
		return errNotJSON
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the body is JSON that ends too early")
	default: // the error itself would quote the body, which may be a customer's document
		return fmt.Errorf("the body is not valid JSON at byte %d", syntactic.ByteOffset)
	}
}

// errNotJSON is for a body that is not JSON at all, such as a proxy's page.
var errNotJSON = errors.New("the body is not JSON")

var utf8BOM = []byte("\xef\xbb\xbf")

// skipBlank skips a byte order mark and white space, and returns the first byte after them.
func skipBlank(body *bufio.Reader) (byte, error) {
	if start, _ := body.Peek(len(utf8BOM)); bytes.Equal(start, utf8BOM) {
		_, _ = body.Discard(len(utf8BOM))
	}
	for {
		character, err := body.ReadByte()
		if err != nil {
			return 0, err
		}
		if !strings.ContainsRune(" \t\r\n", rune(character)) {
			return character, body.UnreadByte()
		}
	}
}

// memberName formats a JSON pointer as timing.duration_ms.
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

// mismatch describes which kind of value was found and which is expected.
func mismatch(err *json.SemanticError) string {
	var problem valueError
	if errors.As(err.Err, &problem) {
		return problem.Error()
	}
	found := map[jsontext.Kind]string{
		'n': "null", 'f': "false", 't': "true", '"': "a string", '0': "a number", '{': "an object", '[': "an array",
	}[err.JSONKind]
	expected := map[reflect.Kind]string{
		reflect.String: "a string", reflect.Bool: "true or false", reflect.Int64: "a whole number", reflect.Float64: "a number",
		reflect.Struct: "an object", reflect.Map: "an object", reflect.Slice: "an array",
	}[baseKind(err.GoType)]
	if found == "" || expected == "" {
		return "cannot be read"
	}
	return "is " + found + ", not " + expected
}

// baseKind returns the kind of a type, or of what it points to.
func baseKind(t reflect.Type) reflect.Kind {
	if t == nil {
		return reflect.Invalid
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind()
}

// valueError describes what is wrong with a value, as the end of a sentence that starts with the member's name.
type valueError string

func (e valueError) Error() string { return string(e) }

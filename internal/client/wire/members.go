package wire

import (
	"cmp"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Members that several objects share.

// Lifecycle is the status of an object, and why it has failed.
type Lifecycle struct {
	Status  *Text   `json:"status"`
	Message *Text   `json:"message"`
	Details Failure `json:"details"`
	Reason  Note    `json:"reason"`
}

// Timing has the times of an object.
type Timing struct {
	CreatedAt   Note   `json:"created_at"`
	StartedAt   Note   `json:"started_at"`
	CompletedAt Note   `json:"completed_at"`
	DurationMS  Figure `json:"duration_ms"`
}

// WorkflowRef is the workflow of a run in the spellings of both editions.
type WorkflowRef struct {
	Workflow struct {
		WorkflowID       *Text `json:"workflow_id"`
		VersionID        *Text `json:"version_id"`
		RequestedVersion *Text `json:"requested_version"`
	} `json:"workflow"` // run-scoped edition
	WorkflowID        *Text `json:"workflow_id"`         // flat edition
	WorkflowVersionID *Text `json:"workflow_version_id"` // flat edition
}

// Failure is a failure as text or as an object. Stack traces and context in the object are skipped: they do not
// belong in Terraform state.
type Failure struct {
	Message, Code string
	Present       bool // whether there is a failure, in whatever form
}

// UnmarshalJSONFrom accepts any value. Null, false and an empty text are no failure.
func (f *Failure) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*f = Failure{}
	kind := decoder.PeekKind()
	f.Present = kind != 'n' && kind != 'f'
	switch kind {
	case '"':
		var message Text
		err := json.UnmarshalDecode(decoder, &message)
		f.Message, f.Present = message.value, message.value != "" || message.altered
		return err
	case '{':
		var object struct {
			Message   Note `json:"message"`
			ErrorCode Note `json:"error_code"`
			Code      Note `json:"code"`
		}
		if err := json.UnmarshalDecode(decoder, &object); err != nil {
			return err
		}
		f.Message = object.Message.String()
		f.Code = cmp.Or(object.ErrorCode.String(), object.Code.String())
		return nil
	default:
		return decoder.SkipValue()
	}
}

// begin reads the start of an object or of an array. It skips null, and refuses any other value.
func begin(decoder *jsontext.Decoder, start jsontext.Kind, expected reflect.Type) (isNull bool, err error) {
	switch kind := decoder.PeekKind(); kind {
	case start:
		_, err = decoder.ReadToken()
		return false, err
	case 'n':
		return true, decoder.SkipValue()
	default:
		err = decoder.SkipValue() // fails if it is not JSON
		return false, cmp.Or[error](err, &json.SemanticError{JSONKind: kind, GoType: expected})
	}
}

// eachMember calls read with the name of each member of an object; read must read the value. Null has no members.
func eachMember(decoder *jsontext.Decoder, read func(name string) error) error {
	if isNull, err := begin(decoder, '{', reflect.TypeFor[struct{}]()); isNull || err != nil {
		return err
	}
	for decoder.PeekKind() != '}' {
		var name Text
		if err := json.UnmarshalDecode(decoder, &name); err != nil {
			return err
		}
		if err := read(name.value); err != nil {
			return err
		}
	}
	_, err := decoder.ReadToken()
	return err
}

// eachElement calls read with the index of each element of an array; read must read the element. Null has no elements.
func eachElement(decoder *jsontext.Decoder, read func(i int) error) error {
	if isNull, err := begin(decoder, '[', reflect.TypeFor[[]any]()); isNull || err != nil {
		return err
	}
	for i := 0; decoder.PeekKind() != ']'; i++ {
		if err := read(i); err != nil {
			return err
		}
	}
	_, err := decoder.ReadToken()
	return err
}

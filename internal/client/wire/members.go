package wire

import (
	"cmp"
	"fmt"

	"golang.org/x/text/unicode/norm"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
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

// lifecycle converts a lifecycle; failure is the run-scoped edition's top-level error. The status must be present.
func (b Lifecycle) lifecycle(failure Failure, timing Timing) retab.Lifecycle {
	hasMessage := b.Message.String() != "" && b.Message.String() != noMessage
	return retab.Lifecycle{
		HasError:     failure.Present || hasMessage || b.Details.Message != "" || b.Details.Code != "",
		Status:       retab.Status(b.Status.String()),
		ErrorMessage: failureMessage(failure, b),
		ErrorCode:    cmp.Or(b.Details.Code, failure.Code),
		CancelReason: b.Reason.String(),
		Timing: retab.Timing{
			CreatedAt:   timing.CreatedAt.Pointer(),
			StartedAt:   timing.StartedAt.Pointer(),
			CompletedAt: timing.CompletedAt.Pointer(),
			DurationMS:  timing.DurationMS.Value,
		},
	}
}

// member is a string of a body with its name for errors.
type member struct {
	name  string
	value *Text
}

// requireMembers returns an error if a required member is missing or not printable.
func requireMembers(members ...member) error {
	for _, m := range members {
		value := m.value.String()
		switch {
		case value == "":
			return fmt.Errorf("%s is missing", m.name)
		case m.value.altered || !sanitize.IsPlain(value): // a cleaned \u001bcompleted must not count as completed
			return fmt.Errorf("%s is too long, or has characters that cannot be shown", m.name)
		}
	}
	return nil
}

// oneOf returns the value of a member that has two spellings, nil if neither is present. It sets err if they differ.
func oneOf(err *error, one, other member) *Text {
	if one.value == nil {
		return other.value
	}
	if other.value != nil && *one.value != *other.value {
		*err = cmp.Or(*err, fmt.Errorf("%s is %q, but %s is %q, and they must be the same",
			one.name, sanitize.PlainText(one.value.String()), other.name, sanitize.PlainText(other.value.String())))
	}
	return one.value
}

// blockKind returns the kind of a block, which the flat edition calls its type.
func blockKind(err *error, kind, blockType *Text) *string {
	return oneOf(err, member{"block_kind", kind}, member{"block_type", blockType}).Pointer()
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

// ids returns the ids of the workflow and of its version.
func (r WorkflowRef) ids(err *error) (workflow, version *Text) {
	return oneOf(err, member{"workflow.workflow_id", r.Workflow.WorkflowID}, member{"workflow_id", r.WorkflowID}),
		oneOf(err, member{"workflow.version_id", r.Workflow.VersionID}, member{"workflow_version_id", r.WorkflowVersionID})
}

// firstPresent returns the first text that is present and not empty, nil if there is none.
func firstPresent(values ...*Text) *string {
	for _, value := range values {
		if value.String() != "" {
			return value.Pointer()
		}
	}
	return nil
}

// texts returns the texts of a list, without nulls.
func texts(list []*Text) []string {
	var values []string
	for _, one := range list {
		if one != nil {
			values = append(values, one.value)
		}
	}
	return values
}

// IDMatch is an id that was requested and the one in the answer.
type IDMatch struct{ Name, Requested, Answered string }

// VerifyIDs returns an error if an answer is about another object than the requested one. Terraform normalizes every string to
// Unicode form NFC, so ids are compared in that form.
func VerifyIDs(ids ...IDMatch) error {
	for _, id := range ids {
		if norm.NFC.String(id.Requested) != norm.NFC.String(id.Answered) {
			return fmt.Errorf("%s is %q, but %q was requested", id.Name, sanitize.PlainText(id.Answered), id.Requested)
		}
	}
	return nil
}

// noMessage is the vendor's default for a failure without text.
const noMessage = "(no message)"

// failureMessage returns why an object failed: the run-scoped edition has a top-level error, the flat edition has the
// text in the lifecycle. The vendor's default text is used only if there is nothing better.
func failureMessage(topLevel Failure, lifecycle Lifecycle) string {
	message := lifecycle.Message.String()
	if message == noMessage {
		return cmp.Or(topLevel.Message, lifecycle.Details.Message, message)
	}
	return cmp.Or(topLevel.Message, message, lifecycle.Details.Message)
}

// Failure is a failure as text or as an object. Stack traces and context in the object are skipped: they do not
// belong in Terraform state.
type Failure struct {
	Message, Code string
	Present       bool // whether there is a failure, in whatever form
}

// read accepts any value. Null, false and an empty text are no failure.
func (f *Failure) read(r *reader) error {
	kind := r.PeekKind()
	f.Present = kind != 'n' && kind != 'f'
	switch kind {
	case '"':
		var message Text
		err := message.read(r)
		f.Message, f.Present = message.value, message.value != "" || message.altered
		return err
	case '{':
		var object struct {
			Message   Note `json:"message"`
			ErrorCode Note `json:"error_code"`
			Code      Note `json:"code"`
		}
		err := r.readMembers(&object)
		f.Message = object.Message.String()
		f.Code = cmp.Or(object.ErrorCode.String(), object.Code.String())
		return err
	default:
		return r.SkipValue()
	}
}

// sameForTerraform reports a name of a map that another one equals in Terraform, which compares the composed form of Unicode.
// One of the two would vanish.
func sameForTerraform[V any](values map[string]V) (name string, found bool) {
	composed := make(map[string]bool, len(values))
	for name := range values {
		form := norm.NFC.String(name)
		if composed[form] {
			return form, true
		}
		composed[form] = true
	}
	return "", false
}

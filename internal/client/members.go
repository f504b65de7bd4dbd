package client

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// member is a string of a body with its name for errors.
type member struct {
	name  string
	value *wire.Text
}

// requireMembers returns an error if a required member is missing or not printable.
func requireMembers(members ...member) error {
	for _, m := range members {
		value := m.value.String()
		switch {
		case value == "":
			return fmt.Errorf("%s is missing", m.name)
		case !m.value.IsPlain(): // a cleaned \u001bcompleted must not count as completed
			return fmt.Errorf("%s is too long, or has characters that cannot be shown", m.name)
		}
	}
	return nil
}

// oneOf returns the value of a member that has two spellings, nil if neither is present. It sets err if they differ.
func oneOf(err *error, one, other member) *wire.Text {
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
func blockKind(err *error, kind, blockType *wire.Text) *string {
	return oneOf(err, member{"block_kind", kind}, member{"block_type", blockType}).Pointer()
}

// workflowIDs returns the ids of the workflow and of its version.
func workflowIDs(err *error, r wire.WorkflowRef) (workflow, version *wire.Text) {
	return oneOf(err, member{"workflow.workflow_id", r.Workflow.WorkflowID}, member{"workflow_id", r.WorkflowID}),
		oneOf(err, member{"workflow.version_id", r.Workflow.VersionID}, member{"workflow_version_id", r.WorkflowVersionID})
}

// firstPresent returns the first text that is present and not empty, nil if there is none.
func firstPresent(values ...*wire.Text) *string {
	for _, value := range values {
		if value.String() != "" {
			return value.Pointer()
		}
	}
	return nil
}

// OrZero returns what a pointer points to, or the zero value for nil, which stands for what the server left out.
func OrZero[T any](pointer *T) T {
	if pointer == nil {
		return *new(T)
	}
	return *pointer
}

// texts returns the texts of a list, without nulls. It is never nil, which would be null in Terraform.
func texts(list []*wire.Text) []string {
	values := []string{}
	for _, one := range list {
		if one != nil {
			values = append(values, one.String())
		}
	}
	return values
}

// idMatch is an id that was requested and the one in the answer.
type idMatch struct{ name, requested, answered string }

// verifyIDs returns an error if an answer is about another object than the requested one. Terraform normalizes every string to
// Unicode form NFC, so ids are compared in that form.
func verifyIDs(ids ...idMatch) error {
	for _, id := range ids {
		if !sameID(id.requested, id.answered) {
			return fmt.Errorf("%s is %q, but %q was requested", id.name, sanitize.PlainText(id.answered), id.requested)
		}
	}
	return nil
}

// verifyFilter is [verifyIDs] for the members that a filter selects by. One is compared only if the filter has it and the
// server sent it: the API lets trigger.type be null and can leave others out.
func verifyFilter(members ...idMatch) error {
	return verifyIDs(slices.DeleteFunc(members, func(m idMatch) bool { return m.requested == "" || m.answered == "" })...)
}

package wire

import "cmp"

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

func (t *Timing) read(r *reader) error { return r.readDescriptive(t) }

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

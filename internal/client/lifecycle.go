package client

import (
	"cmp"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Status is the lifecycle status of an experiment result or run, verbatim from the API's lifecycle.status.
// The API may send values that are not listed here; they pass through unchanged.
type Status string

// The statuses the vendor has published (ExperimentResultLifecycle of the run-scoped spec and the lifecycle union
// of the flat spec). Queued and cancelled results exist in the flat edition only.
const (
	StatusPending   Status = "pending"
	StatusQueued    Status = "queued"
	StatusRunning   Status = "running"
	StatusCompleted Status = "completed"
	StatusError     Status = "error"
	StatusCancelled Status = "cancelled"
)

// Terminal reports whether the status can no longer change. An unknown status is not terminal, so that a value added by
// the vendor is never mistaken for an end.
func (s Status) Terminal() bool {
	return s == StatusCompleted || s == StatusError || s == StatusCancelled
}

// Lifecycle is the state of a result or a run.
type Lifecycle struct {
	Status       Status `tfsdk:"status"`
	ErrorMessage string `tfsdk:"error_message"` // "" when the server gave none
	ErrorCode    string `tfsdk:"error_code"`    // "" when the server gave none
	CancelReason string `tfsdk:"cancel_reason"` // "" when the server gave none
	HasError     bool   `tfsdk:"-"`             // whether the server sent an error of any form, also one without a text
	Timing       Timing `tfsdk:"timing"`
}

// created returns the time of creation, or the zero time if it is missing or not RFC 3339.
func (l Lifecycle) created() time.Time { return parseTime(l.Timing.CreatedAt) }

// Timing holds the timestamps exactly as the server wrote them (RFC 3339) and the vendor's own duration, which
// is not always the difference of the two. Each member is nil until the server sends it.
type Timing struct {
	CreatedAt   *string `tfsdk:"created_at"`
	StartedAt   *string `tfsdk:"started_at"`
	CompletedAt *string `tfsdk:"completed_at"`
	DurationMS  *int64  `tfsdk:"duration_ms"` // milliseconds
}

func parseTime(text *string) time.Time {
	parsed, err := time.Parse(time.RFC3339, OrZero(text))
	if err != nil {
		return time.Time{}
	}
	return parsed
}

// NoMessage is the vendor's default for a failure without text.
const NoMessage = "(no message)"

// convertLifecycle converts a lifecycle. The run-scoped edition has a top-level error, the flat edition has the text in
// the lifecycle. The vendor's default text is used only if there is nothing better. The status must be present.
func convertLifecycle(b wire.Lifecycle, failure wire.Failure, timing wire.Timing) Lifecycle {
	message := b.Message.String()
	if message == NoMessage {
		message = ""
	}
	return Lifecycle{
		HasError:     failure.Present || message != "" || b.Details.Message != "" || b.Details.Code != "",
		Status:       Status(b.Status.String()),
		ErrorMessage: cmp.Or(failure.Message, message, b.Details.Message, b.Message.String()),
		ErrorCode:    cmp.Or(b.Details.Code, failure.Code),
		CancelReason: b.Reason.String(),
		Timing: Timing{
			CreatedAt:   timing.CreatedAt.Pointer(),
			StartedAt:   timing.StartedAt.Pointer(),
			CompletedAt: timing.CompletedAt.Pointer(),
			DurationMS:  timing.DurationMS.Pointer(),
		},
	}
}

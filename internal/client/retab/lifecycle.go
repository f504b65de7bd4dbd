// Package retab defines the objects of the Retab API that the provider reads, in one vocabulary for both editions. It
// knows neither HTTP nor JSON.
package retab

import "time"

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
	switch s {
	case StatusCompleted, StatusError, StatusCancelled:
		return true
	default:
		return false
	}
}

// Lifecycle is the state of a result or a run.
type Lifecycle struct {
	Status       Status
	ErrorMessage string // "" when the server gave none
	ErrorCode    string // "" when the server gave none
	CancelReason string // "" when the server gave none
	HasError     bool   // whether the server sent an error of any form, also one without a text
	Timing       Timing
}

// Timing holds the timestamps exactly as the server wrote them (RFC 3339) and the vendor's own duration, which
// is not always the difference of the two. Each member is nil until the server sends it.
type Timing struct {
	CreatedAt   *string
	StartedAt   *string
	CompletedAt *string
	DurationMS  *int64 // milliseconds
}

// Created returns the time of creation, or the zero time if it is missing or not RFC 3339.
func (t Timing) Created() time.Time { return parseTime(t.CreatedAt) }

func parseTime(text *string) time.Time {
	if text == nil {
		return time.Time{}
	}
	parsed, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		return time.Time{}
	}
	return parsed
}

package client

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

// Terminal reports whether the status can no longer change. A status this package does not know is not terminal,
// so that a value added by the vendor is never mistaken for an end.
func (s Status) Terminal() bool {
	switch s {
	case StatusCompleted, StatusError, StatusCancelled:
		return true
	default:
		return false
	}
}

package retab

// Workflow is a workflow with its published version. Experiments and evals run its draft.
//
// API: "Get Workflow" (schemas WorkflowResponse, run-scoped edition, and Workflow, flat edition).
type Workflow struct {
	ID          string
	Name        string
	Description string
	ProjectID   *string // flat edition only
	Published   *PublishedVersion
	CreatedAt   *string
	UpdatedAt   *string
}

// PublishedVersion is the version of a workflow that production runs.
type PublishedVersion struct {
	VersionID   *string
	PublishedAt *string
	Description *string // flat edition only
}

// IsPublished reports whether the API names a published version, or when it was published.
func (w Workflow) IsPublished() bool {
	return w.Published != nil && (w.Published.VersionID != nil || w.Published.PublishedAt != nil)
}

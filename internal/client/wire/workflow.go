package wire

// Workflow is one workflow, nearly the same in both editions.
type Workflow struct {
	ID          *Text `json:"id"`
	Name        *Text `json:"name"`
	Description *Text `json:"description"`
	ProjectID   *Text `json:"project_id"` // flat edition
	Published   *struct {
		VersionID   *Text `json:"version_id"`
		PublishedAt *Text `json:"published_at"`
		Description *Text `json:"description"` // flat edition
	} `json:"published"`
	CreatedAt *Text `json:"created_at"`
	UpdatedAt *Text `json:"updated_at"`
}

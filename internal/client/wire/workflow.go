package wire

import (
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

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

// Workflow decodes one workflow. Its errors name the member that is missing or wrong.
func (d *Decoder) Workflow(body io.Reader) (retab.Workflow, error) {
	return decodeOne(d, body, false, Workflow.convert)
}

// convert checks the required members.
func (b Workflow) convert() (retab.Workflow, error) {
	workflow := retab.Workflow{
		ID: b.ID.String(), Name: b.Name.String(), Description: b.Description.String(), ProjectID: b.ProjectID.Pointer(),
		CreatedAt: b.CreatedAt.Pointer(), UpdatedAt: b.UpdatedAt.Pointer(),
	}
	if b.Published != nil {
		workflow.Published = &retab.PublishedVersion{
			VersionID: firstPresent(b.Published.VersionID), PublishedAt: firstPresent(b.Published.PublishedAt), Description: b.Published.Description.Pointer(),
		}
	}
	return workflow, requireMembers(member{"id", b.ID})
}

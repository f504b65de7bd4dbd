package wire

import (
	"io"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// workflowBody is one workflow, nearly the same in both editions.
type workflowBody struct {
	ID          *text `json:"id"`
	Name        *text `json:"name"`
	Description *text `json:"description"`
	ProjectID   *text `json:"project_id"` // flat edition
	Published   *struct {
		VersionID   *text `json:"version_id"`
		PublishedAt *text `json:"published_at"`
		Description *text `json:"description"` // flat edition
	} `json:"published"`
	CreatedAt *text `json:"created_at"`
	UpdatedAt *text `json:"updated_at"`
}

// Workflow decodes one workflow. Its errors name the member that is missing or wrong.
func (d *Decoder) Workflow(body io.Reader) (retab.Workflow, error) {
	return decodeOne(d, body, false, workflowBody.convert)
}

// convert checks the required members.
func (b workflowBody) convert() (retab.Workflow, error) {
	workflow := retab.Workflow{
		ID: b.ID.string(), Name: b.Name.string(), Description: b.Description.string(), ProjectID: b.ProjectID.pointer(),
		CreatedAt: b.CreatedAt.pointer(), UpdatedAt: b.UpdatedAt.pointer(),
	}
	if b.Published != nil {
		workflow.Published = &retab.PublishedVersion{
			VersionID: firstPresent(b.Published.VersionID), PublishedAt: firstPresent(b.Published.PublishedAt), Description: b.Published.Description.pointer(),
		}
	}
	return workflow, requireMembers(member{"id", b.ID})
}

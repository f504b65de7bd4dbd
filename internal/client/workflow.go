package client

import (
	"context"
	"net/http"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Workflow is a workflow with its published version. Experiments and evals run its draft.
//
// API: "Get Workflow" (schemas WorkflowResponse, run-scoped edition, and Workflow, flat edition).
type Workflow struct {
	ID          string            `tfsdk:"id"`
	Name        string            `tfsdk:"name"`
	Description string            `tfsdk:"description"`
	ProjectID   *string           `tfsdk:"project_id"` // flat edition only
	Published   *PublishedVersion `tfsdk:"published"`
	CreatedAt   *string           `tfsdk:"created_at"`
	UpdatedAt   *string           `tfsdk:"updated_at"`
}

// PublishedVersion is the version of a workflow that production runs.
type PublishedVersion struct {
	VersionID   *string `tfsdk:"version_id"`
	PublishedAt *string `tfsdk:"published_at"`
	Description *string `tfsdk:"description"` // flat edition only
}

// IsPublished reports whether the API names a published version, or when it was published.
func (w Workflow) IsPublished() bool {
	return w.Published != nil && (w.Published.VersionID != nil || w.Published.PublishedAt != nil)
}

// Workflow reads one workflow. A fresh read uses no answer that was requested earlier.
//
// API: GET /v1/workflows/{workflow_id}, "Get Workflow". The path is the same in both editions. A workflow that provably does not
// exist is an [*AbsentError].
func (c *Client) Workflow(ctx context.Context, workflowID string, fresh bool) (Workflow, error) {
	needs := c.cache.freshnessOf(fresh)
	return inEdition(ctx, c, commonRoutes, CheckID("id", workflowID), func(ctx context.Context, edition Edition) (Workflow, error) {
		return c.workflow(ctx, edition, workflowID, needs)
	}, explained[Workflow](func(ctx context.Context, edition Edition, err error) error {
		return c.orKeyRefused(ctx, edition, c.workflowAbsence(ctx, edition, err, workflowID))
	}))
}

func (c *Client) workflow(ctx context.Context, edition Edition, workflowID string, needs freshness) (Workflow, error) {
	request := workflowRoute.request(edition, values{"workflow_id": workflowID}, nil).about(workflowID, "")
	return get(ctx, c, request, needs, never, checked(convertWorkflow, func(workflow Workflow) error {
		return verifyIDs(idMatch{"id", workflowID, workflow.ID})
	}))
}

// workflowAbsence returns an [*AbsentError] if err is the 404 of a workflow that does not exist: the route must
// answer for the workflow of the newest experiment run or of the newest run of evals. The words of the 404 prove
// nothing, because the API answers the same for a missing route.
func (c *Client) workflowAbsence(ctx context.Context, edition Edition, err error, workflowID string) error {
	if api := transport.HasStatus(err, http.StatusNotFound); api == nil || !api.IsJSON {
		return err
	}
	after := c.cache.freshnessOf(true)
	other := ""
	if runs, listErr := runsList(edition, RunFilter{}).first(ctx, c, after); listErr == nil && len(runs.Rows) > 0 {
		other = OrZero(runs.Rows[0].WorkflowID)
	}
	if other == "" {
		if runs, listErr := evalRunsList(edition, EvalRunFilter{}).first(ctx, c, after); listErr == nil && len(runs.Rows) > 0 {
			other = runs.Rows[0].WorkflowID
		}
	}
	if CheckID("workflow_id", other) != nil || sameID(other, workflowID) {
		return err
	}
	_, otherErr := c.workflow(ctx, edition, other, after)
	return AbsentError{Reason: NoSuchWorkflow, WorkflowID: workflowID}.unless(otherErr, err)
}

// convertWorkflow checks the required members.
func convertWorkflow(b wire.Workflow) (Workflow, error) {
	workflow := Workflow{
		ID: b.ID.String(), Name: b.Name.String(), Description: b.Description.String(), ProjectID: b.ProjectID.Pointer(),
		CreatedAt: b.CreatedAt.Pointer(), UpdatedAt: b.UpdatedAt.Pointer(),
	}
	if b.Published != nil {
		workflow.Published = &PublishedVersion{
			VersionID: firstPresent(b.Published.VersionID), PublishedAt: firstPresent(b.Published.PublishedAt), Description: b.Published.Description.Pointer(),
		}
	}
	return workflow, requireMembers(member{"id", b.ID})
}

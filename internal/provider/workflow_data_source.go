package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

// workflowModel holds one workflow with its published version.
type workflowModel struct {
	absenceModel
	readModel
	Exists      types.Bool      `tfsdk:"exists"`
	ID          types.String    `tfsdk:"id"`
	Name        types.String    `tfsdk:"name"`
	Description types.String    `tfsdk:"description"`
	ProjectID   types.String    `tfsdk:"project_id"`
	IsPublished types.Bool      `tfsdk:"is_published"`
	Published   *publishedModel `tfsdk:"published"`
	CreatedAt   types.String    `tfsdk:"created_at"`
	UpdatedAt   types.String    `tfsdk:"updated_at"`
}

type publishedModel struct {
	VersionID   types.String `tfsdk:"version_id"`
	PublishedAt types.String `tfsdk:"published_at"`
	Description types.String `tfsdk:"description"`
}

// workflowNoun is retab_workflow: one workflow with its published version.
var workflowNoun = noun{
	name:        "workflow",
	description: "Reads one Retab workflow, with its published version. Experiments and evals run its draft.",
	ephemeral:   "a Retab workflow",
	newModel:    func() loadable { return &workflowModel{} },
	attributes:  workflowAttributes,
}

func workflowAttributes(ctx context.Context) attributeMap {
	return attributeMap{
		"id":               requiredID("Id of the workflow."),
		"ignore_not_found": ignoreNotFoundArgument("workflow"),
		"timeouts":         timeoutsArgument(ctx, false),
		"exists":           computedBool("Whether the workflow exists. Can be `false` only when `ignore_not_found = true`."),
		"name":             computedString("Name of the workflow. Empty if it does not exist."),
		"description":      computedString("Description of the workflow. Empty if it has none."),
		"project_id":       computedString("Id of the project. Null in the run-scoped edition."),
		"is_published":     computedBool("Whether the workflow has a published version, which production runs."),
		"published": computedObject("The published version. Null if the workflow has never been published.", attributeMap{
			"version_id":   computedString("Id of the version."),
			"published_at": computedString("When the version was published."),
			"description":  computedString("Note of who published it. Null in the run-scoped edition."),
		}),
		"created_at": computedString("When the workflow was created."),
		"updated_at": computedString("When the workflow was last changed."),
	}
}

// load reads the workflow.
func (m *workflowModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	id := m.ID.ValueString()
	subject := &diagnose.Subject{Noun: "workflow", Description: fmt.Sprintf("workflow %q", id), Ignorable: "workflow"}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		workflow, err := api.Workflow(ctx, id, fresh)
		switch {
		case err == nil:
			m.set(workflow)
		case m.ignores(err):
			m.set(client.Workflow{ID: id})
			m.Exists = types.BoolValue(false)
		default:
			return err
		}
		return nil
	})
}

// set stores a workflow that exists.
func (m *workflowModel) set(workflow client.Workflow) {
	m.Exists = types.BoolValue(true)
	m.ID = types.StringValue(workflow.ID)
	m.Name = types.StringValue(workflow.Name)
	m.Description = types.StringValue(workflow.Description)
	m.ProjectID = types.StringPointerValue(workflow.ProjectID)
	m.IsPublished = types.BoolValue(workflow.IsPublished())
	m.CreatedAt = types.StringPointerValue(workflow.CreatedAt)
	m.UpdatedAt = types.StringPointerValue(workflow.UpdatedAt)
	if published := workflow.Published; published != nil {
		m.Published = &publishedModel{
			VersionID:   types.StringPointerValue(published.VersionID),
			PublishedAt: types.StringPointerValue(published.PublishedAt),
			Description: types.StringPointerValue(published.Description),
		}
	}
}

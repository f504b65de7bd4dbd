package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

type workflowConfigModel struct {
	workflowModel
	absenceModel
	readModel
}

// workflowModel is one workflow with its published version.
type workflowModel struct {
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

// newWorkflowDataSource returns a data source that reads one workflow: its name, and which version of it is published.
func newWorkflowDataSource() datasource.DataSource {
	return newSource[workflowConfigModel](noun{
		name:        "workflow",
		description: "Reads one Retab workflow, with its published version. Experiments and evals run its draft.",
		attributes:  workflowAttributes,
	})
}

func workflowAttributes(ctx context.Context) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":               requiredID("Id of the workflow."),
		"ignore_not_found": ignoreNotFoundArgument("workflow"),
		"timeouts":         readTimeouts(ctx),
		"exists":           computedBool("Whether the workflow exists. Can be `false` only when `ignore_not_found = true`."),
		"name":             computedString("Name of the workflow. Empty if it does not exist."),
		"description":      computedString("Description of the workflow. Empty if it has none."),
		"project_id":       computedString("Id of the project. Null in the run-scoped edition."),
		"is_published":     computedBool("Whether the workflow has a published version, which production runs."),
		"published": computedObject("The published version. Null if the workflow has never been published.", map[string]schema.Attribute{
			"version_id":   computedString("Id of the version."),
			"published_at": computedString("When the version was published."),
			"description":  computedString("Note of who published it. Null in the run-scoped edition."),
		}),
		"created_at": computedString("When the workflow was created."),
		"updated_at": computedString("When the workflow was last changed."),
	}
}

// load reads the workflow.
func (m *workflowConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	subject := &diagnose.Subject{Noun: "workflow", Description: fmt.Sprintf("workflow %q", m.ID.ValueString()), Ignorable: "workflow"}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		workflow, err := api.Workflow(ctx, m.ID.ValueString(), fresh)
		switch {
		case err == nil:
			m.workflowModel = newWorkflowModel(workflow)
		case m.ignores(err):
			m.workflowModel = absentWorkflowModel(m.ID)
		default:
			return err
		}
		return nil
	})
}

// newWorkflowModel converts a workflow that exists.
func newWorkflowModel(workflow client.Workflow) workflowModel {
	model := workflowModel{
		Exists: types.BoolValue(true), ID: types.StringValue(workflow.ID), Name: types.StringValue(workflow.Name),
		Description: types.StringValue(workflow.Description), ProjectID: types.StringPointerValue(workflow.ProjectID),
		IsPublished: types.BoolValue(workflow.IsPublished()),
		CreatedAt:   types.StringPointerValue(workflow.CreatedAt), UpdatedAt: types.StringPointerValue(workflow.UpdatedAt),
	}
	if published := workflow.Published; published != nil {
		model.Published = &publishedModel{
			VersionID: types.StringPointerValue(published.VersionID), PublishedAt: types.StringPointerValue(published.PublishedAt),
			Description: types.StringPointerValue(published.Description),
		}
	}
	return model
}

// absentWorkflowModel returns the object for a workflow that does not exist.
func absentWorkflowModel(id types.String) workflowModel {
	model := newWorkflowModel(client.Workflow{})
	model.ID, model.Exists = id, types.BoolValue(false)
	return model
}

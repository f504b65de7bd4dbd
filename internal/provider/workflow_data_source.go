package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

type workflowModel struct {
	client.Workflow
	absenceModel
	readModel
	Exists      bool `tfsdk:"exists"`
	IsPublished bool `tfsdk:"is_published"`
}

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

// load reads the workflow. The model of an absent workflow keeps its arguments.
func (m *workflowModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	subject := &diagnose.Subject{Noun: "workflow", Description: fmt.Sprintf("workflow %q", m.ID), Ignorable: "workflow"}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		workflow, err := api.Workflow(ctx, m.ID, fresh)
		if m.ignores(err) {
			return nil
		}
		m.Workflow, m.Exists, m.IsPublished = workflow, true, workflow.IsPublished()
		return err
	})
}

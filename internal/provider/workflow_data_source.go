package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type workflowConfigModel struct {
	workflowModel
	IgnoreNotFound types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// newWorkflowDataSource returns a data source that reads one workflow: what it is called, and which version of it is published.
func newWorkflowDataSource() datasource.DataSource {
	return newSource[workflowConfigModel](noun{
		name:        "workflow",
		description: "Reads one Retab workflow, with its published version. Experiments and evals run its draft.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			return mergeAttributes(workflowAttributes(), map[string]schema.Attribute{
				"id":               schema.StringAttribute{Required: true, Validators: []validator.String{resourceID{}}, MarkdownDescription: "Id of the workflow."},
				"ignore_not_found": ignoreNotFoundArgument("workflow"),
				"timeouts":         timeoutsAttribute(ctx, false),
			})
		},
	})
}

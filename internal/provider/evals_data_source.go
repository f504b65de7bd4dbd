package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type evalsConfigModel struct {
	evalsModel
	WorkflowID    types.String   `tfsdk:"workflow_id"`
	TargetBlockID types.String   `tfsdk:"target_block_id"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// newEvalsDataSource returns a data source that reads the saved evals of a workflow, with what each found when it last ran.
func newEvalsDataSource() datasource.DataSource {
	return newSource[evalsConfigModel](noun{
		name:        "evals",
		description: "Reads the saved evals of a Retab workflow, with what each found when it last ran.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			return mergeAttributes(evalsAttributes(), map[string]schema.Attribute{
				"workflow_id": schema.StringAttribute{Required: true, Validators: []validator.String{resourceID{}}, MarkdownDescription: "Id of the workflow."},
				"target_block_id": schema.StringAttribute{
					Optional: true, Validators: []validator.String{resourceID{}}, MarkdownDescription: "Only evals of this block.",
				},
				"timeouts": timeoutsAttribute(ctx, false),
			})
		},
	})
}

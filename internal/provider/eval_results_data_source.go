package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type evalResultsConfigModel struct {
	evalResultsModel
	waitModel
	RunID         types.String   `tfsdk:"run_id"`
	IncludeValues types.Bool     `tfsdk:"include_values"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// newEvalResultsDataSource returns a data source that reads what each eval of one run found.
func newEvalResultsDataSource() datasource.DataSource {
	return newSource[evalResultsConfigModel](noun{
		name:        "eval_results",
		description: "Reads what each eval of one Retab run found: its verdict, score and threshold.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			return mergeAttributes(evalResultsAttributes(), waitAttributes("the run has a final status"), map[string]schema.Attribute{
				"run_id": schema.StringAttribute{Required: true, Validators: []validator.String{resourceID{}}, MarkdownDescription: "Id of the run of evals."},
				"include_values": schema.BoolAttribute{
					Optional:            true,
					MarkdownDescription: "Whether to store values, labels and messages in `value_data`. Defaults to `false`.",
				},
				"timeouts": timeoutsAttribute(ctx, true),
			})
		},
	})
}

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// experimentConfigModel is the experiment with the arguments of its read.
type experimentConfigModel struct {
	experimentModel
	IgnoreNotFound types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// newExperimentDataSource returns a data source that reads one experiment: the one with an id, or the one of a workflow with a
// name, a block, or both.
func newExperimentDataSource() datasource.DataSource {
	return newSource[experimentConfigModel](noun{
		name:        "experiment",
		description: "Reads a Retab experiment: its newest run, its score, and whether the score is about the block as it is now.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			needsWorkflow := stringvalidator.AlsoRequires(path.MatchRoot("workflow_id"))
			return mergeAttributes(experimentAttributes(), map[string]schema.Attribute{
				"id": schema.StringAttribute{
					Optional: true, Computed: true,
					Validators:          []validator.String{resourceID{}},
					MarkdownDescription: "Id of the experiment. Set either `id`, or `workflow_id` with `name`, `block_id` or both.",
				},
				"workflow_id": schema.StringAttribute{
					Optional: true, Computed: true,
					Validators:          []validator.String{resourceID{}},
					MarkdownDescription: "Id of the workflow. The run-scoped edition needs it for an experiment without runs.",
				},
				"name": schema.StringAttribute{
					Optional: true, Computed: true,
					Validators:          []validator.String{stringvalidator.LengthAtLeast(1), needsWorkflow},
					MarkdownDescription: "Name of the experiment.",
				},
				"block_id": schema.StringAttribute{
					Optional: true, Computed: true,
					Validators:          []validator.String{resourceID{}, needsWorkflow},
					MarkdownDescription: "Id of the block.",
				},
				"ignore_not_found": ignoreNotFoundArgument("experiment"),
				"timeouts":         timeoutsAttribute(ctx, false),
			})
		},
		validators: []datasource.ConfigValidator{
			datasourcevalidator.AtLeastOneOf(path.MatchRoot("id"), path.MatchRoot("name"), path.MatchRoot("block_id")),
			datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("name")),
			datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("block_id")),
		},
	})
}

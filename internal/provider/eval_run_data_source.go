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

type evalRunConfigModel struct {
	evalRunModel
	waitModel
	StatusFilter   types.String   `tfsdk:"status_filter"`
	IgnoreNotFound types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// newEvalRunDataSource returns a data source that reads one run of evals: the one with an id, or the newest of a scope.
func newEvalRunDataSource() datasource.DataSource {
	return newSource[evalRunConfigModel](noun{
		name:        "eval_run",
		description: "Reads one run of Retab evals: whether every eval passed, and how many did not. Evals run the draft of a workflow.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			id := func(description string) schema.Attribute {
				return schema.StringAttribute{Optional: true, Computed: true, Validators: []validator.String{resourceID{}}, MarkdownDescription: description}
			}
			scopeID := func(other, description string) schema.Attribute {
				return schema.StringAttribute{
					Optional: true, Computed: true, MarkdownDescription: description,
					Validators: []validator.String{
						resourceID{}, stringvalidator.AlsoRequires(path.MatchRoot("workflow_id")), stringvalidator.ConflictsWith(path.MatchRoot(other)),
					},
				}
			}
			return mergeAttributes(evalRunAttributes(), waitAttributes("the run has a final status"), map[string]schema.Attribute{
				"run_id":          id("Id of the run. Exactly one of `run_id` and `workflow_id` must be set."),
				"workflow_id":     id("Id of the workflow. Reads the newest run of all its evals."),
				"eval_id":         scopeID("target_block_id", "Id of an eval. Reads the newest run of only this eval."),
				"target_block_id": scopeID("eval_id", "Id of a block. Reads the newest run of only the evals of this block."),
				"status_filter": schema.StringAttribute{
					Optional: true,
					Validators: []validator.String{
						stringvalidator.OneOf(append(knownStatuses(), anyStatus)...), stringvalidator.AlsoRequires(path.MatchRoot("workflow_id")),
					},
					MarkdownDescription: "Which runs count: those with this status, or `any`. Defaults to `any`, so that a newer run that failed is seen.",
				},
				"ignore_not_found": ignoreNotFoundArgument("run"),
				"timeouts":         timeoutsAttribute(ctx, true),
			})
		},
		validators: []datasource.ConfigValidator{
			datasourcevalidator.ExactlyOneOf(path.MatchRoot("run_id"), path.MatchRoot("workflow_id")),
		},
	})
}

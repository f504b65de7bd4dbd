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

// anyStatus is the status_filter that filters nothing.
const anyStatus = "any"

type experimentRunConfigModel struct {
	experimentRunModel
	waitModel
	StatusFilter   types.String   `tfsdk:"status_filter"`
	IgnoreNotFound types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// newExperimentRunDataSource returns a data source that reads one run: the one with an id, or the newest of an experiment.
func newExperimentRunDataSource() datasource.DataSource {
	return newSource[experimentRunConfigModel](noun{
		name:        "experiment_run",
		description: "Reads a Retab experiment run, by its id or as the newest of an experiment: status, score and counts of documents.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			return mergeAttributes(experimentRunAttributes(), waitAttributes("the run has a final status"), map[string]schema.Attribute{
				"id": schema.StringAttribute{
					Optional: true, Computed: true,
					Validators:          []validator.String{resourceID{}},
					MarkdownDescription: "Id of the run. Set either `id` or `experiment_id`.",
				},
				"experiment_id": schema.StringAttribute{
					Optional: true, Computed: true,
					Validators:          []validator.String{resourceID{}},
					MarkdownDescription: "Id of the experiment whose newest run is read.",
				},
				"status_filter": schema.StringAttribute{
					Optional: true,
					Validators: []validator.String{
						stringvalidator.OneOf(append(knownStatuses(), anyStatus)...),
						stringvalidator.AlsoRequires(path.MatchRoot("experiment_id")),
					},
					MarkdownDescription: "Status of the run to find, or `any`. Defaults to `completed`, and to `any` when waiting.",
				},
				"ignore_not_found": ignoreNotFoundArgument("run"),
				"timeouts":         timeoutsAttribute(ctx, true),
			})
		},
		validators: []datasource.ConfigValidator{
			datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("experiment_id")),
		},
	})
}

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

// experimentDataSource reads one experiment: the one with an id, or the one of a workflow with a name, a block, or both.
type experimentDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigValidators = &experimentDataSource{}

func newExperimentDataSource() datasource.DataSource { return &experimentDataSource{} }

// experimentConfigModel is the experiment with the arguments of its read.
type experimentConfigModel struct {
	experimentModel
	IgnoreNotFound types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

func (d *experimentDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_experiment"
}

func (d *experimentDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	needsWorkflow := stringvalidator.AlsoRequires(path.MatchRoot("workflow_id"))
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads a Retab experiment: its newest run, its score, and whether the score is about the block as it is now.",
		Attributes: mergeAttributes(experimentAttributes(), map[string]schema.Attribute{
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
		}),
	}
}

func (d *experimentDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.AtLeastOneOf(path.MatchRoot("id"), path.MatchRoot("name"), path.MatchRoot("block_id")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("name")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("block_id")),
	}
}

func (d *experimentDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	loadState[experimentConfigModel](ctx, d.provider, req, resp)
}

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// experimentResultDataSource reads what one experiment run produced for one document.
type experimentResultDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = &experimentResultDataSource{}

func newExperimentResultDataSource() datasource.DataSource { return &experimentResultDataSource{} }

// experimentResultDataSourceModel is the result with the arguments that ask for it.
type experimentResultDataSourceModel struct {
	experimentResultModel
	IgnoreNotFound    types.Bool     `tfsdk:"ignore_not_found"`
	IncludeHandleData types.Bool     `tfsdk:"include_handle_data"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (d *experimentResultDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_experiment_result"
}

func (d *experimentResultDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the result of one document in one Retab experiment run: whether it is done, whether it succeeded, how long it took, and which artifact it produced.",
		Attributes: withArguments(experimentResultAttributes(), map[string]schema.Attribute{
			"run_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{resourceID{}},
				MarkdownDescription: "Id of the experiment run, such as `exprun_2`.",
			},
			"document_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{resourceID{}},
				MarkdownDescription: "Id of the document within the experiment, such as `expdoc_xyz`. Not the id of the result.",
			},
			"ignore_not_found": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether a result that does not exist is data (`exists = false`) instead of an error. Defaults to `false`.",
			},
			"include_handle_data": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the JSON payloads of handles are read into `data`, and so into the state. They are customer documents. Defaults to `false`.",
			},
			"timeouts": timeoutsAttribute(ctx),
		}),
	}
}

func (d *experimentResultDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model experimentResultDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	api, diags := d.api()
	resp.Diagnostics.Append(diags...)
	timeout, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	wanted := wantedResult{runID: model.RunID.ValueString(), documentID: model.DocumentID.ValueString()}
	result, err := api.ExperimentResult(ctx, wanted.runID, wanted.documentID, client.ResultOptions{
		HandleData: model.IncludeHandleData.ValueBool(),
	})
	switch {
	case err == nil:
		model.experimentResultModel = newExperimentResultModel(result)
	case client.IsAbsent(err) && model.IgnoreNotFound.ValueBool():
		model.experimentResultModel = absentExperimentResultModel(wanted.runID, wanted.documentID)
	default:
		resp.Diagnostics.Append(readDiagnostic(err, wanted, timeout))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// experimentResultsDataSource reads all results of a run at once. It costs one list however many documents there are,
// so it is the better choice for more than a few.
type experimentResultsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = &experimentResultsDataSource{}

func newExperimentResultsDataSource() datasource.DataSource { return &experimentResultsDataSource{} }

type experimentResultsConfigModel struct {
	experimentResultsModel
	waitModel
	RunID             types.String   `tfsdk:"run_id"`
	DocumentIDs       types.Set      `tfsdk:"document_ids"`
	Statuses          types.Set      `tfsdk:"statuses"`
	IncludeHandleData types.Bool     `tfsdk:"include_handle_data"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (d *experimentResultsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_experiment_results"
}

func (d *experimentResultsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the results of all documents in one Retab experiment run, and what can be said of them together.",
		Attributes: mergeAttributes(experimentResultsAttributes(), waitAttributes("every document has a final status"), map[string]schema.Attribute{
			"run_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{resourceID{}},
				MarkdownDescription: "Id of the experiment run, such as `exprun_2`.",
			},
			"document_ids": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(resourceID{})},
				MarkdownDescription: "The documents to look at. Everything the data source says is about these alone; those without a result are in " +
					"`missing_document_ids`. All documents of the run when not set.",
			},
			"statuses": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(publishedStatus{})},
				MarkdownDescription: "Only results with one of these statuses are in `by_document` and `handle_data`. What is counted or judged does not change with it, " +
					"so that a filter cannot open a gate.",
			},
			"include_handle_data": includeHandleDataAttribute(),
			"timeouts":            timeoutsAttribute(ctx, true),
		}),
	}
}

func (d *experimentResultsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config experimentResultsConfigModel
	var documentIDs, statuses []string
	resp.Diagnostics.Append(getConfig(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(config.DocumentIDs.ElementsAs(ctx, &documentIDs, false)...)
	resp.Diagnostics.Append(config.Statuses.ElementsAs(ctx, &statuses, false)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(d.provider.withTimeout(ctx, config.Timeouts, config.timeout(), func(ctx context.Context, api *client.Client, timeout time.Duration) diag.Diagnostics {
		summary, err := config.read(ctx, api, documentIDs)
		if err != nil {
			return diag.Diagnostics{readDiagnostic(err, resultsTarget(config.RunID.ValueString()), timeout)}
		}
		config.experimentResultsModel = newExperimentResultsModel(summary, statuses, config.IncludeHandleData.ValueBool())
		return setState(ctx, &resp.State, &config)
	})...)
}

// read reads the list once, or until every document has come to an end when asked to wait.
func (m experimentResultsConfigModel) read(ctx context.Context, api *client.Client, documentIDs []string) (resultsSummary, error) {
	read := func(ctx context.Context, fresh bool) (resultsSummary, error) {
		results, err := api.ExperimentResults(ctx, m.RunID.ValueString(), client.ResultOptions{
			HandleData: m.IncludeHandleData.ValueBool(), Poll: fresh,
		})
		return summarize(results, documentIDs), err
	}
	if !m.WaitForCompletion.ValueBool() {
		return read(ctx, false)
	}
	return waiter[resultsSummary]{
		backoff:  backoff(m.PollInterval),
		read:     read,
		isDone:   func(summary resultsSummary) bool { return summary.allTerminal },
		status:   resultsSummary.words,
		onUpdate: logChange("Experiment results changed", m.RunID.ValueString(), resultsSummary.words),
	}.wait(ctx)
}

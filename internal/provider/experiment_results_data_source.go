package provider

import (
	"context"

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
		MarkdownDescription: "Reads the results of all documents in a Retab experiment run, with counts and a summary.",
		Attributes: mergeAttributes(experimentResultsAttributes(), waitAttributes("every document has a final status"), map[string]schema.Attribute{
			"run_id": runIDArgument(),
			"document_ids": schema.SetAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(resourceID{})},
				MarkdownDescription: "Ids of the documents to read and count. Defaults to all documents of the run.",
			},
			"statuses": schema.SetAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(publishedStatus{})},
				MarkdownDescription: "Statuses of the results in `by_document` and `handle_data`. Counts, `summary` and `all_*` ignore it.",
			},
			"include_handle_data": includeHandleDataAttribute(),
			"timeouts":            timeoutsAttribute(ctx, true),
		}),
	}
}

func (d *experimentResultsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config experimentResultsConfigModel
	var documentIDs, statuses []string
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.DocumentIDs.ElementsAs(ctx, &documentIDs, false)...)
	resp.Diagnostics.Append(config.Statuses.ElementsAs(ctx, &statuses, false)...)
	if resp.Diagnostics.HasError() {
		return
	}
	target := resultsTarget(config.RunID.ValueString())
	resp.Diagnostics.Append(d.provider.withTimeout(ctx, target, config.Timeouts, config.timeout(), func(ctx context.Context, api *client.Client) (diag.Diagnostics, error) {
		tally, err := config.readOrWait(ctx, api, documentIDs, statuses)
		if err != nil {
			return nil, err
		}
		config.experimentResultsModel = newExperimentResultsModel(tally, statuses, config.IncludeHandleData.ValueBool())
		diags := setState(ctx, &resp.State, &config)
		if gap := tally.gap(); gap != "" {
			diags.Append(incompleteDiagnostic(gap))
		}
		return diags, nil
	})...)
}

// readOrWait reads the list once or, with wait_for_completion, until every document has a final result.
func (m experimentResultsConfigModel) readOrWait(ctx context.Context, api *client.Client, documentIDs, statuses []string) (resultsTally, error) {
	read := func(ctx context.Context, fresh bool) (resultsTally, error) {
		results, err := api.ExperimentResults(ctx, m.RunID.ValueString(), client.ResultsOptions{
			ResultOptions: client.ResultOptions{HandleData: m.IncludeHandleData.ValueBool(), Poll: fresh},
			DocumentIDs:   documentIDs,
			Statuses:      statuses,
		})
		return tally(results, documentIDs), err
	}
	if !m.WaitForCompletion.ValueBool() {
		return read(ctx, false)
	}
	return waiter[resultsTally]{
		runID:    m.RunID.ValueString(),
		backoff:  backoff(m.PollInterval),
		read:     read,
		isDone:   resultsTally.allTerminal,
		status:   resultsTally.progress,
		problem:  resultsTally.gap,
		onUpdate: logChange("Experiment results changed", m.RunID.ValueString(), resultsTally.progress),
	}.wait(ctx)
}

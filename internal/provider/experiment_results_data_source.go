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
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

type experimentResultsConfigModel struct {
	experimentResultsModel
	waitModel
	RunID             types.String   `tfsdk:"run_id"`
	DocumentIDs       types.Set      `tfsdk:"document_ids"`
	Statuses          types.Set      `tfsdk:"statuses"`
	IncludeHandleData types.Bool     `tfsdk:"include_handle_data"`
	IgnoreNotFound    types.Bool     `tfsdk:"ignore_not_found"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// newExperimentResultsDataSource returns a data source that reads all results of a run at once. It costs one list for any number
// of documents, so it is the better choice for more than a few.
func newExperimentResultsDataSource() datasource.DataSource {
	return newSource[experimentResultsConfigModel](noun{
		name:        "experiment_results",
		description: "Reads the results of all documents in a Retab experiment run, with counts and a summary.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			return mergeAttributes(experimentResultsAttributes(), waitAttributes("every document has a final status"), map[string]schema.Attribute{
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
				"ignore_not_found":    ignoreNotFoundArgument("run"),
				"timeouts":            timeoutsAttribute(ctx, true),
			})
		},
	})
}

// load reads the results once or, with wait_for_completion, until every document has a final result.
func (m *experimentResultsConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	runID := m.RunID.ValueString()
	var documentIDs, statuses []string
	diags := m.DocumentIDs.ElementsAs(ctx, &documentIDs, false)
	diags.Append(m.Statuses.ElementsAs(ctx, &statuses, false)...)
	if diags.HasError() {
		return diags
	}
	read := provider.read(ctx, resultsSubject(runID), m.Timeouts.Read, m.timeout(), func(ctx context.Context, api *client.Client) error {
		results, err := waiter[verdict.Results]{
			read: func(ctx context.Context, fresh bool) (verdict.Results, error) {
				all, err := api.ExperimentResults(ctx, runID, client.ResultsOptions{
					ResultOptions: client.ResultOptions{IncludeContent: m.IncludeHandleData.ValueBool(), Fresh: fresh},
					DocumentIDs:   documentIDs,
					Statuses:      statuses,
				})
				return verdict.NewResults(all, documentIDs), err
			},
			isDone:   verdict.Results.HasEnded,
			status:   verdict.Results.Progress,
			problem:  verdict.Results.Gap,
			onUpdate: logChange("Experiment results changed", runID, verdict.Results.Progress),
		}.readOrWait(ctx, m.waitModel, fresh)
		if client.IsAbsent(err) && m.IgnoreNotFound.ValueBool() {
			m.experimentResultsModel = absentExperimentResultsModel(err, documentIDs)
			return nil
		}
		if err != nil {
			return err
		}
		m.experimentResultsModel = newExperimentResultsModel(results, statuses, m.IncludeHandleData.ValueBool())
		if gap := results.Gap(); gap != "" {
			diags.Append(diagnose.Incomplete(gap))
		}
		return nil
	})
	return append(diags, read...)
}

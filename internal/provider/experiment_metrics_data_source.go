package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// experimentMetricsConfigModel is the metrics with the arguments of their read.
type experimentMetricsConfigModel struct {
	experimentMetricsModel
	waitModel
	RunID          types.String    `tfsdk:"run_id"`
	DocumentID     types.String    `tfsdk:"document_id"`
	TargetPath     types.String    `tfsdk:"target_path"`
	IncludeValues  types.Bool      `tfsdk:"include_values"`
	ValueData      *valueDataModel `tfsdk:"value_data"`
	IgnoreNotFound types.Bool      `tfsdk:"ignore_not_found"`
	Timeouts       timeouts.Value  `tfsdk:"timeouts"`
}

// newExperimentMetricsDataSource returns a data source that reads the scores of a run, of each target and of each document.
func newExperimentMetricsDataSource() datasource.DataSource {
	return newSource[experimentMetricsConfigModel](noun{
		name:        "experiment_metrics",
		description: "Reads the scores of a Retab experiment run, of each target and of each document, beside those of the prior run.",
		attributes: func(ctx context.Context) map[string]schema.Attribute {
			return mergeAttributes(experimentMetricsAttributes(), waitAttributes("the run has a final status"), experimentMetricsArguments(ctx))
		},
	})
}

func experimentMetricsArguments(ctx context.Context) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"run_id": runIDArgument(),
		"prior_run_id": schema.StringAttribute{
			Optional: true, Computed: true,
			Validators:          []validator.String{resourceID{}},
			MarkdownDescription: "Id of the run to compare with. Defaults to the choice of Retab, or null.",
		},
		"document_id": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{resourceID{}},
			MarkdownDescription: "Id of the document of `targets`. Costs one more request.",
		},
		"target_path": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "Path or label of the target of `documents`. Costs one more request.",
		},
		"include_values": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to read extracted values into `value_data`. Defaults to `false`.",
		},
		"value_data": schema.SingleNestedAttribute{
			Computed: true, Sensitive: true,
			MarkdownDescription: "Extracted values. Null without `include_values`.",
			Attributes: map[string]schema.Attribute{
				"targets":   computedStringMap("JSON values of `targets`, by path."),
				"documents": computedStringMap("JSON values of `documents`, by document id."),
			},
		},
		"ignore_not_found": ignoreNotFoundArgument("run"),
		"timeouts":         timeoutsAttribute(ctx, true),
	}
}

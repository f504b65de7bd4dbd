package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// experimentResultConfigModel is the result with the arguments of its read.
type experimentResultConfigModel struct {
	experimentResultModel
	experimentResultArguments
	HandleData *handleDataModel `tfsdk:"handle_data"`
	Timeouts   timeouts.Value   `tfsdk:"timeouts"`
}

// newExperimentResultDataSource returns a data source that reads what one experiment run produced for one document.
func newExperimentResultDataSource() datasource.DataSource {
	return newSource[experimentResultConfigModel](noun{
		name:        "experiment_result",
		description: "Reads the result of one document in a Retab experiment run: status, duration, error and artifact.",
		attributes:  experimentResultConfigAttributes,
	})
}

// experimentResultConfigAttributes returns the schema of the computed object and the arguments.
func experimentResultConfigAttributes(ctx context.Context) map[string]schema.Attribute {
	return mergeAttributes(experimentResultAttributes(), waitAttributes("the result has a final status"), map[string]schema.Attribute{
		"run_id": runIDArgument(),
		"document_id": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{resourceID{}},
			MarkdownDescription: "Id of the document, such as `expdoc_xyz`.",
		},
		"ignore_not_found":    ignoreNotFoundArgument("result"),
		"include_handle_data": includeHandleDataAttribute(),
		"handle_data": schema.SingleNestedAttribute{
			Computed: true, Sensitive: true, Attributes: handleDataAttributes(),
			MarkdownDescription: "Payloads of the handles. Null without `include_handle_data`.",
		},
		"timeouts": timeoutsAttribute(ctx, true),
	})
}

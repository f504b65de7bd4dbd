package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// lifecycleModel holds the API's lifecycle object of a result or a run under flat names that are never null: Terraform
// reserves the name lifecycle, cannot put a null into a string and, before 1.12, evaluates both sides of && and ||.
type lifecycleModel struct {
	Exists       types.Bool   `tfsdk:"exists"`
	Summary      types.String `tfsdk:"summary"`
	Status       types.String `tfsdk:"status"`
	IsTerminal   types.Bool   `tfsdk:"is_terminal"`
	ErrorMessage types.String `tfsdk:"error_message"`
	ErrorCode    types.String `tfsdk:"error_code"`
	CancelReason types.String `tfsdk:"cancel_reason"`
	Timing       *timingModel `tfsdk:"timing"`
}

type timingModel struct {
	CreatedAt   types.String `tfsdk:"created_at"`
	StartedAt   types.String `tfsdk:"started_at"`
	CompletedAt types.String `tfsdk:"completed_at"`
	DurationMS  types.Int64  `tfsdk:"duration_ms"`
}

// lifecycleAttributes returns their schema for a thing, such as a result.
func lifecycleAttributes(thing string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"exists": computedBool(fmt.Sprintf("Whether the %s exists. Can be `false` only when `ignore_not_found = true`.", thing)),
		"summary": computedString(fmt.Sprintf(
			"The outcome in one or a few sentences, for messages, such as `%s` Never null, also when the %s does not exist.",
			summaryExamples[thing], thing)),
		"status": computedString(fmt.Sprintf(
			"Lifecycle status, verbatim from the API's `lifecycle.status`: `pending`, `queued`, `running`, `completed`, `error`, `cancelled`, or a value added later. Empty when the %s does not exist.", thing)),
		"is_terminal": computedBool(
			"Whether the status is final: `completed`, `error` or `cancelled`. A status that is not known to this provider counts as not final."),
		"error_message": computedString(fmt.Sprintf("Why the %s failed, in the API's words. Empty when it did not fail.", thing)),
		"error_code":    computedString("Machine-readable code of the failure (`lifecycle.details.error_code`). Empty when the API gives none."),
		"cancel_reason": computedString(fmt.Sprintf("Why the %s was cancelled (`lifecycle.reason`). Empty when the API gives none.", thing)),
		"timing": schema.SingleNestedAttribute{
			Computed: true,
			MarkdownDescription: fmt.Sprintf("When the %s was made. Timestamps are RFC 3339 texts exactly as the API wrote them. Never null; a member is null until it is known.",
				thing),
			Attributes: map[string]schema.Attribute{
				"created_at":   computedString(fmt.Sprintf("When the %s was created.", thing)),
				"started_at":   computedString("When execution started."),
				"completed_at": computedString("When execution ended, successfully or not."),
				"duration_ms":  computedInt64("Duration in milliseconds as the API measured it, which need not equal the difference of the timestamps."),
			},
		},
	}
}

// summaryExamples are for the descriptions.
var summaryExamples = map[string]string{
	"result": "Document expdoc_7 failed: The page is empty.",
	"run":    "3 of 100 documents of run exprun_2 failed.",
}

// newLifecycleModel converts the lifecycle of a result or run that exists.
func newLifecycleModel(lifecycle client.Lifecycle, summary string) lifecycleModel {
	return lifecycleModel{
		Exists:       types.BoolValue(true),
		Summary:      types.StringValue(summary),
		Status:       types.StringValue(string(lifecycle.Status)),
		IsTerminal:   types.BoolValue(lifecycle.Status.Terminal()),
		ErrorMessage: types.StringValue(lifecycle.ErrorMessage),
		ErrorCode:    types.StringValue(lifecycle.ErrorCode),
		CancelReason: types.StringValue(lifecycle.CancelReason),
		Timing: &timingModel{
			CreatedAt:   types.StringPointerValue(lifecycle.Timing.CreatedAt),
			StartedAt:   types.StringPointerValue(lifecycle.Timing.StartedAt),
			CompletedAt: types.StringPointerValue(lifecycle.Timing.CompletedAt),
			DurationMS:  types.Int64PointerValue(lifecycle.Timing.DurationMS),
		},
	}
}

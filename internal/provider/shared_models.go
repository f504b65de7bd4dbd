package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// This file has the parts that several objects share.

// outcomeModel holds what is judged of a result or a run.
type outcomeModel struct {
	Exists     bool   `tfsdk:"exists"`
	IsTerminal bool   `tfsdk:"is_terminal"`
	Summary    string `tfsdk:"summary"`
}

// newOutcomeModel describes a result or a run that exists.
func newOutcomeModel(lifecycle client.Lifecycle, summary string) outcomeModel {
	return outcomeModel{Exists: true, IsTerminal: lifecycle.Status.Terminal(), Summary: summary}
}

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

// lifecycleAttributes returns the schema of lifecycleModel for a thing, such as a result.
func lifecycleAttributes(thing string) attributeMap {
	return attributeMap{
		"exists":        computedBool(fmt.Sprintf("Whether the %s exists.", thing)),
		"summary":       computedString("The outcome in sentences."),
		"status":        computedString("`pending`, `queued`, `running`, `completed`, `error`, `cancelled`, or a newer status."),
		"is_terminal":   computedBool("Whether the status is `completed`, `error` or `cancelled`."),
		"error_message": computedString(fmt.Sprintf("Why the %s failed. Otherwise empty.", thing)),
		"error_code":    computedString("Code of the failure, or empty. Flat edition only."),
		"cancel_reason": computedString(fmt.Sprintf("Why the %s was cancelled. Otherwise empty.", thing)),
		"timing":        timingAttribute(thing),
	}
}

func timingAttribute(thing string) schema.Attribute {
	return computedObject("Times in RFC 3339, null until known.", attributeMap{
		"created_at":   computedString(fmt.Sprintf("When the %s was created.", thing)),
		"started_at":   computedString("When execution started."),
		"completed_at": computedString("When execution ended."),
		"duration_ms":  computedInt64("Duration in milliseconds."),
	})
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
		Timing:       newTimingModel(lifecycle.Timing),
	}
}

func newTimingModel(timing client.Timing) *timingModel {
	return &timingModel{
		CreatedAt:   types.StringPointerValue(timing.CreatedAt),
		StartedAt:   types.StringPointerValue(timing.StartedAt),
		CompletedAt: types.StringPointerValue(timing.CompletedAt),
		DurationMS:  types.Int64PointerValue(timing.DurationMS),
	}
}

// artifactReferenceModel refers to an artifact, which retab_artifact reads.
type artifactReferenceModel struct {
	Operation types.String `tfsdk:"operation"`
	ID        types.String `tfsdk:"id"`
}

func artifactReferenceAttribute() schema.Attribute {
	return computedObject("Artifact that the block produced, or null.", attributeMap{
		"operation": computedString("`extraction`, `classification`, `split`, `partition` or another one."),
		"id":        computedString("Id of the artifact."),
	})
}

func newArtifactReferenceModel(artifact *client.Artifact) *artifactReferenceModel {
	if artifact == nil {
		return nil
	}
	return &artifactReferenceModel{Operation: types.StringValue(artifact.Operation), ID: types.StringValue(artifact.ID)}
}

// driftModel holds the changes of the schema of a block since a run.
type driftModel struct {
	Status          types.String   `tfsdk:"status"`
	AffectedTargets []types.String `tfsdk:"affected_targets"`
	Detail          types.String   `tfsdk:"detail"`
}

func driftAttribute() schema.Attribute {
	return computedObject("Changes of the block's schema since the newest run.", attributeMap{
		"status":           computedString("`none`, `partial`, `drifted`, `broken` or `unknown`."),
		"affected_targets": computedStrings("Targets that have changed. Flat edition only."),
		"detail":           computedString("What has changed, or null."),
	})
}

func newDriftModel(drift client.Drift) *driftModel {
	return &driftModel{
		Status:          types.StringValue(drift.Status),
		AffectedTargets: stringValues(drift.AffectedTargets),
		Detail:          types.StringPointerValue(drift.Detail),
	}
}

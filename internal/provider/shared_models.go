package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// This file has the parts of models and schemas that several objects share.

// outcomeModel holds the judgements that results and runs share.
type outcomeModel struct {
	Exists     bool   `tfsdk:"exists"`
	IsTerminal bool   `tfsdk:"is_terminal"`
	Summary    string `tfsdk:"summary"`
}

// newOutcomeModel describes a result or a run that exists.
func newOutcomeModel(lifecycle client.Lifecycle, summary string) outcomeModel {
	return outcomeModel{Exists: true, IsTerminal: lifecycle.Status.Terminal(), Summary: summary}
}

// lifecycleAttributes returns the schema of outcomeModel and of the API's lifecycle object, for a thing such as a result.
// The names are flat and never null: Terraform reserves the name lifecycle, cannot put a null into a string and, before
// 1.12, evaluates both sides of && and ||.
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

func artifactReferenceAttribute() schema.Attribute {
	return computedObject("Artifact that the block produced, or null.", attributeMap{
		"operation": computedString("`extraction`, `classification`, `split`, `partition` or another one."),
		"id":        computedString("Id of the artifact."),
	})
}

func driftAttribute() schema.Attribute {
	return computedObject("Changes of the block's schema since the newest run.", attributeMap{
		"status":           computedString("`none`, `partial`, `drifted`, `broken` or `unknown`."),
		"affected_targets": computedStrings("Targets that have changed. Flat edition only."),
		"detail":           computedString("What has changed, or null."),
	})
}

// mapBy converts a list into a map, which is not null if the list is nil.
func mapBy[From, To any](from []From, convert func(From) (key string, to To)) map[string]To {
	to := make(map[string]To, len(from))
	for _, element := range from {
		key, value := convert(element)
		to[key] = value
	}
	return to
}

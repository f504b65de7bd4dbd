package provider

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// This file has the attributes that several schemas share.

func computedString(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func computedBool(description string) schema.Attribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

func computedInt64(description string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

// computedNumber describes a number that keeps every digit. Float64Attribute does not: it gives Terraform the float64
// closest to 0.7, which is less than the 0.7 of a configuration.
func computedNumber(description string) schema.Attribute {
	return schema.NumberAttribute{Computed: true, MarkdownDescription: description}
}

func computedStrings(description string) schema.Attribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

func computedStringMap(description string) schema.Attribute {
	return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

func successRatioAttribute() schema.Attribute {
	return computedNumber("`succeeded_count / document_count`, or null if not known.")
}

// runIDArgument describes the required argument run_id.
func runIDArgument() schema.Attribute {
	return schema.StringAttribute{
		Required:            true,
		Validators:          []validator.String{resourceID{}},
		MarkdownDescription: "Id of the run, such as `exprun_2`.",
	}
}

// ignoreNotFoundArgument describes the argument that makes an absence data.
func ignoreNotFoundArgument(noun string) schema.Attribute {
	return schema.BoolAttribute{
		Optional: true, MarkdownDescription: fmt.Sprintf("Whether a missing %s is data, with `exists = false`. Defaults to `false`.", noun),
	}
}

// mergeAttributes returns all attributes in one map. A later attribute replaces an earlier one of the same name.
func mergeAttributes(all ...map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, some := range all {
		maps.Copy(attributes, some)
	}
	return attributes
}

// timeoutsAttribute returns the conventional argument timeouts. Its durations must be positive.
func timeoutsAttribute(ctx context.Context, waits bool) schema.Attribute {
	attribute := timeouts.Attributes(ctx).(schema.SingleNestedAttribute)
	defaults := fmt.Sprintf("`%s`", prose.Duration(defaultReadTimeout))
	if waits {
		defaults += fmt.Sprintf(", or `%s` when waiting", prose.Duration(defaultWaitTimeout))
	}
	attribute.MarkdownDescription = "Time limits."
	read := attribute.Attributes["read"].(schema.StringAttribute)
	read.Description = ""
	read.MarkdownDescription = "Limit of the whole read. Defaults to " + defaults + "."
	read.Validators = []validator.String{durationAtLeast{}}
	attribute.Attributes["read"] = read
	return attribute
}

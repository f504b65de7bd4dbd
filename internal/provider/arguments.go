package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// This file has the arguments that several data sources share.

const (
	// defaultReadTimeout limits a read that does not wait. It allows five attempts and the pauses between them.
	defaultReadTimeout = 3 * time.Minute
	// defaultWaitTimeout limits a read that waits. The vendor's own tool has the same limit.
	defaultWaitTimeout = 10 * time.Minute

	defaultPollInterval = 2 * time.Second // as in the vendor's own tool
	minPollInterval     = 500 * time.Millisecond
)

// readModel has the argument of every read.
type readModel struct {
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// timeout returns the time limit of the read.
func (m readModel) timeout(ctx context.Context) (time.Duration, diag.Diagnostics) {
	return m.Timeouts.Read(ctx, defaultReadTimeout)
}

// waitModel has the arguments of every read that can wait.
type waitModel struct {
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	PollInterval      types.String   `tfsdk:"poll_interval"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// timeout returns the time limit of the read, including the wait.
func (m waitModel) timeout(ctx context.Context) (time.Duration, diag.Diagnostics) {
	if m.WaitForCompletion.ValueBool() {
		return m.Timeouts.Read(ctx, defaultWaitTimeout)
	}
	return m.Timeouts.Read(ctx, defaultReadTimeout)
}

// absenceModel has the argument that turns an absence from an error into data.
type absenceModel struct {
	IgnoreNotFound types.Bool `tfsdk:"ignore_not_found"`
}

// ignores reports whether an error proves an absence that ignore_not_found accepts.
func (m absenceModel) ignores(err error) bool {
	return m.IgnoreNotFound.ValueBool() && (client.IsAbsent(err) ||
		errors.Is(err, client.ErrNoExperiment) || errors.Is(err, client.ErrNoRun) || errors.Is(err, client.ErrNoEvalRun))
}

// waitArguments returns the schema of waitModel. The wait ends when the condition holds, such as "the result has a final
// status".
func waitArguments(ctx context.Context, condition string) attributeMap {
	return attributeMap{
		"wait_for_completion": optionalBool("Whether to wait until " + condition + ". Defaults to `false`."),
		"poll_interval":       optionalString(pollIntervalDescription, isDuration(minPollInterval)),
		"timeouts":            timeoutsArgument(ctx, true),
	}
}

var pollIntervalDescription = fmt.Sprintf("First pause while waiting. Defaults to `%s`.", defaultPollInterval)

// timeoutsArgument describes the conventional argument timeouts. Its durations must be positive.
func timeoutsArgument(ctx context.Context, canWait bool) schema.Attribute {
	defaults := "`" + prose.Duration(defaultReadTimeout) + "`"
	if canWait {
		defaults += ", or `" + prose.Duration(defaultWaitTimeout) + "` when waiting"
	}
	attribute := timeouts.Attributes(ctx).(schema.SingleNestedAttribute)
	attribute.MarkdownDescription = "Time limits."
	attribute.Attributes["read"] = optionalString("Limit of the whole read. Defaults to "+defaults+".", isDuration(0))
	return attribute
}

// ignoreNotFoundArgument describes the argument of absenceModel.
func ignoreNotFoundArgument(noun string) schema.Attribute {
	return optionalBool(fmt.Sprintf("Whether a missing %s is data, with `exists = false`. Defaults to `false`.", noun))
}

func optionalBool(description string) schema.Attribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
}

func optionalNumber(description string, rule validator.Number) schema.Attribute {
	return schema.NumberAttribute{Optional: true, Validators: []validator.Number{rule}, MarkdownDescription: description}
}

func optionalString(description string, rules ...validator.String) schema.Attribute {
	return schema.StringAttribute{Optional: true, Validators: rules, MarkdownDescription: description}
}

func requiredID(description string) schema.Attribute {
	return schema.StringAttribute{Required: true, Validators: []validator.String{isID}, MarkdownDescription: description}
}

// optionalComputedID describes an argument that, if it is not set, gets the ID of the object that was found.
func optionalComputedID(description string, validators ...validator.String) schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Validators: append(validators, isID), MarkdownDescription: description,
	}
}

// anyStatus is the status_filter that matches every status.
const anyStatus = "any"

// statusFilterArgument describes the argument status_filter, which requires another argument: whose run to find.
func statusFilterArgument(needs, description string) schema.Attribute {
	isOne := stringvalidator.OneOf(append(knownStatuses(), anyStatus)...)
	return optionalString(description, isOne, stringvalidator.AlsoRequires(path.MatchRoot(needs)))
}

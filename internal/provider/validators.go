package provider

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

// durationAtLeast accepts Go durations above zero and not below a minimum. Unknown values pass: they are checked once
// they are known.
type durationAtLeast struct{ minimum time.Duration }

func (v durationAtLeast) Description(context.Context) string {
	if v.minimum > 0 {
		return fmt.Sprintf("value must be a duration of at least %s", v.minimum)
	}
	return "value must be a duration such as 30s or 5m"
}

func (v durationAtLeast) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v durationAtLeast) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueString()
	duration, err := time.ParseDuration(value)
	switch {
	case err != nil || duration <= 0:
		resp.Diagnostics.Append(durationDiagnostic(req.Path, value))
	case duration < v.minimum:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", fmt.Sprintf("The value of %s is %q, which is too short: it must be at least %s.", req.Path, value, v.minimum))
	}
}

func durationDiagnostic(at path.Path, value string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Invalid duration", durationDetail(at.String(), value))
}

func durationDetail(name, value string) string {
	return fmt.Sprintf("The value of %s is %q, which is not a duration above zero. Write numbers with the unit ms, s, m or h, such as \"30s\", \"5m\" or \"1h30m\".", name, value)
}

// resourceID accepts what the client accepts as an id, so that a bad one is found before any request and shown at its
// attribute.
type resourceID struct{}

func (resourceID) Description(context.Context) string {
	return "value must be an id: not empty, and without slashes, control characters and surrounding white space"
}

func (v resourceID) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (resourceID) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	var problem *transport.ArgumentError
	if err := client.CheckID(req.Path.String(), req.ConfigValue.ValueString()); errors.As(err, &problem) {
		resp.Diagnostics.Append(diagnose.InvalidID(req.Path, problem))
	}
}

// wholeNumber accepts whole numbers within bounds. It is for attributes of type number, because the framework calls a
// fraction in an Int64Attribute a bug of the provider.
type wholeNumber struct{ least, most int64 }

func (v wholeNumber) Description(context.Context) string {
	return fmt.Sprintf("value must be a whole number from %d to %d", v.least, v.most)
}

func (v wholeNumber) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v wholeNumber) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueBigFloat()
	if whole, accuracy := value.Int64(); accuracy != big.Exact || whole < v.least || whole > v.most {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid number", fmt.Sprintf("The value of %s is %s; it must be a whole number from %d to %d.", req.Path, value.Text('g', 20), v.least, v.most))
	}
}

// fraction accepts numbers from 0 to 1.
type fraction struct{}

func (fraction) Description(context.Context) string { return "value must be between 0 and 1" }

func (v fraction) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v fraction) ValidateNumber(ctx context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if value := req.ConfigValue.ValueBigFloat(); value.Sign() < 0 || value.Cmp(big.NewFloat(1)) > 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid number", fmt.Sprintf("The value of %s is %s; the %s.", req.Path, value.Text('g', 20), v.Description(ctx)))
	}
}

// whole returns the value of a number that wholeNumber has accepted.
func whole(number types.Number) int {
	value, _ := number.ValueBigFloat().Int64()
	return int(value)
}

// publishedStatus warns of a status that the vendor has not published. It is probably a typing error, and then matches nothing.
// It may also be newer than this provider, so it is not an error.
type publishedStatus struct{}

func (publishedStatus) Description(context.Context) string {
	return "value should be one of " + strings.Join(knownStatuses(), ", ")
}

func (v publishedStatus) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v publishedStatus) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue
	if value.IsNull() || value.IsUnknown() || value.ValueString() == "" || slices.Contains(knownStatuses(), value.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown status", fmt.Sprintf(
		"%q is not a known status, so it will probably match nothing: the %s. Leave the argument out to match all.",
		value.ValueString(), v.Description(ctx)))
}

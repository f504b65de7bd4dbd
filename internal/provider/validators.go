package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
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
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", durationProblem(value))
	case duration < v.minimum:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", fmt.Sprintf("%q is too short: it must be at least %s.", value, v.minimum))
	}
}

func durationProblem(value string) string {
	return fmt.Sprintf("%q is not a duration above zero. Write a number and a unit, such as \"30s\", \"5m\" or \"1h30m\".", value)
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
	var problem *client.ArgumentError
	if err := client.CheckID(req.Path.String(), req.ConfigValue.ValueString()); errors.As(err, &problem) {
		resp.Diagnostics.Append(invalidIDDiagnostic(req.Path, problem))
	}
}

// shortDuration writes 30s and 10m instead of Go's 10m0s.
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

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

// positiveDuration accepts Go durations above zero. Unknown values pass: they are checked once they are known.
type positiveDuration struct{}

func (positiveDuration) Description(context.Context) string {
	return "value must be a duration such as 30s or 5m"
}

func (v positiveDuration) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (positiveDuration) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueString()
	if duration, err := time.ParseDuration(value); err != nil || duration <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", durationProblem(value))
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

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
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// description is the text of a validator.
type description string

func (d description) Description(context.Context) string         { return string(d) }
func (d description) MarkdownDescription(context.Context) string { return string(d) }

// stringRule is a validator of a string. check returns nil for a valid one. Null and unknown values pass: they are
// checked once they are known.
type stringRule struct {
	description
	check func(at path.Path, value string) diag.Diagnostic
}

func (r stringRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := r.check(req.Path, req.ConfigValue.ValueString()); problem != nil {
		resp.Diagnostics.Append(problem)
	}
}

// isID accepts what the client accepts as an ID, so that a bad one is rejected before any request, with an error on the
// attribute.
var isID = stringRule{
	"value must be an id: not empty, and without slashes, control characters and surrounding white space",
	func(at path.Path, id string) diag.Diagnostic {
		if problem, isBad := errors.AsType[*transport.ArgumentError](client.CheckID(at.String(), id)); isBad {
			return diagnose.InvalidID(at, problem)
		}
		return nil
	},
}

// isOperation accepts what can be a segment of a route, like an ID.
var isOperation = stringRule{
	"value must be the name of an operation, such as extraction",
	func(at path.Path, name string) diag.Diagnostic {
		if client.CheckID(at.String(), name) == nil {
			return nil
		}
		return diag.NewAttributeErrorDiagnostic(at, "Invalid operation", fmt.Sprintf(
			"The value of %s is %q, which is not the name of an operation. Use the artifact.operation of a result, such as extraction.",
			at, sanitize.PlainText(name)))
	},
}

// isStatus warns of a status that the vendor has not published. It is probably a typing error and matches nothing. But
// it may also be newer than this provider, so it is not an error.
var isStatus = stringRule{
	anyKnownStatus,
	func(at path.Path, status string) diag.Diagnostic {
		if status == "" || slices.Contains(knownStatuses(), status) {
			return nil
		}
		return diag.NewAttributeWarningDiagnostic(at, "Unknown status", fmt.Sprintf(
			"%q is not a known status, so it will probably match nothing: the %s. Leave the argument out to match all.",
			status, anyKnownStatus))
	},
}

var anyKnownStatus = description("value should be one of " + strings.Join(knownStatuses(), ", "))

// knownStatuses are the statuses that the vendor has published.
func knownStatuses() []string {
	return []string{
		string(client.StatusPending), string(client.StatusQueued), string(client.StatusRunning),
		string(client.StatusCompleted), string(client.StatusError), string(client.StatusCancelled),
	}
}

// isDuration accepts Go durations above zero that are not less than a minimum.
func isDuration(minimum time.Duration) stringRule {
	return stringRule{
		description(fmt.Sprintf("value must be a duration such as 30s or 5m, above zero and of at least %s", minimum)),
		func(at path.Path, value string) diag.Diagnostic {
			duration, err := time.ParseDuration(value)
			switch {
			case err != nil || duration <= 0:
				return diag.NewAttributeErrorDiagnostic(at, "Invalid duration", durationDetail(at.String(), value))
			case duration < minimum:
				return diag.NewAttributeErrorDiagnostic(at, "Invalid duration", fmt.Sprintf(
					"The value of %s is %q, which is too short: it must be at least %s.", at, value, minimum))
			default:
				return nil
			}
		},
	}
}

func durationDetail(name, value string) string {
	return fmt.Sprintf("The value of %s is %q, which is not a duration above zero. Write numbers with the unit ms, s, m or h, such as \"30s\", \"5m\" or \"1h30m\".", name, value)
}

// numberRule is a validator of a number, with a description such as "it must be even".
type numberRule struct {
	description
	accepts func(*big.Float) bool
}

func (r numberRule) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if value := req.ConfigValue.ValueBigFloat(); !r.accepts(value) {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid number",
			fmt.Sprintf("The value of %s is %s; %s.", req.Path, value.Text('g', 20), r.description))
	}
}

// isWhole accepts whole numbers within bounds. It is for attributes of type number, because the framework calls a
// fraction in an Int64Attribute a bug of the provider.
func isWhole(least, most int64) numberRule {
	return numberRule{
		description(fmt.Sprintf("it must be a whole number from %d to %d", least, most)),
		func(value *big.Float) bool {
			whole, accuracy := value.Int64()
			return accuracy == big.Exact && whole >= least && whole <= most
		},
	}
}

// whole returns the value of a number that isWhole has accepted.
func whole(number types.Number) int {
	value, _ := number.ValueBigFloat().Int64()
	return int(value)
}

var isFraction = numberRule{"the value must be between 0 and 1", verdict.IsFraction}

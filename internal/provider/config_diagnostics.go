package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

// This file formats the diagnostics of provider settings that are invalid, missing, or unknown. They name the attribute
// in their text and have no attribute path, because Terraform quotes the source of an attribute, which may contain a
// secret.

// diagnostic formats the error of an invalid setting. It names where the value comes from and where it can be set.
func (m configModel) diagnostic(err error) diag.Diagnostic {
	var argument *transport.ArgumentError
	if !errors.As(err, &argument) {
		return diagnose.Internal(err.Error())
	}
	summary := map[string]string{
		"api_key": "Invalid Retab API key", "base_url": "Invalid Retab base URL", "api_edition": "Invalid Retab API edition",
		"ca_cert_pem": "Invalid CA certificate", "client_cert_pem": "Invalid client certificate", "client_key_pem": "Invalid client key",
		"headers": "Invalid headers",
	}[argument.Argument]
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
		"The value of %s %s.\n\nCorrect it there. It can be set by %s.", m.sourceOf(argument.Argument), argument.Problem, settingPlaces(argument.Argument)))
}

func missingKeyDiagnostic(setButEmpty bool) diag.Diagnostic {
	detail := "The provider has no API key to authenticate with.\n\nSet " + settingPlaces("api_key") + "."
	if setButEmpty {
		detail = "The attribute api_key is set to an empty text, so the environment variable RETAB_API_KEY was not consulted.\n\nSet " +
			settingPlaces("api_key") + "; remove the attribute to use the variable."
	}
	return diag.NewErrorDiagnostic("Missing Retab API key", detail)
}

func unknownSettingDiagnostics(attributes []string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, attribute := range attributes {
		remedies := "Give it a value that is known when planning"
		if variables := environment[attribute]; len(variables) > 0 {
			remedies += ", leave it out and set the environment variable " + strings.Join(variables, " or ")
		}
		diags.Append(diag.NewErrorDiagnostic("Provider setting is not known yet", fmt.Sprintf(
			"The provider cannot read from Retab yet: the value of its attribute %s is only known after apply.\n\n%s, "+
				"add depends_on with what it depends on to the data block, so that it is read when applying, or first apply that with -target.", attribute, remedies)))
	}
	return diags
}

// settingPlaces names where a setting can be set.
func settingPlaces(attribute string) string {
	return fmt.Sprintf("the attribute %s in the provider block, or the environment variable %s", attribute, strings.Join(environment[attribute], " or "))
}

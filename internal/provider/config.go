package provider

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

// maxRetriesLimit keeps a typing error from making one read take hours.
const maxRetriesLimit = 20

// environment lists the variables that replace an unset attribute. The first non-empty one counts. The vendor's tools
// use two names for the base URL, so both are read.
var environment = map[string][]string{
	"api_key":         {"RETAB_API_KEY"},
	"base_url":        {"RETAB_API_BASE_URL", "RETAB_BASE_URL"},
	"api_edition":     {"RETAB_API_EDITION"},
	"ca_cert_pem":     {"RETAB_CA_CERT_PEM"},
	"client_cert_pem": {"RETAB_CLIENT_CERT_PEM"},
	"client_key_pem":  {"RETAB_CLIENT_KEY_PEM"},
	"headers":         {"RETAB_HEADERS"},
}

type configModel struct {
	APIKey         types.String `tfsdk:"api_key"`
	BaseURL        types.String `tfsdk:"base_url"`
	APIEdition     types.String `tfsdk:"api_edition"`
	RequestTimeout types.String `tfsdk:"request_timeout"`
	MaxRetries     types.Number `tfsdk:"max_retries"`
	CACertPEM      types.String `tfsdk:"ca_cert_pem"`
	ClientCertPEM  types.String `tfsdk:"client_cert_pem"`
	ClientKeyPEM   types.String `tfsdk:"client_key_pem"`
	Headers        types.Map    `tfsdk:"headers"`
}

func configAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description}
	}
	secret := func(description string) schema.Attribute {
		return schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"api_key": secret("API key of the Retab environment. Better set in `RETAB_API_KEY`."),
		"base_url": text("URL of the API, with https except on this machine. " +
			"Read from `RETAB_API_BASE_URL` or `RETAB_BASE_URL` if not set, and defaults to `" + client.DefaultBaseURL + "`."),
		"api_edition": text("`auto`, `flat` or `run_scoped`. Read from `RETAB_API_EDITION` if not set, and defaults to `auto`."),
		"request_timeout": schema.StringAttribute{
			Optional: true, Validators: []validator.String{isDuration(0)},
			MarkdownDescription: fmt.Sprintf("Limit of one HTTP request. Defaults to `%s`.", prose.Duration(client.DefaultRequestTimeout)),
		},
		"max_retries": schema.NumberAttribute{
			Optional: true, Validators: []validator.Number{isWhole(0, maxRetriesLimit)},
			MarkdownDescription: fmt.Sprintf("How often a request is repeated, from `0` to `%d`. Defaults to `%d`.", maxRetriesLimit, client.DefaultMaxRetries),
		},
		// The certificates have the same names as in the http data source.
		"ca_cert_pem":     text("PEM of authorities to trust besides those of the system. Read from `RETAB_CA_CERT_PEM` if not set."),
		"client_cert_pem": text("PEM of the client certificate and its chain. Read from `RETAB_CLIENT_CERT_PEM` if not set."),
		"client_key_pem":  secret("PEM of the key of `client_cert_pem`, unencrypted. Read from `RETAB_CLIENT_KEY_PEM` if not set."),
		"headers": schema.MapAttribute{
			Optional: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "Headers for a gateway in front of the API, sent to the origin of `base_url` only. " +
				"Read from `RETAB_HEADERS`, a JSON object, if not set.",
		},
	}
}

// unknownAttributes returns the names of the attributes that are known only after apply, wholly or in part.
func unknownAttributes(config tfsdk.Config) ([]string, error) {
	var attributes map[string]tftypes.Value
	if err := config.Raw.As(&attributes); err != nil {
		return nil, err
	}
	maps.DeleteFunc(attributes, func(_ string, value tftypes.Value) bool { return value.IsFullyKnown() })
	return slices.Sorted(maps.Keys(attributes)), nil
}

// settings resolves every attribute: configuration, then environment, then default.
func (m configModel) settings() (client.Config, diag.Diagnostics) {
	var diags diag.Diagnostics
	settings := client.Config{Edition: client.Edition(strings.TrimSpace(resolve("api_edition", m.APIEdition, string(client.EditionAuto)))), Config: transport.Config{
		APIKey:         resolve("api_key", m.APIKey, ""),
		BaseURL:        resolve("base_url", m.BaseURL, client.DefaultBaseURL),
		RequestTimeout: client.DefaultRequestTimeout,
		MaxRetries:     client.DefaultMaxRetries,
		Certificates: transport.Certificates{
			CACertPEM:     resolve("ca_cert_pem", m.CACertPEM, ""),
			ClientCertPEM: resolve("client_cert_pem", m.ClientCertPEM, ""),
			ClientKeyPEM:  resolve("client_key_pem", m.ClientKeyPEM, ""),
		},
	}}
	headers, err := m.headers()
	if err != nil {
		diags.Append(m.diagnostic(err))
	}
	settings.Headers = headers
	if settings.APIKey == "" {
		diags.Append(missingKeyDiagnostic(!m.APIKey.IsNull()))
	}
	if !m.RequestTimeout.IsNull() {
		timeout, err := time.ParseDuration(m.RequestTimeout.ValueString())
		if err != nil { // a validator cannot check a value that is not known yet
			diags.AddError("Invalid duration", durationDetail("the provider's request_timeout", m.RequestTimeout.ValueString()))
		}
		settings.RequestTimeout = timeout
	}
	if !m.MaxRetries.IsNull() {
		settings.MaxRetries = whole(m.MaxRetries)
	}
	return settings, diags
}

// headers resolves the headers, without those that are null.
func (m configModel) headers() (map[string]string, error) {
	headers := map[string]string{}
	if variable := variableOf("headers"); m.Headers.IsNull() && variable != "" {
		if err := json.Unmarshal([]byte(os.Getenv(variable)), &headers); err != nil { // not shown, because it quotes a value
			return nil, &transport.ArgumentError{Argument: "headers", Problem: `is not a JSON object of strings, such as {"X-Token":"…"}`}
		}
	}
	for name, value := range m.Headers.Elements() {
		if text, isString := value.(types.String); isString && !text.IsNull() {
			headers[name] = text.ValueString()
		}
	}
	return headers, nil
}

// resolve returns an attribute that is set, even to "". Otherwise it returns the first variable that is not empty, or
// else the default.
func resolve(attribute string, value types.String, fallback string) string {
	if !value.IsNull() {
		return value.ValueString()
	}
	if variable := variableOf(attribute); variable != "" {
		return os.Getenv(variable)
	}
	return fallback
}

// variableOf returns the variable that replaces an unset attribute, or "" if there is none.
func variableOf(attribute string) string {
	for _, variable := range environment[attribute] {
		if os.Getenv(variable) != "" {
			return variable
		}
	}
	return ""
}

// userAgent returns the header in the form that Terraform providers use: name and version of the provider, then of
// Terraform, then TF_APPEND_USER_AGENT. Control characters, which a header cannot have, become spaces.
func userAgent(version, terraformVersion string) string {
	agent := "terraform-provider-retab/" + version + " Terraform/" + terraformVersion
	addition := strings.FieldsFunc(os.Getenv("TF_APPEND_USER_AGENT"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	return strings.Join(append([]string{agent}, addition...), " ")
}

// The diagnostics of settings name the attribute in their text and have no attribute path, because Terraform quotes the
// source of an attribute, which may contain a secret.

// diagnostic formats the error of an invalid setting. It names where the value comes from and where it can be set.
func (m configModel) diagnostic(err error) diag.Diagnostic {
	argument, isArgument := errors.AsType[*transport.ArgumentError](err)
	if !isArgument {
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

// sourceOf returns where the value of an attribute comes from, for diagnostics.
func (m configModel) sourceOf(attribute string) string {
	value := map[string]attr.Value{
		"headers": m.Headers, "api_key": m.APIKey, "base_url": m.BaseURL, "api_edition": m.APIEdition,
		"ca_cert_pem": m.CACertPEM, "client_cert_pem": m.ClientCertPEM, "client_key_pem": m.ClientKeyPEM,
	}[attribute]
	if variable := variableOf(attribute); value.IsNull() && variable != "" {
		return "the environment variable " + variable
	}
	return "the attribute " + attribute
}

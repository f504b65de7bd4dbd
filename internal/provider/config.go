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

// settings has, for each attribute that a variable can replace, the summary of the error of an invalid value, the
// default, and the variables. The first non-empty one counts. The vendor's tools use two names for the base URL, so
// both are read.
var settings = map[string]struct {
	invalid, fallback string
	variables         []string
}{
	"api_key":         {"Invalid Retab API key", "", []string{"RETAB_API_KEY"}},
	"base_url":        {"Invalid Retab base URL", client.DefaultBaseURL, []string{"RETAB_API_BASE_URL", "RETAB_BASE_URL"}},
	"api_edition":     {"Invalid Retab API edition", string(client.EditionAuto), []string{"RETAB_API_EDITION"}},
	"ca_cert_pem":     {"Invalid CA certificate", "", []string{"RETAB_CA_CERT_PEM"}},
	"client_cert_pem": {"Invalid client certificate", "", []string{"RETAB_CLIENT_CERT_PEM"}},
	"client_key_pem":  {"Invalid client key", "", []string{"RETAB_CLIENT_KEY_PEM"}},
	"headers":         {"Invalid headers", "", []string{"RETAB_HEADERS"}},
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
	secret := func(description string) schema.Attribute {
		return schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"api_key": secret("API key of the Retab environment. Better set in `RETAB_API_KEY`."),
		"base_url": optionalString("URL of the API, with https except on this machine. " +
			"Read from `RETAB_API_BASE_URL` or `RETAB_BASE_URL` if not set, and defaults to `" + client.DefaultBaseURL + "`."),
		"api_edition": optionalString("`auto`, `flat` or `run_scoped`. Read from `RETAB_API_EDITION` if not set, and defaults to `auto`."),
		"request_timeout": optionalString(
			"Limit of one HTTP request. Defaults to `"+prose.Duration(client.DefaultRequestTimeout)+"`.", isDuration(0)),
		"max_retries": optionalNumber(
			fmt.Sprintf("How often a request is repeated, from `0` to `%d`. Defaults to `%d`.", maxRetriesLimit, client.DefaultMaxRetries),
			isWhole(0, maxRetriesLimit)),
		// The certificates have the same names as in the http data source.
		"ca_cert_pem":     optionalString("PEM of authorities to trust besides those of the system. Read from `RETAB_CA_CERT_PEM` if not set."),
		"client_cert_pem": optionalString("PEM of the client certificate and its chain. Read from `RETAB_CLIENT_CERT_PEM` if not set."),
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

// lookup returns a setting as text and where it comes from: an attribute that is set, even to "", or else the first
// variable that is not empty, or else the default. The text of an attribute that is not a string is "".
func (m configModel) lookup(attribute string) (text, source string) {
	value := map[string]attr.Value{
		"headers": m.Headers, "api_key": m.APIKey, "base_url": m.BaseURL, "api_edition": m.APIEdition,
		"ca_cert_pem": m.CACertPEM, "client_cert_pem": m.ClientCertPEM, "client_key_pem": m.ClientKeyPEM,
	}[attribute]
	setting, source := settings[attribute], "the attribute "+attribute
	if !value.IsNull() {
		value, _ := value.(types.String)
		return value.ValueString(), source
	}
	for _, variable := range setting.variables {
		if text := os.Getenv(variable); text != "" {
			return text, "the environment variable " + variable
		}
	}
	return setting.fallback, source
}

// clientConfig resolves every attribute.
func (m configModel) clientConfig() (client.Config, diag.Diagnostics) {
	var diags diag.Diagnostics
	text := func(attribute string) string {
		value, _ := m.lookup(attribute)
		return value
	}
	config := client.Config{Edition: client.Edition(strings.TrimSpace(text("api_edition"))), Config: transport.Config{
		APIKey:         text("api_key"),
		BaseURL:        text("base_url"),
		RequestTimeout: client.DefaultRequestTimeout,
		MaxRetries:     client.DefaultMaxRetries,
		Certificates: transport.Certificates{
			CACertPEM:     text("ca_cert_pem"),
			ClientCertPEM: text("client_cert_pem"),
			ClientKeyPEM:  text("client_key_pem"),
		},
		Headers: map[string]string{},
	}}
	if variable := text("headers"); variable != "" {
		if err := json.Unmarshal([]byte(variable), &config.Headers); err != nil { // not shown, because it quotes a value
			problem := `is not a JSON object of strings, such as {"X-Token":"…"}`
			diags.Append(m.diagnostic(&transport.ArgumentError{Argument: "headers", Problem: problem}))
		}
	}
	for name, value := range m.Headers.Elements() {
		if header, isString := value.(types.String); isString && !header.IsNull() {
			config.Headers[name] = header.ValueString()
		}
	}
	if config.APIKey == "" {
		diags.Append(missingKeyDiagnostic(!m.APIKey.IsNull()))
	}
	if !m.RequestTimeout.IsNull() {
		timeout, err := time.ParseDuration(m.RequestTimeout.ValueString())
		if err != nil { // a validator cannot check a value that is not known yet
			diags.AddError("Invalid duration", durationDetail("the provider's request_timeout", m.RequestTimeout.ValueString()))
		}
		config.RequestTimeout = timeout
	}
	if !m.MaxRetries.IsNull() {
		config.MaxRetries = whole(m.MaxRetries)
	}
	return config, diags
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
	_, source := m.lookup(argument.Argument)
	return diag.NewErrorDiagnostic(settings[argument.Argument].invalid, fmt.Sprintf(
		"The value of %s %s.\n\nCorrect it there. It can be set by %s.", source, argument.Problem, settingPlaces(argument.Argument)))
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
		if variables := settings[attribute].variables; len(variables) > 0 {
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
	return fmt.Sprintf("the attribute %s in the provider block, or the environment variable %s", attribute, strings.Join(settings[attribute].variables, " or "))
}

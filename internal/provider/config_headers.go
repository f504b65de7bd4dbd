package provider

import (
	"os"

	"github.com/go-json-experiment/json"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

func headersAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		ElementType: types.StringType,
		Optional:    true,
		Sensitive:   true,
		MarkdownDescription: "Headers for a gateway in front of the API, sent to the origin of `base_url` only. " +
			"Read from `RETAB_HEADERS`, a JSON object, if not set.",
	}
}

// hasUnknownHeaders reports whether a header is known only after apply.
func (m configModel) hasUnknownHeaders() bool {
	for _, value := range m.Headers.Elements() {
		if value.IsUnknown() {
			return true
		}
	}
	return m.Headers.IsUnknown()
}

// headers resolves the headers. Those that are null are left out.
func (m configModel) headers() (map[string]string, error) {
	headers := map[string]string{}
	if variable := variableOf("headers"); m.Headers.IsNull() && variable != "" {
		if err := json.Unmarshal([]byte(os.Getenv(variable)), &headers); err != nil { // which would quote a value
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

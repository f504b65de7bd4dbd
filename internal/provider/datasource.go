package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// defaultReadTimeout bounds a read that does not wait: five attempts and the pauses between them.
const defaultReadTimeout = 3 * time.Minute

// providerData is what the configured provider hands to its data sources.
type providerData struct {
	client  *client.Client // nil while settings are unknown
	unknown []string       // the settings Terraform does not know yet
}

// dataSource is embedded in every data source: it receives the provider's data.
type dataSource struct{ provider *providerData }

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return // Terraform validates before it configures
	}
	data, ok := req.ProviderData.(*providerData)
	if !ok {
		resp.Diagnostics.Append(internalDiagnostic(fmt.Sprintf("the provider handed over a %T", req.ProviderData)))
		return
	}
	d.provider = data
}

// api returns the client, or says why there is none.
func (d *dataSource) api() (*client.Client, diag.Diagnostics) {
	switch {
	case d.provider == nil:
		return nil, diag.Diagnostics{internalDiagnostic("a data source was read before the provider was configured")}
	case d.provider.client == nil:
		return nil, unknownSettingDiagnostics(d.provider.unknown)
	default:
		return d.provider.client, nil
	}
}

// timeoutsAttribute is the conventional timeouts argument, refusing what could never be met.
func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: fmt.Sprintf("How long the whole read may take, such as `30s` or `10m`. Defaults to `%s`.", shortDuration(defaultReadTimeout)),
	}).(schema.SingleNestedAttribute)
	attribute.MarkdownDescription = "Bounds on how long this data source may take, retries included."
	read := attribute.Attributes["read"].(schema.StringAttribute)
	read.MarkdownDescription, read.Description = read.Description, ""
	read.Validators = []validator.String{positiveDuration{}}
	attribute.Attributes["read"] = read
	return attribute
}

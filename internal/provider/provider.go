// Package provider implements the Terraform provider for Retab: its configuration, data sources, ephemeral resources
// and actions. It reads the API through package client, which also decides what a 404 proves. Package verdict judges
// what the objects prove, and package diagnose formats the errors.
package provider

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

// Address is the provider's address in the registry.
const Address = "registry.terraform.io/retab-dev/retab"

var (
	_ provider.ProviderWithEphemeralResources = &retabProvider{}
	_ provider.ProviderWithActions            = &retabProvider{}
)

type retabProvider struct {
	version   string
	backoff   transport.Backoff
	transport http.RoundTripper
}

// Option configures a provider.
type Option func(*retabProvider)

// WithBackoff changes the pauses between retries, so that tests need not wait for them.
func WithBackoff(backoff transport.Backoff) Option {
	return func(p *retabProvider) { p.backoff = backoff }
}

// WithTransport makes the provider send its requests through a transport, so that tests need no network and can use a
// fake clock.
func WithTransport(transport http.RoundTripper) Option {
	return func(p *retabProvider) { p.transport = transport }
}

// New returns the provider.
func New(version string, options ...Option) provider.Provider {
	p := &retabProvider{version: version}
	for _, option := range options {
		option(p)
	}
	return p
}

func (p *retabProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "retab"
	resp.Version = p.version
}

func (p *retabProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the results of [Retab](https://retab.com) experiments, and gates infrastructure on them.",
		Attributes:          configAttributes(),
	}
}

// Configure resolves the settings and builds the client. It sends no request, so the first read finds a wrong key. If
// settings are unknown, Terraform Stacks defer the reads, which other commands cannot do.
//
// The first read also reports problems of settings, because a configuration that reads nothing needs no settings. And
// Terraform quotes the first line of the provider block in every diagnostic of Configure; if the block has only one
// line, that line contains the key.
func (p *retabProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config configModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	unknown, err := unknownAttributes(req.Config)
	if err != nil {
		resp.Diagnostics.Append(diagnose.Internal(err.Error()))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if req.ClientCapabilities.DeferralAllowed && len(unknown) > 0 {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
	}
	data := p.newProviderData(config, unknown, req.TerraformVersion)
	resp.DataSourceData, resp.EphemeralResourceData, resp.ActionData = data, data, data
}

// newProviderData returns the client, or the problems of its settings.
func (p *retabProvider) newProviderData(config configModel, unknown []string, terraformVersion string) *providerData {
	if len(unknown) > 0 {
		return &providerData{problems: unknownSettingDiagnostics(unknown), unknown: true}
	}
	settings, diags := config.clientConfig()
	if diags.HasError() {
		return &providerData{problems: diags}
	}
	settings.UserAgent = userAgent(p.version, terraformVersion)
	settings.RetryWait = p.backoff
	settings.RoundTripper = p.transport
	settings.Debug = tflog.Debug
	api, err := client.New(settings)
	if err != nil {
		return &providerData{problems: diag.Diagnostics{config.diagnostic(err)}}
	}
	return &providerData{client: api, edition: settings.Edition}
}

func (p *retabProvider) DataSources(context.Context) []func() datasource.DataSource {
	var constructors []func() datasource.DataSource
	for _, n := range []noun{
		experimentNoun, experimentsNoun, experimentRunNoun, experimentRunsNoun, experimentResultNoun, experimentResultsNoun,
		experimentMetricsNoun, artifactNoun, evalRunNoun, evalResultsNoun, evalsNoun, workflowNoun,
	} {
		constructors = append(constructors, func() datasource.DataSource { return &dataSource{noun: n} })
	}
	return constructors
}

func (p *retabProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	var constructors []func() ephemeral.EphemeralResource
	for _, n := range []noun{
		experimentNoun, experimentRunNoun, experimentResultNoun, experimentMetricsNoun, artifactEphemeralNoun,
		evalRunNoun, evalsNoun, workflowNoun,
	} {
		constructors = append(constructors, func() ephemeral.EphemeralResource { return &counterpart{noun: n} })
	}
	return constructors
}

func (p *retabProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{func() action.Action { return &experimentRunWaitAction{} }}
}

func (p *retabProvider) Resources(context.Context) []func() resource.Resource { return nil }

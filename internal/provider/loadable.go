package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
)

// loadable is a pointer to a model: the arguments of a read, and the object that load fills in from the API.
type loadable[Model any] interface {
	*Model
	load(ctx context.Context, provider *providerData) diag.Diagnostics
}

// loadState implements Read of a data source: it decodes the arguments, loads the object and stores it in the state.
func loadState[Model any, Pointer loadable[Model]](ctx context.Context, provider *providerData, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(Pointer(&config).load(ctx, provider)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setState(ctx, &resp.State, &config)...)
}

// loadResult implements Open of an ephemeral resource in the same way. Terraform does not store the result.
func loadResult[Model any, Pointer loadable[Model]](ctx context.Context, provider *providerData, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(Pointer(&config).load(ctx, provider)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &config)...)
}

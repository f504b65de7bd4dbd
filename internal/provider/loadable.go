package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/retab-dev/terraform-provider-retab/internal/plugin/state"
)

// loadable is a pointer to a model: the arguments of a read, and the object that load fills in from the API.
type loadable[Model any] interface {
	*Model
	// load reads the object. With fresh, it uses only answers that are requested from now on.
	load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics
}

// loadState implements Read of a data source: it loads the object and stores it in the state.
func loadState[Model any, Pointer loadable[Model]](ctx context.Context, provider *providerData, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, diags := loadModel[Model, Pointer](ctx, provider, req.Config, false)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(setState(ctx, &resp.State, model)...)
	}
}

// loadResult implements Open of an ephemeral resource in the same way, but with fresh answers only: it is read again when applying, after
// a data source of the same process. Terraform does not store the result.
func loadResult[Model any, Pointer loadable[Model]](ctx context.Context, provider *providerData, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	model, diags := loadModel[Model, Pointer](ctx, provider, req.Config, true)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
	}
}

// loadModel decodes the arguments and loads the object.
func loadModel[Model any, Pointer loadable[Model]](ctx context.Context, provider *providerData, config tfsdk.Config, fresh bool) (*Model, diag.Diagnostics) {
	var model Model
	diags := config.Get(ctx, &model)
	if !diags.HasError() {
		diags.Append(Pointer(&model).load(ctx, provider, fresh)...)
	}
	return &model, diags
}

// setState sets the state of a data source to its model.
func setState(ctx context.Context, to *tfsdk.State, model any) diag.Diagnostics {
	diags, err := state.Set(ctx, to, model)
	if err != nil {
		diags.Append(internalDiagnostic(fmt.Sprintf("a model cannot be written into a state: %v", err)))
	}
	return diags
}

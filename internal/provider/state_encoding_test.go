package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/retab-dev/terraform-provider-retab/internal/plugin/state"
)

// TestSetState_modelMismatch checks that a model with a field without an encoding is reported as a bug of the provider.
func TestSetState_modelMismatch(t *testing.T) {
	t.Parallel()
	model := &struct {
		X chan int `tfsdk:"x"`
	}{}
	ctx, encoded := state.WithEncoded(t.Context())
	diags := setState(ctx, &tfsdk.State{}, model)
	if !diags.HasError() || !strings.Contains(diags[0].Detail(), "This is a bug in the provider: a model cannot be written into a state: ") || encoded.MsgPack != nil {
		t.Errorf("got %v", diags)
	}
}

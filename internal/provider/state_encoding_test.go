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
	for name, model := range map[string]any{
		"a channel": &struct {
			X chan int `tfsdk:"x"`
		}{},
		"a text in a list of maps": &struct {
			X []map[string]string `tfsdk:"x"`
		}{[]map[string]string{{"a": "b"}}},
	} {
		ctx, encoded := state.WithEncoded(t.Context())
		diags := setState(ctx, &tfsdk.State{}, model)
		if !diags.HasError() || !strings.Contains(diags[0].Detail(), "This is a bug in the provider: a model cannot be written into a state: x: ") || encoded.MsgPack != nil {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}

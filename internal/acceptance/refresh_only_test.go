package acceptance

import (
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// TestGate_refreshOnly checks what the guide on gating says about apply -refresh-only: a failing condition is a warning, the failing
// result is stored, also in an output, and only an ephemeral gate stops it, in Terraform. What was released does not change.
func TestGate_refreshOnly(t *testing.T) {
	t.Parallel()
	type outcome struct {
		code int
		text string
	}
	ofEphemeral := outcome{1, "Error: Resource postcondition failed"}
	if engine.Product == tfcli.OpenTofu {
		ofEphemeral = outcome{0, "Warning: Resource postcondition failed"}
	}
	for gate, want := range map[string]outcome{
		"postcondition": {0, "Warning: Resource postcondition failed"},
		"precondition":  {0, "Warning: Resource precondition failed"},
		"check":         {0, "Warning: Check block assertion failed"},
		"missing":       {0, "Warning: Resource postcondition failed"},
		"for_each":      {0, "Warning: Resource postcondition failed"},
		"ephemeral":     ofEphemeral,
	} {
		t.Run(gate, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			w.example(t, "gates/"+gate)
			hasResult, hasRelease := gate != "ephemeral" && gate != "for_each" && gate != "missing", gate != "check"
			if hasResult {
				w.write(t, "status.tf", "output \"status\" {\n  value = data.retab_experiment_result.invoice.status\n}\n")
			}
			if hasRelease {
				w.write(t, "released.tf", "output \"released\" {\n  value = terraform_data.release.input\n}\n")
			}
			w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
			w.failResult()
			wantText(t, w.terraform(t, want.code, "apply", "-refresh-only", "-no-color", "-auto-approve"), want.text)
			if hasResult {
				wantText(t, w.terraform(t, 0, "output", "-no-color", "status"), `"error"`)
			}
			if released := w.terraform(t, 0, "output", "-no-color"); hasRelease && !strings.Contains(released, "released = ") {
				t.Errorf("the outputs are %s", released)
			}
		})
	}
}

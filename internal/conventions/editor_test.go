package conventions

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestEditor_launchConfigurations checks that the launch configurations of the editor start the provider with its flag for
// debuggers, and that CONTRIBUTING names the file.
func TestEditor_launchConfigurations(t *testing.T) {
	t.Parallel()
	const file = ".vscode/launch.json"
	type configuration struct {
		Type, Mode, Program string
		Args                []string
	}
	var launch struct{ Configurations []configuration }
	if err := json.Unmarshal([]byte(read(t, file)), &launch); err != nil {
		t.Fatal(err)
	}
	provider := slices.ContainsFunc(launch.Configurations, func(c configuration) bool {
		return c.Type == "go" && c.Mode == "debug" && c.Program == "${workspaceFolder}" && slices.Equal(c.Args, []string{"-debug"})
	})
	if !provider {
		t.Errorf("no configuration starts the provider: %+v", launch.Configurations)
	}
	if !strings.Contains(read(t, "main.go"), `flag.Bool("debug",`) || !strings.Contains(read(t, "CONTRIBUTING.md"), file) {
		t.Errorf("%s does not match main.go, or CONTRIBUTING does not name it", file)
	}
}

// Package tfcli finds and runs the Terraform or OpenTofu CLI, shielded from the developer's own configuration, and knows
// what each engine can do. The demo, the benchmark and the tests that need a real CLI share it.
package tfcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// PathVariable is the variable that names the CLI to use; terraform-plugin-testing reads it, too.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// ErrNotFound says how to get a CLI.
var ErrNotFound = errors.New("no Terraform or OpenTofu CLI found: install one, put it on PATH, or name it with " + PathVariable)

// Find returns the CLI named by PathVariable, by its path or by a name on PATH, else terraform or tofu on PATH.
func Find(ctx context.Context) (Engine, error) {
	if named := os.Getenv(PathVariable); named != "" {
		found, err := exec.LookPath(named)
		if err != nil {
			return Engine{}, fmt.Errorf("looking for the CLI that %s names: %w", PathVariable, err)
		}
		return identifyCLI(ctx, found)
	}
	for _, name := range []string{"terraform", "tofu"} {
		if found, err := exec.LookPath(name); err == nil {
			return identifyCLI(ctx, found)
		}
	}
	return Engine{}, ErrNotFound
}

// Isolate takes a developer's own Terraform and Retab settings out of this process's environment and finds the CLI,
// for tests that run Terraform through terraform-plugin-testing, which inherits the environment.
func Isolate(ctx context.Context) (Engine, error) {
	engine, err := Find(ctx)
	if err != nil {
		return Engine{}, err
	}
	kept := append(shielded(os.Environ()), PathVariable+"="+engine.Path, "TF_ACC_PROVIDER_HOST="+engine.Registry(),
		"CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	os.Clearenv()
	for _, variable := range kept {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			return Engine{}, err
		}
	}
	return engine, nil
}

// shielded drops the variables by which a developer's own Terraform and Retab settings would leak in.
func shielded(environment []string) []string {
	var kept []string
	for _, variable := range environment {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "RETAB_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

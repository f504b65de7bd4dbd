// Package tfcli finds and runs the Terraform or OpenTofu CLI for the demo, the benchmark and the tests, without the developer's own
// settings.
package tfcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// PathVariable is the environment variable with the path or name of the CLI. terraform-plugin-testing reads it, too.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// ErrNotFound is returned by [Find] if there is no CLI.
var ErrNotFound = errors.New("no Terraform or OpenTofu CLI found: install one, put it on PATH, or name it with " + PathVariable)

// Find returns the CLI in [PathVariable], or terraform or tofu on PATH.
func Find(ctx context.Context) (Engine, error) {
	if named := os.Getenv(PathVariable); named != "" {
		found, err := exec.LookPath(named)
		if err != nil {
			return Engine{}, fmt.Errorf("finding the CLI in %s: %w", PathVariable, err)
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

// Isolate finds the CLI and removes the developer's own Terraform and Retab settings from this process's environment. Tests
// that use terraform-plugin-testing need this, because it passes the environment on to the CLI.
func Isolate(ctx context.Context) (Engine, error) {
	engine, err := Find(ctx)
	if err != nil {
		return Engine{}, err
	}
	kept := append(isolated(os.Environ()), PathVariable+"="+engine.Path, "TF_ACC_PROVIDER_HOST="+engine.Registry(),
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

// isolated returns an environment without the variables of Terraform and Retab.
func isolated(environment []string) []string {
	var kept []string
	for _, variable := range environment {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "RETAB_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// Package tfcli finds and runs the Terraform or OpenTofu CLI, shielded from the developer's own configuration. The
// demo and the tests that need a real CLI share it.
package tfcli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"
)

// PathVariable is the variable that names the CLI to use; terraform-plugin-testing reads it, too.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// ErrNotFound says how to get a CLI.
var ErrNotFound = errors.New("no Terraform or OpenTofu CLI found: install one, put it on PATH, or name it with " + PathVariable)

// Find returns the path of the CLI: the one named by PathVariable, else terraform or tofu on PATH.
func Find() (string, error) {
	if named := os.Getenv(PathVariable); named != "" {
		return named, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", ErrNotFound
}

// Version asks a CLI for its version.
func Version(ctx context.Context, cli string) (*version.Version, error) {
	command := exec.CommandContext(ctx, cli, "version", "-json")
	command.Env = append(shielded(os.Environ()), "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("asking %s for its version: %w", cli, err)
	}
	var told struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &told); err != nil {
		return nil, fmt.Errorf("asking %s for its version: %w", cli, err)
	}
	return version.NewVersion(told.Version)
}

// Isolate takes a developer's own Terraform and Retab settings out of this process's environment and finds the CLI,
// for tests that run Terraform through terraform-plugin-testing, which inherits the environment.
func Isolate() error {
	cli, err := Find()
	if err != nil {
		return err
	}
	kept := shielded(os.Environ())
	os.Clearenv()
	for _, variable := range append(kept, PathVariable+"="+cli, "CHECKPOINT_DISABLE=1") {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// BuildProvider compiles the provider of the module at root into dir, as it is released, and returns the path of the
// binary.
func BuildProvider(ctx context.Context, root, dir string) (string, error) {
	binary := filepath.Join(dir, "terraform-provider-retab")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, ".")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return binary, nil
}

// Workspace is a directory in which the CLI runs with a provider binary of ours.
type Workspace struct {
	Dir string

	cli         string
	environment []string
}

// NewWorkspace prepares dir, which must exist. The CLI configuration it writes takes the provider from the folder of
// binary (dev_overrides), so that nothing is installed and no init is needed.
func NewWorkspace(cli, dir, binary string) (*Workspace, error) {
	return NewWorkspaceWith(cli, dir, map[string]string{"retab-dev/retab": binary})
}

// NewWorkspaceWith is NewWorkspace for several providers, by their address.
func NewWorkspaceWith(cli, dir string, binaries map[string]string) (*Workspace, error) {
	config := filepath.Join(dir, ".terraformrc")
	overrides := ""
	for _, address := range slices.Sorted(maps.Keys(binaries)) {
		overrides += fmt.Sprintf("    %q = %q\n", address, filepath.Dir(binaries[address]))
	}
	text := "provider_installation {\n  dev_overrides {\n" + overrides + "  }\n  direct {}\n}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return &Workspace{Dir: dir, cli: cli, environment: append(shielded(os.Environ()),
		"TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")}, nil
}

// Copy copies the Terraform files of a folder into the workspace, so that running them leaves the folder as it was.
func (w *Workspace) Copy(from string) error {
	return os.CopyFS(w.Dir, os.DirFS(from))
}

// Setenv adds variables, as NAME=value, to those the CLI sees.
func (w *Workspace) Setenv(variables ...string) { w.environment = append(w.environment, variables...) }

// Run runs the CLI and returns what it printed, standard output and error in one, and its exit code.
func (w *Workspace) Run(ctx context.Context, arguments ...string) (output string, exitCode int, err error) {
	var buffer bytes.Buffer
	exitCode, err = w.Stream(ctx, &buffer, arguments...)
	return buffer.String(), exitCode, err
}

// Command returns the CLI as a command that is not started yet, for those who want to know more of its run.
func (w *Workspace) Command(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, w.cli, arguments...)
	command.Dir = w.Dir
	command.Env = w.environment
	return command
}

// Stream is Run with the output written as it comes. An exit code other than zero is no error.
func (w *Workspace) Stream(ctx context.Context, output io.Writer, arguments ...string) (exitCode int, err error) {
	command := w.Command(ctx, arguments...)
	command.Stdout, command.Stderr = output, output
	err = command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode(), nil
	}
	return 0, err
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

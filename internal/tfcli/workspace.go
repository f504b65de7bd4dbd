package tfcli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
)

// Workspace is a directory where the CLI runs with given provider binaries.
type Workspace struct {
	Dir string

	engine      Engine
	environment []string
}

// NewWorkspace prepares dir, which must exist. It writes a CLI configuration that uses the provider in the folder of binary
// (dev_overrides), so that the CLI needs no init.
func NewWorkspace(engine Engine, dir, binary string) (*Workspace, error) {
	return NewWorkspaceWith(engine, dir, map[string]string{"retab-dev/retab": binary})
}

// NewWorkspaceWith is like [NewWorkspace] for several providers, by address.
func NewWorkspaceWith(engine Engine, dir string, binaries map[string]string) (*Workspace, error) {
	overrides := ""
	for _, address := range slices.Sorted(maps.Keys(binaries)) {
		overrides += fmt.Sprintf("    %q = %q\n", address, filepath.ToSlash(filepath.Dir(binaries[address])))
	}
	return newWorkspace(engine, dir, "dev_overrides {\n"+overrides+"  }\n  direct {}")
}

// NewMirrorWorkspace prepares dir, which must exist. The CLI's init installs providers from the filesystem mirror only.
func NewMirrorWorkspace(engine Engine, dir, mirror string) (*Workspace, error) {
	return newWorkspace(engine, dir, fmt.Sprintf("filesystem_mirror {\n    path = %q\n  }", filepath.ToSlash(mirror)))
}

func newWorkspace(engine Engine, dir, installation string) (*Workspace, error) {
	config := filepath.Join(dir, ".terraformrc")
	if err := os.WriteFile(config, []byte("provider_installation {\n  "+installation+"\n}\n"), 0o600); err != nil {
		return nil, err
	}
	return &Workspace{Dir: dir, engine: engine, environment: append(isolated(os.Environ()),
		"TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")}, nil
}

// Copy copies the files of a folder into the workspace, so that the CLI does not write into the folder itself.
func (w *Workspace) Copy(from string) error {
	return os.CopyFS(w.Dir, os.DirFS(from))
}

// pinnedModule matches the source of a module of this project as users write it.
var pinnedModule = regexp.MustCompile(`"github\.com/retab-dev/terraform-provider-retab//examples/modules/([a-z-]+)\?ref=v` + regexp.QuoteMeta(PinnedVersion) + `"`)

// CopyModules copies the modules below examples of the project at root to the folder beside the workspace, and makes main.tf use them
// instead of the released ones. It does nothing and returns false if main.tf uses none.
func (w *Workspace) CopyModules(root string) (copied bool, err error) {
	main := filepath.Join(w.Dir, "main.tf")
	text, err := os.ReadFile(main)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !pinnedModule.Match(text):
		return false, nil
	}
	if err := os.WriteFile(main, pinnedModule.ReplaceAll(text, []byte(`"../modules/$1"`)), 0o600); err != nil {
		return false, err
	}
	return true, os.CopyFS(filepath.Join(w.Dir, "..", "modules"), os.DirFS(filepath.Join(root, "examples", "modules")))
}

// Setenv adds variables, as NAME=value, to the CLI's environment.
func (w *Workspace) Setenv(variables ...string) { w.environment = append(w.environment, variables...) }

// Run runs the CLI and returns its standard output and error together, and its exit code.
func (w *Workspace) Run(ctx context.Context, arguments ...string) (output string, exitCode int, err error) {
	var buffer bytes.Buffer
	exitCode, err = w.Stream(ctx, &buffer, arguments...)
	return buffer.String(), exitCode, err
}

// Command returns a command for the CLI that is not started, for callers that measure the process.
func (w *Workspace) Command(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, w.engine.Path, arguments...)
	command.Dir = w.Dir
	command.Env = w.environment
	return command
}

// Stream is like [Workspace.Run] and writes the output while the CLI runs. An exit code other than zero is not an error. A
// configuration with a feature that the engine lacks is an [*UnsupportedFeatureError].
func (w *Workspace) Stream(ctx context.Context, output io.Writer, arguments ...string) (exitCode int, err error) {
	if err := w.engine.checkFolder(w.Dir); err != nil {
		return 0, err
	}
	command := w.Command(ctx, arguments...)
	command.Stdout, command.Stderr = output, output
	err = command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode(), nil
	}
	return 0, err
}

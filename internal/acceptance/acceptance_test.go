// Package acceptance tests the compiled provider with the real Terraform CLI: the examples, the documents, and that no secret is
// in a state, a plan or a log. Tests that need no binary are in package provider.
//
// A test creates a workspace with newWorkspace or, to run in both editions, inBothEditions. It writes or copies a configuration
// (write, example), runs the CLI (terraform), and checks the output (wantText) and the requests (the journal of the fake).
package acceptance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
	"github.com/retab-dev/terraform-provider-retab/internal/plugin"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// root is the project's folder.
const root = "../.."

// TestMain sets the CLI and the path of the compiled provider.
var (
	engine tfcli.Engine
	binary string
)

// linked links the provider into the test binary, so that Go does not reuse a cached test result after the provider has
// changed.
var linked = plugin.Serve

func TestMain(m *testing.M) {
	if isVault() {
		serveVault()
		return
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	runtime.KeepAlive(linked)
	if engine, err = tfcli.Find(context.Background()); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "retab-acceptance-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if binary, err = tfcli.BuildProvider(context.Background(), root, dir); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// workspace is a folder where Terraform runs, with a fake API of its own.
type workspace struct {
	*tfcli.Workspace
	fake *fakeapi.Server
}

// newWorkspace returns a workspace with a fake of the run-scoped edition.
func newWorkspace(t *testing.T) workspace {
	t.Helper()
	return newWorkspaceIn(t, fakeapi.RunScoped)
}

// newWorkspaceIn returns a workspace with a fake of an edition.
func newWorkspaceIn(t *testing.T, edition fakeapi.Edition) workspace {
	t.Helper()
	fake := fakeapi.Start(edition)
	t.Cleanup(fake.Close)
	w, err := tfcli.NewWorkspace(engine, t.TempDir(), binary)
	if err != nil {
		t.Fatal(err)
	}
	w.Setenv("RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+fake.URL)
	// Go reuses a cached result unless a variable that the test reads has changed. It does not see what TestMain reads.
	_ = os.Getenv(tfcli.PathVariable)
	keepLogOfFailure(t, w, os.Getenv(logDirVariable))
	return workspace{w, fake}
}

// inBothEditions runs a test against a fake of each edition, in parallel.
func inBothEditions(t *testing.T, test func(t *testing.T, w workspace)) {
	t.Helper()
	for name, edition := range map[string]fakeapi.Edition{"run_scoped": fakeapi.RunScoped, "flat": fakeapi.Flat} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newWorkspaceIn(t, edition))
		})
	}
}

// example copies an example into a workspace and installs the modules that it uses.
func (w workspace) example(t *testing.T, path string) {
	t.Helper()
	if err := w.Copy(filepath.Join(root, "examples", filepath.FromSlash(path))); err != nil {
		t.Fatal(err)
	}
	w.installModules(t)
}

// installModules installs the modules that main.tf uses.
func (w workspace) installModules(t *testing.T) {
	t.Helper()
	copied, err := w.CopyModules(root)
	if err != nil {
		t.Fatal(err)
	}
	if copied {
		w.terraform(t, 0, "get", "-no-color")
	}
}

// serveScenario adds the scenario of an example to the fake, if the example has one.
func (w workspace) serveScenario(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples", filepath.FromSlash(path), "scenario.yaml"))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := scenario.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	parsed.AddTo(w.fake)
}

// readFile returns the text of a file.
func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// projectFile returns the text of a file of the project.
func projectFile(t *testing.T, path string) string {
	t.Helper()
	return readFile(t, filepath.Join(root, filepath.FromSlash(path)))
}

// traceLog is the file in the workspace with the log of trace.
const traceLog = "trace.log"

// trace makes Terraform and the provider write their most detailed logs.
func (w workspace) trace() { w.Setenv("TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(w.Dir, traceLog)) }

// write writes a file into the workspace.
func (w workspace) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.Dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// terraform runs the CLI and checks its exit code. It skips the test if the engine lacks a feature that the configuration uses.
// It returns the output without frames and with single spaces, so that wantText finds texts that Terraform wraps.
func (w workspace) terraform(t *testing.T, wantCode int, arguments ...string) string {
	t.Helper()
	output, code, err := w.Run(t.Context(), arguments...)
	if unsupported := new(*tfcli.UnsupportedFeatureError); errors.As(err, unsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if code != wantCode {
		t.Fatalf("terraform %s ended with exit code %d, want %d:\n%s", strings.Join(arguments, " "), code, wantCode, output)
	}
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}

// wantText checks that an output has all texts.
func wantText(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("the output lacks %q:\n%s", text, output)
		}
	}
}

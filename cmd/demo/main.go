// Command demo shows the provider without an account. It starts a fake Retab API on loopback, runs the real Terraform CLI on three
// of the project's examples, and prints the output. It leaves no files.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// limit is the time limit of the demo, including the first build of the provider.
const limit = 5 * time.Minute

func main() {
	root := flag.String("root", ".", "the project's folder")
	edition := flag.String("edition", "run_scoped", "the edition of the API: run_scoped or flat")
	flag.Parse()

	if err := run(context.Background(), os.Stdout, *root, *edition); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// editions are the servers to choose from. The provider detects the edition.
var editions = map[string]struct {
	serves      fakeapi.Edition
	description string
}{
	"run_scoped": {fakeapi.RunScoped, "run-scoped edition, header Api-Key"},
	"flat":       {fakeapi.Flat, "flat edition, header Authorization: Bearer"},
}

// demo has the state that all scenes share.
type demo struct {
	out     io.Writer
	root    string
	edition string // a description
	engine  tfcli.Engine
	binary  string
	temp    string
	fake    *fakeapi.Server
}

func run(ctx context.Context, out io.Writer, root, edition string) (err error) {
	selected, known := editions[edition]
	if !known {
		return fmt.Errorf("unknown edition %q: use run_scoped or flat", edition)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	engine, err := tfcli.Find(ctx)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "retab-demo-")
	if err != nil {
		return err
	}
	defer func() {
		if removeErr := os.RemoveAll(temp); err == nil {
			err = removeErr
		}
	}()
	binaryDir := filepath.Join(temp, "bin")
	if err := os.Mkdir(binaryDir, 0o700); err != nil {
		return err
	}
	binary, err := tfcli.BuildProvider(ctx, root, binaryDir)
	if err != nil {
		return err
	}
	fake := fakeapi.Start(selected.serves)
	defer fake.Close()

	d := &demo{out: out, root: root, edition: selected.description, engine: engine, binary: binary, temp: temp, fake: fake}
	for _, scene := range []func(context.Context) error{d.readResult, d.failGate, d.report} {
		if err := scene(ctx); err != nil {
			return err
		}
	}
	d.showRealAPI()
	return nil
}

// readResult plans and applies the quickstart example.
func (d *demo) readResult(ctx context.Context) error {
	d.title("1. Read an experiment result",
		fmt.Sprintf("A fake Retab API (%s) serves the vendor's documented example:", d.edition),
		fmt.Sprintf("document %s of run %s.", fakeapi.SeedDocumentID, fakeapi.SeedRunID),
		"Terraform reads it with the provider that was just built and examples/quickstart/main.tf.")
	workspace, err := d.workspace("quickstart")
	if err != nil {
		return err
	}
	if err := d.terraform(ctx, workspace, 0, "plan"); err != nil {
		return err
	}
	return d.terraform(ctx, workspace, 0, "apply", "-auto-approve")
}

// failGate plans a configuration with a gate for a document that failed. The plan must fail.
func (d *demo) failGate(ctx context.Context) error {
	d.title("2. Gate on it",
		"examples/gates/postcondition/main.tf stops the plan unless the block succeeded.",
		fmt.Sprintf("It failed for document %s, so the plan stops with the message of the experiment.", fakeapi.FailedDocumentID))
	workspace, err := d.workspace(filepath.Join("gates", "postcondition"))
	if err != nil {
		return err
	}
	return d.terraform(ctx, workspace, 1, "plan", "-var", "document_id="+fakeapi.FailedDocumentID)
}

// report applies the example that starts from the id of an experiment.
func (d *demo) report(ctx context.Context) error {
	d.title("3. From an experiment to every document",
		"examples/experiment-report/ starts from the id of an experiment and reads its newest run.",
		"One list has the results of all documents.")
	workspace, err := d.workspace("experiment-report")
	if err != nil {
		return err
	}
	if err := d.terraform(ctx, workspace, 0, "apply", "-auto-approve"); err != nil {
		return err
	}
	return d.terraform(ctx, workspace, 0, "output", "-raw", "report")
}

// showRealAPI prints the commands for the real API.
func (d *demo) showRealAPI() {
	d.title("4. Use it with your own experiment",
		"The same configuration reads from Retab. Set the key and the ids:",
		"",
		"  make install                      # prints the CLI configuration to use",
		"  export RETAB_API_KEY=…            # a key of the environment that the run belongs to",
		"  terraform -chdir=examples/quickstart plan -var run_id=exprun_… -var document_id=expdoc_…",
		"",
		"This demo leaves no files.")
}

// workspace copies an example into a new workspace that reads from the fake.
func (d *demo) workspace(example string) (*tfcli.Workspace, error) {
	dir := filepath.Join(d.temp, filepath.Base(example))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	workspace, err := tfcli.NewWorkspace(d.engine, dir, d.binary)
	if err != nil {
		return nil, err
	}
	workspace.Setenv("RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+d.fake.URL)
	return workspace, workspace.Copy(filepath.Join(d.root, "examples", example))
}

// terraform prints a command and its output. It returns an error unless the command ends with the expected exit code.
func (d *demo) terraform(ctx context.Context, workspace *tfcli.Workspace, wantCode int, arguments ...string) error {
	fmt.Fprintf(d.out, "  $ %s %s\n", filepath.Base(d.engine.Path), strings.Join(arguments, " "))
	// Compact warnings hide most of the warning about the development override.
	if arguments[0] != "output" {
		arguments = append(arguments, "-no-color", "-compact-warnings")
	}
	code, err := workspace.Stream(ctx, &indenter{out: d.out}, arguments...)
	if err != nil {
		return err
	}
	if code != wantCode {
		return fmt.Errorf("terraform %s ended with exit code %d, not %d", arguments[0], code, wantCode)
	}
	return nil
}

// title prints the title and the introduction of a scene.
func (d *demo) title(title string, lines ...string) {
	fmt.Fprintf(d.out, "\n%s\n%s\n\n", title, strings.Repeat("─", len([]rune(title))))
	for _, line := range lines {
		fmt.Fprintln(d.out, strings.TrimRight("  "+line, " "))
	}
	fmt.Fprintln(d.out)
}

// indenter indents Terraform's output.
type indenter struct {
	out    io.Writer
	inLine bool
}

// Write writes the text with indented lines.
func (i *indenter) Write(text []byte) (int, error) {
	var indented bytes.Buffer
	for _, b := range text {
		if !i.inLine && b != '\n' {
			indented.WriteString("    ")
		}
		indented.WriteByte(b)
		i.inLine = b != '\n'
	}
	if _, err := i.out.Write(indented.Bytes()); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Command demo shows the provider without an account.
//
// It starts a fake Retab API on loopback, plans three of the project's examples with the real Terraform CLI, and prints the output.
// With -live it plans the first example with the real API. It leaves no files.
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

// limit is the time limit for all runs of Terraform. Building the provider has none.
const limit = 5 * time.Minute

func main() {
	root := flag.String("root", ".", "the project's folder")
	edition := flag.String("edition", "run_scoped", "the edition of the API: run_scoped or flat")
	live := flag.Bool("live", false, "plan the first example with the real API, for the result of RETAB_RUN_ID and RETAB_DOCUMENT_ID")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var err error
	if *live {
		err = runLive(ctx, os.Stdout, *root)
	} else {
		err = run(ctx, os.Stdout, *root, *edition)
	}
	stop()
	if err != nil {
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

// run shows all scenes with the fake API.
func run(ctx context.Context, out io.Writer, root, edition string) error {
	selected, known := editions[edition]
	if !known {
		return fmt.Errorf("unknown edition %q: use run_scoped or flat", edition)
	}
	return withDemo(ctx, out, root, func(ctx context.Context, d *demo) error {
		fake := fakeapi.Start(selected.serves)
		defer fake.Close()
		for _, scene := range scenes(selected.description) {
			d.title(scene.title, scene.lines...)
			if scene.serve != nil {
				scene.serve(fake)
			}
			if err := d.plan(ctx, scene, "RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+fake.URL); err != nil {
				return err
			}
		}
		d.title(realAPI.title, realAPI.lines...)
		return nil
	})
}

// runLive plans the first example with the real API and the settings of the environment.
func runLive(ctx context.Context, out io.Writer, root string) error {
	settings := []string{}
	for _, name := range []string{"RETAB_API_KEY", "RETAB_API_BASE_URL", "RETAB_BASE_URL", "RETAB_API_EDITION"} {
		if value := os.Getenv(name); value != "" {
			settings = append(settings, name+"="+value)
		}
	}
	quickstart := scene{example: "quickstart", arguments: []string{
		"-var", "run_id=" + os.Getenv("RETAB_RUN_ID"), "-var", "document_id=" + os.Getenv("RETAB_DOCUMENT_ID"),
	}}
	return withDemo(ctx, out, root, func(ctx context.Context, d *demo) error {
		return d.plan(ctx, quickstart, settings...)
	})
}

// demo has the state that all scenes share.
type demo struct {
	out    io.Writer
	root   string
	engine tfcli.Engine
	mirror string // has the provider
	temp   string
}

// withDemo builds the provider, calls show with a time limit, and removes all files.
func withDemo(ctx context.Context, out io.Writer, root string, show func(context.Context, *demo) error) (err error) {
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
	// A mirror and not a development override, which Terraform warns about in every command.
	mirror := filepath.Join(temp, "mirror")
	if err := tfcli.BuildMirror(ctx, engine, root, mirror); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return show(ctx, &demo{out: out, root: root, engine: engine, mirror: mirror, temp: temp})
}

// plan installs the provider for an example and prints the plan. It returns an error unless the plan ends with the exit code of
// the scene.
func (d *demo) plan(ctx context.Context, s scene, environment ...string) error {
	dir := filepath.Join(d.temp, filepath.Base(s.example))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	workspace, err := tfcli.NewMirrorWorkspace(d.engine, dir, d.mirror)
	if err != nil {
		return err
	}
	workspace.Setenv(environment...)
	if err := workspace.Copy(filepath.Join(d.root, "examples", filepath.FromSlash(s.example))); err != nil {
		return err
	}
	if _, err := workspace.CopyModules(d.root); err != nil {
		return err
	}
	if output, code, err := workspace.Run(ctx, "init", "-no-color", "-input=false"); err != nil {
		return err
	} else if code != 0 {
		return fmt.Errorf("terraform init ended with exit code %d:\n%s", code, output)
	}
	arguments := append([]string{"plan"}, s.arguments...)
	fmt.Fprintf(d.out, "  $ %s %s\n\n", filepath.Base(d.engine.Path), strings.Join(arguments, " "))
	code, err := workspace.Stream(ctx, &indenter{out: d.out}, append(arguments, "-no-color", "-input=false")...)
	if err != nil {
		return err
	}
	if code != s.wantCode {
		return fmt.Errorf("terraform plan ended with exit code %d, not %d", code, s.wantCode)
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

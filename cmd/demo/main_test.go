package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/plugin"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// progress matches Terraform's lines about single reads, whose order and durations vary.
var progress = regexp.MustCompile(`(?m)^.*: (Reading\.\.\.|Read complete after .*)\n`)

// linked links the provider into the test binary, so that Go does not reuse a cached test result after the provider has
// changed.
var linked = plugin.Serve

// TestRun runs the demo in both editions. Only the introduction may differ.
func TestRun(t *testing.T) {
	runtime.KeepAlive(linked)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var shown []string
	for edition := range editions {
		var out bytes.Buffer
		err := run(t.Context(), &out, "../..", edition)
		if unsupported := new(*tfcli.UnsupportedFeatureError); errors.As(err, unsupported) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, &out)
		}
		wantScenes(t, out.String())
		_, scenes, _ := strings.Cut(out.String(), "serves the vendor's documented example")
		shown = append(shown, progress.ReplaceAllString(scenes, ""))
	}
	if shown[0] != shown[1] {
		t.Errorf("the editions show different results:\n%s\n%s", shown[0], shown[1])
	}
	left, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if strings.HasPrefix(entry.Name(), "retab-demo-") {
			t.Errorf("the demo left %s", entry.Name())
		}
	}
}

func wantScenes(t *testing.T, out string) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```text\n(.*?)```").FindSubmatch(readme)
	if shown == nil || !strings.Contains(strings.ReplaceAll(out, "\n    ", "\n"), string(shown[1])) {
		t.Errorf("the output lacks what README shows:\n%s\n%s", shown, out)
	}
	for _, want := range []string{
		`+ status      = "completed"`, "duration_ms = 4120", `+ id        = "ext_xyz"`, `+ operation = "extraction"`,
		"Error: Resource precondition failed", "Run exprun_compared has the score 0.83, compared with 0.87 of the prior run",
		"expdoc_failed    error      invoice_q2.pdf       none", "expdoc_xyz       completed  invoice_q1.pdf       extraction/ext_xyz", "RETAB_API_KEY",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if errors := strings.Count(out, "Error: "); errors != 1 {
		t.Errorf("the output has %d errors, want one of the gate:\n%s", errors, out)
	}
	if strings.Contains(out, "Warning") {
		t.Errorf("the output has a warning:\n%s", out)
	}
}

// TestRunLive plans with the settings of the environment. A wrong key fails with the provider's message.
func TestRunLive(t *testing.T) {
	fake := fakeapi.Start(fakeapi.Flat)
	defer fake.Close()
	t.Setenv("RETAB_API_BASE_URL", fake.URL)
	t.Setenv("RETAB_API_EDITION", "flat")
	t.Setenv("RETAB_RUN_ID", fakeapi.SeedRunID)
	t.Setenv("RETAB_DOCUMENT_ID", fakeapi.FailedDocumentID)
	for key, want := range map[string]string{fakeapi.Key: `+ status      = "error"`, "another_key": "Error: Retab rejected the API key"} {
		t.Setenv("RETAB_API_KEY", key)
		var out bytes.Buffer
		err := runLive(t.Context(), &out, "../..")
		if (err == nil) != (key == fakeapi.Key) || !strings.Contains(out.String(), want) {
			t.Errorf("got %v, want %q in:\n%s", err, want, &out)
		}
	}
}

func TestRun_unknownEdition(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), io.Discard, "../..", "v2"); err == nil || !strings.Contains(err.Error(), "run_scoped or flat") {
		t.Errorf("got %v", err)
	}
}

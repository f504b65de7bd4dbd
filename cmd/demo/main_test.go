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

	"github.com/retab-dev/terraform-provider-retab/internal/plugin"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// elapsed is what Terraform says of how long a read took, which depends on the machine.
var elapsed = regexp.MustCompile(`after \d+s`)

// linked makes the provider a part of this test: Go remembers results of tests, and must not when the provider changes.
var linked = plugin.Serve

// TestRun plays the whole demo in both editions; nothing but the announcement may differ.
func TestRun(t *testing.T) {
	runtime.KeepAlive(linked)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var shown []string
	for edition := range editions {
		var out bytes.Buffer
		err := run(t.Context(), &out, "../..", edition)
		if lack := new(*tfcli.UnsupportedFeatureError); errors.As(err, lack) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, &out)
		}
		wantScenes(t, out.String())
		_, scenes, _ := strings.Cut(out.String(), "serves the vendor's documented example")
		shown = append(shown, elapsed.ReplaceAllString(scenes, "after a while"))
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
			t.Errorf("the demo left %s behind", entry.Name())
		}
	}
}

func wantScenes(t *testing.T, out string) {
	t.Helper()
	for _, want := range []string{
		`status = "completed"`, "duration_ms = 4120", `"id" = "ext_xyz"`, `"operation" = "extraction"`,
		"Error: Resource postcondition failed", "The document has no readable page",
		"expdoc_failed    error      invoice_q2.pdf       none", "expdoc_xyz       completed  invoice_q1.pdf       extraction/ext_xyz", "RETAB_API_KEY",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
}

func TestRun_unknownEdition(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), io.Discard, "../..", "v2"); err == nil || !strings.Contains(err.Error(), "run_scoped or flat") {
		t.Errorf("got %v", err)
	}
}

package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestRun plays the whole demo.
func TestRun(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var out bytes.Buffer
	if err := run(t.Context(), &out, "../.."); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, want := range []string{
		`status = "completed"`, "duration_ms = 4120", `"id" = "ext_xyz"`, `"operation" = "extraction"`,
		"Error: Resource postcondition failed", "The document has no readable page", "RETAB_API_KEY",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in:\n%s", want, &out)
		}
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

package release

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNotes checks that the release notes are the section of the changelog, and that a missing section is an error.
func TestNotes(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs(filepath.Join(root, "tools/release/notes"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write(t, filepath.Join(folder, "CHANGELOG.md"), "# Changelog\n\n## 0.3.0 (Unreleased)\n\nnew\n\n## 0.2.0 (May 1, 2026)\n\nsecond\n\n## 0.1.0 (April 1, 2026)\n\nfirst\n")
	for version, want := range map[string]string{
		"0.2.0": "\nsecond\n\n", "0.1.0": "\nfirst\n",
		"0.3.0": "CHANGELOG.md has no section \"## 0.3.0 (date)\": write it before the tag.\n",
		"9.9.9": "CHANGELOG.md has no section \"## 9.9.9 (date)\": write it before the tag.\n",
	} {
		command := exec.CommandContext(t.Context(), "sh", script, version)
		command.Dir = folder
		output, err := command.CombinedOutput()
		if string(output) != want || (err != nil) != strings.HasPrefix(want, "CHANGELOG") {
			t.Errorf("%s: got %v, %q", version, err, output)
		}
	}
}

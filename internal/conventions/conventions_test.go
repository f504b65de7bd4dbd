// Package conventions tests rules for the whole repository: its schemas, documents, hosted CI, and the files of every data source.
package conventions

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the project's folder.
const root = "../.."

// read returns the text of a file of the project.
func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// find returns the files with an extension below a folder. Their paths have slashes.
func find(t *testing.T, folder, extension string) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(root), folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) == extension {
			found = append(found, path)
		}
		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("%s files in %s: %v, %v", extension, folder, found, err)
	}
	return found
}

// section returns the text below a heading, up to the next heading of the same level.
func section(t *testing.T, text, heading string) string {
	t.Helper()
	_, after, found := strings.Cut(text, "\n"+heading+"\n")
	if !found {
		t.Fatalf("no heading %q", heading)
	}
	level, _, _ := strings.Cut(heading, " ")
	below, _, _ := strings.Cut(after, "\n"+level+" ")
	return below
}

var testName = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+(?:_[A-Za-z0-9_]+)?)`")

// TestPromises_nameExistingTests checks that every invariant in DESIGN.md and every promise in SECURITY.md names a test, and that
// the test exists.
func TestPromises_nameExistingTests(t *testing.T) {
	t.Parallel()
	var tests []string
	for _, file := range find(t, "internal", ".go") {
		if strings.HasSuffix(file, "_test.go") {
			for _, match := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllStringSubmatch(read(t, file), -1) {
				tests = append(tests, match[1])
			}
		}
	}
	for document, heading := range map[string]string{
		"DESIGN.md":   "## Invariants",
		"SECURITY.md": "## Promises",
	} {
		promises := 0
		for line := range strings.Lines(section(t, read(t, document), heading)) {
			if !strings.HasPrefix(line, "| ") || strings.HasSuffix(strings.TrimSpace(line), "| Test |") {
				continue
			}
			promises++
			named := testName.FindAllStringSubmatch(line, -1)
			if len(named) == 0 {
				t.Errorf("%s: no test is named for %s", document, line)
			}
			for _, name := range named {
				if !slices.Contains(tests, name[1]) {
					t.Errorf("%s names %s, which does not exist", document, name[1])
				}
			}
		}
		if promises < 5 {
			t.Errorf("%s: only %d promises found", document, promises)
		}
	}
}

package conventions

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var steps = regexp.MustCompile(`(?m)^[1-6]\. `)

// TestDataSources_haveAllFiles checks that every data source has the files that the six steps of CONTRIBUTING, "Add a data
// source", name.
func TestDataSources_haveAllFiles(t *testing.T) {
	t.Parallel()
	text := section(t, read(t, "CONTRIBUTING.md"), "## Add a data source")
	if got := len(steps.FindAllString(text, -1)); got != 6 {
		t.Fatalf("CONTRIBUTING has %d steps, want six", got)
	}
	named := regexp.MustCompile("`([a-z./_<>-]+\\.(?:go|tf|md|tmpl))`").FindAllStringSubmatch(text, -1)
	if len(named) < 8 {
		t.Fatalf("the steps name only %d files", len(named))
	}
	_, kinds := served(t)
	registered := read(t, "internal/provider/provider.go")
	for name := range kinds[0].schemas {
		noun := strings.TrimPrefix(name, "retab_")
		for _, file := range named {
			file := strings.ReplaceAll(file[1], "<noun>", noun)
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for file, text := range map[string]string{
			"internal/client/" + noun + ".go":                    "\n// API: ",
			"internal/provider/" + noun + "_data_source_test.go": "\nfunc TestDataSource" + camelCase(noun) + "_",
			"internal/acceptance/examples_test.go":               `"data-sources/` + name + `"`,
			"CHANGELOG.md":                                       "\n* **New data source:** `" + name + "` ",
		} {
			if content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file))); err == nil && !strings.Contains(string(content), text) {
				t.Errorf("%s: %s lacks %q", name, file, strings.TrimSpace(text))
			}
		}
	}
	if !strings.Contains(registered, "experimentResultNoun") {
		t.Error("CONTRIBUTING names the wrong file for the registration of data sources")
	}
}

// camelCase converts experiment_run to ExperimentRun.
func camelCase(noun string) string {
	var name strings.Builder
	for part := range strings.SplitSeq(noun, "_") {
		name.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return name.String()
}

package conventions

import (
	"regexp"
	"strings"
	"testing"
)

var steps = regexp.MustCompile(`(?m)^[1-6]\. `)

// TestDataSources_haveAllSixParts walks the steps of CONTRIBUTING, "Add a data source", over the data sources that are
// there: each step's files, with the noun in place of <noun>.
func TestDataSources_haveAllSixParts(t *testing.T) {
	t.Parallel()
	text := section(t, read(t, "CONTRIBUTING.md"), "## Add a data source")
	if got := len(steps.FindAllString(text, -1)); got != 6 {
		t.Fatalf("there are %d steps, want six", got)
	}
	named := regexp.MustCompile("`([a-z./_<>-]+\\.(?:go|tf|md|tmpl))`").FindAllStringSubmatch(text, -1)
	if len(named) < 8 {
		t.Fatalf("the steps name only %d files", len(named))
	}
	_, kinds := served(t)
	registered := read(t, "internal/provider/provider.go")
	run := read(t, "internal/acceptance/examples_test.go")
	for name := range kinds[0].schemas {
		noun := strings.TrimPrefix(name, "retab_")
		for _, file := range named {
			if strings.Contains(file[1], "<noun>") {
				read(t, strings.ReplaceAll(file[1], "<noun>", noun))
			} else {
				read(t, file[1])
			}
		}
		if !strings.Contains(run, `"data-sources/`+name+`"`) {
			t.Errorf("the example of %s is not run", name)
		}
	}
	if !strings.Contains(registered, "newExperimentResultDataSource") {
		t.Error("data sources are registered elsewhere than CONTRIBUTING says")
	}
}

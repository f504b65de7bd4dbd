package conventions

import (
	"strings"
	"testing"
)

// The limits of words, counted as wc -w does. A reader looks for an example, and then for an attribute.
const (
	maxBeforeSchema = 250
	maxResultPage   = 1000
)

// TestDocuments_areShort checks that the schema of a page begins early.
func TestDocuments_areShort(t *testing.T) {
	t.Parallel()
	_, kinds := served(t)
	for _, kind := range kinds {
		for name := range kind.schemas {
			page := "docs/" + kind.folder + "/" + strings.TrimPrefix(name, "retab_") + ".md"
			before, _, _ := strings.Cut(read(t, page), "\n## Schema\n")
			if words := len(strings.Fields(before)); words > maxBeforeSchema {
				t.Errorf("%s has %d words before its schema, want at most %d", page, words, maxBeforeSchema)
			}
		}
	}
	if words := len(strings.Fields(read(t, "docs/data-sources/experiment_result.md"))); words > maxResultPage {
		t.Errorf("docs/data-sources/experiment_result.md has %d words, want at most %d", words, maxResultPage)
	}
}

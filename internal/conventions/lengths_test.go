package conventions

import (
	"strings"
	"testing"
)

// The limits of words, counted as wc -w does. A reader looks for an example, and then for an attribute.
const (
	maxBeforeSchema = 250
	maxResultPage   = 1000
	maxBeforeBlock  = 120 // of a guide
)

// TestDocuments_areShort checks that the schema of a page and the first example of a guide begin early.
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
	for _, guide := range find(t, "docs/guides", ".md") {
		before, _, _ := strings.Cut(read(t, guide), "\n```")
		if words := len(strings.Fields(before)); words > maxBeforeBlock {
			t.Errorf("%s has %d words before its first example, want at most %d", guide, words, maxBeforeBlock)
		}
	}
	if words := len(strings.Fields(read(t, "docs/data-sources/experiment_result.md"))); words > maxResultPage {
		t.Errorf("docs/data-sources/experiment_result.md has %d words, want at most %d", words, maxResultPage)
	}
}

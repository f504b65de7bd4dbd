package diagnose

import (
	"regexp"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// TestTable_names checks that every name in a text of the table has a value, every value a use, and every summary an allowed length.
func TestTable_names(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	name := regexp.MustCompile(`\$\{(\w+)\}`)
	for _, entry := range table {
		for _, match := range name.FindAllStringSubmatch(entry.summary+entry.answer+entry.advice, -1) {
			used[match[1]] = true
			if values[match[1]] == nil {
				t.Errorf("%q has no value for %s", entry.summary, match[0])
			}
		}
		if entry.answer == "" || len(entry.summary) > 60 || strings.Contains(name.ReplaceAllString(entry.summary+entry.answer+entry.advice, ""), "$") {
			t.Errorf("the entry %q has no answer, a long summary, or a stray $", entry.summary)
		}
	}
	for name := range values {
		if !used[name] {
			t.Errorf("no text uses ${%s}", name)
		}
	}
}

// TestRead_serverTextIsNotExpanded checks that names in the server's own words stay as they are.
func TestRead_serverTextIsNotExpanded(t *testing.T) {
	t.Parallel()
	err := &transport.APIError{StatusCode: 422, Message: "Bad ${ids} $noun", IsJSON: true}
	if detail := Read(err, Subject{Noun: "experiment run"}).Detail(); !strings.Contains(detail, "Retab answered HTTP 422 Unprocessable Entity: Bad ${ids} $noun.") {
		t.Error(detail)
	}
}

// TestRead_manyIDs checks that the error names some ids and says how many there are.
func TestRead_manyIDs(t *testing.T) {
	t.Parallel()
	many := &client.AmbiguousError{}
	for range maxListedIDs + 3 {
		many.IDs = append(many.IDs, "exp_1")
	}
	detail := Read(many, Subject{Description: "it"}).Detail()
	if !strings.Contains(detail, "Retab has 23 of them") || !strings.Contains(detail, " and 3 more.") || strings.Count(detail, "exp_1") != maxListedIDs {
		t.Error(detail)
	}
}

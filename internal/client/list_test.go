package client

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// TestHasNewest checks when no further page is needed.
func TestHasNewest(t *testing.T) {
	t.Parallel()
	const early, late = "2026-05-02T11:00:00Z", "2026-05-02T11:00:01Z"
	for name, test := range map[string]struct {
		created []string // newest first, "" if the server left it out
		want    bool
	}{
		"fewer than the limit":         {[]string{late}, false},
		"as many":                      {[]string{late, early}, false},
		"one more, which is older":     {[]string{late, late, early}, true},
		"one more, created with these": {[]string{late, early, early}, false},
		"more than that":               {[]string{late, late, late, early}, true},
		"fewer, without creation":      {[]string{""}, false},
		"as many, without creation":    {[]string{"", ""}, true},
		"as many, one without":         {[]string{late, ""}, true},
		"older, but out of order":      {[]string{early, late, late, early}, false},
	} {
		var rows []ExperimentRun
		for i, created := range test.created {
			run := ExperimentRun{ID: string(rune('a' + i))}
			if created != "" {
				run.Timing.CreatedAt = &created
			}
			rows = append(rows, run)
		}
		if got := hasNewest(rows, rows, 2); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestList_withoutARest checks that the lists that the run-scoped edition sends whole are an error if they
// have a cursor.
func TestList_withoutARest(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]func(Edition) func(context.Context, *Client) error{
		"evals": readEvals, "eval results": readEvalResults,
	} {
		for edition, want := range map[Edition]string{
			EditionRunScoped: "the list may go on after its 0 rows, but this edition of the API has no route to the rest",
			EditionFlat:      "the list repeats a cursor, so it cannot be read to its end",
		} {
			api := newAPI(t, func(*http.Request) string { return `{"data":[],"list_metadata":{"after":"x"}}` })
			var malformed *transport.ResponseError
			if err := list(edition)(t.Context(), api); !errors.As(err, &malformed) || malformed.Problem != want {
				t.Errorf("%s, %s: got %v", name, edition, err)
			}
		}
	}
}

// TestList_fullPageOfAWholeList checks that a list that the run-scoped edition sends whole may not fill a page.
func TestList_fullPageOfAWholeList(t *testing.T) {
	t.Parallel()
	for rows, isWhole := range map[int]bool{maxEvalsPage - 1: true, maxEvalsPage: false} {
		api := newAPI(t, func(*http.Request) string {
			return `{"data":[` + strings.Repeat(evalBody+",", rows-1) + evalBody + `],"list_metadata":{}}`
		})
		if err := readEvals(EditionRunScoped)(t.Context(), api); (err == nil) != isWhole {
			t.Errorf("%d rows: got %v", rows, err)
		}
	}
}

package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// TestNewest_isEnough checks when no further page is needed, with all rows on one page and with one row on each.
func TestNewest_isEnough(t *testing.T) {
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
		for _, size := range []int{len(test.created), 1} {
			sent := 0
			api := newAPI(t, func(*http.Request) string {
				var rows []string
				for i := sent * size; i < min(len(test.created), (sent+1)*size); i++ {
					created := cmp.Or(test.created[i], "unknown")
					rows = append(rows, fmt.Sprintf(`{"id":"run_%d","lifecycle":{"status":"completed"},"timing":{"created_at":%q}}`, i, created))
				}
				sent++
				next := fmt.Sprintf(`"page_%d"`, sent)
				if len(rows) == 0 {
					next = "null"
				}
				return `{"data":[` + strings.Join(rows, ",") + `],"list_metadata":{"after":` + next + `}}`
			})
			_, err := newest(t.Context(), api, runsList(EditionFlat, RunFilter{}), 2, freshness{}, func(ExperimentRun) bool { return true })
			readAll := sent*size > len(test.created) // the last page was empty
			if got := !readAll; err != nil || got != test.want {
				t.Errorf("%s, pages of %d: got %v after %d pages, %v", name, size, got, sent, err)
			}
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

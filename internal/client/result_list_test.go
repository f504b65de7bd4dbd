package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func TestFlat_findsTheRowOnAnyPage(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ documents, pageSize, document, pages int }{
		// The fake lists the newest row first: expdoc_8 is the first row of the first page.
		"on page 1":                   {9, 3, 8, 3},
		"last on page 1":              {9, 3, 6, 3},
		"first on page 2":             {9, 3, 5, 3},
		"on page 3 of 3":              {9, 3, 0, 3},
		"alone on the last page":      {7, 3, 0, 3},
		"on the only page, just full": {3, 3, 0, 1},
		"one row per page":            {3, 1, 0, 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, fakeapi.Flat)
			addRun(fake, "exprun_big", test.documents)
			fake.SetPageSize(test.pageSize)
			want := fmt.Sprintf("expdoc_%d", test.document)
			result, err := newEditionClient(t, fake, client.EditionFlat).ExperimentResult(t.Context(), "exprun_big", want, client.ResultOptions{})
			if err != nil || result.DocumentID != want {
				t.Errorf("got %q, %v", result.DocumentID, err)
			}
			wantRequests(t, fake, map[string]int{resultsPath + " 200": test.pages})
			for i, request := range fake.Journal() {
				if !strings.Contains(request.Query, "limit=1000") || !strings.Contains(request.Query, "run_id=exprun_big") ||
					strings.Contains(request.Query, "after=") != (i > 0) {
					t.Errorf("request %d has the query %s", i+1, request.Query)
				}
			}
		})
	}
}

const row = `{"id":"r","experiment_run_id":"exprun_2","document_id":"expdoc_xyz","lifecycle":{"status":"completed"}}`

func TestFlat_acceptsEveryEnvelope(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a bare array":                 `[` + row + `]`,
		"no metadata":                  `{"data":[` + row + `]}`,
		"empty metadata":               `{"data":[` + row + `],"list_metadata":{}}`,
		"null metadata":                `{"data":[` + row + `],"list_metadata":null}`,
		"an empty cursor":              `{"data":[` + row + `],"list_metadata":{"before":null,"after":""}}`,
		"members of other list routes": `{"data":[` + row + `],"has_more":false,"total":1,"list_metadata":{"after":null}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, fakeapi.Flat)
			fake.Script(resultsPath, fakeapi.Reply{Status: 200, Body: body})
			result, err := readSeed(t.Context(), newEditionClient(t, fake, client.EditionFlat))
			if err != nil || result.ID != "r" {
				t.Errorf("got %+v, %v", result, err)
			}
		})
	}
}

func TestFlat_acceptsEveryEmptyList(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"an empty array": `[]`, "no rows": `{"data":[],"list_metadata":{"before":null,"after":null}}`, "null rows": `{"data":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, fakeapi.Flat)
			fake.Script(resultsPath, fakeapi.Reply{Status: 200, Body: body}, fakeapi.Reply{Status: 200, Body: body})
			_, err := newEditionClient(t, fake, client.EditionFlat).ExperimentResult(t.Context(), fakeapi.EmptyRunID, "expdoc_xyz", client.ResultOptions{})
			if !client.IsAbsent(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFlat_repeatedCursor(t *testing.T) {
	t.Parallel()
	fake := startEdition(t, fakeapi.Flat)
	for range 3 {
		fake.Script(resultsPath, fakeapi.Reply{Status: 200, Body: `{"data":[],"list_metadata":{"before":null,"after":"expresult_7"}}`})
	}
	_, err := readSeed(t.Context(), newEditionClient(t, fake, client.EditionFlat))
	var malformed *transport.ResponseError
	if !errors.As(err, &malformed) || malformed.Problem != "the list repeats a cursor, so it cannot be read to its end" {
		t.Errorf("got %v", err)
	}
	wantRequests(t, fake, map[string]int{resultsPath + " 200": 2})
}

// TestFlat_endlessList checks that a list that always has another cursor is an error.
func TestFlat_endlessList(t *testing.T) {
	t.Parallel()
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"data":[],"list_metadata":{"after":"cursor_%d"}}`, requests)
	}))
	defer server.Close()
	api, err := client.New(client.Config{Edition: client.EditionFlat, Config: transport.Config{APIKey: fakeapi.Key, BaseURL: server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = readSeed(t.Context(), api)
	var malformed *transport.ResponseError
	if !errors.As(err, &malformed) || malformed.Problem != "the list has more than 2000 pages" || requests != 2001 {
		t.Errorf("got %v after %d requests", err, requests)
	}
}

func TestFlat_duplicates(t *testing.T) {
	t.Parallel()
	of := func(id string, attempt int64, created string) fakeapi.Result {
		return fakeapi.Result{
			ID: id, RunID: "exprun_twice", ExperimentID: "exp_abc", DocumentID: "expdoc_0", BlockKind: "extract", Attempt: attempt,
			Stages: []fakeapi.Stage{{Status: "completed", Timing: fakeapi.Timing{CreatedAt: created}}},
		}
	}
	for name, rows := range map[string][]fakeapi.Result{
		"highest attempt":                    {of("want", 2, "2026-01-01T00:00:00Z"), of("other", 1, "2026-02-01T00:00:00Z")},
		"highest attempt, listed last":       {of("other", 1, "2026-02-01T00:00:00Z"), of("want", 2, "2026-01-01T00:00:00Z")},
		"newest of the same attempt":         {of("want", 1, "2026-01-01T00:00:00.5Z"), of("other", 1, "2026-01-01T00:00:00.25Z")},
		"newest across time zones":           {of("other", 1, "2026-01-01T01:30:00+02:00"), of("want", 1, "2026-01-01T00:00:00Z")},
		"the greater id of equally old ones": {of("want", 1, "2026-01-01T00:00:00Z"), of("other", 1, "2026-01-01T00:00:00Z")},
		"a time of creation before none":     {of("want", 1, "2026-01-01T00:00:00Z"), of("other", 1, "")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, fakeapi.Flat)
			fake.Add(rows...)
			result, err := newEditionClient(t, fake, client.EditionFlat).ExperimentResult(t.Context(), "exprun_twice", "expdoc_0", client.ResultOptions{})
			if err != nil || result.ID != "want" {
				t.Errorf("got %q, %v", result.ID, err)
			}
		})
	}
}

// TestFlat_sameRowTwice checks that a result that a list has twice succeeds only if both rows say so, in any order. A row can be on
// two pages, because a row that is created between two requests moves others to the next page.
func TestFlat_sameRowTwice(t *testing.T) {
	t.Parallel()
	row := func(status string) string {
		return `{"id":"r","experiment_run_id":"exprun_2","document_id":"expdoc_xyz","lifecycle":{"status":"` + status + `"}}`
	}
	for rows, want := range map[string]client.Status{
		row("completed") + "," + row("completed"): client.StatusCompleted,
		row("completed") + "," + row("error"):     client.StatusError,
		row("error") + "," + row("completed"):     client.StatusError,
		row("completed") + "," + row("running"):   client.StatusRunning,
	} {
		fake := startEdition(t, fakeapi.Flat)
		fake.Script(resultsPath, fakeapi.Reply{Status: 200, Body: `{"data":[` + rows + `]}`})
		result, err := readSeed(t.Context(), newEditionClient(t, fake, client.EditionFlat))
		if err != nil || result.Status != want {
			t.Errorf("%s: got %q, %v", rows, result.Status, err)
		}
	}
}

func TestFlat_namesTheInvalidRow(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"data":[` + row + `,{"id":"s","experiment_run_id":"exprun_2","document_id":"d"}]}`:                        "data.1.lifecycle.status is missing",
		`{"data":[{"id":"s","experiment_run_id":"exprun_3","document_id":"d","lifecycle":{"status":"completed"}}]}`: `data.0.experiment_run_id is "exprun_3", but "exprun_2" was requested`,
		`{"data":[` + row + `,{"id":7}]}`: "data.1.id is a number, not a string",
		`{"data":{"id":7}}`:               "data is an object, not an array",
		`{"results":[` + row + `]}`:       "data is missing",
		`{}`:                              "data is missing",
		`null`:                            "data is missing",
		`"rows"`:                          "the body is a string, not an object",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			fake := startEdition(t, fakeapi.Flat)
			fake.Script(resultsPath, fakeapi.Reply{Status: 200, Body: body})
			_, err := readSeed(t.Context(), newEditionClient(t, fake, client.EditionFlat))
			var malformed *transport.ResponseError
			if !errors.As(err, &malformed) || malformed.Problem != want {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestFlat_smallerPagesIfOneIsTooLarge checks that smaller pages are requested if a page of 1000 is too large: rows can
// have large documents.
func TestFlat_smallerPagesIfOneIsTooLarge(t *testing.T) {
	t.Parallel()
	fake := startEdition(t, fakeapi.Flat)
	addRun(fake, "exprun_big", 150)
	api, err := client.New(client.Config{Edition: client.EditionFlat, Config: transport.Config{
		APIKey: fakeapi.Key, BaseURL: fake.URL, RetryWait: quickRetry, MaxRetries: 2,
		MaxBodyBytes: 25_000, // a row is about 200 bytes
	}})
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, api, "exprun_big", 150)
	var limits []string
	for _, request := range fake.Journal() {
		query, err := url.ParseQuery(request.Query)
		if err != nil {
			t.Fatal(err)
		}
		limits = append(limits, query.Get("limit"))
	}
	if want := []string{"1000", "100", "100"}; !slices.Equal(limits, want) {
		t.Errorf("requested pages of %v, want %v", limits, want)
	}
}

// TestFlat_listOlderThanTheEndOfTheRun checks that a row is found that is added, like the end of the run, between the
// reads of the list and of the run.
func TestFlat_listOlderThanTheEndOfTheRun(t *testing.T) {
	t.Parallel()
	fake := startEdition(t, fakeapi.Flat)
	fake.Script(resultsPath, fakeapi.Reply{Status: 200, Body: `{"data":[]}`}) // and then the row is there
	result, err := readSeed(t.Context(), newEditionClient(t, fake, client.EditionFlat))
	if err != nil || result.ID != "expresult_1" {
		t.Errorf("got %+v, %v", result, err)
	}
}

package fakeapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// addRuns adds completed runs run_1 to run_n of exp_many, one per day from 1 June 2026 on, with falling scores.
func addRuns(fake *fakeapi.Server, count int) {
	for i := range count {
		fake.AddRun(fakeapi.Run{
			ID: fmt.Sprintf("run_%d", i+1), ExperimentID: "exp_many", BlockKind: "extract", CreatedAt: fmt.Sprintf("2026-06-%02dT12:00:00Z", i+1),
			Stages: []fakeapi.RunStage{{Status: "completed", Score: new(0.9 - float64(i)/10)}},
		})
	}
}

// addResults adds completed results row_1 to row_n of run_rows.
func addResults(fake *fakeapi.Server, count int) {
	for i := range count {
		fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("row_%d", i+1), RunID: "run_rows", ExperimentID: "exp_rows", DocumentID: fmt.Sprintf("doc_%d", i+1),
			BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "completed"}},
		})
	}
}

// listAll reads a list page by page and returns all ids.
func listAll(t *testing.T, fake *fakeapi.Server, path string) []string {
	t.Helper()
	ids := []string{}
	for cursor := ""; ; {
		page := list(t, fake, path+cursor)
		ids = append(ids, page.ids...)
		if page.after == "" {
			return ids
		}
		cursor = "&after=" + page.after
	}
}

func TestRuns_dates(t *testing.T) {
	t.Parallel()
	for name, edition := range editionsByName {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New(edition)
			addRuns(fake, 3)
			for query, want := range map[string][]string{
				"&from_date=2026-06-02":                              {"run_3", "run_2"},
				"&to_date=2026-06-02":                                {"run_2", "run_1"},
				"&from_date=2026-06-02&to_date=2026-06-02":           {"run_2"},
				"&from_date=2026-06-02T12:00:00Z":                    {"run_3", "run_2"},
				"&from_date=2026-06-02T14:00:01%2B02:00":             {"run_3"},
				"&to_date=2026-06-02T11:59:59Z":                      {"run_1"},
				"&from_date=2026-06-04":                              {},
				"&exclude_status=completed":                          {},
				"&status=completed&trigger_type=manual_run&limit=1":  {"run_3"},
				"&workflow_id=wf_1&block_id=block_extract&limit=100": {"run_3", "run_2", "run_1"},
			} {
				if diff := cmp.Diff(want, list(t, fake, runsPath+"?experiment_id=exp_many"+query).ids); diff != "" {
					t.Errorf("%s (-want +got):\n%s", query, diff)
				}
			}
			for _, date := range []string{"yesterday", "2026-06", "2026-13-01", "2026-06-02 12:00"} {
				if got := get(t, fake, runsPath+"?from_date="+strings.ReplaceAll(date, " ", "%20")); got.status != http.StatusBadRequest {
					t.Errorf("from_date %s: got %d", date, got.status)
				}
			}
		})
	}
}

func TestRuns_sorted(t *testing.T) {
	t.Parallel()
	for name, edition := range editionsByName {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New(edition)
			addRuns(fake, 3)
			for query, want := range map[string][]string{
				"":                             {"run_3", "run_2", "run_1"},
				"&order=desc":                  {"run_3", "run_2", "run_1"},
				"&order=asc":                   {"run_1", "run_2", "run_3"},
				"&sort_by=created_at":          {"run_3", "run_2", "run_1"},
				"&sort_by=score":               {"run_1", "run_2", "run_3"},
				"&sort_by=score&order=asc":     {"run_3", "run_2", "run_1"},
				"&sort_by=id&order=asc":        {"run_1", "run_2", "run_3"},
				"&sort_by=score&after=run_1":   {"run_2", "run_3"},
				"&order=asc&before=run_3":      {"run_1", "run_2"},
				"&before=run_1&limit=1":        {"run_2"},
				"&order=asc&after=run_1":       {"run_2", "run_3"},
				"&sort_by=status&order=asc":    {"run_3", "run_2", "run_1"},
				"&after=run_3&before=&limit=1": {"run_2"},
			} {
				if diff := cmp.Diff(want, list(t, fake, runsPath+"?experiment_id=exp_many"+query).ids); diff != "" {
					t.Errorf("%s (-want +got):\n%s", query, diff)
				}
			}
		})
	}
}

// TestLists_cursors reads both lists in both directions and orders. It checks that every row appears once, and that the first
// and last pages have no cursor beyond the ends.
func TestLists_cursors(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New(fakeapi.Flat)
	addRuns(fake, 7)
	addResults(fake, 7)
	for _, path := range []string{runsPath + "?experiment_id=exp_many", resultsPath + "?run_id=run_rows"} {
		for _, order := range []string{"asc", "desc"} {
			all := list(t, fake, path+"&order="+order)
			if len(all.ids) != 7 || all.before != "" || all.after != "" {
				t.Fatalf("%s: got %+v", path, all)
			}
			paged := path + "&limit=3&order=" + order
			if diff := cmp.Diff(all.ids, listAll(t, fake, paged)); diff != "" {
				t.Errorf("%s forwards (-want +got):\n%s", paged, diff)
			}
			last := list(t, fake, paged+"&after="+all.ids[5])
			if last.after != "" || last.before != all.ids[6] {
				t.Errorf("%s: the last page is %+v", paged, last)
			}
			backwards := last.ids
			for cursor := last.before; cursor != ""; {
				page := list(t, fake, paged+"&before="+cursor)
				if page.after == "" {
					t.Errorf("%s: a page before another has no cursor to it: %+v", paged, page)
				}
				backwards = slices.Concat(page.ids, backwards)
				cursor = page.before
			}
			if diff := cmp.Diff(all.ids, backwards); diff != "" {
				t.Errorf("%s backwards (-want +got):\n%s", paged, diff)
			}
		}
	}
}

// TestLists_invalidParameters checks that the fake refuses invalid enums, limits and cursors in the published form, with the name
// of the parameter.
func TestLists_invalidParameters(t *testing.T) {
	t.Parallel()
	results := map[fakeapi.Edition]string{fakeapi.RunScoped: runsPath + "/exprun_2/results?", fakeapi.Flat: resultsPath + "?run_id=exprun_2"}
	for edition, resultsOf := range results {
		fake := fakeapi.New(edition)
		queries := []string{
			"status=complete", "status=", "status=failed", "exclude_status=done", "trigger_type=api", "order=up", "limit=0", "limit=101", "limit=x",
			"sort_by=colour", "after=exprun_404", "before=exprun_404", "before=exprun_2&after=exprun_split",
		}
		if edition == fakeapi.RunScoped {
			queries = append(queries, "status=queued") // only the flat edition has it
		}
		for _, query := range queries {
			parameter, _, _ := strings.Cut(query, "=")
			want422(t, fake, runsPath+"?"+query, parameter)
		}
		want422(t, fake, resultsOf+"&limit=1001", "limit")
	}
	fake := fakeapi.New(fakeapi.Flat)
	for _, query := range []string{"order=up", "after=expresult_404", "before=expresult_404"} {
		parameter, _, _ := strings.Cut(query, "=")
		want422(t, fake, resultsPath+"?run_id=exprun_2&"+query, parameter)
	}
	want422(t, fake, resultsPath, "run_id")
}

// want422 checks that a path gives a 422 that names a parameter.
func want422(t *testing.T, fake *fakeapi.Server, path, parameter string) {
	t.Helper()
	got := get(t, fake, path)
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `"loc":["query","`+parameter+`"]`) {
		t.Errorf("%s: got %d %s", path, got.status, got.body)
	}
}

// TestRuns_severalStatuses checks that only the run-scoped edition filters by several values.
func TestRuns_severalStatuses(t *testing.T) {
	t.Parallel()
	for name, edition := range editionsByName {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New(edition)
			addRuns(fake, 1)
			fake.AddRun(fakeapi.Run{ID: "run_other", ExperimentID: "exp_many", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "error"}}})
			want := []string{"run_1", "run_other"}
			if strings.Contains(get(t, fake, runsPath+"/run_1").body, "block_kind") {
				want = []string{"run_other"}
			}
			if diff := cmp.Diff(want, list(t, fake, runsPath+"?experiment_id=exp_many&statuses=error,cancelled&trigger_types=manual_run").ids); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

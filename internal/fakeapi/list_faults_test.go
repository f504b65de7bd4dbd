package fakeapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// addLaggingResults adds results row_1 to row_4. The first two reads of the list lack row_2, and the first read lacks row_4.
func addLaggingResults(fake *fakeapi.Server) {
	for i, lag := range []int{0, 2, 0, 1} {
		number := string(rune('1' + i))
		fake.Add(fakeapi.Result{
			ID: "row_" + number, RunID: "run_rows", ExperimentID: "exp_rows", DocumentID: "doc_" + number, BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "completed"}}, ListedAfter: lag,
		})
	}
}

func TestResult_listedAfter(t *testing.T) {
	t.Parallel()
	for edition, path := range map[fakeapi.Edition]string{
		fakeapi.RunScoped: runsPath + "/run_rows/results?", fakeapi.Flat: resultsPath + "?run_id=run_rows",
	} {
		fake := fakeapi.New(edition)
		addLaggingResults(fake)
		if got := object(t, fake, runsPath+"/run_rows")["document_count"]; got != 4.0 {
			t.Errorf("the run has %v documents", got)
		}
		for i, want := range [][]string{{"row_3", "row_1"}, {"row_4", "row_3", "row_1"}, {"row_4", "row_3", "row_2", "row_1"}} {
			if diff := cmp.Diff(want, list(t, fake, path).ids); diff != "" {
				t.Errorf("edition %d, read %d (-want +got):\n%s", edition, i+1, diff)
			}
		}
	}
	fake := fakeapi.New(fakeapi.Flat)
	addLaggingResults(fake)
	if got := status(t, fake, resultsPath+"/row_2"); got != "completed" { // a read by id finds a result that the list lacks
		t.Errorf("got %s", got)
	}
	// All pages of a list have the same rows: only the first page counts as a read.
	if diff := cmp.Diff([]string{"row_3", "row_1"}, listAll(t, fake, resultsPath+"?run_id=run_rows&limit=1")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestListFaults_cap(t *testing.T) {
	t.Parallel()
	for edition, path := range map[fakeapi.Edition]string{
		fakeapi.RunScoped: runsPath + "/run_rows/results?limit=1000", fakeapi.Flat: resultsPath + "?run_id=run_rows&limit=1000",
	} {
		fake := fakeapi.New(edition)
		addResults(fake, 5)
		fake.SetListFaults(fakeapi.ListFaults{Cap: 2})
		if diff := cmp.Diff(page{ids: []string{"row_5", "row_4"}}, list(t, fake, path), cmp.AllowUnexported(page{})); diff != "" {
			t.Errorf("edition %d (-want +got):\n%s", edition, diff)
		}
		fake.SetListFaults(fakeapi.ListFaults{})
		if got := list(t, fake, path).ids; len(got) != 5 {
			t.Errorf("edition %d: %v without the fault", edition, got)
		}
	}
}

func TestListFaults_skippedRow(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New(fakeapi.Flat)
	addResults(fake, 7)
	addRuns(fake, 4)
	fake.SetListFaults(fakeapi.ListFaults{SkipsARow: true})
	for path, want := range map[string][]string{
		resultsPath + "?run_id=run_rows&limit=3":      {"row_7", "row_6", "row_5", "row_3", "row_2", "row_1"},
		runsPath + "?experiment_id=exp_many&limit=3":  {"run_4", "run_3", "run_2"}, // a page without rows has no cursor
		resultsPath + "?run_id=run_rows&limit=1000":   {"row_7", "row_6", "row_5", "row_4", "row_3", "row_2", "row_1"},
		runsPath + "?experiment_id=exp_many&limit=2":  {"run_4", "run_3", "run_1"},
		resultsPath + "?run_id=run_rows&limit=6":      {"row_7", "row_6", "row_5", "row_4", "row_3", "row_2"},
		resultsPath + "?run_id=exprun_empty&limit=10": {},
	} {
		if diff := cmp.Diff(want, listAll(t, fake, path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

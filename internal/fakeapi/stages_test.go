package fakeapi_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// livePaths has the path of the result of the live run in each edition.
var livePaths = map[fakeapi.Edition]string{
	fakeapi.RunScoped: runsPath + "/exprun_live/results/expdoc_live",
	fakeapi.Flat:      resultsPath + "/expresult_live",
}

// statusesOf reads paths in turn and returns the statuses.
func statusesOf(t *testing.T, fake *fakeapi.Server, paths ...string) []string {
	t.Helper()
	var got []string
	for _, path := range paths {
		got = append(got, status(t, fake, path))
	}
	return got
}

// TestStages_byReads checks how reads of a result and polls of its run advance the result together.
func TestStages_byReads(t *testing.T) {
	t.Parallel()
	for edition, result := range livePaths {
		const run = runsPath + "/exprun_live"
		for name, test := range map[string]struct{ paths, want []string }{
			"reads of the result":                    {[]string{result, result, run, result, run, result}, []string{"pending", "running", "running", "completed", "completed", "completed"}},
			"polls of the run":                       {[]string{run, run, run, result}, []string{"running", "running", "completed", "completed"}},
			"both, the run first":                    {[]string{run, result, run, result, run, result}, []string{"running", "pending", "running", "running", "completed", "completed"}},
			"both, the run last":                     {[]string{result, run, result, run, result, run}, []string{"pending", "running", "running", "running", "completed", "completed"}},
			"a result after its run was polled once": {[]string{run, result}, []string{"running", "pending"}},
		} {
			if diff := cmp.Diff(test.want, statusesOf(t, fakeapi.New(edition), test.paths...)); diff != "" {
				t.Errorf("%s, edition %d (-want +got):\n%s", name, edition, diff)
			}
		}
	}
}

// TestStages_listOfRuns checks that a list of runs shows the stage of the last read and advances nothing.
func TestStages_listOfRuns(t *testing.T) {
	t.Parallel()
	for name, edition := range editionsByName {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New(edition)
			const running = runsPath + "?experiment_id=exp_abc&status=running"
			for range 5 {
				if got := list(t, fake, running).ids; !slices.Contains(got, "exprun_live") {
					t.Fatalf("running: %v", got)
				}
			}
			for range 3 {
				status(t, fake, runsPath+"/exprun_live")
			}
			if got := list(t, fake, running).ids; slices.Contains(got, "exprun_live") {
				t.Errorf("still running: %v", got)
			}
		})
	}
}

// TestStages_runWithOwnStages checks that reads of a run with its own stages do not advance its results.
func TestStages_runWithOwnStages(t *testing.T) {
	t.Parallel()
	for name, edition := range editionsByName {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New(edition)
			fake.AddRun(fakeapi.Run{ID: fakeapi.LiveRunID, ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{
				{Status: "pending"}, {Status: "completed", Completed: 1},
			}})
			const run = runsPath + "/exprun_live"
			if diff := cmp.Diff([]string{"pending", "completed", "completed"}, statusesOf(t, fake, run, run, run)); diff != "" {
				t.Error(diff)
			}
			for edition, path := range livePaths {
				if get(t, fake, path).status == 200 {
					if got := status(t, fake, path); got != "running" { // its second read
						t.Errorf("edition %d: the result is %s", edition, got)
					}
				}
			}
		})
	}
}

// TestStages_byTime checks that the time selects the stage of a record with durations, whatever the number of reads.
func TestStages_byTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New(fakeapi.RunScoped)
		fake.Add(fakeapi.Result{
			ID: "row", RunID: "run_timed", ExperimentID: "exp", DocumentID: "doc", BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "pending"}, {Status: "running", After: 5 * time.Second}, {Status: "completed", After: time.Minute}},
		})
		fake.AddRun(fakeapi.Run{ID: "run_staged", ExperimentID: "exp", BlockKind: "extract", Stages: []fakeapi.RunStage{
			{Status: "running"}, {Status: "error", After: 30 * time.Second},
		}})
		paths := []string{runsPath + "/run_timed/results/doc", runsPath + "/run_timed", runsPath + "/run_staged"}
		for _, step := range []struct {
			wait time.Duration
			want []string
		}{
			{0, []string{"pending", "running", "running"}},
			{4999 * time.Millisecond, []string{"pending", "running", "running"}},
			{time.Millisecond, []string{"running", "running", "running"}},
			{25 * time.Second, []string{"running", "running", "error"}},
			{30 * time.Second, []string{"completed", "completed", "error"}},
		} {
			<-time.After(step.wait)
			for range 3 {
				if diff := cmp.Diff(step.want, statusesOf(t, fake, paths...)); diff != "" {
					t.Errorf("after %s more (-want +got):\n%s", step.wait, diff)
				}
			}
		}
	})
}

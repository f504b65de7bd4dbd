package client_test

import (
	"errors"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// addRuns adds completed runs of an experiment, one per minute; the last two were created at the same time.
func addRuns(fake *fakeapi.Server, experimentID string, runs int) {
	for i := range runs {
		minute := min(i, runs-2)
		fake.AddRun(fakeapi.Run{
			ID: fmt.Sprintf("exprun_%s_%04d", experimentID, i), ExperimentID: experimentID, BlockKind: "extract",
			CreatedAt: fmt.Sprintf("2026-06-01T%02d:%02d:00Z", max(0, minute)/60, max(0, minute)%60),
			Stages:    []fakeapi.RunStage{{Status: "completed"}},
		})
	}
}

func TestExperimentRuns_pages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ runs, limit, want, pages int }{
		{0, 1000, 0, 1}, {1, 1000, 1, 1}, {100, 1000, 100, 1}, {101, 1000, 101, 2}, {250, 1000, 250, 3}, {250, 99, 99, 1}, {250, 100, 100, 2}, {250, 101, 101, 2},
	} {
		t.Run(fmt.Sprintf("%d runs, limit %d", test.runs, test.limit), func(t *testing.T) {
			t.Parallel()
			forBothEditions(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				addRuns(fake, "exp_many", test.runs)
				runs, err := api.ExperimentRuns(t.Context(), client.RunFilter{ExperimentID: "exp_many"}, test.limit, false)
				if err != nil || len(runs) != test.want {
					t.Fatalf("got %d runs, %v", len(runs), err)
				}
				for i, run := range runs {
					if want := fmt.Sprintf("exprun_exp_many_%04d", test.runs-1-i); run.ID != want {
						t.Fatalf("run %d is %s, want %s", i, run.ID, want)
					}
				}
				pages := 0
				for _, request := range fake.Journal() {
					if request.Status == 200 {
						pages++
					}
				}
				if pages != test.pages {
					t.Errorf("%d pages, want %d", pages, test.pages)
				}
			})
		})
	}
}

func TestExperimentRuns_filters(t *testing.T) {
	t.Parallel()
	filter := client.RunFilter{
		WorkflowID: "wf_1", ExperimentID: "exp_abc", BlockID: "block_extract", Status: "completed", ExcludeStatus: "error",
		TriggerType: "manual_run", FromDate: "2026-05-01T00:00:00Z", ToDate: "2026-06-01T00:00:00Z",
	}
	forBothEditions(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		runs, err := api.ExperimentRuns(t.Context(), filter, 10, false)
		if err != nil || len(runs) != 1 || runs[0].ID != "exprun_2" {
			t.Fatalf("got %+v, %v", runs, err)
		}
		journal := fake.Journal()
		query := journal[len(journal)-1].Query
		for _, want := range []string{
			"workflow_id=wf_1", "experiment_id=exp_abc", "block_id=block_extract", "status=completed", "exclude_status=error", "trigger_type=manual_run",
			"from_date=2026-05-01T00%3A00%3A00Z", "to_date=2026-06-01T00%3A00%3A00Z", "limit=100", "order=desc", "sort_by=created_at",
		} {
			if !slices.Contains(strings.Split(query, "&"), want) {
				t.Errorf("%s is not in %s", want, query)
			}
		}
		if _, err := api.NewestRun(t.Context(), client.RunFilter{ExperimentID: "exp_404"}, false); !errors.Is(err, client.ErrNoRun) {
			t.Errorf("got %v", err)
		}
	})
}

// TestExperimentRuns_credential counts what detecting the credential costs: one request at most, once.
func TestExperimentRuns_credential(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serves fakeapi.Edition
		most   map[string]int
	}{
		"run-scoped": {fakeapi.RunScoped, map[string]int{runPath + " 401": 1, runPath + " 200": 3}},
		"flat":       {fakeapi.Flat, map[string]int{runPath + " 200": 3}},
		"both":       {fakeapi.Both, map[string]int{runPath + " 200": 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, test.serves, client.EditionAuto, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				for range 3 {
					if _, err := api.ExperimentRun(t.Context(), "exprun_2", true); err != nil {
						t.Fatal(err)
					}
				}
				wantAtMost(t, fake, test.most)
			})
		})
	}
}

func TestExperimentRun_vendorSamples(t *testing.T) {
	t.Parallel()
	want := client.ExperimentRun{
		ID: "exprun_2", ExperimentID: new("exp_abc"), TriggerType: new("api"),
		WorkflowID: new("wf_abc123"), WorkflowVersionID: new("wfv_1"), BlockID: new("extract-invoice"), BlockKind: new("extract"), NConsensus: new(int64(5)),
		Lifecycle: client.Lifecycle{Status: client.StatusCompleted, Timing: client.Timing{
			CreatedAt: new("2026-05-02T11:00:00Z"), StartedAt: new("2026-05-02T11:00:01Z"), CompletedAt: new("2026-05-02T11:04:18Z"), DurationMS: new(int64(258221)),
		}},
		Score: parseScore("0.9333333333333333"), HasTotal: true, TotalDocuments: 12, DocumentCount: 12, CompletedDocuments: 11, FailedDocuments: 1, DocumentsFingerprint: new("51ab"),
	}
	for file, change := range map[string]func(*client.ExperimentRun){
		"run_scoped/run_schema.json": func(run *client.ExperimentRun) {
			run.DefinitionFingerprint, run.RequestedVersion = new("9f2c"), new("production")
		},
		"flat/run_schema.json": func(run *client.ExperimentRun) {
			run.BlockExecutionFingerprint, run.BlockVersionID, run.MetricsFingerprint = new("9f2c"), new("blkv_1"), new("77aa")
		},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile("testdata/" + file)
			if err != nil {
				t.Fatal(err)
			}
			fake := startEdition(t, fakeapi.Both)
			reply := fakeapi.Reply{Status: 200, Body: string(body)}
			fake.Script(runPath, reply, reply) // one for each edition
			got, err := newEditionClient(t, fake, client.EditionAuto).ExperimentRun(t.Context(), "exprun_2", false)
			if err != nil {
				t.Fatal(err)
			}
			want := want
			change(&want)
			if diff := cmp.Diff(want, got, cmp.Comparer(func(one, other *big.Float) bool {
				return one == other || one != nil && other != nil && one.Cmp(other) == 0
			})); diff != "" {
				t.Errorf("run differs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExperimentRuns_withoutCreation checks that runs without a time of creation stay in the server's order, and that no
// more pages are read than needed.
func TestExperimentRuns_withoutCreation(t *testing.T) {
	t.Parallel()
	forBothEditions(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		page := fakeapi.Reply{Status: 200, Body: `{"data":[{"id":"a_newest","lifecycle":{"status":"completed"}},
			{"id":"z_old","lifecycle":{"status":"completed"}}],"list_metadata":{"before":null,"after":"z_old"}}`}
		fake.Script("/v1/workflows/experiments/runs", page, page) // one for each edition
		run, err := api.NewestRun(t.Context(), client.RunFilter{}, false)
		if err != nil || run.ID != "a_newest" || strings.Contains(fmt.Sprint(fake.Journal()), "after=") {
			t.Errorf("got %s, %v after %v", run.ID, err, fake.Journal())
		}
	})
}

// TestExperimentRuns_serverIgnoresTheFilter checks that a run which the filter excludes is an error.
func TestExperimentRuns_serverIgnoresTheFilter(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"id":"r","experiment_id":"exp_other","lifecycle":{"status":"completed"}}`: `data.0.experiment_id is "exp_other", but "exp_abc" was requested`,
		`{"id":"r","experiment_id":"exp_abc","lifecycle":{"status":"error"}}`:       `data.0.lifecycle.status is "error", but "completed" was requested`,
	} {
		forBothEditions(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			page := fakeapi.Reply{Status: 200, Body: `{"data":[` + body + `]}`}
			fake.Script("/v1/workflows/experiments/runs", page, page) // one for each edition
			_, err := api.NewestRun(t.Context(), client.RunFilter{ExperimentID: "exp_abc", Status: "completed"}, false)
			var malformed *transport.ResponseError
			if !errors.As(err, &malformed) || malformed.Problem != want {
				t.Errorf("got %v", err)
			}
		})
	}
}

// parseScore parses a number with the precision of scores.
func parseScore(digits string) *big.Float {
	number, _, err := big.ParseFloat(digits, 10, 512, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return number
}

// TestExperimentRuns_rowTwice checks that a run that a list has twice is returned once, and that two rows that contradict each other
// are an error. A run that is created between two requests moves others to the next page.
func TestExperimentRuns_rowTwice(t *testing.T) {
	t.Parallel()
	row := func(status string) string {
		return `{"id":"exprun_1","experiment_id":"exp_abc","lifecycle":{"status":"` + status + `"},"timing":{"created_at":"2026-06-01T00:00:00Z"}}`
	}
	for _, second := range []string{"completed", "error"} {
		for name, bodies := range map[string][]string{
			"one page":  {`{"data":[` + row("completed") + `,` + row(second) + `],"list_metadata":{}}`},
			"two pages": {`{"data":[` + row("completed") + `],"list_metadata":{"after":"a"}}`, `{"data":[` + row(second) + `],"list_metadata":{}}`},
		} {
			fake := startEdition(t, fakeapi.Flat)
			for _, body := range bodies {
				fake.Script(runsPath, fakeapi.Reply{Status: 200, Body: body})
			}
			runs, err := newEditionClient(t, fake, client.EditionFlat).ExperimentRuns(t.Context(), client.RunFilter{ExperimentID: "exp_abc"}, 1000, false)
			var refused *transport.ResponseError
			switch {
			case second == "completed" && (err != nil || len(runs) != 1):
				t.Errorf("%s: got %d runs, %v", name, len(runs), err)
			case second == "error" && (!errors.As(err, &refused) || refused.Problem != `the list has "exprun_1" twice, with different values`):
				t.Errorf("%s: got %v, %v", name, runs, err)
			}
		}
	}
}

package provider_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// scriptAfterFirst scripts a running result for the first read, and then the replies.
func scriptAfterFirst(e env, replies ...fakeapi.Reply) {
	first := e.ResultBody(`{"id":"expresult_wait","run_id":"exprun_wait","document_id":"expdoc_wait","lifecycle":{"status":"running"}}`)
	path := e.ResultPath("exprun_wait", "expdoc_wait")
	e.Script(path, first)
	e.Script(path, replies...)
}

func TestDataSourceExperimentResult_waitsForFinalStatus(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		statuses    []string
		least, most time.Duration
	}{
		"already completed":              {[]string{"completed"}, 0, 0},
		"completed after other statuses": {[]string{"pending", "queued", "running", "completed"}, 7 * time.Second, 10 * time.Second},
		"failed":                         {[]string{"running", "error"}, time.Second, 2 * time.Second},
		"cancelled":                      {[]string{"running", "cancelled"}, time.Second, 2 * time.Second},
		"an unknown status":              {[]string{"hibernating", "completed"}, time.Second, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
				e.AddScriptedResult(test.statuses...)
				began := time.Now()
				got, problem := s.Read(t.Context(), t, resultType, waitArguments)
				if problem != "" {
					t.Fatal(problem)
				}
				last := test.statuses[len(test.statuses)-1]
				if isFlat := e.Serves == fakeapi.Flat || e.Serves == fakeapi.FlatBehindGate; !isFlat && last == "cancelled" && got["status"] == "error" {
					last = "error" // in the run-scoped edition, a cancelled result has failed
				}
				if got["status"] != last || got["is_terminal"] != true || got["succeeded"] != (last == "completed") {
					t.Errorf("got %v", got)
				}
				wantElapsed(t, time.Since(began), test.least, test.most)
				if requests := len(e.RequestsWithoutDetection()); requests != len(test.statuses) {
					t.Errorf("%d requests for %d statuses", requests, len(test.statuses))
				}
			})
		})
	}
}

func TestDataSourceExperimentResult_waitRetriesFailures(t *testing.T) {
	t.Parallel()
	repeat := func(times int, reply fakeapi.Reply) []fakeapi.Reply {
		var replies []fakeapi.Reply
		for range times {
			replies = append(replies, reply)
		}
		return replies
	}
	// Ten failures are more than the five attempts of one read, so the wait itself has to retry.
	for name, test := range map[string]struct {
		replies []fakeapi.Reply
		least   time.Duration
	}{
		"HTTP 503":                   {repeat(10, fakeapi.Reply{Status: 503}), 0},
		"HTTP 500":                   {repeat(10, fakeapi.Reply{Status: 500}), 0},
		"Retry-After in seconds":     {repeat(2, fakeapi.Reply{Status: 429, Header: http.Header{"Retry-After": {"40"}}}), 80 * time.Second},
		"Retry-After as a date":      {[]fakeapi.Reply{{Status: 429, Header: http.Header{"Retry-After": {"Sat, 01 Jan 2000 00:00:50 GMT"}}}}, 45 * time.Second},
		"connections that are reset": {repeat(10, fakeapi.Reply{Reset: true}), 0},
		"requests without an answer": {repeat(6, fakeapi.Reply{Hang: true}), 3 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
				e.AddScriptedResult("completed")
				scriptAfterFirst(e, test.replies...)
				began := time.Now() // midnight of 1 January 2000 on the fake clock
				got, problem := s.Read(t.Context(), t, resultType, waitArguments)
				if problem != "" || got["status"] != "completed" {
					t.Errorf("got %v %s", got["status"], problem)
				}
				wantElapsed(t, time.Since(began), test.least, 10*time.Minute)
			})
		})
	}
}

// TestDataSourceExperimentResult_waitHonoursRetryAfterWithoutRetries checks that a wait honours Retry-After with max_retries =
// 0.
func TestDataSourceExperimentResult_waitHonoursRetryAfterWithoutRetries(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		if problem := s.Configure(t, values{"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": e.Setting, "max_retries": 0}); problem != "" {
			t.Fatal(problem)
		}
		e.AddScriptedResult("completed")
		scriptAfterFirst(e, fakeapi.Reply{Status: 429, Header: http.Header{"Retry-After": {"90"}}})
		began := time.Now()
		if _, problem := s.Read(t.Context(), t, resultType, waitArguments); problem != "" {
			t.Fatal(problem)
		}
		wantElapsed(t, time.Since(began), 90*time.Second, 95*time.Second)
	})
}

// TestDataSourceExperimentResult_waitCapsRetryAfter checks that a wait reads again long before a Retry-After of a day.
func TestDataSourceExperimentResult_waitCapsRetryAfter(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.AddScriptedResult("completed")
		later := fakeapi.Reply{Status: 503, Header: http.Header{"Retry-After": {"86400"}}}
		scriptAfterFirst(e, later, later, later, later, later)
		began := time.Now()
		if _, problem := s.Read(t.Context(), t, resultType, values{
			"run_id": waitArguments["run_id"], "document_id": waitArguments["document_id"], "wait_for_completion": true, "timeouts": values{"read": "2h"},
		}); problem != "" {
			t.Error(problem)
		}
		wantElapsed(t, time.Since(began), 25*time.Minute, 26*time.Minute) // five pauses of five minutes
	})
}

func TestDataSourceExperimentResult_waitForMissingRow(t *testing.T) {
	t.Parallel()
	row := `{"id":"expresult_wait","run_id":"exprun_active","document_id":"expdoc_late","lifecycle":{"status":"completed"}}`
	late := values{"run_id": fakeapi.ActiveRunID, "document_id": "expdoc_late", "wait_for_completion": true}

	t.Run("appears at the third read", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			time.AfterFunc(4*time.Second, func() {
				e.Script(e.ResultPath(fakeapi.ActiveRunID, "expdoc_late"), e.ResultBody(row))
			})
			got, problem := s.Read(t.Context(), t, resultType, late)
			if problem != "" || got["status"] != "completed" {
				t.Errorf("got %v %s", got["status"], problem)
			}
		})
	})
	t.Run("never appears in an active run", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, _ env, s server) {
			began := time.Now()
			_, problem := s.Read(t.Context(), t, resultType, late)
			wantContains(t, problem, "ERROR: Experiment result is not there yet", "0 of 3 documents have a final result")
			wantElapsed(t, time.Since(began), 4*time.Second, 5*time.Second) // two pauses
		})
	})
	for name, test := range map[string]struct {
		run, document string
		least, most   time.Duration // of two waits
	}{
		"the run is over": {"exprun_2", "expdoc_404", 0, 0},
		"no such run":     {"exprun_404", "expdoc_xyz", 8 * time.Second, 10 * time.Second}, // retried twice
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServerOnFakeClock(t, func(t *testing.T, _ env, s server) {
				began := time.Now()
				arguments := values{"run_id": test.run, "document_id": test.document, "wait_for_completion": true}
				_, problem := s.Read(t.Context(), t, resultType, arguments)
				wantContains(t, problem, "not found")
				arguments["ignore_not_found"] = true
				got, problem := s.Read(t.Context(), t, resultType, arguments)
				if problem != "" || got["exists"] != false {
					t.Errorf("with ignore_not_found: %v %s", got, problem)
				}
				wantElapsed(t, time.Since(began), test.least, test.most)
			})
		})
	}
}

func TestDataSourceExperimentResult_pollInterval(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		e.AddScriptedResult("running", "completed")
		began := time.Now()
		_, problem := s.Read(t.Context(), t, resultType, values{
			"run_id": "exprun_wait", "document_id": "expdoc_wait", "wait_for_completion": true, "poll_interval": "1m",
		})
		if problem != "" {
			t.Fatal(problem)
		}
		wantElapsed(t, time.Since(began), 48*time.Second, time.Minute)
		_, problem = s.Read(t.Context(), t, resultType, values{
			"run_id": "exprun_wait", "document_id": "expdoc_wait", "wait_for_completion": true, "poll_interval": "499ms",
		})
		wantContains(t, problem, `AttributeName("poll_interval"): Invalid duration`, `The value of poll_interval is "499ms", which is too short: it must be at least 500ms.`)
	})
}

// TestDataSourceExperimentResult_shortestPause checks that no pause is below the minimum, also if a value was not validated.
func TestDataSourceExperimentResult_shortestPause(t *testing.T) {
	t.Parallel()
	schema := serve(t).Schema.DataSourceSchemas[resultType].ValueType()
	for _, interval := range []string{"500ms", "1ms", "0s", "-1h"} {
		forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
			e.AddScriptedResult("running", "completed")
			config := dynamic(t, schema, values{
				"run_id": "exprun_wait", "document_id": "expdoc_wait", "wait_for_completion": true, "poll_interval": interval,
			})
			began := time.Now()
			read, err := s.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: resultType, Config: config})
			if err != nil || len(read.Diagnostics) > 0 {
				t.Fatal(err, read)
			}
			wantElapsed(t, time.Since(began), 500*time.Millisecond, time.Second)
		})
	}
}

// TestDataSourceExperimentResult_waitLogs checks that every change of the status is one line at level INFO.
func TestDataSourceExperimentResult_waitLogs(t *testing.T) {
	t.Setenv("TF_LOG_PROVIDER", "INFO")
	e := startServer(t)
	e.AddScriptedResult("pending", "pending", "running", "completed")
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	arguments := values{"run_id": "exprun_wait", "document_id": "expdoc_wait", "wait_for_completion": true, "poll_interval": "500ms"}
	if _, problem := e.Connect(t).Read(ctx, t, resultType, arguments); problem != "" {
		t.Fatal(problem)
	}
	entries, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	var statuses []any
	for _, entry := range entries {
		if entry["@message"] == "Experiment result changed its status" && entry["@level"] == "info" {
			statuses = append(statuses, entry["status"])
		}
	}
	if diff := cmp.Diff([]any{"pending", "running", "completed"}, statuses); diff != "" {
		t.Error(diff)
	}
}

// TestDataSourceExperimentResult_waitWithCLI waits in real time, with the real CLI.
func TestDataSourceExperimentResult_waitWithCLI(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		hcl := strings.NewReplacer("exprun_2", "exprun_live", "expdoc_xyz", "expdoc_live",
			"document_id", "wait_for_completion = true\n  poll_interval = \"500ms\"\n  document_id").Replace(seedHCL)
		terraform(t, resource.TestStep{
			Config: e.Configuration(hcl),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.retab_experiment_result.this", tfjsonpath.New("status"), knownvalue.StringExact("completed")),
			},
		})
	})
}

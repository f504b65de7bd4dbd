package provider_test

import (
	"context"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const waitType = "retab_experiment_run_wait"

// addRun adds a run of twelve documents that goes to its next stage with every read.
func addRun(e env, stages ...fakeapi.RunStage) {
	e.AddRun(fakeapi.Run{ID: "exprun_wait", ExperimentID: "exp_abc", BlockKind: "extract", Documents: 12, Stages: stages})
}

func TestActionExperimentRunWait_reportsProgress(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		addRun(e,
			fakeapi.RunStage{Status: "pending"},
			fakeapi.RunStage{Status: "running", Completed: 7},
			fakeapi.RunStage{Status: "running", Completed: 7},
			fakeapi.RunStage{Status: "completed", Completed: 12, Score: new(0.93)},
		)
		progress, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_wait"})
		if problem != "" {
			t.Fatal(problem)
		}
		// The durations are partly random, so only the rest is compared.
		for i, line := range progress {
			words, elapsed, _ := strings.Cut(line, " (")
			if _, err := time.ParseDuration(strings.TrimSuffix(elapsed, ")")); err != nil {
				t.Errorf("%q does not end with the elapsed time", line)
			}
			progress[i] = words
		}
		want := []string{
			"exprun_wait pending: 0/12 documents, 0 errors",
			"exprun_wait running: 7/12 documents, 0 errors",
			"exprun_wait completed: 12/12 documents, 0 errors",
		}
		if diff := cmp.Diff(want, progress); diff != "" {
			t.Errorf("progress differs (-want +got):\n%s", diff)
		}
	})
}

// TestActionExperimentRunWait_reportsWithoutChange waits ten minutes for a run that does not change.
func TestActionExperimentRunWait_reportsWithoutChange(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		addRun(e, fakeapi.RunStage{Status: "running", Completed: 7, Failed: 1})
		progress, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_wait"})
		wantContains(t, problem, "ERROR: Experiment run is still running", `Asked for experiment run "exprun_wait".`,
			`It was watched for 10m; its last status was "running".`, "Raise timeouts.invoke (now 10m)")
		// At least every 30 s. A report follows a read, and reads are up to 15 s apart, so not much more often.
		if len(progress) < 600/30 || len(progress) > 600/15 {
			t.Errorf("%d reports in ten minutes", len(progress))
		}
		for _, line := range progress {
			wantContains(t, line, "exprun_wait running: 8/12 documents, 1 error (")
		}
	})
}

func TestActionExperimentRunWait_requirements(t *testing.T) {
	t.Parallel()
	ended := func(status string, completed, failed int, score *float64) fakeapi.RunStage {
		return fakeapi.RunStage{Status: status, Completed: completed, Failed: failed, Score: score}
	}
	tests := map[string]struct {
		run       fakeapi.RunStage
		arguments values
		want      string // "" if the run meets the requirements
	}{
		"all succeeded":                  {ended("completed", 12, 0, nil), nil, ""},
		"a document failed":              {ended("completed", 11, 1, new(0.99)), nil, "it is completed, but 1 of 12 documents failed."},
		"documents are missing":          {ended("completed", 11, 0, nil), nil, "it is completed, but only 11 of 12 documents are."},
		"the run failed":                 {ended("error", 3, 0, nil), nil, "it ended as error"},
		"the run was cancelled":          {ended("cancelled", 3, 0, nil), nil, "it ended as cancelled"},
		"a long reason":                  {fakeapi.RunStage{Status: "cancelled", CancelReason: "by\n\x1b[2J" + strings.Repeat("word ", 1000)}, nil, "it ended as cancelled"},
		"any final status":               {ended("error", 3, 9, nil), values{"require": "terminal"}, ""},
		"the score is high enough":       {ended("completed", 12, 0, new(0.9)), values{"min_score": decimal("0.9")}, ""},
		"the score is too low":           {ended("completed", 12, 0, new(0.89)), values{"min_score": decimal("0.9")}, "its score is 0.89, and at least 0.9 is required."},
		"there is no score":              {ended("completed", 12, 0, nil), values{"min_score": decimal("0.9")}, "it has no score, and at least 0.9 is required."},
		"a score does not hide failures": {ended("completed", 11, 1, new(1.0)), values{"min_score": decimal("0.9")}, "1 of 12 documents failed"},
		"a score with any final status":  {ended("error", 3, 9, new(0.5)), values{"require": "terminal", "min_score": decimal("0.9")}, "its score is 0.5"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
				addRun(e, test.run)
				arguments := values{"run_id": "exprun_wait"}
				for name, value := range test.arguments {
					arguments[name] = value
				}
				_, problem := s.Invoke(t.Context(), t, waitType, arguments)
				if (test.want == "") != (problem == "") {
					t.Errorf("got %s", problem)
				}
				if test.want != "" {
					if len(problem) > 1000 || strings.Contains(problem, "\x1b") {
						t.Errorf("%d bytes: %.300q", len(problem), problem)
					}
					wantContains(t, problem, "ERROR: Experiment run does not meet the requirements", `Waited for experiment run "exprun_wait": `, test.want)
				}
			})
		})
	}
}

func TestActionExperimentRunWait_emptyRun(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, _ env, s server) {
		_, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": fakeapi.EmptyRunID})
		wantContains(t, problem, "it is completed, but has no documents, so nothing succeeded.")
	})
}

// TestActionExperimentRunWait_invalidArguments checks that invalid arguments are errors of the validation, of the plan and of the
// invocation, without a request. Terraform validates only literals, and plans without values that are not known yet.
func TestActionExperimentRunWait_invalidArguments(t *testing.T) {
	t.Parallel()
	timeout := func(value string) values { return values{"run_id": "r", "timeouts": values{"invoke": value}} }
	tests := map[string]struct {
		arguments values
		want      []string
	}{
		"no id":                  {nil, []string{`AttributeName("run_id")`}},
		"an empty id":            {values{"run_id": ""}, []string{`AttributeName("run_id"): Invalid id`}},
		"an id with a slash":     {values{"run_id": "a/b"}, []string{`AttributeName("run_id"): Invalid id`}},
		"an unknown requirement": {values{"run_id": "r", "require": "foo"}, []string{`AttributeName("require")`, "all_succeeded", "terminal"}},
		"a score above one":      {values{"run_id": "r", "min_score": 1.5}, []string{`AttributeName("min_score")`, "between 0"}},
		"a score below zero":     {values{"run_id": "r", "min_score": -0.1}, []string{`AttributeName("min_score")`, "between 0"}},
		"no poll_interval":       {values{"run_id": "r", "poll_interval": "0s"}, []string{`AttributeName("poll_interval")`, "above zero"}},
		"a short poll_interval":  {values{"run_id": "r", "poll_interval": "1ms"}, []string{`AttributeName("poll_interval")`, "at least 500ms"}},
		"a timeout of zero":      {timeout("0s"), []string{`AttributeName("timeouts").AttributeName("invoke")`, "above zero"}},
		"a negative timeout":     {timeout("-5m"), []string{`AttributeName("timeouts").AttributeName("invoke")`, "above zero"}},
		"a timeout in words":     {timeout("soon"), []string{`AttributeName("timeouts").AttributeName("invoke")`, "above zero"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
				problems := map[string]string{
					"validation": s.ValidateAction(t.Context(), t, waitType, test.arguments),
					"plan":       s.PlanAction(t.Context(), t, waitType, test.arguments),
				}
				_, problems["invocation"] = s.Invoke(t.Context(), t, waitType, test.arguments)
				for phase, problem := range problems {
					if !strings.Contains(problem, "ERROR") {
						t.Errorf("%s: no error", phase)
					}
					wantContains(t, problem, test.want...)
				}
				if requests := e.Journal(); len(requests) > 0 {
					t.Errorf("%d requests", len(requests))
				}
			})
		})
	}
}

// TestActionExperimentRunWait_plan checks that a plan accepts good and unknown arguments and sends no request.
func TestActionExperimentRunWait_plan(t *testing.T) {
	t.Parallel()
	unknown := func(typ tftypes.Type) tftypes.Value { return tftypes.NewValue(typ, tftypes.UnknownValue) }
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		for name, arguments := range map[string]values{
			"good":    {"run_id": "r", "require": "terminal", "min_score": 0.5, "poll_interval": "1s", "timeouts": values{"invoke": "1m"}},
			"unknown": {"run_id": unknown(tftypes.String), "require": unknown(tftypes.String), "min_score": unknown(tftypes.Number), "poll_interval": unknown(tftypes.String)},
		} {
			if problem := s.PlanAction(t.Context(), t, waitType, arguments); problem != "" {
				t.Errorf("%s: %s", name, problem)
			}
		}
		if requests := e.Journal(); len(requests) > 0 {
			t.Errorf("%d requests", len(requests))
		}
	})
}

// TestActionExperimentRunWait_settings checks that a missing key is an error of the plan, and a key that is not known yet is not.
func TestActionExperimentRunWait_settings(t *testing.T) {
	t.Setenv("RETAB_API_KEY", "")
	arguments := values{"run_id": "exprun_2"}
	s := serve(t)
	if problem := s.Configure(t, nil); problem != "" {
		t.Fatal(problem)
	}
	wantContains(t, s.PlanAction(t.Context(), t, waitType, arguments), "ERROR: Missing Retab API key")
	_, problem := s.Invoke(t.Context(), t, waitType, arguments)
	wantContains(t, problem, "ERROR: Missing Retab API key")

	s = serve(t)
	if problem := s.Configure(t, values{"api_key": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}); problem != "" {
		t.Fatal(problem)
	}
	if problem := s.PlanAction(t.Context(), t, waitType, arguments); problem != "" {
		t.Errorf("a key that is not known yet: %s", problem)
	}
}

func TestActionExperimentRunWait_runNotFound(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, _ env, s server) {
		_, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_404"})
		wantContains(t, problem, "ERROR: Experiment run not found", "Experiment run not found: exprun_404.")
		if strings.Contains(problem, "ignore_not_found") {
			t.Error("the action has no ignore_not_found")
		}
	})
}

// TestActionExperimentRunWait_reportsWhileRetabHangs checks that there is a report every 30 seconds while a request is not answered.
func TestActionExperimentRunWait_reportsWhileRetabHangs(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		addRun(e, fakeapi.RunStage{Status: "running", Completed: 7}, fakeapi.RunStage{Status: "completed", Completed: 12})
		path := "/v1/workflows/experiments/runs/exprun_wait"
		for range 6 {
			e.Script(path, fakeapi.Reply{Hang: true})
		}
		began := time.Now()
		progress, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_wait"})
		if problem != "" {
			t.Error(problem)
		}
		silence, last := time.Duration(0), time.Duration(0)
		for _, line := range progress {
			_, elapsed, _ := strings.Cut(line, " (")
			at, err := time.ParseDuration(strings.TrimSuffix(elapsed, ")"))
			if err != nil {
				t.Errorf("%q does not end with the elapsed time", line)
			}
			silence, last = max(silence, at-last), at
		}
		if time.Since(began) < time.Minute || silence > 31*time.Second {
			t.Errorf("silent for %s of %s: %q", silence, time.Since(began), progress)
		}
		wantContains(t, progress[0], "exprun_wait, and Retab is not responding (30s)")
	})
}

// TestActionExperimentRunWait_scoreOutOfRange checks that a score that is no fraction meets no requirement.
func TestActionExperimentRunWait_scoreOutOfRange(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		addRun(e, fakeapi.RunStage{Status: "completed", Completed: 12, Score: new(79.0)})
		_, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_wait", "min_score": 0.8})
		wantContains(t, problem, "its score is 79, which is not between 0 and 1.")
	})
}

func TestActionExperimentRunWait_failedReads(t *testing.T) {
	t.Parallel()
	const path = "/v1/workflows/experiments/runs/exprun_wait"
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		addRun(e, fakeapi.RunStage{Status: "running"}, fakeapi.RunStage{Status: "completed", Completed: 12})
		for range 10 {
			e.Script(path, fakeapi.Reply{Status: 503})
		}
		progress, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_wait"})
		if problem != "" {
			t.Error(problem)
		}
		wantContains(t, strings.Join(progress, "\n"), "exprun_wait, and Retab is not responding (")
		e.Script(path, fakeapi.Reply{Status: 403, Body: `{"detail":"No"}`})
		_, problem = s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_wait"})
		wantContains(t, problem, "ERROR: Retab refused access to the experiment run")
	})
}

// TestActionExperimentRunWait_reportsAbsence checks that the progress does not call a server that answers 404 not responding.
func TestActionExperimentRunWait_reportsAbsence(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, _ env, s server) {
		progress, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_404"})
		wantContains(t, problem, "ERROR: Experiment run not found")
		lines := strings.Join(progress, "\n")
		wantContains(t, lines, "exprun_404, which Retab does not find (")
		if strings.Contains(lines, "not responding") {
			t.Error(lines)
		}
	})
}

func TestActionExperimentRunWait_isInterrupted(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		addRun(e, fakeapi.RunStage{Status: "running"})
		began := time.Now()
		time.AfterFunc(time.Minute, func() {
			if _, err := s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{}); err != nil {
				t.Error(err)
			}
		})
		_, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": "exprun_wait"})
		wantContains(t, problem, "ERROR: Waiting for the experiment run was interrupted")
		wantElapsed(t, time.Since(began), time.Minute, time.Minute)
	})
}

// TestActionExperimentRunWait_documentation compares the page of the action with the schema. The page is written by hand,
// because only Terraform 1.14 or later can generate it.
func TestActionExperimentRunWait_documentation(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/actions/experiment_run_wait.md")
	if err != nil {
		t.Fatal(err)
	}
	block := serve(t).Schema.ActionSchemas[waitType].Schema.Block
	wantContains(t, string(page), block.Description)
	for _, attribute := range block.Attributes {
		wantContains(t, string(page), "`"+attribute.Name+"`", attribute.Description)
		if attribute.NestedType != nil {
			for _, nested := range attribute.NestedType.Attributes {
				wantContains(t, string(page), "`"+nested.Name+"`", nested.Description)
			}
		}
	}
}

// decimal parses a number with the precision of Terraform.
func decimal(digits string) *big.Float {
	number, _, err := big.ParseFloat(digits, 10, 512, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return number
}

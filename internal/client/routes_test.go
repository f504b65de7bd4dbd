package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// serverFunc answers requests with a body, without a network.
type serverFunc func(request *http.Request) string

func (f serverFunc) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(f(request))), Request: request,
	}, nil
}

// newAPI returns a client whose requests are answered by a function.
func newAPI(t *testing.T, server serverFunc) *Client {
	t.Helper()
	api, err := New(Config{Edition: EditionAuto, Config: transport.Config{APIKey: "rt_test_key", BaseURL: "https://api.retab.example/gateway", RoundTripper: server}})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

const (
	experimentBody = `{"id":"exp_1","workflow_id":"wf_1","block_id":"b","name":"n"}`
	summaryBody    = `{"run_id":"run_1","experiment_id":"exp_1","prior_run_id":"run_0","prior_score":0.5}`
	documentBody   = `{"view":"by_document","run_id":"run_1","document":{"id":"doc_1"}}`
	targetBody     = `{"view":"by_target","run_id":"run_1","target":"a.*.b"}`
)

// call is a call of one route, and the body that answers it.
type call struct {
	body string
	read func(ctx context.Context, api *Client) error
}

// metricsCall returns a call of the route of metrics.
func metricsCall(body string, query metricsQuery, isFlat bool) call {
	return call{body, func(ctx context.Context, api *Client) error {
		edition := EditionRunScoped
		if isFlat {
			edition = EditionFlat
		}
		_, _, err := api.getMetrics(ctx, edition, query)
		return err
	}}
}

var (
	summaryQuery  = metricsQuery{RunID: "run_1", View: wire.SummaryView}
	priorQuery    = metricsQuery{RunID: "run_1", View: wire.SummaryView, PriorRunID: "run_0"}
	documentQuery = metricsQuery{RunID: "run_1", View: wire.DocumentView, DocumentID: "doc_1"}
	targetQuery   = metricsQuery{RunID: "run_1", View: wire.TargetView, TargetPath: "a.*.b"}
)

func runScopedExperiment(ctx context.Context, api *Client) error {
	_, _, err := api.getExperiment(ctx, EditionRunScoped, "wf_1", "exp_1")
	return err
}

func flatExperiment(ctx context.Context, api *Client) error {
	_, _, err := api.getExperiment(ctx, EditionFlat, "wf_ignored", "exp_1")
	return err
}

func runScopedExperiments(ctx context.Context, api *Client) error {
	_, _, err := api.getExperiments(ctx, EditionRunScoped, "wf_1", 0, "")
	return err
}

func flatExperiments(after string) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, _, err := api.getExperiments(ctx, EditionFlat, "wf_1", 100, after)
		return err
	}
}

const (
	resultBody = `{"id":"res_1","run_id":"run_1","document_id":"doc_1","lifecycle":{"status":"completed"}}`
	runBody    = `{"id":"run_1","experiment_id":"exp_1","lifecycle":{"status":"completed"}}`
)

var filter = RunFilter{ExperimentID: "exp_1", Status: "completed"}

func runScopedResult(ctx context.Context, api *Client) error {
	_, err := api.getResult(ctx, EditionRunScoped, resultQuery{runID: "run_1", documentID: "doc_1"})
	return err
}

func flatResult(ctx context.Context, api *Client) error {
	_, err := api.getResult(ctx, EditionFlat, resultQuery{"run_1", "doc_1", "res_1", true})
	return err
}

func runScopedResults(ctx context.Context, api *Client) error {
	_, _, err := api.getResults(ctx, EditionRunScoped, "run_1", 1000, "", false)
	return err
}

func flatResults(ctx context.Context, api *Client) error {
	_, _, err := api.getResults(ctx, EditionFlat, "run_1", 1000, "res_0", false)
	return err
}

func runScopedRun(ctx context.Context, api *Client) error {
	_, _, err := api.getRun(ctx, EditionRunScoped, "run_1")
	return err
}

func flatRun(ctx context.Context, api *Client) error {
	_, _, err := api.getRun(ctx, EditionFlat, "run_1")
	return err
}

func runScopedRuns(ctx context.Context, api *Client) error {
	_, _, err := api.getRuns(ctx, EditionRunScoped, filter, 100, "")
	return err
}

func flatRuns(ctx context.Context, api *Client) error {
	_, _, err := api.getRuns(ctx, EditionFlat, filter, 100, "run_0")
	return err
}

const evalRunBody = `{"id":"run_1","workflow_id":"w","workflow":{"workflow_id":"w"},"lifecycle":{"status":"completed"},"total_evals":1,"total_tests":1}`

func evalRun(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, _, err := api.getEvalRun(ctx, edition, "run_1")
		return err
	}
}

func evalRuns(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, _, err := api.getEvalRuns(ctx, edition, EvalRunFilter{WorkflowID: "w", EvalID: "e"}, 1, "")
		return err
	}
}

func evalResultsPage(edition Edition, limit int) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, _, err := api.getEvalResults(ctx, edition, "run_1", limit, "", false)
		return err
	}
}

func evalsPage(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, _, err := api.getEvals(ctx, edition, "w", "")
		return err
	}
}

func workflowPage(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, _, err := api.getWorkflow(ctx, edition, "w")
		return err
	}
}

// TestRoutes_requests checks the credential, path and query of each route.
func TestRoutes_requests(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]call{
		"Api-Key /workflows/experiments/runs/run_1/results/doc_1":                                                                     {resultBody, runScopedResult},
		"Bearer /workflows/experiments/results/res_1":                                                                                 {resultBody, flatResult},
		"Api-Key /workflows/experiments/runs/run_1/results?limit=1000":                                                                {`{"data":[` + resultBody + `]}`, runScopedResults},
		"Bearer /workflows/experiments/results?after=res_0&limit=1000&run_id=run_1":                                                   {`{"data":[` + resultBody + `]}`, flatResults},
		"Api-Key /workflows/experiments/runs/run_1":                                                                                   {runBody, runScopedRun},
		"Bearer /workflows/experiments/runs/run_1":                                                                                    {runBody, flatRun},
		"Api-Key /workflows/experiments/runs?experiment_id=exp_1&limit=100&order=desc&sort_by=created_at&status=completed":            {`{"data":[` + runBody + `]}`, runScopedRuns},
		"Bearer /workflows/experiments/runs?after=run_0&experiment_id=exp_1&limit=100&order=desc&sort_by=created_at&status=completed": {`{"data":[` + runBody + `]}`, flatRuns},
		"Api-Key /workflows/wf_1/experiments/exp_1":                                                                                   {experimentBody, runScopedExperiment},
		"Bearer /workflows/experiments/exp_1":                                                                                         {experimentBody, flatExperiment},
		"Api-Key /workflows/wf_1/experiments":                                                                                         {`{"data":[` + experimentBody + `]}`, runScopedExperiments},
		"Bearer /workflows/experiments?limit=100&workflow_id=wf_1":                                                                    {`{"data":[` + experimentBody + `]}`, flatExperiments("")},
		"Bearer /workflows/experiments?after=exp_0&limit=100&workflow_id=wf_1":                                                        {`{"data":[]}`, flatExperiments("exp_0")},
		"Api-Key /workflows/tests/runs/run_1":                                                                                         {evalRunBody, evalRun(EditionRunScoped)},
		"Bearer /workflows/evals/runs/run_1":                                                                                          {evalRunBody, evalRun(EditionFlat)},
		"Api-Key /workflows/tests/runs?limit=1&order=desc&sort_by=created_at&test_id=e&workflow_id=w":                                 {`{"data":[]}`, evalRuns(EditionRunScoped)},
		"Bearer /workflows/evals/runs?eval_id=e&limit=1&order=desc&sort_by=created_at&workflow_id=w":                                  {`{"data":[]}`, evalRuns(EditionFlat)},
		"Api-Key /workflows/tests/runs/run_1/results":                                                                                 {`{"data":[]}`, evalResultsPage(EditionRunScoped, 0)},
		"Bearer /workflows/evals/results?limit=100&run_id=run_1":                                                                      {`{"data":[]}`, evalResultsPage(EditionFlat, 100)},
		"Api-Key /workflows/w/tests?limit=100":                                                                                        {`{"data":[]}`, evalsPage(EditionRunScoped)},
		"Bearer /workflows/evals?limit=100&workflow_id=w":                                                                             {`{"data":[]}`, evalsPage(EditionFlat)},
		"Api-Key /workflows/w": {`{"id":"w"}`, workflowPage(EditionRunScoped)},
		"Bearer /workflows/w":  {`{"id":"w"}`, workflowPage(EditionFlat)},
		"Api-Key /workflows/experiments/runs/run_1/metrics?view=summary":                        metricsCall(summaryBody, summaryQuery, false),
		"Bearer /workflows/experiments/metrics?run_id=run_1&view=summary":                       metricsCall(summaryBody, summaryQuery, true),
		"Api-Key /workflows/experiments/runs/run_1/metrics?prior_run_id=run_0&view=summary":     metricsCall(summaryBody, priorQuery, false),
		"Bearer /workflows/experiments/metrics?document_id=doc_1&run_id=run_1&view=by_document": metricsCall(documentBody, documentQuery, true),
		"Api-Key /workflows/experiments/runs/run_1/metrics?target_path=a.%2A.b&view=by_target":  metricsCall(targetBody, targetQuery, false),
		"Bearer /workflows/experiments/metrics?run_id=run_1&target_path=a.%2A.b&view=by_target": metricsCall(targetBody, targetQuery, true),
		"Api-Key /workflows/experiments/runs/run_1/metrics?document_id=doc_1&view=by_document":  metricsCall(documentBody, documentQuery, false),
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			api := newAPI(t, func(request *http.Request) string {
				credential := "Api-Key"
				if request.Header.Get("Authorization") != "" {
					credential = "Bearer"
				}
				if (request.Header.Get("Authorization") == "") == (request.Header.Get("Api-Key") == "") {
					t.Error("the request does not have exactly one credential")
				}
				got := credential + " " + strings.TrimPrefix(request.URL.RequestURI(), "/gateway/v1")
				if got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
				return test.body
			})
			if err := test.read(t.Context(), api); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRoutes_refuseAnotherObject checks that an answer about another object is an error.
func TestRoutes_refuseAnotherObject(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		call
		old, new, want string
	}{
		"result, run-scoped":     {call{resultBody, runScopedResult}, "doc_1", "doc_2", `document_id is "doc_2", but "doc_1" was requested`},
		"result, flat":           {call{resultBody, flatResult}, "res_1", "res_2", `id is "res_2", but "res_1" was requested`},
		"results, run-scoped":    {call{`{"data":[` + resultBody + `]}`, runScopedResults}, "run_1", "run_2", `data.0.run_id is "run_2", but "run_1" was requested`},
		"results, flat":          {call{`{"data":[` + resultBody + `]}`, flatResults}, "run_1", "run_2", `data.0.experiment_run_id is "run_2", but "run_1" was requested`},
		"run, run-scoped":        {call{runBody, runScopedRun}, "run_1", "run_2", `id is "run_2", but "run_1" was requested`},
		"run, flat":              {call{runBody, flatRun}, "run_1", "run_2", `id is "run_2", but "run_1" was requested`},
		"experiment of a run":    {call{`{"data":[` + runBody + `]}`, runScopedRuns}, "exp_1", "exp_2", `data.0.experiment_id is "exp_2", but "exp_1" was requested`},
		"status of a run":        {call{`{"data":[` + runBody + `]}`, flatRuns}, "completed", "error", `data.0.lifecycle.status is "error", but "completed" was requested`},
		"experiment, run-scoped": {call{experimentBody, runScopedExperiment}, `"exp_1"`, `"exp_2"`, `id is "exp_2", but "exp_1" was requested`},
		"experiment, flat":       {call{experimentBody, flatExperiment}, `"exp_1"`, `"exp_2"`, `id is "exp_2", but "exp_1" was requested`},
		"workflow, run-scoped":   {call{experimentBody, runScopedExperiment}, `"wf_1"`, `"wf_2"`, `workflow_id is "wf_2", but "wf_1" was requested`},
		"list, run-scoped":       {call{`{"data":[` + experimentBody + `]}`, runScopedExperiments}, `"wf_1"`, `"wf_2"`, `data.0.workflow_id is "wf_2", but "wf_1" was requested`},
		"list, flat":             {call{`{"data":[` + experimentBody + `]}`, flatExperiments("")}, `"wf_1"`, `"wf_2"`, `data.0.workflow_id is "wf_2", but "wf_1" was requested`},
		"metrics, run-scoped":    {metricsCall(summaryBody, summaryQuery, false), "run_1", "run_2", `run_id is "run_2", but "run_1" was requested`},
		"metrics, flat":          {metricsCall(summaryBody, summaryQuery, true), "run_1", "run_2", `run_id is "run_2", but "run_1" was requested`},
		"prior run":              {metricsCall(summaryBody, priorQuery, true), "run_0", "run_9", `prior_run_id is "run_9", but "run_0" was requested`},
		"prior run, no score":    {metricsCall(`{"run_id":"run_1","experiment_id":"exp_1","prior_run_id":"run_0"}`, priorQuery, true), "run_0", "run_9", `prior_run_id is "run_9", but "run_0" was requested`},
		"prior run that is null": {metricsCall(summaryBody, priorQuery, true), `"run_0"`, "null", `prior_run_id is "", but "run_0" was requested`},
		"document":               {metricsCall(documentBody, documentQuery, true), "doc_1", "doc_2", `document.id is "doc_2", but "doc_1" was requested`},
		"target":                 {metricsCall(targetBody, targetQuery, true), "a.*.b", "a.b", `target is "a.b", but "a.*.b" was requested`},
		"view":                   {metricsCall(targetBody, documentQuery, true), "", "", `view is "by_target", but "by_document" was requested`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newAPI(t, func(*http.Request) string {
				if test.old == "" {
					return test.body
				}
				return strings.ReplaceAll(test.body, test.old, test.new)
			})
			var malformed *transport.ResponseError
			if err := test.read(t.Context(), api); !errors.As(err, &malformed) || malformed.Problem != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestRoutes_refusedBody checks that a body which cannot be decoded is an error.
func TestRoutes_refusedBody(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(ctx context.Context, api *Client) error{
		"result, run-scoped": runScopedResult, "result, flat": flatResult, "results": runScopedResults, "run": runScopedRun, "runs": flatRuns,
		"experiment": runScopedExperiment, "experiments": runScopedExperiments,
	} {
		api := newAPI(t, func(*http.Request) string { return "7" })
		var malformed *transport.ResponseError
		if err := read(t.Context(), api); !errors.As(err, &malformed) || !strings.Contains(malformed.Problem, "is a number, not an") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestRoutes_runsWithoutAFilter checks that rows are not compared with an empty filter.
func TestRoutes_runsWithoutAFilter(t *testing.T) {
	t.Parallel()
	api := newAPI(t, func(*http.Request) string { return `{"data":[` + runBody + `]}` })
	runs, _, err := api.getRuns(t.Context(), EditionRunScoped, RunFilter{}, 100, "")
	if err != nil || len(runs.Rows) != 1 {
		t.Errorf("got %+v, %v", runs, err)
	}
}

// TestRoutes_runsOutsideTheFilter checks each filter against rows that it includes, that it excludes, and that lack the member.
func TestRoutes_runsOutsideTheFilter(t *testing.T) {
	t.Parallel()
	const completed = `"lifecycle":{"status":"completed"}`
	created := func(at string) string { return completed + `,"timing":{"created_at":"` + at + `"}` }
	june := RunFilter{FromDate: "2026-06-01T00:00:00Z", ToDate: "2026-06-30T00:00:00Z"}
	for name, test := range map[string]struct {
		filter  RunFilter
		members string
		want    string
	}{
		"experiment, missing":       {RunFilter{ExperimentID: "exp_1"}, completed, ""},
		"experiment, another":       {RunFilter{ExperimentID: "exp_1"}, `"experiment_id":"exp_2",` + completed, `data.0.experiment_id is "exp_2", but "exp_1" was requested`},
		"workflow, run-scoped":      {RunFilter{WorkflowID: "wf_1"}, `"workflow":{"workflow_id":"wf_2"},` + completed, `data.0.workflow_id is "wf_2", but "wf_1" was requested`},
		"workflow, flat":            {RunFilter{WorkflowID: "wf_1"}, `"workflow_id":"wf_2",` + completed, `data.0.workflow_id is "wf_2", but "wf_1" was requested`},
		"workflow, missing":         {RunFilter{WorkflowID: "wf_1"}, completed, ""},
		"block":                     {RunFilter{BlockID: "b"}, `"block_id":"c",` + completed, `data.0.block_id is "c", but "b" was requested`},
		"block, missing":            {RunFilter{BlockID: "b"}, completed, ""},
		"status":                    {RunFilter{Status: "error"}, completed, `data.0.lifecycle.status is "completed", but "error" was requested`},
		"excluded status":           {RunFilter{ExcludeStatus: "completed"}, completed, `data.0.lifecycle.status is "completed", which exclude_status excludes`},
		"another excluded status":   {RunFilter{ExcludeStatus: "error"}, completed, ""},
		"trigger":                   {RunFilter{TriggerType: "manual_run"}, `"trigger":{"type":"api"},` + completed, `data.0.trigger.type is "api", but "manual_run" was requested`},
		"trigger with a detail":     {RunFilter{TriggerType: "auto_retry"}, `"trigger":{"type":"auto_retry:metrics"},` + completed, ""},
		"trigger, null":             {RunFilter{TriggerType: "api"}, `"trigger":{"type":null},` + completed, ""},
		"created before from_date":  {june, created("2026-05-31T23:59:58Z"), `data.0.timing.created_at is "2026-05-31T23:59:58Z", which from_date excludes`},
		"created after to_date":     {june, created("2026-06-30T00:00:02Z"), `data.0.timing.created_at is "2026-06-30T00:00:02Z", which to_date excludes`},
		"created between":           {june, created("2026-06-30T01:00:00+02:00"), ""},
		"created at a rounded time": {june, created("2026-05-31T23:59:59.5Z"), ""},
		"created at no known time":  {june, completed, ""},
		"a date of another form":    {RunFilter{FromDate: "2027-01-01", ToDate: "yesterday"}, created("2026-06-01T00:00:00Z"), ""},
	} {
		api := newAPI(t, func(*http.Request) string { return `{"data":[{"id":"run_1",` + test.members + `}]}` })
		_, _, err := api.getRuns(t.Context(), EditionFlat, test.filter, 100, "")
		var malformed *transport.ResponseError
		if errors.As(err, &malformed) != (test.want != "") || malformed != nil && malformed.Problem != test.want || malformed == nil && err != nil {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

// TestRoutes_metricsWithoutComparison checks that metrics may lack the comparison with a prior run.
func TestRoutes_metricsWithoutComparison(t *testing.T) {
	t.Parallel()
	api := newAPI(t, func(*http.Request) string { return `{"run_id":"run_1","experiment_id":"exp_1"}` })
	if _, _, err := api.getMetrics(t.Context(), EditionFlat, priorQuery); err != nil {
		t.Error(err)
	}
}

// TestRoutes_unavailableMetricsAreAboutNothing checks that unavailable metrics are accepted for every query: they do not
// name a run.
func TestRoutes_unavailableMetricsAreAboutNothing(t *testing.T) {
	t.Parallel()
	for _, query := range []metricsQuery{summaryQuery, priorQuery, documentQuery, targetQuery} {
		api := newAPI(t, func(*http.Request) string { return `{"error":"no_metrics","experiment_id":"exp_1"}` })
		metrics, _, err := api.getMetrics(t.Context(), EditionFlat, query)
		if err != nil || metrics.State != "missing" {
			t.Errorf("got %+v, %v", metrics, err)
		}
	}
}

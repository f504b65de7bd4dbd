package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
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

// metricsQuery is a view that is read, and of what.
type metricsQuery struct {
	view                          metricsView
	prior, documentID, targetPath string
}

// metricsCall returns a call of the route of metrics.
func metricsCall(body string, query metricsQuery, isFlat bool) call {
	return call{body, func(ctx context.Context, api *Client) error {
		edition := EditionRunScoped
		if isFlat {
			edition = EditionFlat
		}
		_, err := query.read(ctx, api, edition)
		return err
	}}
}

func (q metricsQuery) read(ctx context.Context, api *Client, edition Edition) (Metrics, error) {
	read := metricsRead{client: api, runID: "run_1", options: MetricsOptions{PriorRunID: q.prior}}
	return read.view(ctx, edition, q.view, q.documentID, q.targetPath)
}

var (
	summaryQuery  = metricsQuery{view: summaryView}
	priorQuery    = metricsQuery{view: summaryView, prior: "run_0"}
	documentQuery = metricsQuery{view: documentView, documentID: "doc_1"}
	targetQuery   = metricsQuery{view: targetView, targetPath: "a.*.b"}
)

func runScopedExperiment(ctx context.Context, api *Client) error {
	_, err := api.experiment(ctx, EditionRunScoped, "wf_1", "exp_1", freshness{})
	return err
}

func flatExperiment(ctx context.Context, api *Client) error {
	_, err := api.experiment(ctx, EditionFlat, "wf_ignored", "exp_1", freshness{})
	return err
}

func runScopedExperiments(ctx context.Context, api *Client) error {
	_, err := api.experiments(ctx, EditionRunScoped, "wf_1", freshness{})
	return err
}

func flatExperiments(ctx context.Context, api *Client) error {
	_, err := api.experiments(ctx, EditionFlat, "wf_1", freshness{})
	return err
}

const (
	resultBody = `{"id":"res_1","run_id":"run_1","document_id":"doc_1","lifecycle":{"status":"completed"}}`
	runBody    = `{"id":"run_1","experiment_id":"exp_1","lifecycle":{"status":"completed"}}`
)

var filter = RunFilter{ExperimentID: "exp_1", Status: "completed"}

func readResult(edition Edition, resultID string) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, err := resultRead{client: api, runID: "run_1", documentID: "doc_1"}.fromOwnRoute(ctx, edition, resultID)
		return err
	}
}

func readResults(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, err := api.results(ctx, edition, "run_1", false, freshness{}, never)
		return err
	}
}

func readRun(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, err := api.run(ctx, edition, "run_1", freshness{})
		return err
	}
}

func firstRun(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, err := runsList(edition, filter).first(ctx, api, freshness{})
		return err
	}
}

const (
	evalRunBody     = `{"id":"run_1","workflow_id":"w","eval_id":"e","lifecycle":{"status":"completed"},"total_evals":1,"total_tests":1}`
	evalBody        = `{"id":"e","workflow_id":"w","target":{"block_id":"b"}}`
	evalResultsBody = `{"data":[{"id":"1","workflow_eval_run_id":"run_1","eval_id":"e_1","workflow_id":"w"},{"id":"2","eval_id":"e_2","workflow_id":"w"}]}`
)

var evalResultsCall = call{evalResultsBody, readEvalResults(EditionFlat)}

func readEvalRun(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, err := api.evalRun(ctx, edition, "run_1", freshness{})
		return err
	}
}

func firstEvalRun(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, err := evalRunsList(edition, EvalRunFilter{WorkflowID: "w", EvalID: "e"}).first(ctx, api, freshness{})
		return err
	}
}

func readEvalResults(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, err := api.evalResults(ctx, edition, EvalRun{ID: "run_1", WorkflowID: "w"}, false, freshness{})
		return err
	}
}

func readEvals(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, err := evalsList(edition, "w").all(ctx, api, freshness{}, never)
		return err
	}
}

func readWorkflow(edition Edition) func(ctx context.Context, api *Client) error {
	return func(ctx context.Context, api *Client) error {
		_, err := api.workflow(ctx, edition, "w", freshness{})
		return err
	}
}

// TestRoutes_requests checks the credential, path and query of each route.
func TestRoutes_requests(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]call{
		"Api-Key /workflows/experiments/runs/run_1/results/doc_1":                                                        {resultBody, readResult(EditionRunScoped, "")},
		"Bearer /workflows/experiments/results/res_1":                                                                    {resultBody, readResult(EditionFlat, "res_1")},
		"Api-Key /workflows/experiments/runs/run_1/results?limit=1000":                                                   {`{"data":[` + resultBody + `]}`, readResults(EditionRunScoped)},
		"Bearer /workflows/experiments/results?limit=1000&run_id=run_1":                                                  {`{"data":[` + resultBody + `]}`, readResults(EditionFlat)},
		"Api-Key /workflows/experiments/runs/run_1":                                                                      {runBody, readRun(EditionRunScoped)},
		"Bearer /workflows/experiments/runs/run_1":                                                                       {runBody, readRun(EditionFlat)},
		"Api-Key /workflows/experiments/runs?experiment_id=exp_1&limit=1&order=desc&sort_by=created_at&status=completed": {`{"data":[` + runBody + `]}`, firstRun(EditionRunScoped)},
		"Bearer /workflows/experiments/runs?experiment_id=exp_1&limit=1&order=desc&sort_by=created_at&status=completed":  {`{"data":[` + runBody + `]}`, firstRun(EditionFlat)},
		"Api-Key /workflows/wf_1/experiments/exp_1":                                                                      {experimentBody, runScopedExperiment},
		"Bearer /workflows/experiments/exp_1":                                                                            {experimentBody, flatExperiment},
		"Api-Key /workflows/wf_1/experiments":                                                                            {`{"data":[` + experimentBody + `]}`, runScopedExperiments},
		"Bearer /workflows/experiments?limit=100&workflow_id=wf_1":                                                       {`{"data":[` + experimentBody + `]}`, flatExperiments},
		"Api-Key /workflows/tests/runs/run_1":                                                                            {evalRunBody, readEvalRun(EditionRunScoped)},
		"Bearer /workflows/evals/runs/run_1":                                                                             {evalRunBody, readEvalRun(EditionFlat)},
		"Api-Key /workflows/tests/runs?limit=1&order=desc&sort_by=created_at&test_id=e&workflow_id=w":                    {`{"data":[]}`, firstEvalRun(EditionRunScoped)},
		"Bearer /workflows/evals/runs?eval_id=e&limit=1&order=desc&sort_by=created_at&workflow_id=w":                     {`{"data":[]}`, firstEvalRun(EditionFlat)},
		"Api-Key /workflows/tests/runs/run_1/results":                                                                    {`{"data":[],"list_metadata":{}}`, readEvalResults(EditionRunScoped)},
		"Bearer /workflows/evals/results?limit=100&run_id=run_1":                                                         {`{"data":[],"list_metadata":{}}`, readEvalResults(EditionFlat)},
		"Api-Key /workflows/w/tests?limit=100":                                                                           {`{"data":[],"list_metadata":{}}`, readEvals(EditionRunScoped)},
		"Bearer /workflows/evals?limit=100&workflow_id=w":                                                                {`{"data":[],"list_metadata":{}}`, readEvals(EditionFlat)},
		"Api-Key /workflows/w":                                                                                           {`{"id":"w"}`, readWorkflow(EditionRunScoped)},
		"Bearer /workflows/w":                                                                                            {`{"id":"w"}`, readWorkflow(EditionFlat)},
		"Api-Key /workflows/experiments/runs/run_1/metrics?view=summary":                                                 metricsCall(summaryBody, summaryQuery, false),
		"Bearer /workflows/experiments/metrics?run_id=run_1&view=summary":                                                metricsCall(summaryBody, summaryQuery, true),
		"Api-Key /workflows/experiments/runs/run_1/metrics?prior_run_id=run_0&view=summary":                              metricsCall(summaryBody, priorQuery, false),
		"Bearer /workflows/experiments/metrics?document_id=doc_1&run_id=run_1&view=by_document":                          metricsCall(documentBody, documentQuery, true),
		"Api-Key /workflows/experiments/runs/run_1/metrics?target_path=a.%2A.b&view=by_target":                           metricsCall(targetBody, targetQuery, false),
		"Bearer /workflows/experiments/metrics?run_id=run_1&target_path=a.%2A.b&view=by_target":                          metricsCall(targetBody, targetQuery, true),
		"Api-Key /workflows/experiments/runs/run_1/metrics?document_id=doc_1&view=by_document":                           metricsCall(documentBody, documentQuery, false),
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
		"result, run-scoped":     {call{resultBody, readResult(EditionRunScoped, "")}, "doc_1", "doc_2", `document_id is "doc_2", but "doc_1" was requested`},
		"result, flat":           {call{resultBody, readResult(EditionFlat, "res_1")}, "res_1", "res_2", `id is "res_2", but "res_1" was requested`},
		"results, run-scoped":    {call{`{"data":[` + resultBody + `]}`, readResults(EditionRunScoped)}, "run_1", "run_2", `data.0.run_id is "run_2", but "run_1" was requested`},
		"results, flat":          {call{`{"data":[` + resultBody + `]}`, readResults(EditionFlat)}, "run_1", "run_2", `data.0.experiment_run_id is "run_2", but "run_1" was requested`},
		"run, run-scoped":        {call{runBody, readRun(EditionRunScoped)}, "run_1", "run_2", `id is "run_2", but "run_1" was requested`},
		"run, flat":              {call{runBody, readRun(EditionFlat)}, "run_1", "run_2", `id is "run_2", but "run_1" was requested`},
		"experiment of a run":    {call{`{"data":[` + runBody + `]}`, firstRun(EditionRunScoped)}, "exp_1", "exp_2", `data.0.experiment_id is "exp_2", but "exp_1" was requested`},
		"status of a run":        {call{`{"data":[` + runBody + `]}`, firstRun(EditionFlat)}, "completed", "error", `data.0.lifecycle.status is "error", but "completed" was requested`},
		"experiment, run-scoped": {call{experimentBody, runScopedExperiment}, `"exp_1"`, `"exp_2"`, `id is "exp_2", but "exp_1" was requested`},
		"experiment, flat":       {call{experimentBody, flatExperiment}, `"exp_1"`, `"exp_2"`, `id is "exp_2", but "exp_1" was requested`},
		"workflow, run-scoped":   {call{experimentBody, runScopedExperiment}, `"wf_1"`, `"wf_2"`, `workflow_id is "wf_2", but "wf_1" was requested`},
		"list, run-scoped":       {call{`{"data":[` + experimentBody + `]}`, runScopedExperiments}, `"wf_1"`, `"wf_2"`, `data.0.workflow_id is "wf_2", but "wf_1" was requested`},
		"list, flat":             {call{`{"data":[` + experimentBody + `]}`, flatExperiments}, `"wf_1"`, `"wf_2"`, `data.0.workflow_id is "wf_2", but "wf_1" was requested`},
		"metrics, run-scoped":    {metricsCall(summaryBody, summaryQuery, false), "run_1", "run_2", `run_id is "run_2", but "run_1" was requested`},
		"metrics, flat":          {metricsCall(summaryBody, summaryQuery, true), "run_1", "run_2", `run_id is "run_2", but "run_1" was requested`},
		"prior run":              {metricsCall(summaryBody, priorQuery, true), "run_0", "run_9", `prior_run_id is "run_9", but "run_0" was requested`},
		"prior run, no score":    {metricsCall(`{"run_id":"run_1","experiment_id":"exp_1","prior_run_id":"run_0"}`, priorQuery, true), "run_0", "run_9", `prior_run_id is "run_9", but "run_0" was requested`},
		"prior run that is null": {metricsCall(summaryBody, priorQuery, true), `"run_0"`, "null", `prior_run_id is "", but "run_0" was requested`},
		"eval run, run-scoped":   {call{evalRunBody, readEvalRun(EditionRunScoped)}, "run_1", "run_2", `id is "run_2", but "run_1" was requested`},
		"run of an eval result":  {evalResultsCall, "run_1", "run_2", `data.0.workflow_eval_run_id is "run_2", but "run_1" was requested`},
		"workflow of its run":    {evalResultsCall, `"w"`, `"v"`, `data.0.workflow_id is "v", but its run is of workflow "w"`},
		"two results of an eval": {evalResultsCall, "e_2", "e_1", `data.1.eval_id is "e_1" for the second time`},
		"workflow of an eval":    {call{`{"data":[` + evalBody + `]}`, readEvals(EditionFlat)}, `"w"`, `"v"`, `data.0.workflow_id is "v", but "w" was requested`},
		"eval of an eval run":    {call{`{"data":[` + evalRunBody + `]}`, firstEvalRun(EditionFlat)}, `"e"`, `"f"`, `data.0.eval_id is "f", but "e" was requested`},
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
		"result, run-scoped": readResult(EditionRunScoped, ""), "result, flat": readResult(EditionFlat, "res_1"), "results": readResults(EditionRunScoped), "run": readRun(EditionRunScoped), "runs": firstRun(EditionFlat),
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
	runs, err := runsList(EditionRunScoped, RunFilter{}).first(t.Context(), api, freshness{})
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
		"another block and status":  {RunFilter{BlockID: "b", ExcludeStatus: "completed"}, `"block_id":"c",` + completed, `data.0.block_id is "c", but "b" was requested`},
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
		_, err := runsList(EditionFlat, test.filter).first(t.Context(), api, freshness{})
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
	if _, err := priorQuery.read(t.Context(), api, EditionFlat); err != nil {
		t.Error(err)
	}
}

// TestRoutes_unavailableMetricsAreAboutNothing checks that unavailable metrics are accepted for every query: they do not
// name a run.
func TestRoutes_unavailableMetricsAreAboutNothing(t *testing.T) {
	t.Parallel()
	for _, query := range []metricsQuery{summaryQuery, priorQuery, documentQuery, targetQuery} {
		api := newAPI(t, func(*http.Request) string { return `{"error":"no_metrics","experiment_id":"exp_1"}` })
		metrics, err := query.read(t.Context(), api, EditionFlat)
		if err != nil || metrics.State != "missing" {
			t.Errorf("got %+v, %v", metrics, err)
		}
	}
}

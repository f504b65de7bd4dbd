package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestAdvice_ids checks that a strange id is not refused, and that the diagnostic of a read which finds nothing names what is
// strange.
func TestAdvice_ids(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		typeName  string
		arguments values
		want      []string
	}{
		"swapped": {resultType, values{"run_id": "expdoc_xyz", "document_id": "exprun_2"}, []string{
			`run_id "expdoc_xyz" looks like the id of a document, not of a run.`, `document_id "exprun_2" looks like the id of a run, not of a document.`,
		}},
		"the id of a result": {resultType, values{"run_id": "exprun_2", "document_id": "expresult_1"}, []string{
			"ERROR: Experiment result not found", `document_id "expresult_1" looks like the id of a result, not of a document.`,
		}},
		"the older id of a result": {resultType, values{"run_id": "exprun_2", "document_id": "expjob_1"}, []string{`looks like the id of a result`}},
		"an active run": {resultType, values{"run_id": fakeapi.ActiveRunID, "document_id": "expresult_1"}, []string{
			"ERROR: Experiment result is not there yet", `document_id "expresult_1" looks like the id of a result, not of a document.`,
		}},
		"the id of an experiment": {resultsType, values{"run_id": "exp_abc"}, []string{`run_id "exp_abc" looks like the id of an experiment, not of a run.`}},
		"a run by a document":     {runType, values{"id": "expdoc_xyz"}, []string{`id "expdoc_xyz" looks like the id of a document, not of a run.`}},
		"an experiment by a run":  {runType, values{"experiment_id": "exprun_2"}, []string{`experiment_id "exprun_2" looks like the id of a run, not of an experiment.`}},
		"metrics of a document":   {metricsType, values{"run_id": "expdoc_xyz"}, []string{`run_id "expdoc_xyz" looks like the id of a document, not of a run.`}},
		"evals of a document":     {evalRunType, values{"run_id": "expdoc_xyz"}, []string{`run_id "expdoc_xyz" looks like the id of a document, not of a run.`}},
		"a space": {resultType, values{"run_id": "exprun_2", "document_id": "expdoc xyz"}, []string{
			"ERROR: Experiment result not found", `document_id "expdoc xyz" contains a space.`,
		}},
		"a non-breaking space": {resultType, values{"run_id": "exprun_2", "document_id": "expdoc\u00a0xyz"}, []string{"contains a space"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				_, problem := e.Connect(t).Read(t.Context(), t, test.typeName, test.arguments)
				wantContains(t, problem, test.want...)
			})
		})
	}
	t.Run("the action", func(t *testing.T) {
		t.Parallel()
		forEachServerOnFakeClock(t, func(t *testing.T, _ env, s server) {
			_, problem := s.Invoke(t.Context(), t, waitType, values{"run_id": "expdoc_xyz"})
			wantContains(t, problem, `run_id "expdoc_xyz" looks like the id of a document, not of a run.`)
		})
	})
}

// TestAdvice_ordinaryIDs checks that the diagnostic has no advice about ordinary ids.
func TestAdvice_ordinaryIDs(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.Add(fakeapi.Result{
			ID: "expresult_odd", RunID: "expdoc_odd", ExperimentID: "exp_abc", DocumentID: "exprun odd é", BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "completed"}},
		})
		s := e.Connect(t)
		if got, problem := s.Read(t.Context(), t, resultType, values{"run_id": "expdoc_odd", "document_id": "exprun odd é"}); problem != "" || got["succeeded"] != true {
			t.Errorf("an odd id that exists is not read: %s", problem)
		}
		for _, arguments := range []values{{"run_id": "exprun_2", "document_id": "expdoc_404"}, {"run_id": "my-run", "document_id": "job_V1StGXR8"}} {
			_, problem := s.Read(t.Context(), t, resultType, arguments)
			for _, words := range []string{"looks like", "a space", "Unicode"} {
				if strings.Contains(problem, words) {
					t.Errorf("%q is in:\n%s", words, problem)
				}
			}
		}
	})
}

// TestRead_otherUnicodeForm checks that an id that the server has in another Unicode form is found: Terraform cannot tell them apart.
func TestRead_otherUnicodeForm(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		composed, decomposed := "et\u00e9", "ete\u0301"
		e.Add(fakeapi.Result{ID: "expresult_e", RunID: "exprun_2", ExperimentID: "exp_abc", DocumentID: decomposed, BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "completed"}}})
		got, problem := e.Connect(t).Read(t.Context(), t, resultType, values{"run_id": "exprun_2", "document_id": composed})
		if problem != "" || got["id"] != "expresult_e" {
			t.Errorf("got %v %s", got["id"], problem)
		}
	})
}

// TestAdvice_edition checks that the diagnostic names api_edition only if it is set to one edition.
func TestAdvice_edition(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"run_scoped", "flat", "auto", ""} {
		for status, summary := range map[int]string{http.StatusUnauthorized: "ERROR: Retab rejected the API key", http.StatusNotFound: "ERROR: There is no Retab API at this address", http.StatusMethodNotAllowed: "ERROR: There is no Retab API at this address"} {
			t.Run(setting+" "+http.StatusText(status), func(t *testing.T) {
				t.Parallel()
				e := serverCase{Serves: fakeapi.Both}.Start(t)
				for _, path := range []string{
					flatResultsPath, "/v1/workflows/experiments/runs", "/v1/workflows/experiments/runs/exprun_2", "/v1/workflows/experiments/runs/exprun_2/results",
					"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz",
				} {
					for range 10 {
						e.Script(path, fakeapi.Reply{Status: status, Body: `{"detail":"Not Found"}`})
					}
				}
				arguments := values{"api_key": fakeapi.Key, "base_url": e.URL}
				if setting != "" {
					arguments["api_edition"] = setting
				}
				s := serve(t)
				if problem := s.Configure(t, arguments); problem != "" {
					t.Fatal(problem)
				}
				_, problem := s.Read(t.Context(), t, resultType, seedArguments)
				wantContains(t, problem, summary)
				isSet := setting == "run_scoped" || setting == "flat"
				if named := strings.Contains(problem, `api_edition is "`+setting+`": try "auto"`); named != isSet || !isSet && strings.Contains(problem, "api_edition") {
					t.Errorf("with api_edition %q:\n%s", setting, problem)
				}
			})
		}
	}
}

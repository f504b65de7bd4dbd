package client_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// gateway stands before the fake. It answers the paths that it does not forward with a body, which is JSON.
type gateway struct {
	*fakeapi.Server
	blocked *regexp.Regexp
	status  int
	body    string
}

func (g *gateway) RoundTrip(request *http.Request) (*http.Response, error) {
	if !g.blocked.MatchString(request.URL.Path) {
		return g.Server.RoundTrip(request)
	}
	return &http.Response{
		StatusCode: g.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(g.body)), Request: request,
	}, nil
}

// behindGateway returns a client of a fake behind a gateway.
func behindGateway(t *testing.T, fake *fakeapi.Server, setting client.Edition, blocked string, status int, body string) *client.Client {
	t.Helper()
	api, err := client.New(client.Config{Edition: setting, Config: transport.Config{
		APIKey: fakeapi.Key, BaseURL: fake.URL, RetryWait: quickRetry,
		RoundTripper: &gateway{fake, regexp.MustCompile(blocked), status, body},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// TestAbsence_gatewayWithoutARoute checks that the 404 of a gateway, in words of its own, proves nothing although lists come through:
// the route must have answered for another object.
func TestAbsence_gatewayWithoutARoute(t *testing.T) {
	t.Parallel()
	const body = `{"detail":"No service matches this address"}`
	reads := map[string]func(t *testing.T, api *client.Client) error{
		"a run": func(t *testing.T, api *client.Client) error {
			_, err := api.ExperimentRun(t.Context(), fakeapi.CancelledRunID, false)
			return err
		},
		"the results of a run": func(t *testing.T, api *client.Client) error {
			_, err := api.ExperimentResults(t.Context(), fakeapi.CancelledRunID, client.ResultsOptions{})
			return err
		},
		"the metrics of a run": func(t *testing.T, api *client.Client) error {
			_, err := api.ExperimentMetrics(t.Context(), fakeapi.CancelledRunID, client.MetricsOptions{})
			return err
		},
		"an experiment that was never run": func(t *testing.T, api *client.Client) error {
			_, err := api.Experiment(t.Context(), "exp_never", "wf_1", false)
			return err
		},
		"an experiment that was never run, without its workflow": func(t *testing.T, api *client.Client) error {
			_, err := api.Experiment(t.Context(), "exp_never", "", false)
			return err
		},
		"an artifact": func(t *testing.T, api *client.Client) error {
			_, err := api.Artifact(t.Context(), "extraction", fakeapi.ExtractionID, client.ArtifactOptions{})
			return err
		},
	}
	const oneRun, metrics = `/experiments/runs/[^/]+$`, `/metrics$`
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, server serverCase, fake *fakeapi.Server, _ *client.Client) {
				api := behindGateway(t, fake, server.setting, oneRun+"|"+metrics+"|/experiments/exp_|/extractions/|/artifacts/", 404, body)
				err := read(t, api)
				if err == nil || client.IsAbsent(err) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// TestAbsence_resultRouteIsMissing checks that a gateway without the route of one result proves nothing about a document that the list
// of its run lacks.
func TestAbsence_resultRouteIsMissing(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, _ *client.Client) {
		api := behindGateway(t, fake, client.EditionRunScoped, `/results/`, 404, `{"detail":"No service matches this address"}`)
		for _, runID := range []string{fakeapi.SeedRunID, fakeapi.ActiveRunID} {
			_, err := api.ExperimentResult(t.Context(), runID, "expdoc_404", client.ResultOptions{})
			if !client.IsNotFound(err) || client.IsAbsent(err) {
				t.Errorf("%s: got %v", runID, err)
			}
		}
	})
}

// TestAbsence_runWithoutRows checks that the published words, with the id, prove the absence where no other result can be requested.
func TestAbsence_runWithoutRows(t *testing.T) {
	t.Parallel()
	for body, isAbsent := range map[string]bool{
		`{"detail":"Experiment result not found: document_id=expdoc_1"}`: true,
		`{"detail":"Experiment result not found: document_id=expdoc_2"}`: false,
		`{"detail":"No such document"}`:                                  false,
	} {
		inBubble(t, fakeapi.RunScoped, client.EditionRunScoped, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.AddRun(fakeapi.Run{ID: "exprun_empty", ExperimentID: "exp_abc", BlockKind: "extract", Stages: []fakeapi.RunStage{{Status: "cancelled"}}})
			fake.Script(runsPath+"/exprun_empty/results/expdoc_1", fakeapi.Reply{Status: 404, Body: body})
			_, err := api.ExperimentResult(t.Context(), "exprun_empty", "expdoc_1", client.ResultOptions{})
			if client.IsAbsent(err) != isAbsent {
				t.Errorf("%s: got %v", body, err)
			}
		})
	}
}

// TestAbsence_listSaysThatItGoesOn checks that a list proves nothing that its own metadata deny.
func TestAbsence_listSaysThatItGoesOn(t *testing.T) {
	t.Parallel()
	row := func(id string) string {
		return fmt.Sprintf(`{"id":%q,"workflow_id":"wf_1","block_id":"b","name":%[1]q}`, id)
	}
	full := make([]string, 100)
	for i := range full {
		full[i] = row(fmt.Sprintf("exp_%d", i))
	}
	for name, body := range map[string]string{
		"has_more":               `{"data":[` + row("exp_1") + `],"list_metadata":{"before":null,"after":null,"has_more":true}}`,
		"has_more, at the root":  `{"data":[` + row("exp_1") + `],"has_more":true,"list_metadata":{"before":null,"after":null}}`,
		"total":                  `{"data":[` + row("exp_1") + `],"list_metadata":{"before":null,"after":null,"total":2}}`,
		"total, at the root":     `{"data":[` + row("exp_1") + `],"total":"2","list_metadata":{"before":null,"after":null}}`,
		"as many as the limit":   `[` + strings.Join(full, ",") + `]`,
		"nothing, but has_more":  `{"data":[],"list_metadata":{"before":null,"after":null,"has_more":true}}`,
		"nothing, and no proof":  `{"data":[]}`,
		"nothing, but a total 1": `{"data":[],"list_metadata":{"total":1}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for setting, test := range map[client.Edition]struct {
				serves fakeapi.Edition
				list   string
			}{client.EditionFlat: {fakeapi.Flat, flatExperimentsPath}, client.EditionRunScoped: {fakeapi.RunScoped, runScopedListPath}} {
				if strings.HasPrefix(body, "[") && setting == client.EditionRunScoped {
					continue // that list has no limit
				}
				inBubble(t, test.serves, setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
					for range 4 {
						fake.Script(test.list, fakeapi.Reply{Status: 200, Body: body})
						fake.Script(runsPath, fakeapi.Reply{Status: 200, Body: strings.NewReplacer(`"b"`, `"b","lifecycle":{"status":"completed"}`).Replace(body)})
					}
					if _, err := api.FindExperiment(t.Context(), "wf_1", client.ExperimentFilter{Name: "x"}, false); err == nil || errors.Is(err, client.ErrNoExperiment) {
						t.Errorf("%s, by name: got %v", setting, err)
					}
					if _, err := api.Experiment(t.Context(), "exp_404", "wf_1", false); err == nil || client.IsAbsent(err) {
						t.Errorf("%s, by id: got %v", setting, err)
					}
					if _, err := api.NewestRun(t.Context(), client.RunFilter{Status: "error"}, false); err == nil || errors.Is(err, client.ErrNoRun) {
						t.Errorf("%s, a run: got %v", setting, err)
					}
				})
			}
		})
	}
}

// TestAbsence_listOfResultsGoesOn checks that a list of results that says that it goes on proves no absence.
func TestAbsence_listOfResultsGoesOn(t *testing.T) {
	t.Parallel()
	list := `{"data":[{"id":"expresult_1","run_id":"exprun_2","document_id":"expdoc_xyz","lifecycle":{"status":"completed"}}],"list_metadata":{"after":null,"has_more":true}}`
	for setting, test := range map[client.Edition]struct {
		serves fakeapi.Edition
		list   string
	}{client.EditionFlat: {fakeapi.Flat, resultsPath}, client.EditionRunScoped: {fakeapi.RunScoped, runPath + "/results"}} {
		inBubble(t, test.serves, setting, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			for range 4 {
				fake.Script(test.list, fakeapi.Reply{Status: 200, Body: list})
			}
			var incomplete *client.IncompleteListError
			_, err := api.ExperimentResult(t.Context(), "exprun_2", "expdoc_404", client.ResultOptions{})
			if !errors.As(err, &incomplete) || !incomplete.Truncated {
				t.Errorf("%s: got %v", setting, err)
			}
			if _, err := api.ExperimentResults(t.Context(), "exprun_2", client.ResultsOptions{}); !errors.Is(err, client.ErrUnreachableResults) {
				t.Errorf("%s: got %v", setting, err)
			}
		})
	}
}

// TestExperimentRuns_serverIgnoresTheOrder checks that a page that is visibly not in the requested order is read on. Runs that were
// created at the same time, or do not say when, are in any order.
func TestExperimentRuns_serverIgnoresTheOrder(t *testing.T) {
	t.Parallel()
	run := func(id, created string) string {
		return fmt.Sprintf(`{"id":%q,"experiment_id":"exp_abc","timing":{"created_at":"2026-05-02T11:00:%sZ"},"lifecycle":{"status":"completed"}}`, id, created)
	}
	page := func(after string, rows ...string) fakeapi.Reply {
		return fakeapi.Reply{Status: 200, Body: `{"data":[` + strings.Join(rows, ",") + `],"list_metadata":{"before":null,"after":` + after + `}}`}
	}
	for name, test := range map[string]struct {
		pages []fakeapi.Reply
		want  string
		reads int
	}{
		"in order":     {[]fakeapi.Reply{page(`"x"`, run("b", "02"), run("a", "01"))}, "b", 1},
		"out of order": {[]fakeapi.Reply{page(`"x"`, run("a", "01"), run("b", "02")), page("null", run("c", "03"))}, "c", 2},
		"equal times":  {[]fakeapi.Reply{page(`"x"`, run("a", "02"), run("b", "02"), run("c", "01"))}, "b", 1},
	} {
		inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
			fake.Script(runsPath, test.pages...)
			got, err := api.NewestRun(t.Context(), client.RunFilter{ExperimentID: "exp_abc"}, false)
			if err != nil || got.ID != test.want || len(fake.Journal()) != test.reads {
				t.Errorf("%s: got %q, %v after %d requests", name, got.ID, err, len(fake.Journal()))
			}
		})
	}
}

const composed, decomposed = "Caf\u00e9", "Cafe\u0301"

// TestIdentities_unicode checks that ids and names are compared as Terraform compares them, which normalizes them to NFC, and that
// two that become equal are an error with both forms.
func TestIdentities_unicode(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		fake.AddExperiment(fakeapi.Experiment{ID: "exp_nfd", WorkflowID: "wf_nfd", Name: decomposed})
		for _, name := range []string{composed, decomposed} {
			if got, err := api.FindExperiment(t.Context(), "wf_nfd", client.ExperimentFilter{Name: name}, true); err != nil || got.ID != "exp_nfd" {
				t.Errorf("%+q: got %q, %v", name, got.ID, err)
			}
		}
		fake.AddExperiment(fakeapi.Experiment{ID: "exp_nfc", WorkflowID: "wf_nfd", Name: composed})
		var ambiguous *client.AmbiguousError
		if _, err := api.FindExperiment(t.Context(), "wf_nfd", client.ExperimentFilter{Name: composed}, true); !errors.As(err, &ambiguous) || ambiguous.Names[0] == ambiguous.Names[1] {
			t.Errorf("got %+v, %v", ambiguous, err)
		}

		add := func(documentID string) {
			fake.Add(fakeapi.Result{
				ID: "expresult_" + documentID, RunID: "exprun_nfd", ExperimentID: "exp_abc", DocumentID: documentID, BlockKind: "extract",
				Stages: []fakeapi.Stage{{Status: "completed"}},
			})
		}
		add(decomposed)
		if got, err := api.ExperimentResult(t.Context(), "exprun_nfd", composed, client.ResultOptions{Fresh: true}); err != nil || got.DocumentID != decomposed {
			t.Errorf("got %q, %v", got.DocumentID, err)
		}
		add(composed)
		_, err := api.ExperimentResults(t.Context(), "exprun_nfd", client.ResultsOptions{ResultOptions: client.ResultOptions{Fresh: true}})
		if err == nil || !strings.Contains(err.Error(), `"Cafe\u0301"`) || !strings.Contains(err.Error(), `"Caf\u00e9"`) {
			t.Errorf("got %v", err)
		}
	})
}

package verdict

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

func TestWhyNotFresh(t *testing.T) {
	t.Parallel()
	fresh := client.Experiment{LastRunID: new("exprun_1"), Freshness: client.Freshness{Status: client.Fresh}, Drift: client.Drift{Status: client.NoDrift}}
	for name, test := range map[string]struct {
		change func(*client.Experiment)
		want   bool
	}{
		"the server says so":            {func(*client.Experiment) {}, true},
		"a drift that is not known":     {func(e *client.Experiment) { e.Drift.Status = "unknown" }, true},
		"a drift that was left out":     {func(e *client.Experiment) { e.Drift.Status = "" }, true},
		"stale":                         {func(e *client.Experiment) { e.Freshness.Status = "stale" }, false},
		"unknown":                       {func(e *client.Experiment) { e.Freshness.Status = client.UnknownFreshness }, false},
		"left out":                      {func(e *client.Experiment) { e.Freshness.Status = "" }, false},
		"a later word":                  {func(e *client.Experiment) { e.Freshness.Status = "fresh_enough" }, false},
		"never run":                     {func(e *client.Experiment) { e.LastRunID = nil }, false},
		"is_stale contradicts it":       {func(e *client.Experiment) { e.IsStale = true }, false},
		"a drift contradicts it":        {func(e *client.Experiment) { e.Drift.Status = "drifted" }, false},
		"a broken schema contradicts":   {func(e *client.Experiment) { e.Drift.Status = "broken" }, false},
		"a later word of drift may too": {func(e *client.Experiment) { e.Drift.Status = "reordered" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := fresh
			test.change(&changed)
			if got := WhyNotFresh(changed) == ""; got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestExperimentSummary(t *testing.T) {
	t.Parallel()
	fresh := client.Experiment{ID: "exp_abc", LastRunID: new("exprun_2"), Score: score("0.93"), Freshness: client.Freshness{Status: "fresh"}, Drift: client.Drift{Status: "none"}}
	for want, change := range map[string]func(*client.Experiment){
		"Experiment exp_abc is fresh: the score of its newest run exprun_2 is 0.93.":               func(*client.Experiment) {},
		"Experiment exp_abc (Q1 invoices) is fresh: the score of its newest run exprun_2 is 0.93.": func(e *client.Experiment) { e.Name = "Q1 \ninvoices" },
		"Experiment exp_abc is fresh: the score of its newest run exprun_2 is no score.":           func(e *client.Experiment) { e.Score = nil },
		"Experiment exp_abc is not fresh: it has never been run.":                                  func(e *client.Experiment) { e.LastRunID = nil },
		`Experiment exp_abc is not fresh: its freshness is "unknown".`:                             func(e *client.Experiment) { e.Freshness.Status = "unknown" },
		`Experiment exp_abc is not fresh: the API calls it stale.`:                                 func(e *client.Experiment) { e.IsStale = true },
		`Experiment exp_abc is not fresh: its drift is "broken".`:                                  func(e *client.Experiment) { e.Drift.Status = "broken" },
		`Experiment exp_abc is not fresh: its freshness is "stale" (validity_changed, no_baseline).`: func(e *client.Experiment) {
			e.Freshness = client.Freshness{Status: "stale", Reasons: []string{"validity_changed", "no_baseline"}}
		},
	} {
		changed := fresh
		change(&changed)
		if got := ExperimentSummary(changed); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// experimentWith is a server that has a small experiment with additional members.
type experimentWith string

func (members experimentWith) RoundTrip(request *http.Request) (*http.Response, error) {
	body := `{"id":"e","workflow_id":"w","block_id":"b","name":"n"` + string(members) + `}`
	header := http.Header{"Content-Type": {"application/json"}}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
}

func TestWhyNotFresh_bodies(t *testing.T) {
	t.Parallel()
	const run = `,"last_run_id":"r"`
	for name, test := range map[string]struct {
		members string
		status  string
		isFresh bool
	}{
		"run-scoped: neither stale nor drifted":                     {run + `,"is_stale":false,"schema_drift":"none"`, client.Fresh, true},
		"run-scoped: stale":                                         {run + `,"is_stale":true,"schema_drift":"none"`, client.Stale, false},
		"run-scoped: partial drift":                                 {run + `,"is_stale":false,"schema_drift":"partial"`, client.UnknownFreshness, false},
		"run-scoped: drift is unknown":                              {run + `,"is_stale":false,"schema_drift":"unknown"`, client.UnknownFreshness, false},
		"run-scoped: drift is left out":                             {run + `,"is_stale":false`, client.UnknownFreshness, false},
		"run-scoped: never run":                                     {`,"last_run_id":null,"is_stale":false,"schema_drift":"none"`, client.UnknownFreshness, false},
		"run-scoped: is_stale is left out":                          {run + `,"schema_drift":"none"`, client.UnknownFreshness, false},
		"run-scoped: is_stale is null":                              {run + `,"is_stale":null,"schema_drift":"none"`, client.UnknownFreshness, false},
		"flat: fresh":                                               {run + `,"freshness":{"status":"fresh"}`, client.Fresh, true},
		"flat: only freshness_state":                                {run + `,"freshness_state":"fresh"`, client.Fresh, true},
		"flat: freshness is null":                                   {run + `,"freshness":null,"freshness_state":"stale"`, client.Stale, false},
		"flat: fresh, but is_stale":                                 {run + `,"is_stale":true,"freshness":{"status":"fresh"}`, client.Fresh, false},
		"flat: fresh, but broken":                                   {run + `,"freshness":{"status":"fresh"},"drift":{"status":"broken"}`, client.Fresh, false},
		"flat: fresh, but the schema has drifted":                   {run + `,"freshness":{"status":"fresh"},"schema_drift":"partial"`, client.Fresh, false},
		"flat: drift.status is unknown, but the schema has drifted": {run + `,"freshness":{"status":"fresh"},"drift":{"status":"unknown"},"schema_drift":"drifted"`, client.Fresh, false},
		"flat: drift.status is none, but the schema has drifted":    {run + `,"freshness":{"status":"fresh"},"drift":{"status":"none"},"schema_drift":"partial"`, client.Fresh, false},
		"flat: drift.status is empty, but the schema has drifted":   {run + `,"freshness":{"status":"fresh"},"drift":{"status":""},"schema_drift":"drifted"`, client.Fresh, false},
		"flat: broken, but schema_drift is none":                    {run + `,"freshness":{"status":"fresh"},"drift":{"status":"broken"},"schema_drift":"none"`, client.Fresh, false},
		"flat: drift.status is none and schema_drift is unknown":    {run + `,"freshness":{"status":"fresh"},"drift":{"status":"none"},"schema_drift":"unknown"`, client.Fresh, true},
		"flat: unknown, but not is_stale":                           {run + `,"is_stale":false,"schema_drift":"none","freshness":{"status":"unknown"}`, client.UnknownFreshness, false},
		"flat: an unknown word":                                     {run + `,"freshness":{"status":"ripening"}`, "ripening", false},
		"flat: fresh without a run":                                 {`,"freshness":{"status":"fresh"}`, client.Fresh, false},
		"flat: fresh with an empty run id":                          {`,"last_run_id":"","freshness":{"status":"fresh"}`, client.Fresh, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, err := client.New(client.Config{Edition: client.EditionFlat, Config: transport.Config{
				APIKey: "rt_test_key", BaseURL: "https://api.retab.example", RoundTripper: experimentWith(test.members),
			}})
			if err != nil {
				t.Fatal(err)
			}
			got, err := api.Experiment(t.Context(), "e", "", false)
			if err != nil || got.Freshness.Status != test.status || (WhyNotFresh(got) == "") != test.isFresh {
				t.Errorf("got %+v, not fresh because %s, %v", got.Freshness, WhyNotFresh(got), err)
			}
		})
	}
}

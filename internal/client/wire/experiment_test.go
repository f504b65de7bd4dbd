package wire

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

func TestDecodeExperiment_vendorSamples(t *testing.T) {
	t.Parallel()
	want := retab.Experiment{
		ID: "exp_abc", WorkflowID: "wf_abc123", BlockID: "extract-invoice", Name: "Q1 invoices", BlockKind: new("extract"),
		NConsensus: new(int64(5)), DocumentCount: new(int64(12)), Status: "completed", Score: parseNumber(t, "0.9333333333333333"),
		LastRunID: new("exprun_2"), CreatedAt: new("2026-05-01T14:30:00Z"), UpdatedAt: new("2026-05-02T11:04:18Z"),
	}
	for file, change := range map[string]func(*retab.Experiment){
		"run_scoped/experiment_schema.json": func(e *retab.Experiment) {
			e.Freshness, e.Drift = retab.Freshness{Status: retab.Fresh}, retab.Drift{Status: retab.NoDrift}
		},
		"flat/experiment_schema.json": func(e *retab.Experiment) {
			e.IsStale = true
			e.Freshness = retab.Freshness{Status: retab.Stale, Reasons: []string{"validity_changed", "inputs_changed"}, BaselineRunID: new("exprun_2")}
			e.Drift = retab.Drift{Status: "drifted", AffectedTargets: []string{"currency"}, Detail: new("The field currency was renamed.")}
			e.RunPlanMode, e.RerunnableDocuments = new("run"), new(int64(3))
		},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			got, err := newTestDecoder().Experiment(openSample(t, file))
			if err != nil {
				t.Fatal(err)
			}
			want := want
			change(&want)
			if diff := cmp.Diff(want, got, compareExactly); diff != "" {
				t.Errorf("experiment differs (-want +got):\n%s", diff)
			}
		})
	}
}

// experimentWith returns a small valid body with additional members.
func experimentWith(members string) string {
	return `{"id":"e","workflow_id":"w","block_id":"b","name":"n"` + members + `}`
}

func TestDecodeExperiment_freshness(t *testing.T) {
	t.Parallel()
	const run = `,"last_run_id":"r"`
	for name, test := range map[string]struct {
		members string
		status  string
		isFresh bool
	}{
		"run-scoped: neither stale nor drifted":                     {run + `,"is_stale":false,"schema_drift":"none"`, retab.Fresh, true},
		"run-scoped: stale":                                         {run + `,"is_stale":true,"schema_drift":"none"`, retab.Stale, false},
		"run-scoped: partial drift":                                 {run + `,"is_stale":false,"schema_drift":"partial"`, retab.UnknownFreshness, false},
		"run-scoped: drift is unknown":                              {run + `,"is_stale":false,"schema_drift":"unknown"`, retab.UnknownFreshness, false},
		"run-scoped: drift is left out":                             {run + `,"is_stale":false`, retab.UnknownFreshness, false},
		"run-scoped: never run":                                     {`,"last_run_id":null,"is_stale":false,"schema_drift":"none"`, retab.UnknownFreshness, false},
		"run-scoped: is_stale is left out":                          {run + `,"schema_drift":"none"`, retab.UnknownFreshness, false},
		"run-scoped: is_stale is null":                              {run + `,"is_stale":null,"schema_drift":"none"`, retab.UnknownFreshness, false},
		"flat: fresh":                                               {run + `,"freshness":{"status":"fresh"}`, retab.Fresh, true},
		"flat: only freshness_state":                                {run + `,"freshness_state":"fresh"`, retab.Fresh, true},
		"flat: freshness is null":                                   {run + `,"freshness":null,"freshness_state":"stale"`, retab.Stale, false},
		"flat: fresh, but is_stale":                                 {run + `,"is_stale":true,"freshness":{"status":"fresh"}`, retab.Fresh, false},
		"flat: fresh, but broken":                                   {run + `,"freshness":{"status":"fresh"},"drift":{"status":"broken"}`, retab.Fresh, false},
		"flat: fresh, but the schema has drifted":                   {run + `,"freshness":{"status":"fresh"},"schema_drift":"partial"`, retab.Fresh, false},
		"flat: drift.status is unknown, but the schema has drifted": {run + `,"freshness":{"status":"fresh"},"drift":{"status":"unknown"},"schema_drift":"drifted"`, retab.Fresh, false},
		"flat: drift.status is none, but the schema has drifted":    {run + `,"freshness":{"status":"fresh"},"drift":{"status":"none"},"schema_drift":"partial"`, retab.Fresh, false},
		"flat: drift.status is empty, but the schema has drifted":   {run + `,"freshness":{"status":"fresh"},"drift":{"status":""},"schema_drift":"drifted"`, retab.Fresh, false},
		"flat: broken, but schema_drift is none":                    {run + `,"freshness":{"status":"fresh"},"drift":{"status":"broken"},"schema_drift":"none"`, retab.Fresh, false},
		"flat: drift.status is none and schema_drift is unknown":    {run + `,"freshness":{"status":"fresh"},"drift":{"status":"none"},"schema_drift":"unknown"`, retab.Fresh, true},
		"flat: unknown, but not is_stale":                           {run + `,"is_stale":false,"schema_drift":"none","freshness":{"status":"unknown"}`, retab.UnknownFreshness, false},
		"flat: an unknown word":                                     {run + `,"freshness":{"status":"ripening"}`, "ripening", false},
		"flat: fresh without a run":                                 {`,"freshness":{"status":"fresh"}`, retab.Fresh, false},
		"flat: fresh with an empty run id":                          {`,"last_run_id":"","freshness":{"status":"fresh"}`, retab.Fresh, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := newTestDecoder().Experiment(strings.NewReader(experimentWith(test.members)))
			if err != nil || got.Freshness.Status != test.status || got.IsFresh() != test.isFresh {
				t.Errorf("got %+v, fresh %v, %v", got.Freshness, got.IsFresh(), err)
			}
		})
	}
}

func TestDecodeExperiment_tolerates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		members string
		check   func(retab.Experiment) bool
	}{
		"only the required members": {"", func(e retab.Experiment) bool {
			return e.Score == nil && e.DocumentCount == nil && e.Status == "" && e.LastRunID == nil && e.RunPlanMode == nil
		}},
		"an empty name":                 {`,"name":""`, func(e retab.Experiment) bool { return e.Name == "" }},
		"a name with a terminal escape": {`,"name":"\u001b[31mred"`, func(e retab.Experiment) bool { return e.Name == "red" }},
		"an unknown status":             {`,"status":"paused"`, func(e retab.Experiment) bool { return e.Status == "paused" }},
		"no documents":                  {`,"document_count":0`, func(e retab.Experiment) bool { return *e.DocumentCount == 0 }},
		"reasons that are null":         {`,"freshness":{"status":"stale","reasons":null},"freshness_reasons":["no_baseline"]`, func(e retab.Experiment) bool { return len(e.Freshness.Reasons) == 1 }},
		"a reason that is null":         {`,"freshness":{"status":"stale","reasons":[null,"x"]}`, func(e retab.Experiment) bool { return len(e.Freshness.Reasons) == 1 }},
		"two spellings that agree":      {`,"block_kind":"split","block_type":"split"`, func(e retab.Experiment) bool { return *e.BlockKind == "split" }},
		"unknown members":               {`,"organization_id":"o","freshness":{"status":"fresh","deep":[{}]}`, func(e retab.Experiment) bool { return e.ID == "e" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := newTestDecoder().Experiment(strings.NewReader(experimentWith(test.members)))
			if err != nil || !test.check(got) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestDecodeExperiment_refuses(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"workflow_id":"w","block_id":"b","name":"n"}`:                             "id is missing",
		`{"id":"e","block_id":"b","name":"n"}`:                                      "workflow_id is missing",
		`{"id":"e","workflow_id":"w","name":"n"}`:                                   "block_id is missing",
		`{"id":"e","workflow_id":"w","block_id":"b"}`:                               "name is missing",
		`{"detail":"Experiment not found"}`:                                         "id is missing",
		experimentWith(`,"block_kind":"split","block_type":"extract"`):              `block_kind is "split", but block_type is "extract"`,
		experimentWith(`,"freshness":{"status":"fresh"},"freshness_state":"stale"`): `freshness.status is "fresh", but freshness_state is "stale"`,
		experimentWith(`,"freshness":"fresh"`):                                      "freshness is a string, not an object",
		experimentWith(`,"freshness":{"reasons":"x"}`):                              "freshness.reasons is a string, not an array",
		experimentWith(`,"is_stale":"no"`):                                          "is_stale is a string, not true or false",
		experimentWith(`,"document_count":1.5`):                                     "document_count is not a whole number",
		strings.Replace(experimentWith(""), `"e"`, `"\u001b[2Je"`, 1):               "id is too long, or has characters that cannot be shown",
		`[]`: "the body is an array, not an object",
	} {
		if _, err := newTestDecoder().Experiment(strings.NewReader(body)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", body, err, want)
		}
	}
	page := `{"data":[` + experimentWith("") + `,{"id":"e"}],"list_metadata":{"after":"e"}}`
	if _, _, err := newTestDecoder().Experiments(strings.NewReader(page)); err == nil || err.Error() != "data.1.workflow_id is missing" {
		t.Errorf("got %v", err)
	}
}

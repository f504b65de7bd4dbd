package client

import (
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeExperiment_vendorSamples(t *testing.T) {
	t.Parallel()
	want := Experiment{
		ID: "exp_abc", WorkflowID: "wf_abc123", BlockID: "extract-invoice", Name: "Q1 invoices", BlockKind: new("extract"),
		NConsensus: new(int64(5)), DocumentCount: new(int64(12)), Status: "completed", Score: parseNumber(t, "0.9333333333333333"),
		LastRunID: new("exprun_2"), CreatedAt: new("2026-05-01T14:30:00Z"), UpdatedAt: new("2026-05-02T11:04:18Z"),
	}
	for file, change := range map[string]func(*Experiment){
		"run_scoped/experiment_schema.json": func(e *Experiment) {
			e.Freshness = Freshness{Status: Fresh, Reasons: []string{}}
			e.Drift = Drift{Status: NoDrift, AffectedTargets: []string{}}
		},
		"flat/experiment_schema.json": func(e *Experiment) {
			e.IsStale = true
			e.Freshness = Freshness{Status: Stale, State: Stale, Reasons: []string{"validity_changed", "inputs_changed"}, BaselineRunID: new("exprun_2")}
			e.Drift = Drift{Status: "drifted", AffectedTargets: []string{"currency"}, Detail: new("The field currency was renamed.")}
			e.RunPlanMode, e.RerunnableDocuments = new("run"), new(int64(3))
		},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			got, err := decode(newTestDecoder(), openSample(t, file), false, convertExperiment)
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
	if !strings.Contains(members, `"name":`) {
		members += `,"name":"n"`
	}
	return `{"id":"e","workflow_id":"w","block_id":"b"` + members + `}`
}

func TestDecodeExperiment_tolerates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		members string
		check   func(Experiment) bool
	}{
		"only the required members": {"", func(e Experiment) bool {
			return e.Score == nil && e.DocumentCount == nil && e.Status == "" && e.LastRunID == nil && e.RunPlanMode == nil
		}},
		"an empty name":                 {`,"name":""`, func(e Experiment) bool { return e.Name == "" }},
		"a name with a terminal escape": {`,"name":"\u001b[31mred"`, func(e Experiment) bool { return e.Name == "red" }},
		"an unknown status":             {`,"status":"paused"`, func(e Experiment) bool { return e.Status == "paused" }},
		"no documents":                  {`,"document_count":0`, func(e Experiment) bool { return *e.DocumentCount == 0 }},
		"reasons that are null":         {`,"freshness":{"status":"stale","reasons":null},"freshness_reasons":["no_baseline"]`, func(e Experiment) bool { return len(e.Freshness.Reasons) == 1 }},
		"a reason that is null":         {`,"freshness":{"status":"stale","reasons":[null,"x"]}`, func(e Experiment) bool { return len(e.Freshness.Reasons) == 1 }},
		"two spellings that agree":      {`,"block_kind":"split","block_type":"split"`, func(e Experiment) bool { return *e.BlockKind == "split" }},
		"unknown members":               {`,"organization_id":"o","freshness":{"status":"fresh","deep":[{}]}`, func(e Experiment) bool { return e.ID == "e" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decode(newTestDecoder(), strings.NewReader(experimentWith(test.members)), false, convertExperiment)
			if err != nil || !test.check(got) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestDecodeExperiment_refuses(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"workflow_id":"w","block_id":"b","name":"n"}`:                "id is missing",
		`{"id":"e","block_id":"b","name":"n"}`:                         "workflow_id is missing",
		`{"id":"e","workflow_id":"w","name":"n"}`:                      "block_id is missing",
		`{"id":"e","workflow_id":"w","block_id":"b"}`:                  "name is missing",
		`{"detail":"Experiment not found"}`:                            "id is missing",
		experimentWith(`,"block_kind":"split","block_type":"extract"`): `block_kind is "split", but block_type is "extract"`,
		experimentWith(`,"freshness":"fresh"`):                         "freshness is a string, not an object",
		experimentWith(`,"freshness":{"reasons":"x"}`):                 "freshness.reasons is a string, not an array",
		experimentWith(`,"is_stale":"no"`):                             "is_stale is a string, not true or false",
		experimentWith(`,"document_count":1.5`):                        "document_count is not a whole number",
		strings.Replace(experimentWith(""), `"e"`, `"\u001b[2Je"`, 1):  "id is too long, or has characters that cannot be shown",
		`[]`: "the body is an array, not an object",
	} {
		if _, err := decode(newTestDecoder(), strings.NewReader(body), false, convertExperiment); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", body, err, want)
		}
	}
	page := `{"data":[` + experimentWith("") + `,{"id":"e"}],"list_metadata":{"after":"e"}}`
	if _, _, err := wire.DecodePage(newTestDecoder(), strings.NewReader(page), false, convertExperiment); err == nil || err.Error() != "data.1.workflow_id is missing" {
		t.Errorf("got %v", err)
	}
}

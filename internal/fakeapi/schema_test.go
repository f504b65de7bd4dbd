package fakeapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// The vendor's published specs, cut to the routes the fake serves. The security requirements are left out, since one
// of them names schemes that it never defines.
const (
	runScopedSpec = "testdata/run_scoped.openapi.json"
	flatSpec      = "testdata/flat.openapi.json"
)

// TestReplies_keepTheVendorsSchema asks the fake for everything it has and holds each answer against the vendor's
// OpenAPI documents: the route, the parameters, the status and the body.
func TestReplies_keepTheVendorsSchema(t *testing.T) {
	t.Parallel()
	const (
		runs    = "/v1/workflows/experiments/runs/"
		results = "/v1/workflows/experiments/results"

		experiments = "/v1/workflows/experiments"
		metrics     = experiments + "/metrics?run_id="
	)
	tests := map[string]struct {
		edition fakeapi.Edition
		spec    string
		paths   []string
	}{
		"run-scoped": {fakeapi.RunScoped, runScopedSpec, []string{
			runs + "exprun_2/results/expdoc_schema",
			runs + "exprun_active/results/expdoc_pending",
			runs + "exprun_active/results/expdoc_running",
			runs + "exprun_placeholder/results/expdoc_placeholder",
			runs + "exprun_classifier/results/expdoc_classifier",
			runs + "exprun_split/results/expdoc_split",
			runs + "exprun_for_each/results/expdoc_for_each",
			runs + "exprun_live/results/expdoc_live",
			runs + "exprun_2", runs + "exprun_active", runs + "exprun_empty", runs + "exprun_cancelled",
			strings.TrimSuffix(runs, "/"), strings.TrimSuffix(runs, "/") + "?experiment_id=exp_abc&status=completed&limit=1",
			runs + "exprun_active/results", runs + "exprun_empty/results?limit=1", runs + "exprun_placeholder/results?limit=1000",
			runs + "exprun_compared", runs + "exprun_failed",
			"/v1/workflows/wf_1/experiments", "/v1/workflows/wf_2/experiments", "/v1/workflows/wf_1/experiments/exp_abc",
			"/v1/workflows/wf_1/experiments/exp_split", "/v1/workflows/wf_1/experiments/exp_draft", "/v1/workflows/wf_1/experiments/exp_failed",
			"/v1/workflows/wf_1/experiments/exp_live_implicit",
			runs + "exprun_2/metrics", runs + "exprun_2/metrics?include_prior=false", runs + "exprun_split/metrics", runs + "exprun_active/metrics",
			runs + "exprun_compared/metrics?prior_run_id=exprun_2", runs + "exprun_empty/metrics", runs + "exprun_classifier/metrics?view=summary",
			runs + "exprun_2/metrics?view=by_document&document_id=expdoc_xyz", runs + "exprun_classifier/metrics?view=by_document&document_id=expdoc_classifier",
			runs + "exprun_2/metrics?view=by_target&target_path=total", runs + "exprun_classifier/metrics?view=by_target&target_path=invoice",
			"/v1/extractions/ext_xyz", "/v1/extractions/ext_schema", "/v1/extractions/extr_bare", "/v1/classifications/cls_1", "/v1/splits/split_1", "/v1/partitions/part_1",
			"/v1/extractions/" + fakeapi.ExtractionID, "/v1/classifications/" + fakeapi.ClassificationID, "/v1/splits/" + fakeapi.SplitID, "/v1/partitions/" + fakeapi.PartitionID,
			"/v1/workflows/artifacts/extraction/ext_xyz", "/v1/workflows/artifacts/function_invocation/fninv_1",
			runs + "exprun_2/metrics?view=votes&document_id=expdoc_xyz&target_path=line_items.*.unit_price",
		}},
		"flat": {fakeapi.Flat, flatSpec, []string{
			results + "?run_id=exprun_active", results + "?run_id=exprun_placeholder", results + "?run_id=exprun_cancelled",
			results + "?run_id=exprun_classifier", results + "?run_id=exprun_split", results + "?run_id=exprun_for_each",
			results + "?run_id=exprun_cancelled&limit=1", results + "?run_id=exprun_cancelled&limit=1&after=expresult_cancelled",
			strings.TrimSuffix(runs, "/"), strings.TrimSuffix(runs, "/") + "?limit=2&after=exprun_active&exclude_status=error",
			results + "?run_id=exprun_empty", results + "?run_id=exprun_404", results + "?run_id=exprun_live",
			results + "?run_id=exprun_2&limit=1", // expdoc_schema
			results + "/expresult_3", results + "/expresult_coded", results + "/expresult_queued",
			runs + "exprun_2", runs + "exprun_active", runs + "exprun_empty", runs + "exprun_cancelled",
			runs + "exprun_compared", runs + "exprun_failed",
			experiments + "?workflow_id=wf_1", experiments + "?workflow_id=wf_1&limit=2&order=asc&block_id=block_extract", experiments + "?workflow_id=wf_404",
			experiments + "/exp_abc", experiments + "/exp_split", experiments + "/exp_draft", experiments + "/exp_failed", experiments + "/exp_live_implicit",
			metrics + "exprun_2", metrics + "exprun_2&include_prior=false", metrics + "exprun_split", metrics + "exprun_active",
			metrics + "exprun_compared&prior_run_id=exprun_2", metrics + "exprun_empty", metrics + "exprun_classifier&view=summary",
			metrics + "exprun_2&view=by_document&document_id=expdoc_xyz", metrics + "exprun_classifier&view=by_document&document_id=expdoc_classifier",
			metrics + "exprun_2&view=by_target&target_path=total", metrics + "exprun_classifier&view=by_target&target_path=invoice",
			"/v1/extractions/ext_xyz", "/v1/extractions/extr_bare", "/v1/classifications/cls_1", "/v1/splits/split_1", "/v1/partitions/part_1",
			"/v1/extractions/" + fakeapi.ExtractionID + "?include_output=false", "/v1/classifications/" + fakeapi.ClassificationID + "?include_output=false",
			"/v1/splits/" + fakeapi.SplitID + "?include_output=false", "/v1/partitions/" + fakeapi.PartitionID + "?include_output=false",
			"/v1/extractions/extr_live", "/v1/extractions/extr_live", "/v1/extractions/extr_live", "/v1/extractions/extr_live", // in each status
			"/v1/extractions/extr_failed", "/v1/splits/splt_cancelled", "/v1/workflows/artifacts/extr_failed",
			"/v1/workflows/artifacts/" + fakeapi.ExtractionID, "/v1/workflows/artifacts/" + fakeapi.ClassificationID,
			"/v1/workflows/artifacts/" + fakeapi.SplitID, "/v1/workflows/artifacts/" + fakeapi.PartitionID, "/v1/workflows/artifacts/fninv_1",
			metrics + "exprun_2&view=votes&document_id=expdoc_xyz&target_path=line_items.*.unit_price",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.Start(test.edition)
			fake.AddRun(fakeapi.Run{ID: "exprun_implicit", ExperimentID: "exp_live_implicit", BlockKind: "for_each"})
			check := newChecker(t, fake, test.spec)
			for _, path := range test.paths {
				if problems := check(t, path); problems != "" {
					t.Errorf("%s: %s", path, problems)
				}
			}
			for _, path := range everything(t, fake) {
				if problems := check(t, path); problems != "" && !slices.Contains(breakTheSchema, path) {
					t.Errorf("%s: %s", path, problems)
				}
			}
		})
	}
}

// breakTheSchema are the paths whose answers have the file handles of the vendor's example.
var breakTheSchema = []string{
	"/v1/workflows/experiments/runs/exprun_2/results", "/v1/workflows/experiments/results?run_id=exprun_2",
	"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz", "/v1/workflows/experiments/runs/exprun_2/results/expdoc_failed",
	"/v1/workflows/experiments/results/expresult_1", "/v1/workflows/experiments/results/expresult_2",
}

// TestReplies_vendorsExampleBreaksTheSchema pins down the one exception: the vendor's documented example has a file
// handle that is a bare name, without the document that the vendor's schema demands, in both editions. The fake tells
// handles without a file id in the same way.
func TestReplies_vendorsExampleBreaksTheSchema(t *testing.T) {
	t.Parallel()
	for path, check := range map[string]func(*testing.T, string) string{
		"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz":                  newChecker(t, fakeapi.Start(fakeapi.RunScoped), runScopedSpec),
		"/v1/workflows/experiments/results?run_id=exprun_2&limit=1&after=expresult_2": newChecker(t, fakeapi.Start(fakeapi.Flat), flatSpec),
	} {
		if problems := check(t, path); !strings.Contains(problems, "input-document-0") {
			t.Errorf("%s: the example keeps the schema now, or breaks it elsewhere: %q", path, problems)
		}
	}
}

// TestReplies_422 checks the published shape of a refused parameter.
func TestReplies_422(t *testing.T) {
	t.Parallel()
	check := newChecker(t, fakeapi.Start(fakeapi.Flat), flatSpec)
	for _, query := range []string{"?run_id=exprun_2&limit=0", "?run_id=exprun_2&limit=1001", "?run_id=exprun_2&limit=x", "?limit=1"} {
		if problems := check(t, "/v1/workflows/experiments/results"+query); !strings.HasPrefix(problems, "request: ") || strings.Contains(problems, "reply: ") {
			t.Errorf("%s: the request must break the spec, and the reply keep it: %s", query, problems)
		}
	}
}

// TestReplies_vendorsExample holds the seed resident against the vendor's documented example, byte for byte in meaning.
func TestReplies_vendorsExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../client/testdata/run_scoped/result_example.json")
	if err != nil {
		t.Fatal(err)
	}
	fake := fakeapi.New(fakeapi.RunScoped)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fake.URL+"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Api-Key", fakeapi.Key)
	answer, err := fake.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got, want any
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(example, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the seed resident differs from the example (-want +got):\n%s", diff)
	}
}

// newChecker returns a function that asks a fake for a path and says in what the answer breaks the spec.
func newChecker(t *testing.T, fake *fakeapi.Server, spec string) func(*testing.T, string) string {
	t.Helper()
	t.Cleanup(fake.Close)
	text, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	document, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	against, errs := validator.NewValidator(document)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return func(t *testing.T, path string) string {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fake.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if fake.Edition() == fakeapi.RunScoped {
			request.Header.Set("Api-Key", fakeapi.Key)
		} else {
			request.Header.Set("Authorization", "Bearer "+fakeapi.Key)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		asPublished, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.retab.com"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		var problems []string
		note := func(of string, found []*errors.ValidationError) {
			for _, problem := range found {
				problems = append(problems, of+problem.Message+": "+problem.Reason)
				for _, detail := range problem.SchemaValidationErrors {
					problems = append(problems, fmt.Sprint(detail))
				}
			}
		}
		_, found := against.ValidateHttpRequest(asPublished)
		note("request: ", found)
		_, found = against.ValidateHttpResponse(asPublished, answer)
		note("reply: ", found)
		return strings.Join(problems, "; ")
	}
}

package fakeapi_test

import (
	"encoding/json"
	stderrors "errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// The vendor's published specifications, reduced to the routes of the fake. They lack the security requirements, because one of
// them names schemes that it does not define.
const (
	runScopedSpec = "testdata/run_scoped.openapi.json"
	flatSpec      = "testdata/flat.openapi.json"
)

// flatMetrics is the path of the metrics of a run in the flat edition, without the id of the run.
const flatMetrics = "/v1/workflows/experiments/metrics?run_id="

// schemaTests has paths to validate in addition to those that servedPaths finds.
var schemaTests = map[string]struct {
	edition fakeapi.Edition
	spec    string
	paths   []string
}{
	"run-scoped": {fakeapi.RunScoped, runScopedSpec, []string{
		runsPath + "/exprun_2/results/expdoc_schema",
		runsPath + "/exprun_active/results/expdoc_pending",
		runsPath + "/exprun_active/results/expdoc_running",
		runsPath + "/exprun_placeholder/results/expdoc_placeholder",
		runsPath + "/exprun_classifier/results/expdoc_classifier",
		runsPath + "/exprun_split/results/expdoc_split",
		runsPath + "/exprun_for_each/results/expdoc_for_each",
		runsPath + "/exprun_live/results/expdoc_live",
		runsPath + "/exprun_2", runsPath + "/exprun_active", runsPath + "/exprun_empty", runsPath + "/exprun_cancelled",
		runsPath, runsPath + "?experiment_id=exp_abc&status=completed&limit=1",
		runsPath + "/exprun_active/results", runsPath + "/exprun_empty/results?limit=1", runsPath + "/exprun_placeholder/results?limit=1000",
		runsPath + "/exprun_compared", runsPath + "/exprun_failed",
		"/v1/workflows/wf_1/experiments", "/v1/workflows/wf_2/experiments", "/v1/workflows/wf_1/experiments/exp_abc",
		"/v1/workflows/wf_1/experiments/exp_split", "/v1/workflows/wf_1/experiments/exp_draft", "/v1/workflows/wf_1/experiments/exp_failed",
		"/v1/workflows/wf_1/experiments/exp_live_implicit",
		runsPath + "/exprun_2/metrics", runsPath + "/exprun_2/metrics?include_prior=false", runsPath + "/exprun_split/metrics", runsPath + "/exprun_active/metrics",
		runsPath + "/exprun_compared/metrics?prior_run_id=exprun_2", runsPath + "/exprun_empty/metrics", runsPath + "/exprun_classifier/metrics?view=summary",
		runsPath + "/exprun_2/metrics?view=by_document&document_id=expdoc_xyz", runsPath + "/exprun_classifier/metrics?view=by_document&document_id=expdoc_classifier",
		runsPath + "/exprun_2/metrics?view=by_target&target_path=total", runsPath + "/exprun_classifier/metrics?view=by_target&target_path=invoice",
		"/v1/extractions/ext_xyz", "/v1/extractions/ext_schema", "/v1/extractions/extr_bare", "/v1/classifications/cls_1", "/v1/splits/split_1", "/v1/partitions/part_1",
		"/v1/extractions/" + fakeapi.ExtractionID, "/v1/classifications/" + fakeapi.ClassificationID, "/v1/splits/" + fakeapi.SplitID, "/v1/partitions/" + fakeapi.PartitionID,
		"/v1/workflows/artifacts/extraction/ext_xyz", "/v1/workflows/artifacts/function_invocation/fninv_1",
		runsPath + "/exprun_2/metrics?view=votes&document_id=expdoc_xyz&target_path=line_items.*.unit_price",
	}},
	"flat": {fakeapi.Flat, flatSpec, []string{
		resultsPath + "?run_id=exprun_active", resultsPath + "?run_id=exprun_placeholder", resultsPath + "?run_id=exprun_cancelled",
		resultsPath + "?run_id=exprun_classifier", resultsPath + "?run_id=exprun_split", resultsPath + "?run_id=exprun_for_each",
		resultsPath + "?run_id=exprun_cancelled&limit=1", resultsPath + "?run_id=exprun_cancelled&limit=1&after=expresult_cancelled",
		runsPath, runsPath + "?limit=2&after=exprun_active&exclude_status=error",
		resultsPath + "?run_id=exprun_empty", resultsPath + "?run_id=exprun_404", resultsPath + "?run_id=exprun_live",
		resultsPath + "?run_id=exprun_2&limit=1", // expdoc_schema
		resultsPath + "/expresult_3", resultsPath + "/expresult_coded", resultsPath + "/expresult_queued",
		runsPath + "/exprun_2", runsPath + "/exprun_active", runsPath + "/exprun_empty", runsPath + "/exprun_cancelled",
		runsPath + "/exprun_compared", runsPath + "/exprun_failed",
		experimentsPath + "?workflow_id=wf_1", experimentsPath + "?workflow_id=wf_1&limit=2&order=asc&block_id=block_extract", experimentsPath + "?workflow_id=wf_404",
		experimentsPath + "/exp_abc", experimentsPath + "/exp_split", experimentsPath + "/exp_draft", experimentsPath + "/exp_failed", experimentsPath + "/exp_live_implicit",
		flatMetrics + "exprun_2", flatMetrics + "exprun_2&include_prior=false", flatMetrics + "exprun_split", flatMetrics + "exprun_active",
		flatMetrics + "exprun_compared&prior_run_id=exprun_2", flatMetrics + "exprun_empty", flatMetrics + "exprun_classifier&view=summary",
		flatMetrics + "exprun_2&view=by_document&document_id=expdoc_xyz", flatMetrics + "exprun_classifier&view=by_document&document_id=expdoc_classifier",
		flatMetrics + "exprun_2&view=by_target&target_path=total", flatMetrics + "exprun_classifier&view=by_target&target_path=invoice",
		"/v1/extractions/ext_xyz", "/v1/extractions/extr_bare", "/v1/classifications/cls_1", "/v1/splits/split_1", "/v1/partitions/part_1",
		"/v1/extractions/" + fakeapi.ExtractionID + "?include_output=false", "/v1/classifications/" + fakeapi.ClassificationID + "?include_output=false",
		"/v1/splits/" + fakeapi.SplitID + "?include_output=false", "/v1/partitions/" + fakeapi.PartitionID + "?include_output=false",
		"/v1/extractions/extr_live", "/v1/extractions/extr_live", "/v1/extractions/extr_live", "/v1/extractions/extr_live", // in each status
		"/v1/extractions/extr_failed", "/v1/splits/splt_cancelled", "/v1/workflows/artifacts/extr_failed",
		"/v1/workflows/artifacts/" + fakeapi.ExtractionID, "/v1/workflows/artifacts/" + fakeapi.ClassificationID,
		"/v1/workflows/artifacts/" + fakeapi.SplitID, "/v1/workflows/artifacts/" + fakeapi.PartitionID, "/v1/workflows/artifacts/fninv_1",
		flatMetrics + "exprun_2&view=votes&document_id=expdoc_xyz&target_path=line_items.*.unit_price",
	}},
}

// TestReplies_followVendorSchema reads all objects of the fake and validates route, parameters, status and body with the vendor's
// specifications.
func TestReplies_followVendorSchema(t *testing.T) {
	t.Parallel()
	for name, test := range schemaTests {
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
			for _, path := range servedPaths(t, fake) {
				if problems := check(t, path); problems != "" && !slices.Contains(schemaViolations, path) {
					t.Errorf("%s: %s", path, problems)
				}
			}
		})
	}
}

// schemaViolations has the paths whose answers have the file handles of the vendor's example, which violates the schema.
var schemaViolations = []string{
	"/v1/workflows/experiments/runs/exprun_2/results", "/v1/workflows/experiments/results?run_id=exprun_2",
	"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz", "/v1/workflows/experiments/runs/exprun_2/results/expdoc_failed",
	"/v1/workflows/experiments/results/expresult_1", "/v1/workflows/experiments/results/expresult_2",
}

// TestReplies_vendorExampleViolatesSchema checks the reason for schemaViolations: the vendor's documented example has a file
// handle with only a name, without the document that the vendor's schema requires. The fake renders handles without a file id
// like the example.
func TestReplies_vendorExampleViolatesSchema(t *testing.T) {
	t.Parallel()
	for path, check := range map[string]func(*testing.T, string) string{
		"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz":                  newChecker(t, fakeapi.Start(fakeapi.RunScoped), runScopedSpec),
		"/v1/workflows/experiments/results?run_id=exprun_2&limit=1&after=expresult_2": newChecker(t, fakeapi.Start(fakeapi.Flat), flatSpec),
	} {
		if problems := check(t, path); !strings.Contains(problems, "input-document-0") {
			t.Errorf("%s: the example follows the schema now, or violates it elsewhere: %q", path, problems)
		}
	}
}

// TestReplies_invalidParameter checks that the error for an invalid parameter has the published form.
func TestReplies_invalidParameter(t *testing.T) {
	t.Parallel()
	check := newChecker(t, fakeapi.Start(fakeapi.Flat), flatSpec)
	for _, query := range []string{"?run_id=exprun_2&limit=0", "?run_id=exprun_2&limit=1001", "?run_id=exprun_2&limit=x", "?limit=1"} {
		if problems := check(t, "/v1/workflows/experiments/results"+query); !strings.HasPrefix(problems, "request: ") || strings.Contains(problems, "reply: ") {
			t.Errorf("%s: the request must violate the specification and the reply must not: %s", query, problems)
		}
	}
}

// TestReplies_vendorExample compares the seed result with the vendor's documented example.
func TestReplies_vendorExample(t *testing.T) {
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
		t.Errorf("the seed result differs from the example (-want +got):\n%s", diff)
	}
}

// specValidator validates requests and answers with a specification.
type specValidator struct {
	mu sync.Mutex // the library's validators share caches
	validator.Validator
}

// specValidators compiles each specification once, because that takes seconds.
var specValidators = map[string]func() (*specValidator, error){
	runScopedSpec: sync.OnceValues(func() (*specValidator, error) { return newSpecValidator(runScopedSpec) }),
	flatSpec:      sync.OnceValues(func() (*specValidator, error) { return newSpecValidator(flatSpec) }),
}

func newSpecValidator(spec string) (*specValidator, error) {
	text, err := os.ReadFile(spec)
	if err != nil {
		return nil, err
	}
	document, err := libopenapi.NewDocument(text)
	if err != nil {
		return nil, err
	}
	against, errs := validator.NewValidator(document)
	return &specValidator{Validator: against}, stderrors.Join(errs...)
}

// problems returns the violations of the specification in a request and its answer.
func (v *specValidator) problems(request *http.Request, answer *http.Response) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var problems []string
	note := func(of string, found []*errors.ValidationError) {
		for _, problem := range found {
			problems = append(problems, of+problem.Message+": "+problem.Reason)
			for _, detail := range problem.SchemaValidationErrors {
				problems = append(problems, fmt.Sprint(detail))
			}
		}
	}
	_, found := v.ValidateHttpRequest(request)
	note("request: ", found)
	_, found = v.ValidateHttpResponse(request, answer)
	note("reply: ", found)
	return strings.Join(problems, "; ")
}

// newChecker returns a function that reads a path of a fake and returns the violations of the specification. It closes the fake
// at the end of the test.
func newChecker(t *testing.T, fake *fakeapi.Server, spec string) func(*testing.T, string) string {
	t.Helper()
	t.Cleanup(fake.Close)
	against, err := specValidators[spec]()
	if err != nil {
		t.Fatal(err)
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
		return against.problems(asPublished, answer)
	}
}

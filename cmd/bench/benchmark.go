package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// benchmark is a Terraform command that is measured in several variants.
type benchmark struct {
	name      string
	arguments []string
	documents int           // of the run
	payload   int           // bytes of JSON per document
	latency   time.Duration // of the API
	rounds    int
	variants  []variant
}

// variant is a configuration that reads the documents of a run, and the server that it reads from.
type variant struct {
	name     string
	provider string // an entry of required_providers
	serves   fakeapi.Edition
	hcl      func(documents int, baseURL string) string
}

const (
	retab = `retab = { source = "retab-dev/retab" }`
	http  = `http = { source = "hashicorp/http" }`
)

var (
	peer            = variant{"http", http, fakeapi.RunScoped, httpDataSource}
	singular        = variant{"singular, run-scoped", retab, fakeapi.RunScoped, forEach("", overSet)}
	singularSet     = variant{"singular, run-scoped, api_edition set", retab, fakeapi.RunScoped, forEach("run_scoped", overSet)}
	singularFlat    = variant{"singular, flat", retab, fakeapi.Flat, forEach("", overSet)}
	singularFlatSet = variant{"singular, flat, api_edition set", retab, fakeapi.Flat, forEach("flat", overSet)}
	singularMap     = variant{"singular, for_each over a map", retab, fakeapi.RunScoped, forEach("", overMap)}
	singularCount   = variant{"singular, count", retab, fakeapi.RunScoped, forEach("", overCount)}
	plural          = variant{"plural, run-scoped", retab, fakeapi.RunScoped, pluralDataSource("", "")}
	pluralFlat      = variant{"plural, flat", retab, fakeapi.Flat, pluralDataSource("", "")}
	pluralFlatSet   = variant{"plural, flat, api_edition set", retab, fakeapi.Flat, pluralDataSource("flat", "")}
	largeSingular   = variant{"singular, flat, last document", retab, fakeapi.Flat, oneOf("")}
	largePayload    = variant{"singular, flat, last document with its payload", retab, fakeapi.Flat, oneOf("include_handle_data = true")}
	largePlural     = variant{"plural, flat, one of document_ids", retab, fakeapi.Flat, pluralDataSource("", `document_ids = ["expdoc_0"]`)}
)

// The ways to repeat a block. Each has the block that defines the documents, the meta-argument, and the document's id.
var (
	overSet = [3]string{
		"variable \"documents\" {\n  type    = set(string)\n  default = %s\n}", "for_each = var.documents", "each.key",
	}
	overMap = [3]string{
		"locals {\n  documents = { for id in %s : id => id }\n}", "for_each = local.documents", "each.key",
	}
	overCount = [3]string{
		"variable \"documents\" {\n  type    = list(string)\n  default = %s\n}", "count = length(var.documents)", "var.documents[count.index]",
	}
)

// forEach returns a configuration with one block per document.
func forEach(edition string, over [3]string) func(int, string) string {
	return func(documents int, _ string) string {
		return providerBlock(edition) + fmt.Sprintf(over[0], documentIDs(documents)) + fmt.Sprintf(`
data "retab_experiment_result" "all" {
  %s
  run_id      = "exprun_big"
  document_id = %s
}
`, over[1], over[2])
	}
}

// httpDataSource returns a configuration with one http data source per document.
func httpDataSource(documents int, baseURL string) string {
	return fmt.Sprintf(overSet[0], documentIDs(documents)) + fmt.Sprintf(`
data "http" "all" {
  %s
  url             = "%s/v1/workflows/experiments/runs/exprun_big/results/${%s}"
  request_headers = { "Api-Key" = %q }
}
`, overSet[1], baseURL, overSet[2], fakeapi.Key)
}

// providerBlock returns a provider block with an edition, "" if edition is "".
func providerBlock(edition string) string {
	if edition == "" {
		return ""
	}
	return fmt.Sprintf("provider \"retab\" {\n  api_edition = %q\n}\n", edition)
}

// pluralDataSource returns a configuration with one block for all documents.
func pluralDataSource(edition, argument string) func(int, string) string {
	return func(int, string) string {
		return providerBlock(edition) + fmt.Sprintf(`
data "retab_experiment_results" "all" {
  run_id = "exprun_big"
  %s
}
`, argument)
	}
}

// oneOf returns a configuration that reads the last document of the list. The list has the newest document first.
func oneOf(argument string) func(int, string) string {
	return func(int, string) string {
		return fmt.Sprintf(`
data "retab_experiment_result" "last" {
  run_id      = "exprun_big"
  document_id = "expdoc_0"
  %s
}
`, argument)
	}
}

// documentIDs returns the list of all document ids in HCL.
func documentIDs(documents int) string {
	ids := make([]string, documents)
	for i := range ids {
		ids[i] = fmt.Sprintf("%q", fmt.Sprintf("expdoc_%d", i))
	}
	return "[" + strings.Join(ids, ", ") + "]"
}

// addRun adds the run to the fake.
func (b benchmark) addRun(fake *fakeapi.Server) {
	data := ""
	if b.payload > 0 {
		data = `{"text":"` + strings.Repeat("x", b.payload) + `"}`
	}
	for i := range b.documents {
		inputs := map[string]fakeapi.Handle{"input-document-0": {FileID: "file_1", Filename: "invoice.pdf", MIMEType: "application/pdf"}}
		if data != "" {
			inputs["input-json-0"] = fakeapi.Handle{Data: data}
		}
		fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_%d", i), RunID: "exprun_big", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", i), BlockKind: "extract",
			Stages: []fakeapi.Stage{{
				Status: "completed", Artifact: &fakeapi.Artifact{Operation: "extraction", ID: fmt.Sprintf("ext_%d", i)},
				Timing: fakeapi.Timing{
					CreatedAt: "2026-05-02T11:00:00Z", StartedAt: "2026-05-02T11:00:01.25Z", CompletedAt: "2026-05-02T11:00:05.37Z", DurationMS: new(int64(4120)),
				},
			}},
			Inputs: inputs, Placeholder: new(false),
		})
	}
}

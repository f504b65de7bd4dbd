package main

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// benchmark is a Terraform command that is measured in several variants.
type benchmark struct {
	name      string
	arguments []string
	documents int           // of the run
	targets   int           // of its metrics, 0 for a run without metrics
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
	against  against
	isBase   bool // whether another build of the provider reads
}

const (
	retab = `retab = { source = "retab-dev/retab" }`
	http  = `http = { source = "hashicorp/http" }`
)

// comparison is a column of ratios.
type comparison string

const (
	// toHTTP compares with the http data source: as many reads of a result, or one read of the list as a string.
	toHTTP comparison = "http"
	// toJSON compares with a read of the list by the http data source that decodes the string into rows. Most of the cost
	// of rows is Terraform's own.
	toJSON comparison = "json"
	// toPlural compares the metrics of a run with its results.
	toPlural comparison = "plural"
	// toSet compares a provider that detects the edition with one whose api_edition is set.
	toSet comparison = "set"
	// toBase compares with another build of the provider.
	toBase comparison = "base"
)

// against has the names of the variants that a variant is compared with.
type against map[comparison]string

var (
	peer            = variant{name: "http", provider: http, serves: fakeapi.RunScoped, hcl: httpOfEach}
	singular        = ours("singular, run-scoped", fakeapi.RunScoped, forEach("", overSet), against{toHTTP: peer.name, toSet: singularSet.name})
	singularSet     = ours("singular, run-scoped, api_edition set", fakeapi.RunScoped, forEach("run_scoped", overSet), against{toHTTP: peer.name})
	singularFlat    = ours("singular, flat", fakeapi.Flat, forEach("", overSet), against{toHTTP: peer.name, toSet: singularFlatSet.name})
	singularFlatSet = ours("singular, flat, api_edition set", fakeapi.Flat, forEach("flat", overSet), against{toHTTP: peer.name})
	singularMap     = ours("singular, for_each over a map", fakeapi.RunScoped, forEach("", overMap), against{toHTTP: peer.name})
	singularCount   = ours("singular, count", fakeapi.RunScoped, forEach("", overCount), against{toHTTP: peer.name})

	listURL      = "runs/exprun_big/results?limit=1000"
	peerList     = variant{name: "http, list, run-scoped", provider: http, serves: fakeapi.RunScoped, hcl: httpOf(listURL, "Api-Key", "")}
	peerListJSON = variant{name: "http, list, run-scoped, decoded", provider: http, serves: fakeapi.RunScoped, hcl: decoded(peerList.hcl)}
	toList       = against{toHTTP: peerList.name, toJSON: peerListJSON.name}
	plural       = ours("plural, run-scoped", fakeapi.RunScoped, pluralDataSource("", ""), toList.and(toSet, pluralSet))
	pluralNoRows = ours("plural, run-scoped, no rows", fakeapi.RunScoped, pluralDataSource("", "statuses = []"), toList)
	pluralSet    = ours("plural, run-scoped, api_edition set", fakeapi.RunScoped, pluralDataSource("run_scoped", ""), toList)

	flatListURL      = "results?run_id=exprun_big&limit=1000"
	peerFlatList     = variant{name: "http, list, flat", provider: http, serves: fakeapi.Flat, hcl: httpOf(flatListURL, "Authorization", "Bearer ")}
	peerFlatListJSON = variant{name: "http, list, flat, decoded", provider: http, serves: fakeapi.Flat, hcl: decoded(peerFlatList.hcl)}
	toFlatList       = against{toHTTP: peerFlatList.name, toJSON: peerFlatListJSON.name}
	pluralFlat       = ours("plural, flat", fakeapi.Flat, pluralDataSource("", ""), toFlatList.and(toSet, pluralFlatSet))
	pluralFlatSet    = ours("plural, flat, api_edition set", fakeapi.Flat, pluralDataSource("flat", ""), toFlatList)

	metrics     = ours("metrics, run-scoped", fakeapi.RunScoped, metricsDataSource, against{toPlural: plural.name})
	metricsFlat = ours("metrics, flat", fakeapi.Flat, metricsDataSource, against{toPlural: pluralFlat.name})

	largeSingular = ours("singular, flat, last document", fakeapi.Flat, oneOf(""), nil)
	largePayload  = ours("singular, flat, last document with its payload", fakeapi.Flat, oneOf("include_handle_data = true"), nil)
	largePlural   = ours("plural, flat, one of document_ids", fakeapi.Flat, pluralDataSource("", `document_ids = ["expdoc_0"]`), nil)
)

// ours returns a variant of this provider.
func ours(name string, serves fakeapi.Edition, hcl func(int, string) string, against against) variant {
	return variant{name: name, provider: retab, serves: serves, hcl: hcl, against: against}
}

// and returns the comparisons with one more.
func (a against) and(c comparison, v variant) against {
	all := against{c: v.name}
	maps.Copy(all, a)
	return all
}

// base returns the same variant of another build of the provider, and adds it to the comparisons of v.
func (v *variant) base() variant {
	base := variant{name: v.name + ", base", provider: v.provider, serves: v.serves, hcl: v.hcl, isBase: true}
	v.against = v.against.and(toBase, base)
	return base
}

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

// httpOfEach returns a configuration with one http data source per document.
func httpOfEach(documents int, baseURL string) string {
	return fmt.Sprintf(overSet[0], documentIDs(documents)) + fmt.Sprintf(`
data "http" "all" {
  %s
  url             = "%s/v1/workflows/experiments/runs/exprun_big/results/${%s}"
  request_headers = { "Api-Key" = %q }
}
`, overSet[1], baseURL, overSet[2], fakeapi.Key)
}

// httpOf returns a configuration with one http data source for an address below the experiments.
func httpOf(address, header, prefix string) func(int, string) string {
	return func(_ int, baseURL string) string {
		return fmt.Sprintf(`
data "http" "list" {
  url             = "%s/v1/workflows/experiments/%s"
  request_headers = { %q = %q }
}
`, baseURL, address, header, prefix+fakeapi.Key)
	}
}

// decoded adds the decoding of the rows to a configuration that reads a list.
func decoded(list func(int, string) string) func(int, string) string {
	return func(documents int, baseURL string) string {
		return list(documents, baseURL) + `
locals {
  by_document = { for row in jsondecode(data.http.list.response_body).data : row.document_id => row }
}
`
	}
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

// metricsDataSource returns a configuration with one block for the metrics.
func metricsDataSource(int, string) string {
	return "data \"retab_experiment_metrics\" \"all\" {\n  run_id = \"exprun_big\"\n}\n"
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

// addMetrics adds the metrics of the run to the fake.
func (b benchmark) addMetrics(fake *fakeapi.Server) {
	all := fakeapi.Metrics{RunID: "exprun_big", Score: new(0.9), Likelihoods: map[string]float64{}}
	for i := range b.documents {
		all.Documents = append(all.Documents, fakeapi.DocumentMetrics{
			ID: fmt.Sprintf("expdoc_%d", i), Filename: "invoice.pdf", Score: new(float64(i) / float64(b.documents)),
		})
	}
	for i := range b.targets {
		all.Likelihoods[fmt.Sprintf("line_items.*.field_%d", i)] = float64(i) / float64(b.targets)
	}
	fake.SetMetrics(all)
}

// addRun adds the run to the fake.
func (b benchmark) addRun(fake *fakeapi.Server) {
	if b.targets > 0 {
		b.addMetrics(fake)
	}
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

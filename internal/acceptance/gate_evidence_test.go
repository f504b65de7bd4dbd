package acceptance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// documentedGate is a gate of the examples. Its folder becomes a module, with one instance for each evidence.
type documentedGate struct {
	folder    string
	arguments string
	without   []string   // parts of the configuration that need another provider, as patterns
	skip      []evidence // evidences that do not concern this gate, because it reads another object
}

var documentedGates = []documentedGate{
	{folder: "gates/postcondition"},
	{folder: "gates/precondition"},
	{folder: "gates/check"},
	{folder: "gates/check_nested"},
	{folder: "gates/ephemeral"},
	{folder: "gates/missing"},
	{folder: "gates/for_each"},
	{folder: "gates/ratio"},
	{folder: "gates/score"},
	{folder: "testing"},
	{folder: "gates/wait", skip: []evidence{{"result", "lifecycle", `{"status":"running"}`}}},
	{folder: "artifacts/likelihood"},
	{folder: "artifacts/category"},
	{folder: "artifacts/write_only", without: []string{`(?s)    vault = \{.*?\n    \}\n`, `(?s)resource "vault_kv_secret_v2".*?\n\}\n`}},
	{folder: "testing-with-the-fake"},
	{folder: "modules/release-gate", skip: evidenceOf["experiment_results.by_document"], arguments: "min_score = 0.8\n min_target_score = 0.75\n max_score_drop = 0.02\n min_success_ratio = 0.9\n require_published_version = true\n critical_document_ids = [\"expdoc_1\"]\n workflow_id = \"wf_1\""},
}

var (
	conditionPattern = regexp.MustCompile(`(?m)^\s*condition\s*=\s*(.+)$`)
	blockPattern     = regexp.MustCompile(`(?m)^(?:  )?(?:data|ephemeral) "retab_(\w+)" "\w+"`)
	selfPattern      = regexp.MustCompile(`self\.(\w+)`)
	dataPattern      = regexp.MustCompile(`(?:data|ephemeral)\.retab_(\w+)\.\w+\.(\w+)`)
	localPattern     = regexp.MustCompile(`local\.(experiment|run|metrics|results)\.(\w+)`)
	// providerErrorPattern finds the instance of a provider error, which is not a check.
	providerErrorPattern = regexp.MustCompile(`Error: [^\n]*\n\n  with module\.gate\["(\w+)"\]`)
	variablePattern      = regexp.MustCompile(`(?m)^variable "(\w+)"`)
)

// attributesRead returns the attributes that the conditions of a gate read, as type.attribute. The conditions of the module refer to
// locals, so every attribute that a local reads counts.
func attributesRead(config string) []string {
	read := map[string]bool{}
	conditions := config
	if !strings.Contains(config, "local.metrics") {
		conditions = ""
		for _, match := range conditionPattern.FindAllStringSubmatchIndex(config, -1) {
			condition := config[match[2]:match[3]]
			conditions += condition + "\n"
			blocks := blockPattern.FindAllStringSubmatch(config[:match[2]], -1)
			for _, self := range selfPattern.FindAllStringSubmatch(condition, -1) {
				read[blocks[len(blocks)-1][1]+"."+self[1]] = true
			}
		}
	}
	for _, match := range dataPattern.FindAllStringSubmatch(conditions, -1) {
		read[match[1]+"."+match[2]] = true
	}
	nouns := map[string]string{"experiment": "experiment", "run": "experiment_run", "metrics": "experiment_metrics", "results": "experiment_results"}
	for _, match := range localPattern.FindAllStringSubmatch(conditions, -1) {
		read[nouns[match[1]]+"."+match[2]] = true
	}
	for _, text := range []string{"summary", "freshness"} { // for messages
		for _, noun := range nouns {
			delete(read, noun+"."+text)
		}
	}
	for _, shown := range []string{ // in messages, outputs and arguments
		"experiment_metrics.prior_run_id", "experiment.workflow_id", "experiment_run.requested_version", "experiment_run.timing",
	} {
		delete(read, shown)
	}
	return slices.Sorted(maps.Keys(read))
}

// TestGates_evidence takes each evidence of each documented gate away, by name, and checks that the gate fails. All evidences of a gate
// are instances of one plan.
func TestGates_evidence(t *testing.T) {
	t.Parallel()
	for _, gate := range documentedGates {
		t.Run(strings.ReplaceAll(gate.folder, "/", "_"), func(t *testing.T) {
			t.Parallel()
			inBothEditions(t, gate.check)
		})
	}
}

func (g documentedGate) check(t *testing.T, w workspace) {
	t.Helper()
	config := w.copyGate(t, g)
	isFlat := w.fake.Edition() == fakeapi.Flat
	instances := map[string]evidence{"good": {}}
	for _, attribute := range attributesRead(config) {
		known, is := evidenceOf[attribute]
		if !is {
			t.Fatalf("the gate reads %s, which has no evidence in the table", attribute)
		}
		for _, one := range known {
			if !slices.Contains(g.skip, one) && g.concerns(one, isFlat) && !slices.Contains(slices.Collect(maps.Values(instances)), one) {
				instances[fmt.Sprintf("e%02d", len(instances))] = one
			}
		}
	}
	w.addEvidenceWorlds(slices.Collect(maps.Keys(instances)), strings.Contains(g.folder, "category"))
	w.tamper(t, instances)
	open := maps.Clone(instances)
	for failed := true; failed; { // a resource whose dependency has failed is not planned in any instance, so these have another plan
		w.writeInstances(t, g, config, open)
		closed := w.failedInstances(t)
		if closed["good"] {
			t.Fatal("the gate fails with every evidence")
		}
		maps.DeleteFunc(open, func(name string, _ evidence) bool { return closed[name] })
		failed = len(closed) > 0
	}
	delete(open, "good")
	for _, one := range open {
		t.Errorf("the gate passes in spite of %s", one)
	}
	t.Logf("%d evidences", len(instances)-1)
}

// concerns reports whether an edition has the member, and whether it is of the kind of artifact that the gate reads.
func (g documentedGate) concerns(one evidence, isFlat bool) bool {
	isCategory, ofNumber := strings.Contains(g.folder, "category"), strings.Contains(one.value, `"likelihood":`)
	if one.member == "consensus" && strings.Contains(one.value, "{") && one.value != `{"likelihoods":null}` && one.value != "null" && isCategory != ofNumber {
		return false
	}
	if one.noun == "run" && (one.member == "workflow_version_id" || one.member == "workflow") {
		return isFlat == (one.member == "workflow_version_id")
	}
	ofFlat := []string{"freshness", "freshness_state", "freshness_reasons", "drift", "run_plan_mode", "rerunnable_document_count", "block_execution_fingerprint", "scored_document_count", "status"}
	if slices.Contains(ofFlat, one.member) && one != (evidence{"experiment", "status", `"processing"`}) {
		return isFlat
	}
	return one.member != "definition_fingerprint" || !isFlat
}

// copyGate copies a gate into the folder gate of the workspace and returns its configuration. A module cannot configure a provider,
// and the JSON of a plan with an ephemeral condition crashes Terraform, so ephemeral resources become the data sources with the same
// attributes.
func (w workspace) copyGate(t *testing.T, g documentedGate) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "examples", filepath.FromSlash(g.folder), "*.tf"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	if err := os.MkdirAll(filepath.Join(w.Dir, "gate"), 0o700); err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, file := range files {
		text := strings.Replace(readFile(t, file), "provider \"retab\" {}\n", "", 1)
		for _, part := range g.without {
			text = regexp.MustCompile(part).ReplaceAllString(text, "")
		}
		text = strings.NewReplacer("ephemeral \"", "data \"", "ephemeral.", "data.", "expdoc_canary", "expdoc_1").Replace(text)
		w.write(t, filepath.Join("gate", filepath.Base(file)), text)
		all += text
	}
	return all
}

// writeInstances writes the configuration with one instance of the gate for each evidence.
func (w workspace) writeInstances(t *testing.T, g documentedGate, config string, instances map[string]evidence) {
	t.Helper()
	documents := map[string]string{}
	for name, one := range instances {
		documents[name] = "expdoc_1"
		if one.member == "absent" {
			documents[name] = "expdoc_none"
		}
	}
	known := map[string]string{
		"run_id": `"exprun_${each.key}"`, "canary_run_id": `"exprun_${each.key}"`, "document_id": "each.value", "experiment_id": `"exp_${each.key}"`,
		"document_ids": "[each.value]", "critical_document_ids": "[each.value]",
	}
	arguments := g.arguments
	for _, variable := range variablePattern.FindAllStringSubmatch(config, -1) {
		if expression := known[variable[1]]; expression != "" && !strings.Contains(arguments, variable[1]) {
			arguments += fmt.Sprintf("\n  %s = %s", variable[1], expression)
		}
	}
	encoded, err := json.Marshal(documents)
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, "main.tf", requiredProviders+fmt.Sprintf("\nmodule \"gate\" {\n  for_each = jsondecode(%q)\n  source = \"./gate\"\n  %s\n}\n", encoded, arguments))
	w.terraform(t, 0, "get", "-no-color")
}

// addEvidenceWorlds adds an experiment with a run, two documents and an artifact for each instance. Every gate passes on it.
func (w workspace) addEvidenceWorlds(names []string, isCategory bool) {
	w.fake.AddWorkflow(fakeapi.Workflow{ID: "wf_1", Published: &fakeapi.Published{VersionID: "draft_2026_05_18", At: "2026-06-01T00:00:00Z"}})
	for _, name := range names {
		run, experiment, operation := "exprun_"+name, "exp_"+name, "extraction"
		record := fakeapi.ArtifactRecord{ID: "extr_" + name, Output: `{"total":1,"vendor":null}`, Likelihoods: `{"total":0.99,"vendor":0.9}`}
		if isCategory {
			operation = "classification"
			record = fakeapi.ArtifactRecord{ID: "clss_" + name, Output: `{"category":"invoice","reasoning":"r"}`, Likelihoods: "0.95"}
		}
		record.Operation = operation
		w.fake.AddArtifact(record)
		w.fake.AddExperiment(fakeapi.Experiment{
			ID: experiment, Name: name, BlockKind: "extract", LastRunID: run, Freshness: fakeapi.Freshness{Status: "fresh", BaselineRunID: run}, Drift: fakeapi.Drift{Status: "none"},
		})
		w.fake.AddRun(fakeapi.Run{ID: run, ExperimentID: experiment, BlockKind: "extract", CreatedAt: "2026-06-02T00:00:00Z", Documents: 2, Stages: []fakeapi.RunStage{
			{Status: "completed", Completed: 2, Score: new(0.9)},
		}})
		w.fake.AddRun(fakeapi.Run{ID: "exprunprior_" + name, ExperimentID: experiment, CreatedAt: "2026-06-01T00:00:00Z", Stages: []fakeapi.RunStage{{Status: "completed"}}})
		var scores []fakeapi.DocumentMetrics
		for i := range 2 {
			document := fmt.Sprintf("expdoc_%d", i+1)
			scores = append(scores, fakeapi.DocumentMetrics{ID: document, Filename: "a", Score: new(0.9)})
			w.fake.Add(fakeapi.Result{ID: fmt.Sprintf("expresult_%s_%d", name, i), RunID: run, ExperimentID: experiment, DocumentID: document, BlockKind: "extract", Stages: []fakeapi.Stage{{
				Status: "completed", Timing: fakeapi.Timing{DurationMS: new(int64(1000))}, Artifact: &fakeapi.Artifact{Operation: operation, ID: record.ID},
			}}})
		}
		w.fake.SetMetrics(
			fakeapi.Metrics{RunID: run, Score: new(0.9), Likelihoods: map[string]float64{"total": 0.95}, Documents: scores},
			fakeapi.Metrics{RunID: "exprunprior_" + name, Score: new(0.9)},
		)
	}
}

// tamper starts a server between the provider and the fake, which changes the evidence of each instance in the answers.
func (w workspace) tamper(t *testing.T, instances map[string]evidence) {
	t.Helper()
	target, err := url.Parse(w.fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Header.Del("Accept-Encoding") }}
	named := regexp.MustCompile(`(?:exprun|exp|extr|clss)_(e\d\d)\b`)
	proxy.ModifyResponse = func(response *http.Response) error {
		address := response.Request.URL
		name := named.FindStringSubmatch(address.String())
		if name == nil || response.StatusCode != http.StatusOK {
			return nil
		}
		text, err := io.ReadAll(response.Body)
		if err != nil {
			return err
		}
		if one := instances[name[1]]; one.noun == nounOf(address.Path) || one.noun == "listed run" && strings.HasSuffix(address.Path, "/experiments/runs") {
			text = one.change(text)
		}
		response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		response.Header.Set("Content-Length", fmt.Sprint(len(text)))
		return nil
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	w.Setenv("RETAB_API_BASE_URL=" + server.URL)
}

// nounOf returns what a path is about.
func nounOf(path string) string {
	switch {
	case strings.Contains(path, "/metrics"):
		return "metrics"
	case strings.Contains(path, "/results"):
		return "result"
	case strings.Contains(path, "/experiments/runs"):
		return "run"
	case strings.Contains(path, "/experiments"):
		return "experiment"
	default:
		return "artifact"
	}
}

// change changes an object, or the row of the first document in a list.
func (e evidence) change(text []byte) []byte {
	var body map[string]any
	if json.Unmarshal(text, &body) != nil {
		return text
	}
	rows, isList := body["data"].([]any)
	if !isList {
		rows = []any{body}
	}
	for _, row := range rows {
		object := row.(map[string]any)
		isOther := object["document_id"] != nil && object["document_id"] != "expdoc_1" || strings.HasPrefix(fmt.Sprint(object["id"]), "exprunprior")
		switch {
		case isOther || e.member == "absent":
		default:
			object[e.member] = json.RawMessage(e.value)
		}
	}
	changed, err := json.Marshal(body)
	if err != nil {
		return text
	}
	return changed
}

// failedInstances plans, and returns the instances with a failed check.
func (w workspace) failedInstances(t *testing.T) map[string]bool {
	t.Helper()
	output, _, err := w.Run(t.Context(), "plan", "-no-color", "-out=saved.tfplan")
	if err != nil {
		t.Fatal(err)
	}
	shown, _, err := w.Run(t.Context(), "show", "-json", "saved.tfplan")
	if err != nil {
		t.Fatal(err)
	}
	var plan struct {
		Checks []struct {
			Instances []struct {
				Address struct {
					Display string `json:"to_display"`
				}
				Status string
			}
		}
	}
	_, object, _ := strings.Cut(shown, "{") // after a warning of Terraform
	if err := json.Unmarshal([]byte("{"+object), &plan); err != nil {
		t.Fatalf("%v\n%s\n%s", err, output, shown)
	}
	failed := map[string]bool{}
	for _, check := range plan.Checks {
		for _, instance := range check.Instances {
			if name := regexp.MustCompile(`module\.gate\["(\w+)"\]`).FindStringSubmatch(instance.Address.Display); name != nil && instance.Status != "pass" {
				failed[name[1]] = true
			}
		}
	}
	for _, problem := range providerErrorPattern.FindAllStringSubmatch(output, -1) {
		failed[problem[1]] = true
	}
	if failed["good"] {
		t.Error(output)
	}
	return failed
}

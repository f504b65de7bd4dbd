package acceptance

import (
	"archive/zip"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestSecrets_keyDoesNotLeak searches plan, state, output and trace log for the API key. The server repeats the key in
// a result and in an error.
func TestSecrets_keyDoesNotLeak(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		searchForKey(t, w)
	})
}

func searchForKey(t *testing.T, w workspace) {
	t.Helper()
	w.trace()
	w.example(t, "quickstart")
	w.fake.Add(fakeapi.Result{
		ID: "expresult_echo", RunID: "exprun_echo", ExperimentID: "exp_abc", DocumentID: "expdoc_echo", BlockKind: "extract",
		Stages: []fakeapi.Stage{{Status: "error", Error: "403 for Api-Key " + fakeapi.Key}},
		Inputs: map[string]fakeapi.Handle{
			"file": {Filename: fakeapi.Key + ".pdf"}, "json": {Data: `{"headers":{"Api-Key":"` + fakeapi.Key + `"}}`},
		},
	})
	w.write(t, "echo.tf", `
data "retab_experiment_results" "echo" {
  run_id              = "exprun_echo"
  include_handle_data = true
}

output "echo" {
  value = nonsensitive(jsonencode(data.retab_experiment_results.echo))
}
`)
	printed := w.terraform(t, 0, "plan", "-no-color", "-out=saved.tfplan")
	printed += w.terraform(t, 0, "show", "-json", "saved.tfplan")
	printed += w.terraform(t, 0, "apply", "-no-color", "saved.tfplan")
	for _, path := range []string{"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz", "/v1/workflows/experiments/results"} {
		w.fake.Script(path, fakeapi.Reply{
			Status: http.StatusForbidden, Body: `{"detail":"The key ` + fakeapi.Key + ` may not read this"}`,
			Header: http.Header{"X-Request-Id": {fakeapi.Key}},
		})
	}
	wantText(t, w.terraform(t, 0, "output", "-raw", "echo"), "403 for Api-Key [API key]", "[API key].pdf", `{\"Api-Key\":\"[API key]\"}`)
	refused := w.terraform(t, 1, "plan", "-no-color")
	wantText(t, refused, "Retab refused access", "The key [API key] may not read this.")
	printed += refused

	wantAbsent(t, w.filesWith(t, printed), fakeapi.Key)
}

// TestSecrets_payloadsDoNotLeak reads results with payloads, a stack trace and storage addresses, and searches state,
// output and trace log for them.
func TestSecrets_payloadsDoNotLeak(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		w.trace()
		w.write(t, "main.tf", requiredProviders+`
data "retab_experiment_results" "seed" {
  run_id = "exprun_2"
}

data "retab_experiment_results" "cancelled" {
  run_id = "exprun_cancelled"
}

output "all" {
  value     = [data.retab_experiment_results.seed, data.retab_experiment_results.cancelled]
  sensitive = true
}
`)
		printed := w.terraform(t, 0, "apply", "-no-color", "-auto-approve") + w.terraform(t, 0, "output", "-json")
		wantText(t, printed, "invoice_q3.pdf", "expdoc_coded") // otherwise the search proves nothing
		// A payload, a stack trace, a storage address, and a fingerprint of a file.
		wantAbsent(t, w.filesWith(t, printed), "12345678901234567890", "Traceback", "gs://", "content_fingerprint")
	})
}

// outputOnly returns an output for wantAbsent, without files.
func outputOnly(printed string) map[string]string { return map[string]string{"the output": printed} }

// filesWith returns an output and the files of a workspace with trace, by name: the state, the log and, if there is one, the saved
// plan. It fails if a search in the state or the log would prove nothing.
func (w workspace) filesWith(t *testing.T, printed string) map[string]string {
	t.Helper()
	files := outputOnly(printed)
	for _, name := range []string{"terraform.tfstate", traceLog} {
		files[name] = readFile(t, filepath.Join(w.Dir, name))
	}
	if files["terraform.tfstate"] == "" || !strings.Contains(files[traceLog], "Retab API request") {
		t.Error("the state is empty or the log lacks the provider's requests, so the search proves nothing")
	}
	plan := filepath.Join(w.Dir, "saved.tfplan")
	if _, err := os.Stat(plan); err == nil {
		for name, content := range unzip(t, plan) {
			files["saved.tfplan/"+name] = string(content)
		}
	}
	return files
}

// wantAbsent checks that no file contains any of the texts.
func wantAbsent(t *testing.T, files map[string]string, texts ...string) {
	t.Helper()
	for name, content := range files {
		for _, text := range texts {
			if at := strings.Index(content, text); at >= 0 {
				t.Errorf("%s contains %q: …%s", name, text, content[max(0, at-200):at])
			}
		}
	}
}

// unzip returns the files in a saved plan, which is a zip archive.
func unzip(t *testing.T, path string) map[string][]byte {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	files := map[string][]byte{}
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		files[file.Name] = content
	}
	if len(files) == 0 {
		t.Fatal("the saved plan is empty")
	}
	return files
}

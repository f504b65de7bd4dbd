package acceptance

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestSecrets_keyIsNowhere searches plan, state, output and trace log for the API key. The server echoes the key in a
// result and in an error.
func TestSecrets_keyIsNowhere(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		searchForKey(t, w)
	})
}

func searchForKey(t *testing.T, w workspace) {
	t.Helper()
	log := filepath.Join(w.Dir, "trace.log")
	w.Setenv("TF_LOG=TRACE", "TF_LOG_PATH="+log)
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

	wantNoKey(t, "output", []byte(printed))
	for _, name := range []string{"terraform.tfstate", "trace.log"} {
		content, err := os.ReadFile(filepath.Join(w.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if len(content) == 0 {
			t.Errorf("%s is empty, so the search proves nothing", name)
		}
		wantNoKey(t, name, content)
	}
	for name, content := range unzip(t, filepath.Join(w.Dir, "saved.tfplan")) {
		wantNoKey(t, "saved.tfplan/"+name, content)
	}
	trace, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(trace, []byte("Retab API request")) {
		t.Error("the log lacks the provider's requests, so the search proves nothing")
	}
}

// TestSecrets_customersDataIsNowhere reads results with payloads, a stack trace and storage addresses, and searches state,
// output and trace log for them.
func TestSecrets_customersDataIsNowhere(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		log := filepath.Join(w.Dir, "trace.log")
		w.Setenv("TF_LOG=TRACE", "TF_LOG_PATH="+log)
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
		found := w.terraform(t, 0, "apply", "-no-color", "-auto-approve") + w.terraform(t, 0, "output", "-json")
		for _, name := range []string{"terraform.tfstate", "trace.log"} {
			content, err := os.ReadFile(filepath.Join(w.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			found += string(content)
		}
		wantText(t, found, "invoice_q3.pdf", "expdoc_coded") // otherwise the search proves nothing
		for what, text := range map[string]string{
			"a payload": "12345678901234567890", "a stack trace": "Traceback", "a storage address": "gs://", "a fingerprint of a file": "content_fingerprint",
		} {
			if strings.Contains(found, text) {
				t.Errorf("%s is in state, output or log: %s", what, text)
			}
		}
	})
}

func wantNoKey(t *testing.T, where string, content []byte) {
	t.Helper()
	if at := bytes.Index(content, []byte(fakeapi.Key)); at >= 0 {
		t.Errorf("the API key is in %s: …%s", where, content[max(0, at-200):at])
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

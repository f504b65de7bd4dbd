package acceptance

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// requiredProviders is the block that examples of a single data source leave out.
const requiredProviders = `
terraform {
  required_providers {
    retab = {
      source  = "retab-dev/retab"
      version = "~> 0.1.0"
    }
  }
}
`

// examples maps each folder below examples/ to a check that runs after apply. gates_test.go has the checks of the gates.
var examples = map[string]func(t *testing.T, w workspace){
	"provider": nil,
	"data-sources/retab_artifact": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `invoice_status = "completed"`, `lowest_likelihood = 0.67`)
	},
	"ephemeral-resources/retab_artifact": nil,
	"artifacts/category": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `category = "invoice"`)
	},
	"artifacts/likelihood": nil,
	"artifacts/write_only": nil,
	"data-sources/retab_experiment_result": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `invoice = { "artifact" = { "id" = "ext_xyz" "operation" = "extraction" } "duration_ms" = 4120 "status" = "completed" }`)
	},
	"data-sources/retab_experiment_results": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"),
			`artifact_ids = { "expdoc_failed" = null "expdoc_schema" = "ext_schema" "expdoc_xyz" = "ext_xyz" }`,
			`failed_documents = tolist([ "expdoc_failed", ])`)
	},
	"data-sources/retab_experiment_run": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `failed_count = 1`, `score = 0.93`)
	},
	"data-sources/retab_experiment_runs": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `scores = { "exprun_2" = 0.93 }`)
	},
	"data-sources/retab_experiment": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `is_fresh = true`, `last_run_id = "exprun_2"`)
	},
	"data-sources/retab_experiments": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `"exp_abc" = "Experiment exp_abc (Q1 invoices) is fresh: the score of its newest run exprun_2 is 0.93."`)
	},
	"data-sources/retab_experiment_metrics": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `low_targets = { "line_items.*.unit_price" = 0.89 }`, `"expdoc_schema" = 0.91`)
	},
	"release-gate": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "state", "show", "-no-color", "terraform_data.release"), `input = "exprun_compared"`)
	},
	"run-report": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), "### Run <code>exprun&#95;compared</code>", "succeeded = true")
	},
	"experiment-report": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"),
			`"expdoc_failed" = "`+failedMessage+`"`,
			"expdoc_failed error invoice_q2.pdf none", "expdoc_schema completed invoice_q3.pdf extraction/ext_schema", "expdoc_xyz completed invoice_q1.pdf extraction/ext_xyz",
			`"failed" = 1`, `"score" = 0.93`)
	},
	"ephemeral-resources/retab_experiment":         nil,
	"ephemeral-resources/retab_experiment_metrics": nil,
	"ephemeral-resources/retab_experiment_result":  nil,
	"ephemeral-resources/retab_experiment_run":     nil,
	"ephemeral-resources/retab_eval_run":           nil,
	"ephemeral-resources/retab_evals":              nil,
	"ephemeral-resources/retab_workflow":           nil,
	"data-sources/retab_eval_run": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `"of" = 2`, `"passed" = 2`)
	},
	"data-sources/retab_eval_results": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `"eval_lines" = "blocked"`, `has 2 evals that failed: eval_scan, eval_vendor.`)
	},
	"data-sources/retab_evals": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `latest_verdicts = { "eval_date" = "passed" "eval_sum" = "passed" }`)
	},
	"data-sources/retab_workflow": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `published_version = "wfv_1"`)
	},
	"quickstart": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"),
			`status = "completed"`, `duration_ms = 4120`, `artifact = { "id" = "ext_xyz" "operation" = "extraction" }`)
	},
	"gates/postcondition": nil,
	"gates/precondition":  nil,
	"gates/check":         nil,
	"gates/check_nested":  nil,
	"gates/missing":       nil,
	"gates/wait":          nil,
	"gates/ephemeral":     nil,
	"gates/action":        nil,
	"gates/for_each":      nil,
	"gates/score":         nil,
	"gates/ratio":         nil,
	"policies":            nil,
	"testing":             nil,
	guideExample: func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "state", "show", "-no-color", "terraform_data.release"), `output = { expdoc_1 = "extr_1" expdoc_2 = "extr_2" }`)
	},
}

// TestExample runs every example against both editions of the API: validate, apply, an empty plan, destroy.
func TestExample(t *testing.T) {
	t.Parallel()
	for _, path := range exampleFolders(t) {
		t.Run(strings.ReplaceAll(path, "/", "_"), func(t *testing.T) {
			t.Parallel()
			inBothEditions(t, func(t *testing.T, w workspace) {
				if path == "artifacts/write_only" {
					w.addVault(t)
				}
				runExample(t, path, w)
			})
		})
	}
}

// runExample runs one example in a workspace.
func runExample(t *testing.T, path string, w workspace) {
	t.Helper()
	check, known := examples[path]
	if !known {
		t.Fatal("add this example to the table examples")
	}
	w.example(t, path)
	w.serveScenario(t, path)
	if path == "gates/action" {
		w.fake.AddRun(succeededRun("exprun_2", 3)) // the fixture has a failed document, so its gate would fail
	}
	if !declaresProvider(t, w.Dir) {
		w.write(t, "required_providers.tf", requiredProviders)
	}
	w.terraform(t, 0, "validate", "-no-color")
	w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
	changes := 0
	if path == "gates/check_nested" {
		changes = 2 // Terraform shows the read of a data source in a check in every plan
	}
	w.terraform(t, changes, "plan", "-no-color", "-detailed-exitcode")
	if check != nil {
		check(t, w)
	}
	w.terraform(t, 0, "destroy", "-no-color", "-auto-approve")
}

// exampleFolders returns the folders with configurations, without modules and pipelines. The examples that use them run the
// modules, and the tests of the workflows run the pipelines.
func exampleFolders(t *testing.T) []string {
	t.Helper()
	var folders []string
	err := fs.WalkDir(os.DirFS(filepath.Join(root, "examples")), ".", func(path string, _ fs.DirEntry, err error) error {
		if folder := filepath.ToSlash(filepath.Dir(path)); strings.HasSuffix(path, ".tf") && !slices.Contains(folders, folder) && !strings.HasPrefix(folder, "modules/") && !strings.HasPrefix(folder, "pipelines") {
			folders = append(folders, folder)
		}
		return err
	})
	if err != nil || len(folders) == 0 {
		t.Fatal("no examples", err)
	}
	return folders
}

// declaresProvider reports whether a configuration in a folder has required_providers.
func declaresProvider(t *testing.T, dir string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.Contains(readFile(t, file), "required_providers") {
			return true
		}
	}
	return false
}

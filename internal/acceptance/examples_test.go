package acceptance

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// requiredProviders completes an example that shows only a data source.
const requiredProviders = `
terraform {
  required_providers {
    retab = {
      source = "retab-dev/retab"
    }
  }
}
`

// examples says of every folder below examples/ what is special about running it.
var examples = map[string]func(t *testing.T, w workspace){
	"provider": nil,
	"data-sources/retab_experiment_result": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"), `invoice_status = "completed"`)
	},
	"quickstart": func(t *testing.T, w workspace) {
		t.Helper()
		wantText(t, w.terraform(t, 0, "output", "-no-color"),
			`status = "completed"`, `duration_ms = 4120`, `artifact = { "id" = "ext_xyz" "operation" = "extraction" }`)
	},
	"gates/postcondition": func(t *testing.T, w workspace) {
		t.Helper()
		closed := w.terraform(t, 1, "plan", "-no-color", "-var", "document_id=expdoc_failed")
		wantText(t, closed, "Resource postcondition failed",
			"Document expdoc_failed is error: The document has no readable page: invoice_q2.pdf is encrypted.")
	},
}

// TestExample runs every example as a person would, against both editions of the API: validate, apply, plan again
// without a change, destroy.
func TestExample(t *testing.T) {
	t.Parallel()
	for _, path := range exampleFolders(t) {
		for name, edition := range map[string]fakeapi.Edition{"run_scoped": fakeapi.RunScoped, "flat": fakeapi.Flat} {
			t.Run(strings.ReplaceAll(path, "/", "_")+"_"+name, func(t *testing.T) {
				t.Parallel()
				runExample(t, path, newWorkspaceIn(t, edition))
			})
		}
	}
}

func runExample(t *testing.T, path string, w workspace) {
	t.Helper()
	special, known := examples[path]
	if !known {
		t.Fatal("the table above knows nothing of this example")
	}
	if err := w.Copy(filepath.Join(root, "examples", path)); err != nil {
		t.Fatal(err)
	}
	if !declaresProvider(t, w.Dir) {
		w.write(t, "required_providers.tf", requiredProviders)
	}
	w.terraform(t, 0, "validate", "-no-color")
	w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
	w.terraform(t, 0, "plan", "-no-color", "-detailed-exitcode")
	if special != nil {
		special(t, w)
	}
	w.terraform(t, 0, "destroy", "-no-color", "-auto-approve")
}

func exampleFolders(t *testing.T) []string {
	t.Helper()
	var folders []string
	err := fs.WalkDir(os.DirFS(filepath.Join(root, "examples")), ".", func(path string, _ fs.DirEntry, err error) error {
		if folder := filepath.ToSlash(filepath.Dir(path)); strings.HasSuffix(path, ".tf") && !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
		return err
	})
	if err != nil || len(folders) == 0 {
		t.Fatal("no examples", err)
	}
	return folders
}

func declaresProvider(t *testing.T, dir string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "required_providers") {
			return true
		}
	}
	return false
}

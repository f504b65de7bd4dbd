package acceptance

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
)

var fencedTerraform = regexp.MustCompile("(?s)```terraform\n(.*?)```")

// documents returns README.md and every page of docs/.
func documents(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md"}
	err := fs.WalkDir(os.DirFS(root), "docs", func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".md" {
			found = append(found, path)
		}
		return err
	})
	if err != nil || len(found) < 3 {
		t.Fatal(found, err)
	}
	return found
}

// skippedBlocks matches the blocks that TestDocuments_configurations does not plan: CLI configurations, configurations of other
// providers, which it cannot download, and blocks of other tests (TestGate_terraformTest, TestArtifacts_writeOnly).
var skippedBlocks = regexp.MustCompile(`provider_installation|mock_provider|data "(http|external|restapi_object)"|resource "vault_`)

// TestDocuments_configurations plans every configuration of the documents.
func TestDocuments_configurations(t *testing.T) {
	t.Parallel()
	for _, document := range documents(t) {
		for i, block := range fencedTerraform.FindAllStringSubmatch(projectFile(t, document), -1) {
			if skippedBlocks.MatchString(block[1]) {
				continue
			}
			t.Run(fmt.Sprintf("%s_%d", filepath.Base(document), i+1), func(t *testing.T) {
				t.Parallel()
				w := newWorkspace(t)
				if filepath.Base(document) == "testing.md" {
					w.serveScenario(t, guideExample)
				}
				if example := gateOf(t, block[1]); example != "" {
					w.example(t, example)
				} else {
					w.write(t, "main.tf", block[1])
					w.installModules(t)
				}
				if !declaresProvider(t, w.Dir) {
					w.write(t, "required_providers.tf", requiredProviders)
				}
				w.terraform(t, 0, "fmt", "-check", "main.tf")
				w.terraform(t, 0, "plan", "-no-color")
			})
		}
	}
}

// TestDocuments_scenarios checks that every part of a scenario in the documents is one that the fake serves.
func TestDocuments_scenarios(t *testing.T) {
	t.Parallel()
	found := 0
	for _, document := range documents(t) {
		for _, block := range regexp.MustCompile("(?s)```yaml\n(experiments:.*?)```").FindAllStringSubmatch(projectFile(t, document), -1) {
			found++
			if _, err := scenario.Parse([]byte(block[1])); err != nil {
				t.Errorf("%s: %v", document, err)
			}
		}
	}
	if found == 0 {
		t.Error("no scenario found")
	}
}

// gateOf returns the example of a gate that a document shows without its other files, "" if the block is complete.
func gateOf(t *testing.T, block string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "examples", "gates", "*", "main.tf"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.TrimSpace(readFile(t, file)) == strings.TrimSpace(block) {
			return "gates/" + filepath.Base(filepath.Dir(file))
		}
	}
	return ""
}

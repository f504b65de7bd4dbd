package acceptance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var fencedTerraform = regexp.MustCompile("(?s)```terraform\n(.*?)```")

// TestDocuments_configurations plans every configuration that a document shows. The blocks for the CLI's own
// configuration file are not configurations.
func TestDocuments_configurations(t *testing.T) {
	t.Parallel()
	for _, document := range []string{"README.md", "docs/index.md", "docs/data-sources/experiment_result.md"} {
		text, err := os.ReadFile(filepath.Join(root, document))
		if err != nil {
			t.Fatal(err)
		}
		blocks := fencedTerraform.FindAllStringSubmatch(string(text), -1)
		if len(blocks) == 0 {
			t.Errorf("%s shows no configuration", document)
		}
		for i, block := range blocks {
			if strings.Contains(block[1], "provider_installation") {
				continue
			}
			t.Run(fmt.Sprintf("%s_%d", filepath.Base(document), i+1), func(t *testing.T) {
				t.Parallel()
				w := newWorkspace(t)
				w.write(t, "main.tf", block[1])
				if !strings.Contains(block[1], "required_providers") {
					w.write(t, "required_providers.tf", requiredProviders)
				}
				w.terraform(t, 0, "fmt", "-check", "main.tf")
				w.terraform(t, 0, "plan", "-no-color")
			})
		}
	}
}

package conventions

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"go.yaml.in/yaml/v3"
)

// documents returns all Markdown files of the project.
func documents(t *testing.T) []string {
	t.Helper()
	found := append(find(t, "docs", ".md"), find(t, ".github", ".md")...)
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "DESIGN.md", "SECURITY.md", "CHANGELOG.md"} {
		read(t, name)
		found = append(found, name)
	}
	return found
}

var fence = regexp.MustCompile("(?s)```([a-z]*)\n(.*?)```")

// TestDocuments_configurationsAreFormatted checks that every configuration is valid, formatted HCL, including those of other
// providers, which package acceptance cannot run.
func TestDocuments_configurationsAreFormatted(t *testing.T) {
	t.Parallel()
	blocks := 0
	for _, document := range documents(t) {
		for _, block := range fence.FindAllStringSubmatch(read(t, document), -1) {
			switch block[1] {
			case "terraform", "hcl":
				blocks++
				if strings.Contains(block[2], "provider_installation") {
					continue // the CLI configuration has another format
				}
				if _, diags := hclwrite.ParseConfig([]byte(block[2]), document, hcl.InitialPos); diags.HasErrors() {
					t.Errorf("%s: %v in:\n%s", document, diags, block[2])
				} else if formatted := hclwrite.Format([]byte(block[2])); string(formatted) != block[2] {
					t.Errorf("%s: not formatted:\n%s", document, block[2])
				}
			case "yaml":
				if err := yaml.Unmarshal([]byte(block[2]), new(any)); err != nil {
					t.Errorf("%s: %v in:\n%s", document, err, block[2])
				}
			case "shell", "text", "json":
			default:
				t.Errorf("%s: a code block has the language %q, want terraform, hcl, shell, yaml, json or text", document, block[1])
			}
		}
	}
	if blocks < 20 {
		t.Errorf("only %d configurations found", blocks)
	}
}

// TestDocuments_pagesAreComplete checks that every data source, ephemeral resource and action has a page with all attributes, a
// template and an example.
func TestDocuments_pagesAreComplete(t *testing.T) {
	t.Parallel()
	provider, kinds := served(t)
	index := read(t, "docs/index.md")
	for _, a := range walk(provider.Block.Attributes) {
		wantAttribute(t, "docs/index.md", index, a)
	}
	for _, kind := range kinds {
		var pages []string
		for name, schema := range kind.schemas {
			page := "docs/" + kind.folder + "/" + strings.TrimPrefix(name, "retab_") + ".md"
			pages = append(pages, page)
			text := read(t, page)
			for _, a := range walk(schema.Block.Attributes) {
				wantAttribute(t, page, text, a)
			}
			read(t, "templates/"+kind.folder+"/"+strings.TrimPrefix(name, "retab_")+".md.tmpl")
			if !strings.Contains(text, "## Example Usage\n\n```terraform\n") {
				t.Errorf("%s has no example", page)
			}
			if kind.name == "data source" {
				read(t, "examples/"+kind.folder+"/"+name+"/"+kind.file)
			}
		}
		for _, page := range find(t, "docs/"+kind.folder, ".md") {
			if !slices.Contains(pages, page) {
				t.Errorf("%s documents nothing that the provider serves", page)
			}
		}
	}
}

func wantAttribute(t *testing.T, page, text string, a attribute) {
	t.Helper()
	if !strings.Contains(text, "- `"+a.Name+"` (") || !strings.Contains(text, firstLine(a.Description)) {
		t.Errorf("%s lacks %s, or its description", page, a)
	}
}

func firstLine(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}

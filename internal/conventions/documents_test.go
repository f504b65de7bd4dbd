package conventions

import (
	"os"
	"path"
	"path/filepath"
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

var (
	fence  = regexp.MustCompile("(?s)```([a-z]*)\n(.*?)```")
	link   = regexp.MustCompile(`\[[^\]]*\]\(([^)\s]+)\)`)
	anchor = regexp.MustCompile(`<a id="([^"]+)">`)
	title  = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// anchors returns the targets of links into a document: its headings, as GitHub and the registry name them, and its own
// anchors.
func anchors(text string) []string {
	var all []string
	for _, match := range anchor.FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	for _, match := range title.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		name := strings.ToLower(strings.NewReplacer("`", "", "*", "").Replace(match[1]))
		name = regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(name, "")
		all = append(all, strings.ReplaceAll(name, " ", "-"))
	}
	return all
}

// TestDocuments_linksResolve checks that links lead to existing files and headings. Pages of the registry link to each other
// without an extension.
func TestDocuments_linksResolve(t *testing.T) {
	t.Parallel()
	links := 0
	for _, document := range documents(t) {
		text := read(t, document)
		for _, match := range link.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			links++
			target, heading, _ := strings.Cut(match[1], "#")
			if scheme, _, isURL := strings.Cut(target, "://"); isURL {
				if scheme != "https" {
					t.Errorf("%s: %s is not https", document, match[1])
				}
				continue
			}
			file := document
			if target != "" {
				file = path.Join(path.Dir(document), target)
				if strings.HasPrefix(document, "docs/") && path.Ext(file) == "" {
					file += ".md"
				}
				if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
					t.Errorf("%s: the target of %s does not exist", document, match[1])
					continue
				}
			}
			if heading != "" && !slices.Contains(anchors(read(t, file)), heading) {
				t.Errorf("%s: %s has no heading #%s", document, file, heading)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links found", links)
	}
}

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

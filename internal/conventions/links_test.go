package conventions

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The addresses at which the project's pages and files are published.
const (
	registryPages = "https://registry.terraform.io/providers/retab-dev/retab/latest/docs/"
	repository    = "https://github.com/retab-dev/terraform-provider-retab/"
)

var (
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

// onGitHub returns the file that a link leads to on GitHub, which resolves it beside the document. It returns "" for a link to
// another site.
func onGitHub(document, target string) string {
	if page, found := strings.CutPrefix(target, registryPages); found {
		return "docs/" + page + ".md"
	}
	if file, found := strings.CutPrefix(target, repository); found {
		for _, view := range []string{"tree/main/", "blob/main/"} {
			if inMain, found := strings.CutPrefix(file, view); found {
				return inMain
			}
		}
		return ""
	}
	switch {
	case strings.Contains(target, "://"):
		return ""
	case target == "":
		return document
	}
	return path.Join(path.Dir(document), target)
}

// inRegistry returns the file of the page that a relative link leads to in the Terraform registry, "" if it is none. The registry
// removes the extension .md and resolves the link beside the address of the page. The address of docs/index.md is "docs", so the
// registry resolves the links of that page one folder higher than GitHub.
func inRegistry(document, target string) string {
	if target == "" {
		return document
	}
	address := strings.TrimSuffix(document, ".md")
	if document == "docs/index.md" {
		address = "docs"
	}
	page := path.Join(path.Dir(address), strings.TrimSuffix(target, ".md"))
	if !strings.HasPrefix(page, "docs/") || page == "docs/index" {
		return "" // the registry has the first page at docs
	}
	return page + ".md"
}

// checkLink returns an error unless a link of a document has a target on GitHub and, for a page of docs/, in the registry.
func checkLink(t *testing.T, document, destination string) error {
	t.Helper()
	target, heading, _ := strings.Cut(destination, "#")
	if scheme, _, isURL := strings.Cut(target, "://"); isURL && scheme != "https" {
		return fmt.Errorf("%s is not https", destination)
	}
	file := onGitHub(document, target)
	if file == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
		return fmt.Errorf("%s is dead on GitHub: there is no %s", destination, file)
	}
	if strings.HasPrefix(document, "docs/") && !strings.Contains(target, "://") {
		if page := inRegistry(document, target); page != file {
			return fmt.Errorf("%s is dead in the registry: it leads to %q there, and to %s on GitHub", destination, page, file)
		}
	}
	if heading != "" && !slices.Contains(anchors(read(t, file)), heading) {
		return fmt.Errorf("%s has no heading #%s", file, heading)
	}
	return nil
}

// TestDocuments_linksResolve checks that every link leads to an existing file and heading, on GitHub and in the registry.
func TestDocuments_linksResolve(t *testing.T) {
	t.Parallel()
	links := 0
	for _, document := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(fence.ReplaceAllString(read(t, document), ""), -1) {
			links++
			if err := checkLink(t, document, match[1]); err != nil {
				t.Errorf("%s: %v", document, err)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links found", links)
	}
}

// TestLinks_resolution checks the rules of GitHub and of the registry with links of each form.
func TestLinks_resolution(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		document, destination, want string
	}{
		{"docs/guides/testing.md", "gating.md#action", ""},
		{"docs/guides/testing.md", "../data-sources/experiment.md", ""},
		{"docs/guides/testing.md", "#choose", ""},
		{"docs/index.md", registryPages + "guides/gating", ""},
		{"README.md", "docs/guides/gating.md", ""},
		{"README.md", repository + "tree/main/examples/gates", ""},
		{"docs/guides/testing.md", "gating", "dead on GitHub"},
		{"docs/index.md", "guides/gating.md", "dead in the registry"},
		{"docs/index.md", "docs/guides/gating", "dead on GitHub"},
		{"docs/guides/testing.md", "../index.md", "dead in the registry"},
		{"docs/guides/testing.md", "../../README.md", "dead in the registry"},
		{"docs/index.md", registryPages + "guides/none", "dead on GitHub"},
		{"docs/index.md", registryPages + "guides/gating#none", "no heading #none"},
		{"README.md", repository + "blob/main/none.md", "dead on GitHub"},
		{"README.md", "http://example.com", "not https"},
	} {
		err := checkLink(t, test.document, test.destination)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s in %s: got %v, want %q", test.destination, test.document, err, test.want)
		}
	}
}

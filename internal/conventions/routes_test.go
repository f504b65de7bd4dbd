package conventions

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	implementedRoute = regexp.MustCompile(`"([a-z]+(?:/[a-z_{}-]+)+)[?"]`)
	documentedRoute  = regexp.MustCompile("`(/v1/[^`]+)`")
)

// TestDocuments_routes checks that the first page lists the routes that the provider reads, and no others.
func TestDocuments_routes(t *testing.T) {
	t.Parallel()
	routes := func(pattern *regexp.Regexp, text string) []string {
		var found []string
		for _, match := range pattern.FindAllStringSubmatch(text, -1) {
			found = append(found, strings.TrimPrefix(match[1], "/v1/"))
		}
		slices.Sort(found)
		return slices.Compact(found)
	}
	_, table, _ := strings.Cut(read(t, "internal/client/routes.go"), "// The routes of the API.")
	implemented := slices.DeleteFunc(routes(implementedRoute, table), func(path string) bool {
		collection, _, _ := strings.Cut(path, "/") // the page says "the same for" these
		return collection == "classifications" || collection == "splits" || collection == "partitions"
	})
	documented := routes(documentedRoute, section(t, read(t, "docs/index.md"), "## What is sent to Retab"))
	if len(implemented) < 10 || !slices.Equal(implemented, documented) {
		t.Errorf("the provider reads %q, and docs/index.md has %q", implemented, documented)
	}
}

// TestProvider_sendsOnlyGET checks that the packages of the released binary name no other method and none of the functions that
// send a body, so the provider cannot change anything at Retab.
func TestProvider_sendsOnlyGET(t *testing.T) {
	t.Parallel()
	allowed := []string{"MethodGet", "MethodConnect"} // a proxy's tunnel
	methods := 0
	for _, folder := range []string{"internal/client", "internal/plugin", "internal/poll", "internal/provider"} {
		for _, file := range find(t, folder, ".go") {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, filepath.FromSlash(file)), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(parsed, func(node ast.Node) bool {
				if selector, isSelector := node.(*ast.SelectorExpr); isSelector {
					if name, isName := selector.X.(*ast.Ident); isName && name.Name == "http" {
						if strings.HasPrefix(selector.Sel.Name, "Method") {
							methods++
						}
						if sendsOther(selector.Sel.Name) && !slices.Contains(allowed, selector.Sel.Name) {
							t.Errorf("%s uses http.%s", file, selector.Sel.Name)
						}
					}
				}
				if literal, isLiteral := node.(*ast.BasicLit); isLiteral && slices.Contains([]string{`"POST"`, `"PUT"`, `"PATCH"`, `"DELETE"`}, literal.Value) {
					t.Errorf("%s has the method %s", file, literal.Value)
				}
				return true
			})
		}
	}
	if methods == 0 {
		t.Error("no request found")
	}
}

// sendsOther reports whether a name of package http is a method, or a function that sends a request by itself.
func sendsOther(name string) bool {
	return strings.HasPrefix(name, "Method") || slices.Contains([]string{"Post", "PostForm"}, name)
}

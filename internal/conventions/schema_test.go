package conventions

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/plugin"
)

// kind is what the provider has of a kind, such as data sources, and where a reader finds it.
type kind struct {
	name    string
	folder  string // in docs/, templates/ and examples/
	file    string // of the example
	schemas map[string]*tfprotov6.Schema
}

// served returns what the provider serves.
func served(t *testing.T) (provider *tfprotov6.Schema, kinds []kind) {
	t.Helper()
	answer, err := plugin.New("test").GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(answer.Diagnostics) > 0 {
		t.Fatal(err, answer.Diagnostics)
	}
	actions := map[string]*tfprotov6.Schema{}
	for name, action := range answer.ActionSchemas {
		actions[name] = action.Schema
	}
	kinds = []kind{
		{"data source", "data-sources", "data-source.tf", answer.DataSourceSchemas},
		{"ephemeral resource", "ephemeral-resources", "ephemeral-resource.tf", answer.EphemeralResourceSchemas},
		{"action", "actions", "action.tf", actions},
	}
	for _, kind := range kinds {
		if len(kind.schemas) == 0 {
			t.Fatalf("no %s is served", kind.name)
		}
	}
	if len(answer.ResourceSchemas) > 0 || len(answer.Functions) > 0 || len(answer.ListResourceSchemas) > 0 {
		t.Error("the provider serves a kind that the conventions do not know: add it above")
	}
	return answer.Provider, kinds
}

// attribute is one of a schema, with its path.
type attribute struct {
	*tfprotov6.SchemaAttribute
	path []string
}

func (a attribute) String() string { return strings.Join(a.path, ".") }

// walk returns all attributes below some, however deep.
func walk(attributes []*tfprotov6.SchemaAttribute, path ...string) (all []attribute) {
	for _, a := range attributes {
		here := append(slices.Clone(path), a.Name)
		all = append(all, attribute{a, here})
		if a.NestedType != nil {
			all = append(all, walk(a.NestedType.Attributes, here...)...)
		}
	}
	return all
}

// everySchema runs a test of each schema, the provider's included.
func everySchema(t *testing.T, test func(t *testing.T, name string, schema *tfprotov6.Schema)) {
	t.Helper()
	provider, kinds := served(t)
	t.Run("provider", func(t *testing.T) { t.Parallel(); test(t, "retab", provider) })
	for _, kind := range kinds {
		for name, schema := range kind.schemas {
			t.Run(kind.name+" "+name, func(t *testing.T) { t.Parallel(); test(t, name, schema) })
		}
	}
}

var (
	// A sentence starts with a capital, a value in backquotes or a digit, and ends.
	sentence  = regexp.MustCompile("(?s)^[A-Z`0-9].{8,}[.)]$")
	snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

	// What Terraform keeps for itself in a block.
	reserved = []string{"connection", "count", "depends_on", "for_each", "lifecycle", "locals", "provider", "providers", "provisioner", "source", "version"}

	// What changes although nothing did, and would make plans noisy.
	volatile = regexp.MustCompile(`^(now|time|timestamp|age|elapsed|remaining|headers?|etag|request_id|fetched|attempts|.*_ago|(read|checked|fetched|refreshed|polled)_at|last_.*)$`)

	// What a person would not want on a screen.
	secret = regexp.MustCompile(`(^|_)(key|token|secret|password|credential|data|output|metadata)$`)
)

// TestSchema_isDescribed: a stranger understands every attribute, and a name has one form.
func TestSchema_isDescribed(t *testing.T) {
	t.Parallel()
	everySchema(t, func(t *testing.T, name string, schema *tfprotov6.Schema) {
		if !sentence.MatchString(schema.Block.Description) {
			t.Errorf("the description of %s is no sentence: %q", name, schema.Block.Description)
		}
		if len(schema.Block.BlockTypes) > 0 {
			t.Error("it has blocks: use nested attributes, which expressions can set")
		}
		for _, a := range walk(schema.Block.Attributes) {
			if !sentence.MatchString(a.Description) {
				t.Errorf("the description of %s is no sentence: %q", a, a.Description)
			}
			if a.DescriptionKind != tfprotov6.StringKindMarkdown {
				t.Errorf("the description of %s is not Markdown", a)
			}
			if !snakeCase.MatchString(a.Name) {
				t.Errorf("the name of %s is not in snake case", a)
			}
			if a.Optional && a.Type != nil && strings.HasPrefix(a.Type.String(), "tftypes.Bool") && !strings.Contains(a.Description, "Defaults to `") {
				t.Errorf("the description of %s does not say its default", a)
			}
			if a.WriteOnly || a.Deprecated {
				t.Errorf("%s is write-only or deprecated: the conventions do not know how that is told", a)
			}
		}
	})
}

// TestSchema_isBounded: a person can say how long anything that reads may take.
func TestSchema_isBounded(t *testing.T) {
	t.Parallel()
	_, kinds := served(t)
	for _, kind := range kinds {
		for name, schema := range kind.schemas {
			if timeouts := named(t, schema.Block.Attributes, "timeouts"); !timeouts.Optional || timeouts.NestedType == nil {
				t.Errorf("the timeouts of %s are no optional argument", name)
			}
		}
	}
}

// TestSchema_avoidsReservedNames: Terraform refuses or misreads these at the root of a block.
func TestSchema_avoidsReservedNames(t *testing.T) {
	t.Parallel()
	everySchema(t, func(t *testing.T, _ string, schema *tfprotov6.Schema) {
		for _, a := range schema.Block.Attributes {
			if slices.Contains(reserved, a.Name) {
				t.Errorf("%s is a name of Terraform's own", a.Name)
			}
		}
	})
}

// TestSchema_keepsSecretsAndClocksOut: what is secret is marked, nothing else is, and nothing volatile can be referenced.
func TestSchema_keepsSecretsAndClocksOut(t *testing.T) {
	t.Parallel()
	everySchema(t, func(t *testing.T, _ string, schema *tfprotov6.Schema) {
		for _, a := range walk(schema.Block.Attributes) {
			isFlag := a.Type != nil && strings.HasPrefix(a.Type.String(), "tftypes.Bool")
			if named := secret.MatchString(a.Name) && !isFlag; named != a.Sensitive {
				t.Errorf("%s: its name says %v, sensitive is %v", a, named, a.Sensitive)
			}
			if a.Computed && volatile.MatchString(a.Name) {
				t.Errorf("%s changes by itself: it does not belong into a state", a)
			}
		}
	})
}

// TestSchema_hasOneVocabulary: the rows of a plural are the singular's object, attribute by attribute, and the twin is its
// data source.
func TestSchema_hasOneVocabulary(t *testing.T) {
	t.Parallel()
	_, kinds := served(t)
	dataSources, ephemerals := kinds[0].schemas, kinds[1].schemas
	for plural, is := range map[string]struct{ rows, singular string }{
		"retab_experiment_results": {"by_document", "retab_experiment_result"},
		"retab_experiment_runs":    {"runs", "retab_experiment_run"},
	} {
		rows := named(t, dataSources[plural].Block.Attributes, is.rows).NestedType.Attributes
		for _, row := range walk(rows) {
			same := slices.IndexFunc(walk(dataSources[is.singular].Block.Attributes), func(a attribute) bool { return a.String() == row.String() })
			if same < 0 {
				t.Errorf("%s: %s is not in %s", plural, row, is.singular)
				continue
			}
			of := walk(dataSources[is.singular].Block.Attributes)[same]
			if (row.Type == nil) != (of.Type == nil) || row.Type != nil && !row.Type.Equal(of.Type) {
				t.Errorf("%s: %s has the type %v, in %s it is %v", plural, row, row.Type, is.singular, of.Type)
			}
			if of.Computed && !of.Optional && row.Description != of.Description {
				t.Errorf("%s: %s is %q, in %s it is %q", plural, row, row.Description, is.singular, of.Description)
			}
		}
		for _, a := range dataSources[is.singular].Block.Attributes {
			if a.Computed && !a.Optional && !a.Sensitive && !slices.ContainsFunc(rows, func(row *tfprotov6.SchemaAttribute) bool { return row.Name == a.Name }) {
				t.Errorf("%s: its rows lack %s of %s", plural, a.Name, is.singular)
			}
		}
	}
	for name, ephemeral := range ephemerals {
		want := slices.DeleteFunc(walk(dataSources[name].Block.Attributes), func(a attribute) bool { return a.Name == "include_output" }) // always there
		if got := walk(ephemeral.Block.Attributes); len(want) != len(got) {
			t.Errorf("the ephemeral %s has %d attributes, the data source %d", name, len(got), len(want))
		}
	}
}

func named(t *testing.T, attributes []*tfprotov6.SchemaAttribute, name string) *tfprotov6.SchemaAttribute {
	t.Helper()
	for _, a := range attributes {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("no attribute %s", name)
	return nil
}

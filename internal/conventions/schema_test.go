package conventions

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/plugin"
)

// kind is a kind of objects that the provider serves, such as data sources.
type kind struct {
	name    string
	folder  string // in docs/, templates/ and examples/
	file    string // the file name of an example
	schemas map[string]*tfprotov6.Schema
}

// served returns the schemas that the provider serves.
func served(t *testing.T) (provider *tfprotov6.Schema, kinds []kind) {
	t.Helper()
	resp, err := plugin.New("test").GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatal(err, resp.Diagnostics)
	}
	actions := map[string]*tfprotov6.Schema{}
	for name, action := range resp.ActionSchemas {
		actions[name] = action.Schema
	}
	kinds = []kind{
		{"data source", "data-sources", "data-source.tf", resp.DataSourceSchemas},
		{"ephemeral resource", "ephemeral-resources", "ephemeral-resource.tf", resp.EphemeralResourceSchemas},
		{"action", "actions", "action.tf", actions},
	}
	for _, kind := range kinds {
		if len(kind.schemas) == 0 {
			t.Fatalf("no %s is served", kind.name)
		}
	}
	if len(resp.ResourceSchemas) > 0 || len(resp.Functions) > 0 || len(resp.ListResourceSchemas) > 0 {
		t.Error("the provider serves another kind of objects: add it to kinds")
	}
	return resp.Provider, kinds
}

// attribute is an attribute of a schema with its path.
type attribute struct {
	*tfprotov6.SchemaAttribute
	path []string
}

func (a attribute) String() string { return strings.Join(a.path, ".") }

// walk returns the attributes and all nested ones.
func walk(attributes []*tfprotov6.SchemaAttribute, path ...string) (all []attribute) {
	for _, a := range attributes {
		at := append(slices.Clone(path), a.Name)
		all = append(all, attribute{a, at})
		if a.NestedType != nil {
			all = append(all, walk(a.NestedType.Attributes, at...)...)
		}
	}
	return all
}

// forEachSchema runs a test for each schema, including the provider's.
func forEachSchema(t *testing.T, test func(t *testing.T, name string, schema *tfprotov6.Schema)) {
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
	// A sentence starts with a capital letter, a value in backquotes or a digit, and ends with a full stop.
	sentence  = regexp.MustCompile("(?s)^[A-Z`0-9].{8,}[.)]$")
	snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

	// The names that Terraform reserves in blocks.
	reserved = []string{"connection", "count", "depends_on", "for_each", "lifecycle", "locals", "provider", "providers", "provisioner", "source", "version"}

	// The names of values that change on every read, which would give a difference in every plan.
	volatile = regexp.MustCompile(`^(now|time|timestamp|age|elapsed|remaining|headers?|etag|request_id|fetched|attempts|.*_ago|(read|checked|fetched|refreshed|polled)_at|last_.*)$`)

	// The names that look volatile, but whose values change only with the objects at Retab.
	notVolatile = []string{"last_run_id"}

	// The names of secrets and of customers' data.
	secret = regexp.MustCompile(`(^|_)((key|token|secret|password|credential|data)(_pem)?|output|metadata|headers)$`)
)

// TestSchema_isDescribed checks the descriptions and the form of the names.
func TestSchema_isDescribed(t *testing.T) {
	t.Parallel()
	forEachSchema(t, func(t *testing.T, name string, schema *tfprotov6.Schema) {
		if !sentence.MatchString(schema.Block.Description) {
			t.Errorf("the description of %s is not a sentence: %q", name, schema.Block.Description)
		}
		if len(schema.Block.BlockTypes) > 0 {
			t.Error("the schema has blocks: use nested attributes, which expressions can set")
		}
		for _, a := range walk(schema.Block.Attributes) {
			if !sentence.MatchString(a.Description) {
				t.Errorf("the description of %s is not a sentence: %q", a, a.Description)
			}
			if a.DescriptionKind != tfprotov6.StringKindMarkdown {
				t.Errorf("the description of %s is not Markdown", a)
			}
			if !snakeCase.MatchString(a.Name) {
				t.Errorf("the name of %s is not in snake case", a)
			}
			if a.Optional && a.Type != nil && strings.HasPrefix(a.Type.String(), "tftypes.Bool") && !strings.Contains(a.Description, "Defaults to `") {
				t.Errorf("the description of %s lacks its default", a)
			}
			if a.WriteOnly || a.Deprecated {
				t.Errorf("%s is write-only or deprecated: add a convention for its description", a)
			}
		}
	})
}

// TestSchema_hasTimeouts checks that users can limit the time of every read.
func TestSchema_hasTimeouts(t *testing.T) {
	t.Parallel()
	_, kinds := served(t)
	for _, kind := range kinds {
		for name, schema := range kind.schemas {
			if timeouts := named(t, schema.Block.Attributes, "timeouts"); !timeouts.Optional || timeouts.NestedType == nil {
				t.Errorf("timeouts of %s is not an optional argument", name)
			}
		}
	}
}

// TestSchema_avoidsReservedNames checks the names at the root of a block, where Terraform rejects or misreads reserved names.
func TestSchema_avoidsReservedNames(t *testing.T) {
	t.Parallel()
	forEachSchema(t, func(t *testing.T, _ string, schema *tfprotov6.Schema) {
		for _, a := range schema.Block.Attributes {
			if slices.Contains(reserved, a.Name) {
				t.Errorf("Terraform reserves the name %s", a.Name)
			}
		}
	})
}

// TestSchema_secretAndVolatileNames checks that secrets, and nothing else, are marked as sensitive, and that no attribute has
// the name of a volatile value.
func TestSchema_secretAndVolatileNames(t *testing.T) {
	t.Parallel()
	forEachSchema(t, func(t *testing.T, _ string, schema *tfprotov6.Schema) {
		for _, a := range walk(schema.Block.Attributes) {
			isFlag := a.Type != nil && strings.HasPrefix(a.Type.String(), "tftypes.Bool")
			if isSecret := secret.MatchString(a.Name) && !isFlag; isSecret != a.Sensitive {
				t.Errorf("%s: sensitive is %v, want %v because of its name", a, a.Sensitive, isSecret)
			}
			if a.Computed && volatile.MatchString(a.Name) && !slices.Contains(notVolatile, a.Name) {
				t.Errorf("%s has the name of a value that changes on every read", a)
			}
		}
	})
}

// TestSchema_isConsistent checks that the rows of a plural data source have the attributes of the singular one, and that an
// ephemeral resource has those of its data source.
func TestSchema_isConsistent(t *testing.T) {
	t.Parallel()
	_, kinds := served(t)
	dataSources, ephemerals := kinds[0].schemas, kinds[1].schemas
	for plural, relation := range map[string]struct{ rows, singular string }{
		"retab_experiment_results": {"by_document", "retab_experiment_result"},
		"retab_experiment_runs":    {"runs", "retab_experiment_run"},
		"retab_experiments":        {"by_id", "retab_experiment"},
	} {
		rows := named(t, dataSources[plural].Block.Attributes, relation.rows).NestedType.Attributes
		for _, row := range walk(rows) {
			same := slices.IndexFunc(walk(dataSources[relation.singular].Block.Attributes), func(a attribute) bool { return a.String() == row.String() })
			if same < 0 {
				t.Errorf("%s: %s is not in %s", plural, row, relation.singular)
				continue
			}
			original := walk(dataSources[relation.singular].Block.Attributes)[same]
			if (row.Type == nil) != (original.Type == nil) || row.Type != nil && !row.Type.Equal(original.Type) {
				t.Errorf("%s: %s has the type %v, in %s the type is %v", plural, row, row.Type, relation.singular, original.Type)
			}
			if original.Computed && !original.Optional && row.Description != original.Description {
				t.Errorf("%s: %s is %q, in %s the description is %q", plural, row, row.Description, relation.singular, original.Description)
			}
		}
		for _, a := range dataSources[relation.singular].Block.Attributes {
			if a.Computed && !a.Optional && !a.Sensitive && !slices.ContainsFunc(rows, func(row *tfprotov6.SchemaAttribute) bool { return row.Name == a.Name }) {
				t.Errorf("%s: its rows lack %s of %s", plural, a.Name, relation.singular)
			}
		}
	}
	for name, ephemeral := range ephemerals {
		want := slices.DeleteFunc(walk(dataSources[name].Block.Attributes), func(a attribute) bool { return a.Name == "include_output" }) // the ephemeral resource always has the output
		if got := walk(ephemeral.Block.Attributes); len(want) != len(got) {
			t.Errorf("the ephemeral %s has %d attributes, the data source %d", name, len(got), len(want))
		}
	}
}

// named returns the attribute with a name.
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

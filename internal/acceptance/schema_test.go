package acceptance

import (
	"encoding/json"
	"testing"
)

// TestSchema_terraformExport checks the output of terraform providers schema, which editors and generators use.
func TestSchema_terraformExport(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.write(t, "main.tf", requiredProviders)
	output, code, err := w.Run(t.Context(), "providers", "schema", "-json")
	if err != nil || code != 0 {
		t.Fatal(err, code, output)
	}
	var schemas struct {
		ProviderSchemas map[string]struct {
			DataSourceSchemas map[string]any `json:"data_source_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal([]byte(output), &schemas); err != nil {
		t.Fatalf("%v in:\n%s", err, output)
	}
	served := schemas.ProviderSchemas[engine.Registry()+"/retab-dev/retab"].DataSourceSchemas
	if served["retab_experiment_result"] == nil {
		t.Errorf("exported data sources: %v", served)
	}
}

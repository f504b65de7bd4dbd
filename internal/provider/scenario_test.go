package provider_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
	"github.com/retab-dev/terraform-provider-retab/internal/providertest"
)

// exampleReads has reads of the objects in the example of a scenario, by data source.
var exampleReads = map[string][]values{
	"retab_experiment":      {{"id": "exp_invoices", "workflow_id": "wf_1"}, {"id": "exp_contracts", "workflow_id": "wf_1"}, {"id": "exp_receipts", "workflow_id": "wf_1"}},
	"retab_experiments":     {{"workflow_id": "wf_1"}},
	"retab_experiment_run":  {{"id": "exprun_2"}, {"id": "exprun_staged"}, {"id": "exprun_staged"}, {"id": "exprun_staged"}, {"id": "exprun_stopped"}},
	"retab_experiment_runs": {{"workflow_id": "wf_1"}},
	"retab_experiment_result": {
		{"run_id": "exprun_2", "document_id": "expdoc_1", "include_handle_data": true},
		{"run_id": "exprun_receipts", "document_id": "expdoc_cancelled"},
		{"run_id": "exprun_receipts", "document_id": "expdoc_failed"},
		{"run_id": "exprun_receipts", "document_id": "expdoc_new"},
	},
	"retab_experiment_results": {
		{"run_id": "exprun_2", "include_handle_data": true}, {"run_id": "exprun_receipts"}, {"run_id": "exprun_receipts", "document_ids": providertest.SetOf("expdoc_failed", "expdoc_404")},
	},
	"retab_experiment_metrics": {
		{"run_id": "exprun_2", "include_values": true},
		{"run_id": "exprun_2", "document_id": "expdoc_1", "include_values": true},
		{"run_id": "exprun_2", "target_path": "total", "include_values": true},
		{"run_id": "exprun_contracts"},
		{"run_id": "exprun_labels"},
		{"run_id": "exprun_2", "document_id": "expdoc_1", "target_path": "total", "include_values": true},
	},
	"retab_artifact": {
		{"id": "extr_V1StGXR8_Z5jdHi6B", "operation": "extraction", "include_output": true},
		{"id": "extr_partly", "operation": "extraction"},
		{"id": "extr_failed", "operation": "extraction"}, // only the flat edition has it
	},
	"retab_workflow": {{"id": "wf_1"}},
	"retab_evals":    {{"workflow_id": "wf_1"}, {"workflow_id": "wf_1", "target_block_id": "extract-invoice"}},
	"retab_eval_run": {
		{"run_id": "evalrun_1"}, {"run_id": "evalrun_2"}, {"run_id": "evalrun_3"}, {"run_id": "evalrun_4"}, {"run_id": "evalrun_5"},
	},
	"retab_eval_results": {
		{"run_id": "evalrun_1", "include_values": true},
		{"run_id": "evalrun_2"},
		{"run_id": "evalrun_4"},
		{"run_id": "evalrun_2", "include_values": true, "wait_for_completion": true, "poll_interval": "500ms"},
	},
}

// TestScenario_everyAttribute checks that the example of a scenario shows a value of every attribute of every data source, in one
// of the editions.
func TestScenario_everyAttribute(t *testing.T) {
	t.Parallel()
	example, err := scenario.Parse([]byte(scenario.Example))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var all map[string]bool
	for _, c := range providertest.EditionCases {
		e := c.Start(t)
		e.Clear()
		example.AddTo(e.Server)
		s := e.Connect(t)
		all = map[string]bool{}
		for _, typeName := range slices.Sorted(maps.Keys(exampleReads)) { // in this order, because a read of a run advances it
			schema := s.Schema.DataSourceSchemas[typeName]
			for _, attribute := range schema.Block.Attributes {
				if attribute.Computed {
					addLeaves(all, typeName+"."+attribute.Name, attribute.ValueType(), nil)
				}
			}
			for _, arguments := range exampleReads[typeName] {
				read := s.Read
				if typeName == runType { // whose stages need an answer for each read, and not one that reads share
					read = s.Open
				}
				got, problem := read(t.Context(), t, typeName, arguments)
				if problem != "" && arguments["id"] != "extr_failed" {
					t.Errorf("%s %v: %s", typeName, arguments, problem)
				}
				addLeaves(seen, typeName, schema.ValueType(), got)
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if !seen[path] {
			t.Errorf("the example of a scenario has no value of %s", path)
		}
	}
}

// addLeaves adds the paths of the attributes in a value, without those that are null, false, empty or "0". Without a value, it adds
// all paths in the type.
func addLeaves(paths map[string]bool, path string, valueType tftypes.Type, value any) {
	switch typed := valueType.(type) {
	case tftypes.Object:
		members, isObject := value.(map[string]any)
		for name, member := range typed.AttributeTypes {
			if value == nil || isObject && members[name] != nil {
				addLeaves(paths, path+"."+name, member, members[name])
			}
		}
	case tftypes.Map:
		addElements(paths, path, typed.ElementType, value)
	case tftypes.List:
		addElements(paths, path, typed.ElementType, value)
	case tftypes.Set:
		addElements(paths, path, typed.ElementType, value)
	default:
		if value == nil || value != false && value != "" && value != "0" {
			paths[path] = true
		}
	}
}

func addElements(paths map[string]bool, path string, element tftypes.Type, value any) {
	switch elements := value.(type) {
	case nil:
		addLeaves(paths, path+"[]", element, nil)
	case map[string]any:
		for _, one := range elements {
			addLeaves(paths, path+"[]", element, one)
		}
	case []any:
		for _, one := range elements {
			addLeaves(paths, path+"[]", element, one)
		}
	}
}

package providertest

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// reads has the reads of the fixtures that the tests of all data sources use: of objects that exist, that do not, and that are
// special cases. A new data source is added here.
var reads = map[string][]Values{
	"retab_artifact": {
		{"operation": "split", "id": fakeapi.SplitID},
		{"operation": "extraction", "id": fakeapi.ExtractionID, "include_output": true},
		{"operation": "function_invocation", "id": fakeapi.FunctionInvocationID},
	},
	"retab_experiment": {
		{"id": "exp_abc"},
		{"id": "exp_abc", "workflow_id": "wf_1"},
		{"workflow_id": "wf_1", "name": "Split contracts"},
		{"id": "exp_404", "workflow_id": "wf_1", "ignore_not_found": true},
	},
	"retab_experiment_metrics": {
		{"run_id": "exprun_2"},
		{"run_id": fakeapi.StaleRunID},
		{"run_id": fakeapi.ConfusedRunID},
		{"run_id": "exprun_404", "ignore_not_found": true},
		{"run_id": fakeapi.ComparedRunID, "document_id": "expdoc_1", "target_path": "total", "include_values": true},
	},
	"retab_experiment_result": {
		SeedArguments,
		{"run_id": "exprun_2", "document_id": "expdoc_xyz", "include_handle_data": true},
		{"run_id": "exprun_2", "document_id": "expdoc_failed"},
		{"run_id": "exprun_2", "document_id": "expdoc_schema", "include_handle_data": true},
		{"run_id": "exprun_2", "document_id": "expdoc_404", "include_handle_data": true, "ignore_not_found": true},
	},
	"retab_experiment_results": {
		{"run_id": "exprun_2"},
		{"run_id": "exprun_2", "document_ids": SetOf("expdoc_xyz", "expdoc_404"), "include_handle_data": true},
		{"run_id": "exprun_2", "statuses": SetOf("error")},
		{"run_id": "exprun_404", "document_ids": SetOf("expdoc_xyz"), "ignore_not_found": true},
	},
	"retab_experiment_run": {
		{"id": "exprun_2"},
		{"experiment_id": "exp_abc", "status_filter": "any"},
		{"id": "exprun_404", "ignore_not_found": true},
	},
	"retab_experiment_runs": {{}, {"experiment_id": "exp_404"}},
	"retab_experiments":     {{"workflow_id": "wf_1"}},
	"retab_eval_run": {
		{"run_id": fakeapi.EvalRunID},
		{"workflow_id": fakeapi.OtherWorkflowID, "status_filter": "completed"},
		{"run_id": "evalrun_404", "ignore_not_found": true},
	},
	"retab_eval_results": {{"run_id": fakeapi.PassedEvalRunID}, {"run_id": fakeapi.EvalRunID, "include_values": true}},
	"retab_evals":        {{"workflow_id": "wf_1"}, {"workflow_id": fakeapi.OtherWorkflowID, "target_block_id": "block_none"}},
	"retab_workflow":     {{"id": "wf_1"}, {"id": fakeapi.OtherWorkflowID}, {"id": "wf_404", "ignore_not_found": true}},
}

// Reading is a read of a fixture. Do returns the attributes, unless there was an error, and the texts of the diagnostics.
type Reading struct {
	TypeName  string
	Arguments Values
	Do        func(ctx context.Context, t *testing.T, s Server) (Attributes, string)
}

// Readings returns a read of each kind for every data source, by name: as it is, with wait_for_completion, and as an ephemeral
// resource, where the data source has that.
func (s Server) Readings(tb testing.TB) map[string]Reading {
	tb.Helper()
	all := map[string]Reading{}
	for typeName, schema := range s.Schema.DataSourceSchemas {
		if len(reads[typeName]) == 0 {
			tb.Errorf("%s is not in the table of the reads of fixtures", typeName)
		}
		canWait := false
		for _, attribute := range schema.Block.Attributes {
			canWait = canWait || attribute.Name == "wait_for_completion"
		}
		for i, arguments := range reads[typeName] {
			name := fmt.Sprintf("%s %d", typeName, i)
			all[name] = Reading{typeName, arguments, func(ctx context.Context, t *testing.T, s Server) (Attributes, string) {
				t.Helper()
				return s.Read(ctx, t, typeName, arguments)
			}}
			if canWait {
				waiting := maps.Clone(arguments)
				waiting["wait_for_completion"] = true
				all[name+", waiting"] = Reading{typeName, waiting, func(ctx context.Context, t *testing.T, s Server) (Attributes, string) {
					t.Helper()
					return s.Read(ctx, t, typeName, waiting)
				}}
			}
			if _, is := s.Schema.EphemeralResourceSchemas[typeName]; is && arguments["include_output"] == nil {
				all[name+", ephemeral"] = Reading{typeName, arguments, func(ctx context.Context, t *testing.T, s Server) (Attributes, string) {
					t.Helper()
					return s.Open(ctx, t, typeName, arguments)
				}}
			}
		}
	}
	return all
}

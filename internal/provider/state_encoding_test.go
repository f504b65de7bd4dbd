package provider

import (
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/plugin/state"
)

// fullResult has a value in every field, and emptyResult in as few as possible.
var (
	fullResult = client.ExperimentResult{
		ID: "expresult_1", RunID: "exprun_2", DocumentID: "expdoc_xyz", ExperimentID: new("exp_abc"), BlockKind: new("extract"),
		Lifecycle: client.Lifecycle{
			Status: client.StatusError, ErrorMessage: "It broke.", ErrorCode: "E1", CancelReason: "A person did.",
			Timing: client.Timing{CreatedAt: new("c"), StartedAt: new("s"), CompletedAt: new("e"), DurationMS: new(int64(1))},
		},
		Artifact:      &client.Artifact{Operation: "extraction", ID: "ext_xyz"},
		HandleInputs:  []client.Handle{{Name: "a", Type: "file", FileID: new("f"), Filename: new("n"), MIMEType: new("m")}, {Name: "b", Type: "json", Data: new("{}")}},
		HandleOutputs: []client.Handle{{Name: "o"}},
		Attempt:       3, IsPlaceholder: new(true),
	}
	emptyResult = client.ExperimentResult{DocumentID: "expdoc_empty"}
	fullRun     = client.ExperimentRun{ID: "exprun_2", Score: big.NewFloat(0.93), TotalDocuments: 2, NConsensus: new(int64(3)), Lifecycle: client.Lifecycle{Status: client.StatusCompleted}}
)

// wantEveryDataSource fails for data sources of the provider that are not in a table, so that a new one is not forgotten.
func wantEveryDataSource(t *testing.T, tested []datasource.DataSource) {
	t.Helper()
	for _, newDataSource := range New("test")().DataSources(t.Context()) {
		source := newDataSource()
		if !slices.ContainsFunc(tested, func(one datasource.DataSource) bool { return reflect.TypeOf(one) == reflect.TypeOf(source) }) {
			t.Errorf("%T is not in the table of this test", source)
		}
	}
}

// TestSetState compares the encoding of every model with that of the framework.
func TestSetState(t *testing.T) {
	t.Parallel()
	bounds := timeouts.Value{Object: types.ObjectValueMust(map[string]attr.Type{"read": types.StringType}, map[string]attr.Value{"read": types.StringValue("1m")})}
	unbound := timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{"read": types.StringType})}
	results := func(handleData bool, all ...*client.ExperimentResult) experimentResultsModel {
		return newExperimentResultsModel(tally(client.RunResults{Run: fullRun, Results: all}, []string{"expdoc_xyz", "expdoc_missing"}), nil, handleData)
	}
	ids := types.SetValueMust(types.StringType, []attr.Value{types.StringValue("expdoc_xyz")})
	var tested []datasource.DataSource
	for name, test := range map[string]struct {
		source datasource.DataSource
		model  any
	}{
		"a full result": {newExperimentResultDataSource(), &experimentResultConfigModel{
			experimentResultModel: newExperimentResultModel(fullResult), HandleData: new(newHandleDataModel(fullResult)), Timeouts: bounds,
		}},
		"an empty result":  {newExperimentResultDataSource(), &experimentResultConfigModel{experimentResultModel: newExperimentResultModel(emptyResult), Timeouts: unbound}},
		"an absent result": {newExperimentResultDataSource(), &experimentResultConfigModel{experimentResultModel: absentExperimentResultModel(&client.AbsentError{RunID: "r", DocumentID: "d", Reason: client.NoSuchRun}), Timeouts: unbound}},
		"results": {newExperimentResultsDataSource(), &experimentResultsConfigModel{
			experimentResultsModel: results(true, &fullResult, &emptyResult), DocumentIDs: ids, Statuses: types.SetNull(types.StringType), Timeouts: bounds,
		}},
		"no results": {newExperimentResultsDataSource(), &experimentResultsConfigModel{
			experimentResultsModel: results(false), DocumentIDs: types.SetNull(types.StringType), Statuses: ids, Timeouts: unbound,
		}},
		"a run":         {newExperimentRunDataSource(), &experimentRunConfigModel{experimentRunModel: newExperimentRunModel(fullRun), Timeouts: unbound}},
		"an absent run": {newExperimentRunDataSource(), &experimentRunConfigModel{experimentRunModel: absentExperimentRunModel(types.StringValue("r"), types.StringNull(), "Absent."), Timeouts: bounds}},
		"runs": {newExperimentRunsDataSource(), &experimentRunsConfigModel{
			Runs: []experimentRunModel{newExperimentRunModel(fullRun)}, IDs: []types.String{types.StringValue("exprun_2")}, Timeouts: unbound,
		}},
		"no list of runs":     {newExperimentRunsDataSource(), &experimentRunsConfigModel{Timeouts: unbound}},
		"an experiment":       {newExperimentDataSource(), &experimentConfigModel{experimentModel: newExperimentModel(fullExperiment), Timeouts: bounds}},
		"an empty experiment": {newExperimentDataSource(), &experimentConfigModel{experimentModel: newExperimentModel(client.Experiment{}), Timeouts: unbound}},
		"an absent experiment": {newExperimentDataSource(), &experimentConfigModel{
			experimentModel: absentExperimentModel(experimentModel{ID: types.StringValue("e"), WorkflowID: types.StringNull()}), Timeouts: bounds,
		}},
		"experiments": {newExperimentsDataSource(), &experimentsConfigModel{
			ByID: map[string]experimentModel{"exp_abc": newExperimentModel(fullExperiment)}, IDs: []types.String{types.StringValue("exp_abc")}, Timeouts: unbound,
		}},
		"no experiments": {newExperimentsDataSource(), &experimentsConfigModel{ByID: map[string]experimentModel{}, IDs: []types.String{}, Timeouts: unbound}},
		"metrics": {newExperimentMetricsDataSource(), &experimentMetricsConfigModel{
			experimentMetricsModel: newExperimentMetricsModel("exprun_2", fullMetrics), ValueData: newValueDataModel(fullMetrics), Timeouts: bounds,
		}},
		"no metrics":     {newExperimentMetricsDataSource(), &experimentMetricsConfigModel{experimentMetricsModel: newExperimentMetricsModel("r", client.Metrics{State: client.MetricsStale}), Timeouts: unbound}},
		"absent metrics": {newExperimentMetricsDataSource(), &experimentMetricsConfigModel{experimentMetricsModel: absentExperimentMetricsModel("r"), ValueData: &valueDataModel{}, Timeouts: unbound}},
		"an artifact": {newArtifactDataSource(), &artifactConfigModel{
			artifactReadModel: artifactReadModel{artifactRecordModel: newArtifactRecordModel(fullRecord), Timeouts: bounds}, IncludeOutput: types.BoolValue(true),
		}},
		"an empty artifact": {newArtifactDataSource(), &artifactConfigModel{artifactReadModel: artifactReadModel{artifactRecordModel: newArtifactRecordModel(client.ArtifactRecord{}), Timeouts: unbound}}},
	} {
		tested = append(tested, test.source)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var described datasource.SchemaResponse
			test.source.Schema(t.Context(), datasource.SchemaRequest{}, &described)
			want, unencoded := tfsdk.State{Schema: described.Schema}, tfsdk.State{Schema: described.Schema}
			if diags := want.Set(t.Context(), test.model); diags.HasError() {
				t.Fatal(diags)
			}
			if diags := setState(t.Context(), &unencoded, test.model); diags.HasError() || !want.Raw.Equal(unencoded.Raw) {
				t.Errorf("without an encoded state: got  %s\nwant %s\n%v", unencoded.Raw, want.Raw, diags)
			}
			ctx, encoded := state.WithEncoded(t.Context())
			if diags := setState(ctx, &tfsdk.State{Schema: described.Schema}, test.model); diags.HasError() {
				t.Fatal(diags)
			}
			got, err := tfprotov6.DynamicValue{MsgPack: encoded.MsgPack}.Unmarshal(described.Schema.Type().TerraformType(t.Context()))
			if err != nil {
				t.Fatal(err)
			}
			if !want.Raw.Equal(got) {
				t.Errorf("got  %s\nwant %s", got, want.Raw)
			}
		})
	}
	wantEveryDataSource(t, tested)
}

// TestSetState_modelMismatch checks that a model with a field without an encoding is reported as a bug of the provider.
func TestSetState_modelMismatch(t *testing.T) {
	t.Parallel()
	for name, model := range map[string]any{
		"a channel": &struct {
			X chan int `tfsdk:"x"`
		}{},
		"a text in a list of maps": &struct {
			X []map[string]string `tfsdk:"x"`
		}{[]map[string]string{{"a": "b"}}},
	} {
		ctx, encoded := state.WithEncoded(t.Context())
		diags := setState(ctx, &tfsdk.State{}, model)
		if !diags.HasError() || !strings.Contains(diags[0].Detail(), "This is a bug in the provider: a model cannot be written into a state: x: ") || encoded.MsgPack != nil {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}

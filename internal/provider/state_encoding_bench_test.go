package provider

import (
	"context"
	"fmt"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/plugin/state"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// fullResult has a value in every field.
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
	fullRun = client.ExperimentRun{ID: "exprun_2", Score: big.NewFloat(0.93), TotalDocuments: 2, NConsensus: new(int64(3)), Lifecycle: client.Lifecycle{Status: client.StatusCompleted}}
)

// BenchmarkRows measures what a thousand decoded rows cost: to count and convert them, to encode them, and to encode them with
// the framework.
func BenchmarkRows(b *testing.B) {
	all := client.RunResults{Run: fullRun}
	for i := range 1000 {
		row := fullResult
		row.DocumentID = fmt.Sprintf("expdoc_%06d", i)
		all.Results = append(all.Results, &row)
	}
	described := schema.Schema{Attributes: experimentResultsAttributes(b.Context())}
	newModel := func() *experimentResultsModel {
		model := &experimentResultsModel{
			waitModel: waitModel{Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{"read": types.StringType})}},
		}
		model.set(verdict.NewResults(all, nil))
		return model
	}
	model := newModel()
	set := func(ctx context.Context) tfsdk.State {
		framework := tfsdk.State{Schema: described}
		if diags := setState(ctx, &framework, model); diags.HasError() {
			b.Fatal(diags)
		}
		return framework
	}
	for name, do := range map[string]func(){
		"convert": func() { newModel() },
		"encode":  func() { ctx, _ := state.WithEncoded(b.Context()); set(ctx) },
		"framework": func() {
			if _, err := tfprotov6.NewDynamicValue(described.Type().TerraformType(b.Context()), set(b.Context()).Raw); err != nil {
				b.Fatal(err)
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}

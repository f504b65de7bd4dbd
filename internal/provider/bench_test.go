package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// BenchmarkRead measures Terraform's calls in the provider, from the encoded arguments to the encoded state, without a
// network. The client caches completed results, so the benchmark measures the conversion.
func BenchmarkRead(b *testing.B) {
	e := serverCases[0].Start(b)
	s := e.Connect(b, provider.WithTransport(e.Server))
	const documents = 1000
	for i := range documents {
		e.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_%d", i), RunID: "exprun_big", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", i), BlockKind: "extract",
			Stages: []fakeapi.Stage{{
				Status: "completed", Artifact: &fakeapi.Artifact{Operation: "extraction", ID: "ext_1"},
				Timing: fakeapi.Timing{CreatedAt: "2026-05-02T11:00:00Z", StartedAt: "2026-05-02T11:00:01Z", CompletedAt: "2026-05-02T11:00:05Z", DurationMS: new(int64(4120))},
			}},
			Inputs: map[string]fakeapi.Handle{"input-document-0": {FileID: "file_1", Filename: "invoice.pdf", MIMEType: "application/pdf"}},
		})
	}
	argumentsOf := func(typeName string, arguments values) *tfprotov6.DynamicValue {
		return dynamic(b, s.Schema.DataSourceSchemas[typeName].ValueType(), arguments)
	}
	singular := argumentsOf(resultType, values{"run_id": "exprun_big", "document_id": "expdoc_1"})
	b.Run("validate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			answer, err := s.ValidateDataResourceConfig(b.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: resultType, Config: singular})
			if err != nil || len(answer.Diagnostics) > 0 {
				b.Fatal(err, text(b, answer.Diagnostics))
			}
		}
	})
	for name, read := range map[string]*tfprotov6.ReadDataSourceRequest{
		"singular":        {TypeName: resultType, Config: singular},
		"plural_of_1000":  {TypeName: resultsType, Config: argumentsOf(resultsType, values{"run_id": "exprun_big"})},
		"plural_of_three": {TypeName: resultsType, Config: argumentsOf(resultsType, values{"run_id": fakeapi.SeedRunID})},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				answer, err := s.ReadDataSource(b.Context(), read)
				if err != nil || len(answer.Diagnostics) > 0 {
					b.Fatal(err, text(b, answer.Diagnostics))
				}
			}
		})
	}
}

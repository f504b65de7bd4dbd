package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// BenchmarkReadMetrics measures a read of the metrics of 1000 documents and 500 targets in the provider.
func BenchmarkReadMetrics(b *testing.B) {
	e := serverCases[0].Start(b)
	s := e.Connect(b, provider.WithTransport(e.Server))
	metrics := fakeapi.Metrics{RunID: fakeapi.SeedRunID, Score: new(0.9), Likelihoods: map[string]float64{}}
	for i := range 1000 {
		metrics.Documents = append(metrics.Documents, fakeapi.DocumentMetrics{ID: fmt.Sprintf("expdoc_%d", i), Filename: "invoice.pdf", Score: new(float64(i) / 1000)})
	}
	for i := range 500 {
		metrics.Likelihoods[fmt.Sprintf("line_items.*.field_%d", i)] = float64(i) / 500
	}
	e.SetMetrics(metrics)
	read := &tfprotov6.ReadDataSourceRequest{
		TypeName: metricsType, Config: dynamic(b, s.Schema.DataSourceSchemas[metricsType].ValueType(), values{"run_id": fakeapi.SeedRunID}),
	}
	b.ReportAllocs()
	for b.Loop() {
		answer, err := s.ReadDataSource(b.Context(), read)
		if err != nil || len(answer.Diagnostics) > 0 {
			b.Fatal(err, text(b, answer.Diagnostics))
		}
	}
}

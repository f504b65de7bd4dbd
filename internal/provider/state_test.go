package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// TestState_isThatOfTheFramework compares the state that the provider encodes with the one that the framework would, for every
// data source.
func TestState_isThatOfTheFramework(t *testing.T) {
	t.Parallel()
	compare := func(t *testing.T, e env, s server) {
		t.Helper()
		plain := server{ProviderServer: providerserver.NewProtocol6(provider.New("test", provider.WithTransport(e.Server)))(), Schema: s.Schema}
		if problem := plain.Configure(t, values{"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": e.Setting}); problem != "" {
			t.Fatal(problem)
		}
		for name, reading := range s.Readings(t) {
			schema := s.Schema.DataSourceSchemas[reading.TypeName].ValueType()
			read := func(s server) *tfprotov6.DynamicValue {
				state, errors, _ := s.ReadRaw(t.Context(), reading.TypeName, dynamic(t, schema, reading.Arguments))
				if errors != "" {
					t.Fatal(errors)
				}
				return state
			}
			want, err := read(plain).Unmarshal(schema)
			if err != nil {
				t.Fatal(err)
			}
			got, err := read(s).Unmarshal(schema)
			if err != nil || !want.Equal(got) {
				t.Errorf("%s: got  %s\nwant %s\n%v", name, got, want, err)
			}
		}
	}
	for _, c := range editionCases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			onFakeClock(t, c, compare)
		})
	}
}

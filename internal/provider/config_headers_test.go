package provider_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// headersOf returns a map of headers; nil is a null value.
func headersOf(headers map[string]any) tftypes.Value {
	elements := map[string]tftypes.Value{}
	for name, value := range headers {
		if text, isText := value.(tftypes.Value); isText {
			elements[name] = text
			continue
		}
		elements[name] = tftypes.NewValue(tftypes.String, value)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, elements)
}

// TestConfigure_headers checks where headers come from, and that every request has them.
func TestConfigure_headers(t *testing.T) {
	for name, test := range map[string]struct {
		variable string
		argument any
		want     string
	}{
		"the attribute":               {"", headersOf(map[string]any{"x-gateway-secret": "gateway_secret_1"}), "gateway_secret_1"},
		"the variable":                {`{"X-Gateway-Secret":"gateway_secret_2"}`, nil, "gateway_secret_2"},
		"the attribute, and one more": {`{"X-Gateway-Secret":"other"}`, headersOf(map[string]any{"X-Gateway-Secret": "gateway_secret_1", "X-None": nil}), "gateway_secret_1"},
		"an empty attribute":          {`{"X-Gateway-Secret":"other"}`, headersOf(nil), ""},
		"neither":                     {"", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("RETAB_HEADERS", test.variable)
			forEachServerOneByOne(t, func(t *testing.T, e env) {
				s := serve(t)
				if problem := s.Configure(t, values{"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": e.Setting, "headers": test.argument}); problem != "" {
					t.Fatal(problem)
				}
				if _, problem := s.Read(t.Context(), t, resultType, seedArguments); problem != "" {
					t.Error(problem)
				}
				for _, request := range e.Journal() {
					if got := request.Header.Get("X-Gateway-Secret"); got != test.want {
						t.Errorf("%s: got %q, want %q", request.Path, got, test.want)
					}
				}
			})
		})
	}
}

// forEachServerOneByOne is forEachServer for tests that set variables.
func forEachServerOneByOne(t *testing.T, test func(t *testing.T, e env)) {
	t.Helper()
	for _, c := range serverCases {
		test(t, c.Start(t))
	}
}

// TestConfigure_refusedHeaders checks that the errors for headers do not show their values.
func TestConfigure_refusedHeaders(t *testing.T) {
	for name, test := range map[string]struct {
		variable string
		argument any
		want     []string
	}{
		"the key":         {"", headersOf(map[string]any{"Api-Key": "gateway_secret_1"}), []string{"ERROR: Invalid headers", "The value of the attribute headers has the header Api-Key, which cannot be set.", "RETAB_HEADERS"}},
		"a line break":    {"", headersOf(map[string]any{"X-Token": "gateway_secret_1\n"}), []string{"ERROR: Invalid headers", "a value of the header X-Token with a line break"}},
		"no JSON":         {"X-Token: gateway_secret_1", nil, []string{"ERROR: Invalid headers", "The value of the environment variable RETAB_HEADERS is not a JSON object of strings"}},
		"a number":        {`{"X-Token":1234567890}`, nil, []string{"is not a JSON object of strings"}},
		"an unknown one":  {"", headersOf(map[string]any{"X-Token": unknownString}), []string{"ERROR: Provider setting is not known yet", "its attribute headers"}},
		"all are unknown": {"", tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, tftypes.UnknownValue), []string{"its attribute headers", "RETAB_HEADERS"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("RETAB_HEADERS", test.variable)
			s := serve(t)
			if problem := s.Configure(t, values{"api_key": fakeapi.Key, "headers": test.argument}); problem != "" {
				t.Fatal(problem)
			}
			_, problem := s.Read(t.Context(), t, resultType, seedArguments)
			wantContains(t, problem, test.want...)
			if strings.Contains(problem, "gateway_secret") || strings.Contains(problem, "1234567890") {
				t.Errorf("a value is in:\n%s", problem)
			}
		})
	}
}

// TestConfigure_deferral checks that everything defers while a setting is unknown if Terraform accepts that, as Stacks do.
func TestConfigure_deferral(t *testing.T) {
	t.Parallel()
	configure := func(t *testing.T, arguments values) server {
		t.Helper()
		s := serve(t)
		configured, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
			TerraformVersion: "1.14.0", Config: dynamic(t, s.Schema.Provider.ValueType(), arguments),
			ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: true},
		})
		if err != nil || len(configured.Diagnostics) > 0 {
			t.Fatal(err, text(t, configured.Diagnostics))
		}
		return s.server
	}
	unknown := configure(t, values{"api_key": fakeapi.Key, "base_url": unknownString})
	for _, typeName := range slices.Sorted(maps.Keys(unknown.Schema.DataSourceSchemas)) {
		read, err := unknown.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: typeName, Config: dynamic(t, unknown.Schema.DataSourceSchemas[typeName].ValueType(), values{}),
			ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{DeferralAllowed: true},
		})
		if err != nil || read.Deferred == nil || read.Deferred.Reason != tfprotov6.DeferredReasonProviderConfigUnknown || len(read.Diagnostics) > 0 {
			t.Errorf("%s: got %+v, %v", typeName, read, err)
		}
	}
	for _, typeName := range slices.Sorted(maps.Keys(unknown.Schema.EphemeralResourceSchemas)) {
		opened, err := unknown.OpenEphemeralResource(context.WithoutCancel(t.Context()), &tfprotov6.OpenEphemeralResourceRequest{
			TypeName: typeName, Config: dynamic(t, unknown.Schema.EphemeralResourceSchemas[typeName].ValueType(), values{}),
			ClientCapabilities: &tfprotov6.OpenEphemeralResourceClientCapabilities{DeferralAllowed: true},
		})
		if err != nil || opened.Deferred == nil || len(opened.Diagnostics) > 0 {
			t.Errorf("%s: got %+v, %v", typeName, opened, err)
		}
	}
	e := startServer(t)
	known := configure(t, values{"api_key": fakeapi.Key, "base_url": e.URL})
	if got, problem := known.Read(t.Context(), t, resultType, seedArguments); problem != "" || got["status"] != "completed" {
		t.Errorf("with known settings: got %v %s", got["status"], problem)
	}
}

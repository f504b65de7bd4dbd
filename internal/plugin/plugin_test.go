package plugin

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

const resultType = "retab_experiment_result"

// configOf returns the configuration of a data source.
func configOf(t *testing.T, s tfprotov6.ProviderServer, arguments map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	schema, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return objectOf(t, schema.DataSourceSchemas[resultType], arguments)
}

// objectOf returns an object with the given attributes. Its other attributes are null.
func objectOf(t *testing.T, schema *tfprotov6.Schema, arguments map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	object := schema.ValueType().(tftypes.Object)
	attributes := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		attributes[name] = tftypes.NewValue(typ, nil)
		if argument, isSet := arguments[name]; isSet {
			attributes[name] = tftypes.NewValue(typ, argument)
		}
	}
	value, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, attributes))
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

// TestServer_releasesContexts checks that the values in the context of a call can be garbage collected after the call.
func TestServer_releasesContexts(t *testing.T) {
	t.Parallel()
	s := New("test")
	config := configOf(t, s, nil)
	for name, call := range map[string]func(context.Context) error{
		"validate": func(ctx context.Context) error {
			_, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: resultType, Config: config})
			return err
		},
		"read": func(ctx context.Context) error {
			_, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: resultType, Config: config})
			return err
		},
	} {
		type logger struct{ name string }
		type loggerKey struct{}
		held := &logger{name}
		watched := weak.Make(held)
		if err := call(context.WithValue(t.Context(), loggerKey{}, held)); err != nil {
			t.Fatal(err)
		}
		held = nil //nolint:ineffassign,wastedassign // so that the test does not reference it
		runtime.GC()
		if watched.Value() != nil {
			t.Errorf("%s: the server keeps the values of the context", name)
		}
	}
	runtime.KeepAlive(s)
}

// newConfigured returns a server of a provider that is configured to read from a fake.
func newConfigured(t *testing.T, fake *fakeapi.Server) tfprotov6.ProviderServer {
	t.Helper()
	s := New("test", provider.WithTransport(fake))
	schema, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	settings := objectOf(t, schema.Provider, map[string]any{"api_key": fakeapi.Key, "base_url": fake.URL})
	configured, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: settings})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured.Diagnostics)
	}
	return s
}

// TestServer_releasesStates checks that a state can be garbage collected after the call.
func TestServer_releasesStates(t *testing.T) {
	t.Parallel()
	s := newConfigured(t, fakeapi.New(fakeapi.RunScoped))
	config := configOf(t, s, map[string]any{"run_id": fakeapi.SeedRunID, "document_id": fakeapi.SeedDocumentID})
	read, err := s.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: resultType, Config: config})
	if err != nil || len(read.Diagnostics) > 0 {
		t.Fatal(err, read.Diagnostics)
	}
	if !bytes.Contains(read.State.MsgPack, []byte(fakeapi.SeedDocumentID)) {
		t.Fatalf("the state is %q", read.State.MsgPack)
	}
	watched := weak.Make(&read.State.MsgPack[0])
	read = nil //nolint:wastedassign // so that the test does not reference it
	runtime.GC()
	if watched.Value() != nil {
		t.Error("the server keeps the state")
	}
	runtime.KeepAlive(s)
}

func TestReleasableContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(context.WithValue(t.Context(), key{}, "value"), deadline)
	defer cancel()
	c, release := withRelease(ctx)
	defer release()
	below, cancelBelow := context.WithCancel(c)
	defer cancelBelow()
	if got, bounded := below.Deadline(); !bounded || !got.Equal(deadline) || below.Value(key{}) != "value" || below.Err() != nil {
		t.Errorf("got %v, %v, %v", got, below.Value(key{}), below.Err())
	}
	cancel()
	<-below.Done()
	if c.Err() != context.Canceled {
		t.Errorf("got %v", c.Err())
	}

	ended, release := withRelease(context.WithValue(t.Context(), key{}, "value"))
	release()
	<-ended.Done()
	if _, bounded := ended.Deadline(); bounded || ended.Value(key{}) != nil || ended.Err() == nil {
		t.Error("a released context still has values, a deadline or no error")
	}
}

func TestDisableLoggers(t *testing.T) {
	loggers := []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_RETAB"}
	for name, test := range map[string]struct {
		set      map[string]string
		disabled bool
		want     map[string]string // the levels of the loggers that stay on
	}{
		"no log":                     {nil, true, nil},
		"a log of everything":        {map[string]string{"TF_LOG": "debug"}, false, nil},
		"a log of providers":         {map[string]string{"TF_LOG_PROVIDER": "TRACE"}, false, nil},
		"a log of Terraform alone":   {map[string]string{"TF_LOG_CORE": "TRACE"}, true, nil},
		"one logger that was set":    {map[string]string{"TF_LOG_SDK_PROTO": "WARN"}, true, map[string]string{"TF_LOG_SDK_PROTO": "WARN"}},
		"the provider's own was set": {map[string]string{"TF_LOG_PROVIDER_RETAB": "INFO"}, true, map[string]string{"TF_LOG_PROVIDER_RETAB": "INFO"}},
	} {
		t.Run(name, func(t *testing.T) {
			levels := map[string]string{"TF_LOG": "", "TF_LOG_PROVIDER": "", "TF_LOG_CORE": ""}
			for _, logger := range loggers {
				levels[logger] = ""
			}
			for variable, level := range levels {
				if set := test.set[variable]; set != "" {
					level = set
				}
				t.Setenv(variable, level)
			}
			if loggingDisabled() != test.disabled {
				t.Errorf("loggingDisabled: got %v", !test.disabled)
			}
			if !test.disabled {
				return
			}
			if err := disableLoggers(); err != nil {
				t.Fatal(err)
			}
			for _, logger := range loggers {
				want := "OFF"
				if set := test.want[logger]; set != "" {
					want = set
				}
				if got := os.Getenv(logger); got != want {
					t.Errorf("%s is %q, want %q", logger, got, want)
				}
			}
		})
	}
}

// Package plugin serves the provider to Terraform with little overhead, because a plan starts the provider three times and may
// read a thousand data sources.
package plugin

import (
	"context"
	"os"
	"runtime/debug"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/retab-dev/terraform-provider-retab/internal/plugin/state"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// gcPercent is the value of GOGC. The heap of the provider is a few MiB, and Go's default of 100 collects garbage each time it
// has doubled, which costs a plan of a hundred data sources a twentieth of its time. With 400, a run of 20,000 documents would
// take more memory than the tests of memory allow.
const gcPercent = 200

// Serve serves the provider until Terraform stops it. With forDebugger, it prints the value of TF_REATTACH_PROVIDERS and serves until
// it is interrupted.
func Serve(version string, forDebugger bool) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	server := New(version)
	serve := func() tfprotov6.ProviderServer { return server }
	if forDebugger {
		return tf6server.Serve(provider.Address, serve, tf6server.WithManagedDebug())
	}
	if loggingDisabled() {
		if err := disableLoggers(); err != nil {
			return err
		}
	}
	return tf6server.Serve(provider.Address, serve)
}

// loggingDisabled reports whether Terraform discards the provider's log.
func loggingDisabled() bool { return os.Getenv("TF_LOG") == "" && os.Getenv("TF_LOG_PROVIDER") == "" }

// disableLoggers turns off the loggers of the plugin libraries and of the provider, except those with a configured level. By
// default they write about a dozen lines per data source, and Terraform parses each line before it discards it.
func disableLoggers() error {
	for _, logger := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_RETAB"} {
		if os.Getenv(logger) != "" {
			continue
		}
		if err := os.Setenv(logger, "OFF"); err != nil {
			return err
		}
	}
	return nil
}

// New returns a server of the provider for the plugin protocol.
func New(version string, options ...provider.Option) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(provider.New(version, options...))()
	return &server{framework.(tfprotov6.ProviderServerWithActions), maxObjectBytes} //nolint:staticcheck // this interface has the actions for now
}

// server wraps the framework's server. It reports objects that are too large to send, and validates the arguments of
// actions whenever they may have become known. It also releases the contexts of the calls that a plan makes for every data
// source: the framework keeps the context of every call, with three loggers, until Terraform stops the provider. With a
// thousand data sources, these contexts would take most of the memory.
type server struct {
	tfprotov6.ProviderServerWithActions
	maxObjectBytes int
}

// ValidateDataResourceConfig checks the arguments of a data source.
func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	ctx, release := withRelease(ctx)
	defer release()
	return s.ProviderServerWithActions.ValidateDataResourceConfig(ctx, req)
}

// ReadDataSource reads a data source.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, encoded := state.WithEncoded(ctx)
	ctx, release := withRelease(ctx) // releases the state, too
	defer release()
	resp, err := s.ProviderServerWithActions.ReadDataSource(ctx, req)
	if err == nil && encoded.MsgPack != nil {
		resp.State = &tfprotov6.DynamicValue{MsgPack: encoded.MsgPack}
		if tooLarge := sizeDiagnostic(encoded.MsgPack, s.maxObjectBytes); tooLarge != nil {
			return &tfprotov6.ReadDataSourceResponse{Diagnostics: append(resp.Diagnostics, tooLarge)}, nil
		}
	}
	return resp, err
}

// OpenEphemeralResource reads an ephemeral resource.
func (s *server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	resp, err := s.ProviderServerWithActions.OpenEphemeralResource(ctx, req)
	if err == nil && resp.Result != nil {
		if tooLarge := sizeDiagnostic(resp.Result.MsgPack, s.maxObjectBytes); tooLarge != nil {
			return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: append(resp.Diagnostics, tooLarge)}, nil
		}
	}
	return resp, err
}

// PlanAction validates the arguments, because Terraform validates only the literals of an action.
func (s *server) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	if problems, err := s.actionProblems(ctx, req.ActionType, req.Config); err != nil || len(problems) > 0 {
		return &tfprotov6.PlanActionResponse{Diagnostics: problems}, err
	}
	return s.ProviderServerWithActions.PlanAction(ctx, req)
}

// InvokeAction validates the arguments again, because some are known only in the apply.
func (s *server) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	problems, err := s.actionProblems(ctx, req.ActionType, req.Config)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) {
			yield(tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: problems}})
		}}, nil
	}
	return s.ProviderServerWithActions.InvokeAction(ctx, req)
}

// actionProblems returns the diagnostics of the arguments of an action if one of them is an error.
func (s *server) actionProblems(ctx context.Context, typeName string, config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
	validated, err := s.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: typeName, Config: config})
	if err != nil {
		return nil, err
	}
	isError := func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError }
	if !slices.ContainsFunc(validated.Diagnostics, isError) {
		return nil, nil
	}
	return validated.Diagnostics, nil
}

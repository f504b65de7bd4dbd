// Package plugin serves the provider to Terraform, and removes costs of the plugin framework that a plan of many documents
// would notice.
package plugin

import (
	"context"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// gcPercent is how much garbage, in percent of the memory in use, triggers a collection. Go's default of 100 costs a plan of
// a hundred documents a twentieth of its time, because a provider has only a few MiB in use.
const gcPercent = 200

// Serve serves the provider until Terraform ends it. For a debugger, it prints how Terraform attaches to it, and serves until
// it is interrupted.
func Serve(version string, forDebugger bool) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	server := func() tfprotov6.ProviderServer { return New(version) }
	if forDebugger {
		return tf6server.Serve(provider.Address, server, tf6server.WithManagedDebug())
	}
	if loggingDisabled() {
		if err := disableLoggers(); err != nil {
			return err
		}
	}
	return tf6server.Serve(provider.Address, server)
}

// New returns the provider behind the plugin protocol.
func New(version string, options ...provider.Option) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(provider.New(version, options...)())()
	return &server{framework.(tfprotov6.ProviderServerWithActions)} //nolint:staticcheck // the interface that has actions for now
}

// server is the framework's server, except for the calls that a plan makes for every data source. It releases their
// contexts, and sends the state that a data source has encoded itself.
//
// The framework keeps the context of every call until Terraform stops the provider, and each holds three loggers. For a
// thousand data sources, they would take more memory than everything else.
type server struct {
	tfprotov6.ProviderServerWithActions
}

// ValidateDataResourceConfig checks the arguments of a data source.
func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	ctx, release := newReleasableContext(ctx)
	defer release()
	return s.ProviderServerWithActions.ValidateDataResourceConfig(ctx, req)
}

// ReadDataSource reads a data source.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, encoded := provider.WithEncodedState(ctx)
	ctx, release := newReleasableContext(ctx) // around the state, so that it is released, too
	defer release()
	resp, err := s.ProviderServerWithActions.ReadDataSource(ctx, req)
	if err == nil && encoded.MsgPack != nil {
		resp.State = &tfprotov6.DynamicValue{MsgPack: encoded.MsgPack}
	}
	return resp, err
}

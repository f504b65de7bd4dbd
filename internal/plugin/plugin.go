// Package plugin serves the provider to Terraform, at the least cost to a plan. Terraform starts a provider three times a
// plan, and waits; and it may read a thousand data sources.
package plugin

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	_ "github.com/retab-dev/terraform-provider-retab/internal/plugin/handshake" // takes a step of the start ahead
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// Serve serves the provider until Terraform ends it. With debug, it prints how Terraform attaches to it, and serves until
// it is interrupted.
func Serve(version string, debug bool) error {
	tuneMemory()
	served := New(version)
	serve := func() tfprotov6.ProviderServer { return served }
	if debug {
		return tf6server.Serve(provider.Address, serve, tf6server.WithManagedDebug())
	}
	if logIsUnread() {
		if err := silenceLog(); err != nil {
			return err
		}
		// The schema is the first thing Terraform asks for, once it has secured the connection.
		go func() { _, _ = served.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{}) }()
	}
	return tf6server.Serve(provider.Address, serve)
}

// New returns the provider behind the plugin protocol.
func New(version string, options ...provider.Option) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(provider.New(version, options...)())()
	return &server{ProviderServerWithActions: framework.(tfprotov6.ProviderServerWithActions)} //nolint:staticcheck // the interface that has actions for now
}

// server is the framework's, but for the schema, which is made once, and for the calls that a plan makes by the thousand,
// which let go of their context. The framework keeps the contexts of all calls until Terraform stops the provider, and
// each holds three loggers: for a thousand data sources, that is more than all else in memory.
type server struct {
	tfprotov6.ProviderServerWithActions

	once      sync.Once
	schema    *tfprotov6.GetProviderSchemaResponse
	schemaErr error
}

// GetProviderSchema returns the schema of the provider and all it has.
func (s *server) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	s.once.Do(func() { s.schema, s.schemaErr = s.ProviderServerWithActions.GetProviderSchema(ctx, req) })
	return s.schema, s.schemaErr
}

// ValidateDataResourceConfig checks the arguments of a data source.
func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	ctx, end := newCall(ctx)
	defer end()
	return s.ProviderServerWithActions.ValidateDataResourceConfig(ctx, req)
}

// ReadDataSource reads a data source.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, encoded := provider.WithEncodedState(ctx)
	ctx, end := newCall(ctx) // releases the state, too
	defer end()
	resp, err := s.ProviderServerWithActions.ReadDataSource(ctx, req)
	if err == nil && encoded.MsgPack != nil {
		resp.State = &tfprotov6.DynamicValue{MsgPack: encoded.MsgPack}
	}
	return resp, err
}

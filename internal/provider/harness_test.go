package provider_test

import (
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/provider"
	"github.com/retab-dev/terraform-provider-retab/internal/providertest"
)

func TestMain(m *testing.M) { os.Exit(providertest.Main(m)) }

// The names of package providertest that many tests of this package use.
type (
	attributes = providertest.Attributes
	env        = providertest.Env
	server     = providertest.Server
	serverCase = providertest.ServerCase
	values     = providertest.Values
)

const flatResultsPath = providertest.FlatResultsPath

var (
	serverCases              = providertest.ServerCases
	editionCases             = providertest.EditionCases
	forEachServer            = providertest.ForEachServer
	forEachEdition           = providertest.ForEachEdition
	forEachServerOnFakeClock = providertest.ForEachServerOnFakeClock
	onFakeClock              = providertest.OnFakeClock
	startServer              = providertest.StartServer
	seedArguments            = providertest.SeedArguments
	seedWith                 = providertest.SeedWith
	terraform                = providertest.Terraform
	dynamic                  = providertest.Dynamic
	setOf                    = providertest.SetOf
	unknownString            = providertest.UnknownString
	only                     = providertest.Only
	text                     = providertest.Text
	wantContains             = providertest.WantContains
	waitArguments            = providertest.WaitArguments
	wantNoContents           = providertest.WantNoContents
	wantElapsed              = providertest.WantElapsed
)

// unconfigured is a server before its configuration, with the schema that Terraform asks for first.
type unconfigured struct {
	server
	schema *tfprotov6.GetProviderSchemaResponse
}

func serve(tb testing.TB, options ...provider.Option) unconfigured {
	tb.Helper()
	s := providertest.Serve(tb, options...)
	return unconfigured{s, s.Schema}
}

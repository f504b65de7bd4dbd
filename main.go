// Terraform provider for Retab experiments.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// version is stamped by the linker (-X main.version=…).
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run for a debugger and print how Terraform attaches to it")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}

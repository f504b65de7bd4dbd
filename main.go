// Terraform provider for Retab experiments.
package main

import (
	"flag"
	"log"

	"github.com/retab-dev/terraform-provider-retab/internal/plugin"
)

// version is stamped by the linker (-X main.version=…).
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run for a debugger and print how Terraform attaches to it")
	flag.Parse()

	if err := plugin.Serve(version, *debug); err != nil {
		log.Fatal(err)
	}
}

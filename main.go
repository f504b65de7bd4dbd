// Command terraform-provider-retab is the Terraform provider for Retab experiments.
package main

import (
	"flag"
	"log"

	"github.com/retab-dev/terraform-provider-retab/internal/plugin"
)

// version is set by the linker (-X main.version=…).
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run for a debugger, and print the value of TF_REATTACH_PROVIDERS")
	flag.Parse()

	if err := plugin.Serve(version, *debug); err != nil {
		log.Fatal(err)
	}
}

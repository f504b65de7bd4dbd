package main

import (
	"fmt"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// scene is the plan of an example, with an introduction.
type scene struct {
	title     string
	lines     []string
	example   string   // the folder below examples
	arguments []string // of terraform plan
	wantCode  int      // the exit code of the plan: 1 for a gate that fails
}

// scenes returns the scenes in their order.
func scenes(edition string) []scene {
	return []scene{
		{
			title: "1. Read an experiment result",
			lines: []string{
				fmt.Sprintf("A fake Retab API (%s) serves the vendor's documented example:", edition),
				fmt.Sprintf("document %s of run %s.", fakeapi.SeedDocumentID, fakeapi.SeedRunID),
				"Terraform reads it during the plan of examples/quickstart, with the provider that was just built.",
			},
			example: "quickstart",
		},
		{
			title: "2. Gate on it",
			lines: []string{
				"examples/gates/postcondition stops the plan unless the block succeeded.",
				fmt.Sprintf("It failed for document %s, so the plan fails with the message of the experiment.", fakeapi.FailedDocumentID),
			},
			example:   "gates/postcondition",
			arguments: []string{"-var", "document_id=" + fakeapi.FailedDocumentID},
			wantCode:  1,
		},
		{
			title: "3. From an experiment to every document",
			lines: []string{
				"examples/experiment-report starts from the id of an experiment and reads its newest run.",
				"One list has the results of all documents.",
			},
			example: "experiment-report",
		},
	}
}

// realAPI has the commands for the next steps. Nothing is run.
var realAPI = scene{
	title: "4. Try your own configuration",
	lines: []string{
		"make install prints the CLI configuration that makes Terraform use this build. Then:",
		"",
		"  make fake                         # without an account: a fake Retab API, and the variables that point Terraform at it",
		"",
		"  export RETAB_API_KEY=…            # with an account: a key of the environment that the run belongs to",
		"  terraform -chdir=examples/quickstart plan -var run_id=exprun_… -var document_id=expdoc_…",
		"",
		"This demo leaves no files.",
	},
}

package main

import (
	"fmt"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// scene is the plan of an example, with an introduction.
type scene struct {
	title     string
	lines     []string
	example   string                     // the folder below examples
	arguments []string                   // of terraform plan
	wantCode  int                        // the exit code of the plan: 1 for a gate that fails
	serve     func(fake *fakeapi.Server) // adds what the example needs beyond the fixtures; may be nil
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
			title: "2. Gate a release on it",
			lines: []string{
				"examples/release-gate releases the newest run of an experiment if it meets every condition of a module.",
				"The score of this run is lower than that of the run before, so the plan fails.",
			},
			example:  "release-gate",
			wantCode: 1,
			serve:    lowerScore,
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

// lowerScore makes the score of the experiment in examples/release-gate drop by more than the example allows.
func lowerScore(fake *fakeapi.Server) {
	fake.SetMetrics(
		fakeapi.Metrics{
			RunID: fakeapi.ComparedRunID, Score: new(0.83), Likelihoods: map[string]float64{"total": 0.92, "vendor.name": 0.78},
			Documents: []fakeapi.DocumentMetrics{{ID: "expdoc_1", Filename: "a.pdf", Score: new(0.91)}},
		},
		fakeapi.Metrics{RunID: fakeapi.PriorRunID, Score: new(0.87)},
	)
}

// realAPI has the commands for the next steps. Nothing is run.
var realAPI = scene{
	title: "4. Try your own configuration",
	lines: []string{
		"  make install-mirror   # installs this build where terraform init finds it",
		"  make fake             # without an account: serves a fake Retab API and prints the variables that point Terraform at it",
		"  make live             # with an account: plans the first scene with RETAB_API_KEY, RETAB_RUN_ID and RETAB_DOCUMENT_ID",
		"",
		"This demo leaves no files.",
	},
}

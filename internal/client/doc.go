// Package client reads experiments, runs, results, metrics, artifacts, evals and workflows from the Retab API. It decides which
// requests to send and what their answers mean; it imports no Terraform package.
//
// Each file covers one kind of object: its type, the functions that read it, how its absence is proved, and its conversion
// from the body of either edition (package wire). Package transport sends the requests. DESIGN.md has all packages.
//
// # Editions
//
// The vendor has published two editions of the experiment API. They have the same facts under different routes,
// credentials and spellings:
//
//	edition      one result                                                             credential
//	run-scoped   GET /v1/workflows/experiments/runs/{run_id}/results/{document_id}      Api-Key: <key>
//	flat         GET /v1/workflows/experiments/results?run_id=… (match document_id)     Authorization: Bearer <key>
//
// [EditionAuto] asks the flat edition first, and the run-scoped edition where the flat one may be missing (edition.go).
//
// # Shared reads
//
// Every request goes through one cache (cache.go). In the flat edition a result is found in the list of its run. In the
// run-scoped edition the first documents of a run are read one by one; one list replaces the others (result_list.go).
//
// # Errors
//
// A 404 alone proves nothing. Lists, and the answer of the same route for another object, prove an absence (absence.go).
//
// Besides the errors of package transport, the package returns [*AbsentError], [*IncompleteListError], [*AmbiguousError],
// [*NoDetailsError], [*NoRouteError], [ErrNoRun], [ErrNoEvalRun], [ErrNoExperiment],
// [ErrUnnamedExperiment], [ErrWorkflowNeeded], [ErrUnreachableResults] and [ErrTooManyResults].
package client

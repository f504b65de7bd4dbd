// Package client reads experiments, runs, results, metrics and artifacts from the Retab API. It decides which requests to send and
// what their answers mean; it imports no Terraform package.
//
// # Layers
//
// Each package imports only packages below it.
//
//	client      strategy: which edition, which list may be shared, what a missing result means
//	routes      the API as a table: one function per route, run_scoped.go and flat.go
//	wire        bodies of both editions to objects
//	transport   one GET: address, credential, retries, limits, errors
//	retab       the objects: experiment, run, result, metrics, artifact, status
//	sanitize    server text without terminal escapes and without the key
//	poll        sleeps with a context; outside this folder, because package provider polls
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
// [EditionAuto] detects which edition a server speaks: the first read asks both at once (edition_read.go).
//
// # Shared reads
//
// Reads of the same experiment, metrics or artifact share one request if they start in the same second (read_cache.go).
//
// In the flat edition a result is found in the list of its run, which all reads of the run share in the same way
// (list_cache.go). In the run-scoped edition the first documents of a run are read one by one; for more, one list replaces
// them (list_policy.go).
//
// # Missing results
//
// A 404 alone proves nothing. missing_result.go decides from the run and its list whether a result is absent, missing_experiment.go
// from a list whether an experiment is, and missing_artifact.go from the generic route and the list of runs whether a record
// is.
//
// # Errors
//
// Besides the errors of package transport, the package returns [*AbsentError], [*IncompleteListError], [*AmbiguousError],
// [*NoDetailsError], [*ArtifactAbsentError], [*NoRouteError], [ErrNoRun], [ErrNoExperiment], [ErrWorkflowNeeded],
// [ErrUnreachableResults] and [ErrTooManyResults].
package client

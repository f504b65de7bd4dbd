// Package client reads experiment results from the Retab API over HTTP. It imports no Terraform package.
//
// # What it talks to
//
// The vendor has published two editions of the experiment API. They hold the same facts under other routes,
// credentials and spellings:
//
//	edition      one result                                                             credential
//	run-scoped   GET /v1/workflows/experiments/runs/{run_id}/results/{document_id}      Api-Key: <key>
//	flat         GET /v1/workflows/experiments/results?run_id=… (match document_id)     Authorization: Bearer <key>
//
// One decoder (wire.go) understands the bodies of both. [EditionAuto] finds out which edition a server speaks
// (edition.go): run-scoped first, and the flat one after a 401, 404 or 405. In the flat edition a result is found by
// walking the list of its run, and the reads of one run share its walks (shared_lists.go); payloads that are asked for
// one by one come from GET /v1/workflows/experiments/results/{result_id}. In the run-scoped edition the first documents of
// a run are read one by one; when more are wanted, one list replaces them (demand.go).
//
// # Retry contract
//
// Every request is a GET and safe to repeat. A request is repeated when no answer came (connection refused or
// reset, attempt timed out, body cut short) and on the statuses 408, 425, 429, 500, 502, 503, 504 and 52x; never
// on any other status, on a certificate that does not verify, on a host name that does not exist, on a redirect that
// leaves the API's origin, or on an answer larger than [Config.MaxBodyBytes].
// Waits grow exponentially with full jitter; Retry-After, in seconds or as an HTTP date, is honoured up to a cap;
// when it asks for more time than the caller's context has left, the answer is returned at once. Nothing outlives the
// caller's context. See [Config.MaxRetries] and retry.go.
//
// # Error contract
//
// Every error returned is [ErrNoRun] or one of five types, found with errors.As:
//
//   - [*ArgumentError]: refused before any request was made.
//   - [*AbsentError]: there is certainly no such result or run, and why.
//   - [*APIError]: the server answered with a status outside 2xx. Carries the server's own words.
//   - [*ResponseError]: the server answered 2xx with a body that does not keep the API's contract.
//   - [*TransportError]: no complete answer arrived. Unwraps to the cause, context errors included.
//
// Text that comes from the server is stripped of control characters, shortened, and cleared of the API key before
// it enters an error. The key and the bodies are never logged.
package client

package client

import (
	"errors"
	"net/http"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// mayBeOtherEdition reports whether a failure can mean that the server speaks the other edition: the route is missing, or
// a gateway does not know the credential. No other refusal, limit or fault can mean that. An experiment that the run-scoped
// edition cannot find without its workflow may be found in the flat edition.
func mayBeOtherEdition(err error) bool {
	if errors.Is(err, ErrWorkflowNeeded) {
		return true
	}
	switch transport.StatusOf(err) {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return true
	default:
		return isKeyRefused(err)
	}
}

// isKeyRefused reports whether the server did not accept the credential. Older gateways answer 403 to a request without a
// Bearer token.
func isKeyRefused(err error) bool {
	switch transport.StatusOf(err) {
	case http.StatusUnauthorized:
		return true
	case http.StatusForbidden:
		return isMissingCredential(err)
	default:
		return false
	}
}

// isDecisive reports whether an error means more than that a route may be missing. A refused key does.
func isDecisive(err error) bool {
	return err != nil && (!mayBeOtherEdition(err) || isKeyRefused(err))
}

// isMissingCredential reports whether the server's message is the one for a request without a key, as in the vendor's
// clients/python/tests/test_error_handling.py, or empty.
func isMissingCredential(err error) bool {
	var api *APIError
	if !errors.As(err, &api) {
		return false
	}
	message := strings.TrimSuffix(api.Message, ".")
	return strings.EqualFold(message, "Not authenticated") || message == "" && api.StatusCode == http.StatusUnauthorized
}

// isAPINotFound reports whether an error is a 404 that may be the API's answer about a run: JSON with a message that says
// more than Not Found. "Workflow not found" is what the API answers for a missing route (seen live). Every absence
// needs such an error, but it alone proves nothing.
func isAPINotFound(err error) bool {
	notFound := transport.HasStatus(err, http.StatusNotFound)
	if notFound == nil || !notFound.IsJSON {
		return false
	}
	switch strings.ToLower(strings.TrimSuffix(notFound.Message, ".")) {
	case "", "not found", "workflow not found":
		return false
	default:
		return true
	}
}

// preferredError chooses among the errors of both editions: the API's own answer that an object was not found, then any error
// other than a refused key. Of two refusals of the same key, sent in both headers, it prefers the one that says that the key
// is unknown: a server says so only about the header that it reads, and about the other header that there is no key.
func preferredError(errs ...error) error {
	for _, err := range errs {
		if isAPINotFound(err) {
			return err
		}
	}
	for _, err := range errs {
		if !isKeyRefused(err) {
			return err
		}
	}
	for _, err := range errs {
		if !isMissingCredential(err) {
			return err
		}
	}
	return errs[0]
}

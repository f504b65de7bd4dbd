package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Edition names one of the API's two published forms. See the package comment.
type Edition string

// The editions a [Config] can ask for.
const (
	EditionAuto      Edition = "auto"       // find out with the first read
	EditionRunScoped Edition = "run_scoped" // one route per result, header Api-Key
	EditionFlat      Edition = "flat"       // one list per run, header Authorization: Bearer
)

// CheckEdition refuses, with an [*ArgumentError], a name that is no edition.
func CheckEdition(edition Edition) error {
	switch edition {
	case EditionAuto, EditionRunScoped, EditionFlat:
		return nil
	default:
		return &ArgumentError{Argument: "api_edition", Problem: fmt.Sprintf("is %q; it must be auto, run_scoped or flat", edition)}
	}
}

// editionChoice remembers which edition the server speaks. What worked is kept for the life of the client; what
// failed is not, so that a server that was away for a moment is asked again.
type editionChoice struct {
	mu    sync.Mutex
	known Edition       // EditionAuto until something worked
	probe chan struct{} // closed when the probe under way is over; nil when there is none
}

// probePatience is how long a read waits for another one to find the edition out.
const probePatience = 10 * time.Second

// settle returns the edition, if known. Of the reads that start while it is not, the first becomes the probe: it gets
// EditionAuto and must call the returned function when it is over. The others wait for it, so that they cost no probe
// of their own; if it found nothing out, or takes too long, they get EditionAuto and go on by themselves, all at once,
// because waiting for one failure after another would take far too long.
func (e *editionChoice) settle(ctx context.Context) (Edition, func(), error) {
	e.mu.Lock()
	if e.known != EditionAuto {
		defer e.mu.Unlock()
		return e.known, func() {}, nil
	}
	if e.probe == nil {
		probe := make(chan struct{})
		e.probe = probe
		defer e.mu.Unlock()
		return EditionAuto, func() { e.endProbe(probe) }, nil
	}
	probe := e.probe
	e.mu.Unlock()

	patience := time.NewTimer(probePatience)
	defer patience.Stop()
	select {
	case <-probe:
	case <-patience.C:
	case <-ctx.Done():
		return "", nil, ctx.Err()
	}
	return e.current(), func() {}, nil
}

// endProbe lets those who wait for a probe go on, unless its success already has.
func (e *editionChoice) endProbe(probe chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.probe == probe {
		close(probe)
		e.probe = nil
	}
}

// current returns the edition, EditionAuto while it is not known.
func (e *editionChoice) current() Edition {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.known
}

// worked remembers an edition that has answered, unless another was first, and lets those who wait for it go on.
func (e *editionChoice) worked(edition Edition) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known == EditionAuto {
		e.known = edition
	}
	if e.probe != nil {
		close(e.probe)
		e.probe = nil
	}
}

// mayBeOtherEdition reports whether a failure could mean that the server speaks the other edition: the route is not
// there, or a gateway in front of it does not know the credential. A refusal, a limit or a fault means no such thing.
func mayBeOtherEdition(err error) bool {
	switch statusOf(err) {
	case http.StatusUnauthorized, http.StatusNotFound, http.StatusMethodNotAllowed:
		return true
	default:
		return false
	}
}

// clearestRefusal chooses between the answers to one key, sent in both headers: a server says that it does not know the key
// only of the header it looks at, and of the other one that there is no key. It returns the first error if that is no 401.
func clearestRefusal(err error, others ...error) error {
	if statusOf(err) != http.StatusUnauthorized {
		return err
	}
	for _, refusal := range append([]error{err}, others...) {
		if api := answeredWith(refusal, http.StatusUnauthorized); api != nil && !saysNoKey(api.Message) {
			return refusal
		}
	}
	return err
}

// saysNoKey reports whether a server's words are those for a request without a key, as in the vendor's
// clients/python/tests/test_error_handling.py, or none.
func saysNoKey(message string) bool {
	message = strings.TrimSuffix(message, ".")
	return message == "" || strings.EqualFold(message, "Not authenticated")
}

// statusOf returns the status of an [*APIError], 0 for any other error.
func statusOf(err error) int {
	var api *APIError
	if errors.As(err, &api) {
		return api.StatusCode
	}
	return 0
}

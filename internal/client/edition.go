package client

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
)

// Edition names one of the API's two published forms. See the package comment.
type Edition string

// The editions a [Config] can have.
const (
	EditionAuto      Edition = "auto"       // detect the edition with the first read
	EditionRunScoped Edition = "run_scoped" // one route per result, header Api-Key
	EditionFlat      Edition = "flat"       // one list per run, header Authorization: Bearer
)

// routeGroup names the routes that share a remembered edition.
type routeGroup int

const (
	ownRoutes    routeGroup = iota // routes that only one edition has
	commonRoutes                   // routes of runs and artifacts: the same paths in both editions, with another credential
)

// editions remembers which edition has answered. A failure changes nothing, so that a server that was unavailable for
// a moment is asked again in the same order.
type editions struct {
	configured Edition

	mu       sync.Mutex
	answered [2]Edition // by group, "" until an edition has answered
}

// candidate is an edition to ask.
type candidate struct {
	edition Edition
	isKnown bool // whether it is known to be the server's
}

// order returns the editions to ask. The flat edition is asked first, since only that says whether a score is fresh.
func (e *editions) order(group routeGroup) []candidate {
	if e.configured != EditionAuto {
		return []candidate{{e.configured, true}}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	same, other := e.answered[group], e.answered[1-group]
	isKnown := same != "" || other != "" && group == commonRoutes // a credential for own routes is one for common routes
	if cmp.Or(same, other) == EditionRunScoped {
		return []candidate{{EditionRunScoped, isKnown}, {EditionFlat, false}}
	}
	return []candidate{{EditionFlat, isKnown}, {EditionRunScoped, false}}
}

// remember records that an edition has answered, if the error of a read does not leave that open.
func (e *editions) remember(group routeGroup, edition Edition, err error) {
	if err != nil && !errors.Is(err, errNotListed) && !IsAbsent(err) {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answered[group] = edition
}

// inEdition calls read with the edition of the server, if the ids of the read are valid. While the edition is unknown, read
// is called with the flat edition first, and with the run-scoped edition if the flat one may be missing. So detection costs
// one round trip at most. An edition that was known and whose routes do not answer any more is detected again.
//
// diagnose gets the error of read. It finds the value in another way, or returns the error to report.
func inEdition[T any](
	ctx context.Context, c *Client, group routeGroup, ids error,
	read func(ctx context.Context, edition Edition) (T, error),
	diagnose func(ctx context.Context, edition Edition, err error) (T, error),
) (T, error) {
	var none T
	if ids != nil {
		return none, ids
	}
	order := c.editions.order(group)
	var failures []error
	// First, every edition is asked until one answers. Diagnosing costs requests, so a 404 that may only mean that the server
	// lacks the edition is not diagnosed yet.
	for _, asked := range order {
		value, err := read(ctx, asked.edition)
		c.editions.remember(group, asked.edition, err)
		if err != nil && (asked.isKnown || !mayBeOtherEdition(err)) {
			value, err = diagnose(ctx, asked.edition, err)
		}
		if !mayBeOtherEdition(err) {
			return value, err
		}
		failures = append(failures, err)
	}
	// Neither edition has answered, so one of the errors may be about the object.
	for i, asked := range order {
		if asked.isKnown { // which is diagnosed already
			continue
		}
		value, err := diagnose(ctx, asked.edition, failures[i])
		c.editions.remember(group, asked.edition, err)
		if !mayBeOtherEdition(err) {
			return value, err
		}
		failures[i] = err
	}
	return none, preferredError(failures...)
}

// explained returns a diagnose for [inEdition] that finds no value. If explain is nil, the error is reported as it is.
func explained[T any](
	explain func(ctx context.Context, edition Edition, err error) error,
) func(ctx context.Context, edition Edition, err error) (T, error) {
	return func(ctx context.Context, edition Edition, err error) (none T, _ error) {
		if explain != nil {
			err = explain(ctx, edition, err)
		}
		return none, err
	}
}

// preferredError chooses among the errors of both editions: the API's own answer that an object was not found, then
// any error other than a refused key. Of two refusals of the same key, sent in both headers, it prefers the one that
// says that the key is unknown: a server says so only about the header that it reads, and about the other header that
// there is no key.
func preferredError(errs ...error) error {
	for _, isPreferred := range []func(error) bool{
		isAPINotFound,
		func(err error) bool { return !isKeyRefused(err) },
		func(err error) bool { return !isMissingCredential(err) },
	} {
		if i := slices.IndexFunc(errs, isPreferred); i >= 0 {
			return errs[i]
		}
	}
	return errs[0]
}

package client

import (
	"context"
	"errors"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// withEdition calls read with the edition of the server, EditionAuto if it is unknown. If a detected edition does not answer
// any more, the server may have changed, and read is called once more with EditionAuto.
func withEdition[T any](ctx context.Context, c *Client, read func(ctx context.Context, edition Edition) (T, error)) (T, error) {
	edition, finish, err := c.edition.resolve(ctx)
	if err != nil {
		var none T
		return none, transport.NewWaitError(err, nil)
	}
	value, err := read(ctx, edition)
	finish() // before the second read below, which may be slow
	switch {
	case edition == EditionAuto || !mayBeOtherEdition(err):
		return value, err
	case errors.Is(err, ErrWorkflowNeeded) && c.edition.configured == EditionAuto, // the edition has answered, so it is kept
		c.edition.forget(edition):
		return read(ctx, EditionAuto)
	default:
		return value, err
	}
}

// readInEdition reads with the routes of the edition that the server speaks, and remembers which one that is.
// diagnoseNotFound gets a 404 and returns the error to report: a proved absence, or an error that decides nothing.
func readInEdition[T any](
	ctx context.Context, c *Client,
	read func(ctx context.Context, edition Edition) (T, error), diagnoseNotFound func(ctx context.Context, edition Edition, notFound error) error,
) (T, error) {
	return withEdition(ctx, c, func(ctx context.Context, edition Edition) (T, error) {
		if edition != EditionAuto {
			value, err := read(ctx, edition)
			if IsNotFound(err) {
				err = diagnoseNotFound(ctx, edition, err)
			}
			return value, err
		}
		value, edition, failures, err := bothEditions(ctx, read)
		switch {
		case failures != nil:
			return diagnoseBoth(failures, func(edition Edition, err error) (T, error) {
				if IsNotFound(err) {
					err = diagnoseNotFound(ctx, edition, err)
				}
				return value, err
			})
		case err == nil:
			c.edition.detect(edition)
		}
		return value, err
	})
}

// withRunRoutes calls read with the edition whose credential the routes of runs accept. While it is unknown, one read tries
// both editions, and the others wait for that read. diagnose gets the error of read; it finds the value elsewhere or returns
// the error to report. The edition is remembered for these routes alone, because it does not say which routes of results the
// server has.
func withRunRoutes[T any](
	ctx context.Context, c *Client,
	read func(ctx context.Context, edition Edition) (T, error), diagnose func(ctx context.Context, edition Edition, err error) (T, error),
) (T, error) {
	finish, err := c.runsProbe.join(ctx, func() bool { return c.edition.runCredential() != EditionAuto })
	if err != nil {
		var none T
		return none, transport.NewWaitError(err, nil)
	}
	defer finish()
	if edition := c.edition.runCredential(); edition != EditionAuto {
		value, err := read(ctx, edition)
		switch {
		case err == nil:
			return value, nil
		case isKeyRefused(err) && c.edition.forget(edition), mayBeOtherEdition(err) && c.edition.isUnknown():
			// The routes of the other edition may answer.
		default:
			return diagnose(ctx, edition, err)
		}
	}
	value, edition, failures, err := bothEditions(ctx, read)
	switch {
	case failures != nil:
		return diagnoseBoth(failures, func(edition Edition, err error) (T, error) { return diagnose(ctx, edition, err) })
	case err != nil:
		return diagnose(ctx, edition, err)
	}
	c.edition.setRunCredential(edition)
	return value, nil
}

// editionErrors are the failures of both editions.
type editionErrors struct{ runScoped, flat error }

// bothEditions reads in both editions concurrently, so that detection takes no extra round trip. The run-scoped edition's
// answer has priority, so that the same server always gives the same answer. The flat edition's answer counts only if the
// run-scoped edition may be missing; a limit or a fault does not mean that.
//
// It returns the edition that answered; if neither did, EditionAuto and the failures of both.
func bothEditions[T any](ctx context.Context, read func(ctx context.Context, edition Edition) (T, error)) (T, Edition, *editionErrors, error) {
	var none T
	ctx, cancel := context.WithCancel(ctx)
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := read(ctx, EditionFlat)
		answers <- answer{value, err}
	}()
	value, err := read(ctx, EditionRunScoped)
	if !mayBeOtherEdition(err) {
		cancel()
		<-answers // so that nothing outlives the read
		return value, EditionRunScoped, nil, err
	}
	defer cancel()
	other := <-answers
	if !mayBeOtherEdition(other.err) {
		return other.value, EditionFlat, nil, other.err
	}
	return none, EditionAuto, &editionErrors{err, other.err}, nil
}

// diagnoseBoth calls diagnose for each edition that did not refuse the key, until one returns a value or an error that does
// not depend on the edition. Otherwise it returns the preferred error of both.
func diagnoseBoth[T any](failures *editionErrors, diagnose func(edition Edition, err error) (T, error)) (T, error) {
	var none T
	var errs []error
	for _, failure := range []struct {
		edition Edition
		err     error
	}{{EditionRunScoped, failures.runScoped}, {EditionFlat, failures.flat}} {
		err := failure.err
		if !isKeyRefused(err) {
			var value T
			if value, err = diagnose(failure.edition, err); !mayBeOtherEdition(err) {
				return value, err
			}
		}
		errs = append(errs, err)
	}
	return none, preferredError(errs...)
}

package client

import (
	"context"
	"fmt"
)

// Edition names one of the API's two published forms. See the package comment.
type Edition string

// The editions a [Config] can have.
const (
	EditionAuto      Edition = "auto"       // detect the edition with the first read
	EditionRunScoped Edition = "run_scoped" // one route per result, header Api-Key
	EditionFlat      Edition = "flat"       // one list per run, header Authorization: Bearer
)

// CheckEdition returns an [*ArgumentError] for an unknown edition.
func CheckEdition(edition Edition) error {
	switch edition {
	case EditionAuto, EditionRunScoped, EditionFlat:
		return nil
	default:
		return &ArgumentError{Argument: "api_edition", Problem: fmt.Sprintf("is %q; it must be auto, run_scoped or flat", edition)}
	}
}

// editionState holds which edition the server speaks. A success is remembered; a failure is not, so that a server that was
// unavailable for a moment is probed again.
type editionState struct {
	configured Edition

	probe            // its lock also guards the fields below
	detected Edition // EditionAuto until a route of one edition has answered
	runs     Edition // the edition whose credential the routes of runs accept, "" until they have answered
}

// resolve returns the edition if it is known. Of the reads that start while it is unknown, the first one becomes the
// probe: it gets EditionAuto and must call finish when it is over. The others wait for it. If it detects nothing or takes
// too long, they get EditionAuto, too, and go on concurrently.
func (e *editionState) resolve(ctx context.Context) (edition Edition, finish func(), err error) {
	finish, err = e.join(ctx, func() bool { return e.detected != EditionAuto })
	if err != nil {
		return "", nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.detected, finish, nil
}

// detect remembers an edition that has answered, unless another one was first, and releases the reads that wait.
func (e *editionState) detect(edition Edition) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.detected == EditionAuto {
		e.detected = edition
	}
	e.release()
}

// forget discards a detected edition whose routes do not answer any more, so that the edition is detected again. It returns
// false if the edition is configured.
func (e *editionState) forget(edition Edition) bool {
	if e.configured != EditionAuto {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.detected == edition {
		e.detected = EditionAuto
	}
	if e.runs == edition {
		e.runs = ""
	}
	return true
}

// runCredential returns the edition whose credential the routes of runs accept, EditionAuto if it is unknown.
func (e *editionState) runCredential() Edition {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.detected == EditionAuto && e.runs != "" {
		return e.runs
	}
	return e.detected
}

// isUnknown reports whether the edition is unknown, even if that of the credential of runs is known.
func (e *editionState) isUnknown() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.detected == EditionAuto
}

// setRunCredential remembers which credential the routes of runs accept. That does not decide which routes of results there are.
func (e *editionState) setRunCredential(edition Edition) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.runs = edition
}

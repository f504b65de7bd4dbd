package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// AbsenceReason says why a run has no result for a document.
type AbsenceReason int

// The reasons. Each is certain when it is reported; what cannot be decided is another error.
const (
	// NoSuchRun: the run does not exist, or belongs to another environment than the key.
	NoSuchRun AbsenceReason = iota + 1
	// RunActive: the run is still working, so the result may come.
	RunActive
	// RunOver: the run has ended without this document, so the result will not come.
	RunOver
)

// AbsentError says that a run has no result for a document, and why; or, without a document, that there is no such
// run.
type AbsentError struct {
	Exchange   // the request that decided
	Reason     AbsenceReason
	RunID      string
	DocumentID string
	Run        ExperimentRun // zero when Reason is NoSuchRun
	Message    string        // the server's own words about a run that does not exist, "" when it gave none
}

func (e *AbsentError) Error() string {
	switch e.Reason {
	case NoSuchRun:
		return fmt.Sprintf("there is no experiment run %q", e.RunID)
	case RunActive:
		return fmt.Sprintf("experiment run %q is %s and has no result for document %q yet", e.RunID, e.Run.Status, e.DocumentID)
	default:
		return fmt.Sprintf("experiment run %q is %s and has no result for document %q", e.RunID, e.Run.Status, e.DocumentID)
	}
}

// IsAbsent reports whether an error says for certain that there is no such result.
func IsAbsent(err error) bool {
	var absent *AbsentError
	return errors.As(err, &absent)
}

// absence is a result that a read did not find.
type absence struct {
	runID, documentID string
	// since is when what it was not found in began to be read.
	since time.Time
	// sure says that the server itself, and not a gateway in front of it, said that there is no such result.
	sure bool
	// credentials are those that may be right, the likelier one first.
	credentials []credential
	// route returns an error if what the read asked for is no route of the server.
	route func(ctx context.Context) error
	// again looks for the result once more.
	again func(ctx context.Context) (ExperimentResult, bool, error)
}

// explain asks for the run to find out why it has no result for a document. It returns an [*AbsentError]; or the
// result, should it have come meanwhile; or whatever kept it from finding out.
func (c *Client) explain(ctx context.Context, a absence) (ExperimentResult, error) {
	ended, known := c.endings.of(a.runID)
	if !known {
		run, exchange, err := c.firstAccepted(ctx, a.runID, a.credentials)
		if err != nil {
			return ExperimentResult{}, orNoSuchRun(err, a.runID, a.documentID)
		}
		if err := a.route(ctx); err != nil {
			return ExperimentResult{}, err
		}
		ended = ending{run: run, exchange: exchange, seen: time.Now()}
		if run.Status.Terminal() {
			c.endings.add(ended)
		}
	}
	absent := &AbsentError{Exchange: ended.exchange, Reason: RunActive, RunID: a.runID, DocumentID: a.documentID, Run: ended.run}
	over := ended.run.Status.Terminal()
	// It may have been a gateway that did not find the result. Or it may have come, and the run ended, after the result was
	// looked for and before the run was.
	if !a.sure || over && ended.seen.After(a.since) {
		result, found, err := a.again(ctx)
		if found || err != nil {
			return result, err
		}
	}
	if over {
		absent.Reason = RunOver
	}
	return ExperimentResult{}, absent
}

// firstAccepted reads a run with the first credential the server does not refuse.
func (c *Client) firstAccepted(ctx context.Context, runID string, credentials []credential) (run ExperimentRun, exchange Exchange, err error) {
	for _, as := range credentials {
		run, exchange, err = c.experimentRun(ctx, runID, as)
		if statusOf(err) != http.StatusUnauthorized {
			break
		}
	}
	return run, exchange, err
}

// runScopedRoute checks, once in the life of a client, that the server has the run-scoped edition's routes of results.
// Without them a 404 says nothing of the document. It returns the given error if they are missing.
func (c *Client) runScopedRoute(ctx context.Context, runID string, missing error) error {
	if c.scoped.Load() {
		return nil
	}
	answer, err := c.get(ctx, request{
		segments:   []string{"workflows", "experiments", "runs", runID, "results"},
		query:      url.Values{"limit": {"1"}},
		credential: apiKeyHeader,
	})
	switch {
	case IsNotFound(err):
		return missing
	case err != nil:
		return err
	}
	_ = answer.Body.Close()
	c.scoped.Store(true)
	c.edition.worked(EditionRunScoped)
	return nil
}

// inOwnWords reports whether an error is a 404 that sounds like the API, and says more than Not Found: a wrong base URL and a
// gateway have nothing to say about runs and results.
func inOwnWords(err error) bool {
	notFound := answeredWith(err, http.StatusNotFound)
	return notFound != nil && notFound.IsJSON && notFound.Message != "" &&
		!strings.EqualFold(strings.TrimSuffix(notFound.Message, "."), http.StatusText(http.StatusNotFound))
}

// orNoSuchRun turns the API's own 404 of a run into an [*AbsentError].
func orNoSuchRun(err error, runID, documentID string) error {
	if !inOwnWords(err) {
		return err
	}
	api := answeredWith(err, http.StatusNotFound)
	return &AbsentError{Exchange: api.Exchange, Reason: NoSuchRun, RunID: runID, DocumentID: documentID, Message: api.Message}
}

// endings remembers runs that have been seen to be over, which they stay.
type endings struct {
	mu    sync.Mutex
	known map[string]ending
}

type ending struct {
	run      ExperimentRun
	exchange Exchange
	seen     time.Time
}

// of returns how a run ended, if it is known to have.
func (e *endings) of(runID string) (ending, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known, found := e.known[runID]
	return known, found
}

func (e *endings) add(ended ending) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known == nil {
		e.known = map[string]ending{}
	}
	if _, found := e.known[ended.run.ID]; !found {
		e.known[ended.run.ID] = ended
	}
}

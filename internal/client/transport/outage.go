package transport

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Outage identifies consecutive reads that got no answer. Their errors share one Outage, so that only the first error is
// reported in full.
type Outage struct{ reported atomic.Bool }

// ClaimReport returns true to its first caller, which reports the failure in full.
func (o *Outage) ClaimReport() bool { return o.reported.CompareAndSwap(false, true) }

// outageReads is how many reads in a row must end without an answer before reads are tried only once.
const outageReads = 3

// outages makes reads cheap while the server does not answer: once [outageReads] reads in a row have ended without an
// answer, a read is tried once, and the reads that begin before it has failed share its failure. So do the reads that begin
// soon after a try that took long: for as long as it took. The first answer ends that. Reads that began before the first
// failure repeat their attempts to the end.
type outages struct {
	mu      sync.Mutex
	failed  int     // how many reads in a row ended without an answer
	outage  *Outage // nil while failed is 0
	lastErr error   // the failure of the last of these reads
	lastTry *try    // the try under way, or the last one
}

// try is the attempt of a read for itself and for others.
type try struct {
	startedAt time.Time
	done      chan struct{} // closed when endedAt and failure are final
	endedAt   time.Time
	failure   error // nil if there was an answer, or if the try proved nothing to others
}

func (t *try) hasFailed() bool { return t.failure != nil }

// slowTry is how long a try must take so that reads share its failure afterwards.
const slowTry = time.Second

// permit is what a read may do.
type permit struct {
	lead              *try // the try that the read makes, once and for others, nil if it repeats its attempts
	shared            *try // another read's try that failed, which is the read's failure, too
	stopsDuringOutage bool // whether the read stops repeating its attempts when others fail, since it began after a failure
}

// begin returns what a read may do. It waits for a try that is under way, and returns the error of the context.
func (o *outages) begin(ctx context.Context) (permit, error) {
	for {
		inFlight, result := o.join()
		if inFlight == nil {
			return result, nil
		}
		select {
		case <-inFlight.done:
		case <-ctx.Done():
			return permit{}, ctx.Err()
		}
		if inFlight.hasFailed() {
			return permit{shared: inFlight}, nil
		}
	}
}

// join returns the try to wait for, or else what a read may do.
func (o *outages) join() (inFlight *try, result permit) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failed < outageReads {
		return nil, permit{stopsDuringOutage: o.failed > 0}
	}
	now := time.Now()
	if last := o.lastTry; last != nil {
		took := last.endedAt.Sub(last.startedAt)
		switch {
		case last.endedAt.IsZero():
			return last, permit{}
		case last.hasFailed() && took >= slowTry && now.Sub(last.endedAt) < took:
			return nil, permit{shared: last}
		}
	}
	o.lastTry = &try{startedAt: now, done: make(chan struct{})}
	return nil, permit{lead: o.lastTry}
}

// isOn reports whether reads are tried only once.
func (o *outages) isOn() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed >= outageReads
}

// end takes note of how a read ended, and adds the outage to its error.
func (o *outages) end(lead *try, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	meaning := meaningOf(err)
	switch meaning {
	case serverAnswers:
		o.failed, o.outage, o.lastErr = 0, nil, nil
	case noAnswer:
		o.failed++
		if o.outage == nil {
			o.outage = &Outage{}
		}
		infoOf(err).Outage = o.outage
		if o.lastErr == nil || !errors.Is(err, context.DeadlineExceeded) { // which says less than what came before
			o.lastErr = err
		}
	case meansNothing:
	}
	if lead != nil {
		lead.endedAt = time.Now()
		// A read that had no time left says nothing about what others would have met.
		if meaning == noAnswer && infoOf(err).Attempts > 0 && !errors.Is(err, context.DeadlineExceeded) {
			lead.failure = err
		}
		close(lead.done)
	}
}

// failure returns the failure of the last read in a row of reads without an answer, nil if the last one got an answer.
func (o *outages) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lastErr
}

// share returns the failure of another read's try as that of a read which sent nothing.
func (o *outages) share(info RequestInfo, failed *try) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	info.Outage = o.outage
	return failureOf(info, failed.failure)
}

// meaning is what the end of a read says about the server.
type meaning int

const (
	meansNothing meaning = iota
	serverAnswers
	noAnswer
)

func meaningOf(err error) meaning {
	var api *APIError
	var transport *Error
	switch {
	case errors.As(err, &api):
		if retryableStatus(api.StatusCode) {
			return noAnswer
		}
		return serverAnswers
	case !errors.As(err, &transport): // no error, or a body that was refused
		return serverAnswers
	case errors.Is(err, context.Canceled):
		return meansNothing
	case errors.Is(err, ErrBodyTooLarge), errors.Is(err, ErrCrossOriginRedirect), errors.Is(err, ErrRedirectLoop), errors.Is(err, ErrOtherProtocol):
		return serverAnswers
	default:
		return noAnswer
	}
}

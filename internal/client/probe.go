package client

import (
	"context"
	"sync"
	"time"
)

// probe lets one read at a time detect something about the server while the others wait for it.
type probe struct {
	mu       sync.Mutex
	inFlight chan struct{} // closed when the probe in flight is over; nil if there is none
}

// probeTimeout is how long a read waits for the probe in flight: longer than an answer usually takes, and short enough that a
// probe that hangs leaves the other reads most of their time.
const probeTimeout = 10 * time.Second

// join returns at once if isKnown does. Otherwise, the first read becomes the probe and must call finish when it is over.
// The others wait for it, and go on concurrently when it is over or takes too long. isKnown is called with the lock held.
func (p *probe) join(ctx context.Context, isKnown func() bool) (finish func(), err error) {
	p.mu.Lock()
	if isKnown() {
		p.mu.Unlock()
		return func() {}, nil
	}
	if p.inFlight == nil {
		started := make(chan struct{})
		p.inFlight = started
		p.mu.Unlock()
		return func() { p.finish(started) }, nil
	}
	inFlight := p.inFlight
	p.mu.Unlock()

	timeout := time.NewTimer(probeTimeout)
	defer timeout.Stop()
	select {
	case <-inFlight:
	case <-timeout.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return func() {}, nil
}

// finish releases the reads that wait for a probe, unless its success already has.
func (p *probe) finish(started chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inFlight == started {
		p.release()
	}
}

// release releases the reads that wait for the probe in flight. The caller holds the lock.
func (p *probe) release() {
	if p.inFlight != nil {
		close(p.inFlight)
		p.inFlight = nil
	}
}

// isProbing reports whether a probe is in flight.
func (p *probe) isProbing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.inFlight != nil
}

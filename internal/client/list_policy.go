package client

import (
	"context"
	"sync"
	"time"
)

// directReads is the number of documents per run that are read one by one; in the flat edition, this applies to payloads
// only. One list of up to 1000 rows takes little longer than one result, so for more documents the list costs less.
const directReads = 4

// listPolicy remembers which documents of which runs were requested, until a list costs less than single reads.
// Documents are counted, not reads: a wait for one document reads it repeatedly.
type listPolicy struct {
	mu   sync.Mutex
	runs map[string]*runRequests
}

type runRequests struct {
	documents map[string]bool // at most directReads of them
	disabled  bool            // the list of this run failed
}

// useList records that a document is requested, and reports whether the list of its run should be read instead.
func (p *listPolicy) useList(runID, documentID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	run := p.of(runID)
	if !run.documents[documentID] && len(run.documents) < directReads {
		run.documents[documentID] = true
	}
	return !run.disabled && !run.documents[documentID]
}

// isDisabled reports whether the list of a run failed.
func (p *listPolicy) isDisabled(runID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.of(runID).disabled
}

// disable records that the list of a run failed.
func (p *listPolicy) disable(runID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.of(runID).disabled = true
}

// of returns the requests for a run.
func (p *listPolicy) of(runID string) *runRequests {
	if p.runs == nil {
		p.runs = map[string]*runRequests{}
	}
	run := p.runs[runID]
	if run == nil {
		run = &runRequests{documents: map[string]bool{}}
		p.runs[runID] = run
	}
	return run
}

// maxListTimeout is how long a read waits for a list that it can do without: long enough for a large list and for the
// fetch before it, which a poll waits for, too.
const maxListTimeout = 30 * time.Second

// minListTimeout is the shortest wait for a list that makes later reads of the run skip the list.
const minListTimeout = 5 * time.Second

// listTimeout leaves at least half of a read's time for the route of the one result.
func listTimeout(ctx context.Context) time.Duration {
	if deadline, bounded := ctx.Deadline(); bounded {
		return min(maxListTimeout, time.Until(deadline)/2)
	}
	return maxListTimeout
}

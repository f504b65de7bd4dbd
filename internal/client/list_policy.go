package client

import (
	"context"
	"sync"
	"time"
)

// directReads is the number of documents of a run that are read one by one. A list of up to 1000 rows takes little
// longer than one result, so from the next document on the list of the run costs less.
const directReads = 4

// listPolicy counts the documents of each run that were requested. A wait reads one document many times, so reads do
// not count.
type listPolicy struct {
	mu        sync.Mutex
	documents map[string]map[string]bool // by run, at most directReads of each
	failed    map[string]bool            // runs whose list cannot replace single reads
}

// count counts a document, and returns whether the list of its run should be read instead.
func (p *listPolicy) count(runID, documentID string) (useList bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	documents := p.documents[runID]
	if documents == nil {
		documents = map[string]bool{}
		p.documents[runID] = documents
	}
	if len(documents) < directReads {
		documents[documentID] = true
	}
	return !documents[documentID] && !p.failed[runID]
}

// giveUp makes the later reads of a run skip its list.
func (p *listPolicy) giveUp(runID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed[runID] = true
}

// minListTime is the shortest wait for a list that makes later reads skip it.
const minListTime = 5 * time.Second

// listTime returns how long a read waits for a list that it can do without. It leaves half of its time for the route
// of the one result.
func listTime(ctx context.Context) time.Duration {
	if deadline, bounded := ctx.Deadline(); bounded {
		return min(30*time.Second, time.Until(deadline)/2)
	}
	return 30 * time.Second
}

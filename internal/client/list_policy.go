package client

import (
	"sync"
)

// directReads is the number of documents of a run that are read one by one. A list of up to 1000 rows takes little
// longer than one result, so from the next document on the list of the run costs less.
const directReads = 4

// listPolicy decides whether a result is read from the list of its run. It counts the documents of each run that were
// requested. A wait reads one document many times, so reads do not count.
type listPolicy struct {
	mu        sync.Mutex
	documents map[string]map[string]bool // by run, at most directReads of each; nil for a run whose list was read
	failed    map[string]bool            // runs whose list cannot replace single reads
}

// count counts a document, and returns whether the list of its run should be read instead.
func (p *listPolicy) count(runID, documentID string) (useList bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	documents, isKnown := p.documents[runID]
	if !isKnown {
		documents = map[string]bool{}
		p.documents[runID] = documents
	}
	if documents != nil && len(documents) < directReads {
		documents[documentID] = true
	}
	return !documents[documentID] && !p.failed[runID]
}

// prefer makes the later reads of a run use its list, which was read.
func (p *listPolicy) prefer(runID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.documents[runID] = nil
}

// giveUp makes the later reads of a run skip its list.
func (p *listPolicy) giveUp(runID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed[runID] = true
}

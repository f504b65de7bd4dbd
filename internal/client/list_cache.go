package client

import (
	"context"
	"sync"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// maxAge is how old the list of a run may be for an ordinary read. Terraform starts ten reads at a time, so the reads of
// one plan follow each other; a second is long enough for them and too short for a person to notice.
const maxAge = time.Second

// listCache shares the lists of runs among reads, so that many reads of one run cost a few requests.
//
// Every read says with notBefore how old its answer may be: an ordinary read passes its own start less [maxAge], a poll
// passes now, and a read after a run was seen to end passes that moment. Any list whose fetch started then or later may
// answer it. There is at most one fetch of a list at a time: a read that cannot use it waits and shares the next one. A
// failed fetch fails its waiters; a permanent failure also fails the reads that would have accepted its list.
type listCache struct {
	// fetch reads a list from the server.
	fetch func(ctx context.Context, key listKey) (*resultList, error)

	mu      sync.Mutex
	entries map[listKey]*listEntry
}

// listKey identifies a list: the run, the edition that lists it, which payloads it holds, and which rows are kept in full.
type listKey struct {
	edition   Edition
	runID     string
	payloads  payloadPolicy
	selection selection
}

// payloadPolicy says which payloads a list keeps.
type payloadPolicy int

const (
	noPayloads   payloadPolicy = iota
	somePayloads               // up to Client.keptPayloads
	allPayloads
)

type listEntry struct {
	list      *resultList // of the last successful fetch
	startedAt time.Time   // when that fetch started
	inFlight  *listFetch  // nil if there is none
	failed    *listFetch  // the last fetch, if it failed permanently
}

type listFetch struct {
	startedAt time.Time
	done      chan struct{} // closed when err is final and, without an error, the entry has the list
	err       error
	waiters   int
	cancel    context.CancelFunc
	shared    *transport.SharedResult
}

// lookup returns the row of a document if the cache has it, without any request: a completed result is final, any other
// result must come from a list that is new enough.
func (c *listCache) lookup(key listKey, documentID string, notBefore time.Time) (*listedResult, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry := c.entries[key]
	if entry == nil || entry.list == nil {
		return nil, false
	}
	row := entry.list.rows[documentID]
	return row, row != nil && (row.Status == StatusCompleted || !entry.startedAt.Before(notBefore))
}

// get returns a list whose fetch started at notBefore or later. The caller must not change the list.
func (c *listCache) get(ctx context.Context, key listKey, notBefore time.Time) (*resultList, error) {
	for {
		list, fetch := c.getOrFetch(ctx, key, notBefore)
		if fetch == nil {
			return list, nil
		}
		select {
		case <-fetch.done:
			if fetch.err != nil && !fetch.startedAt.Before(notBefore) {
				return nil, fetch.err
			}
		case <-ctx.Done():
			c.release(key, fetch)
			return nil, transport.NewWaitError(ctx.Err(), fetch.shared.LastErr())
		}
	}
}

// getOrFetch returns the list, or the fetch to wait for, which it starts if there is none.
func (c *listCache) getOrFetch(ctx context.Context, key listKey, notBefore time.Time) (*resultList, *listFetch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[listKey]*listEntry{}
	}
	entry := c.entries[key]
	if entry == nil {
		entry = &listEntry{}
		c.entries[key] = entry
	}
	if entry.list != nil && !entry.startedAt.Before(notBefore) {
		return entry.list, nil
	}
	if entry.failed != nil && !entry.failed.startedAt.Before(notBefore) {
		return nil, entry.failed
	}
	if entry.inFlight == nil {
		entry.inFlight = c.start(ctx, key, entry)
	}
	entry.inFlight.waiters++
	entry.inFlight.shared.ExtendDeadline(ctx)
	return nil, entry.inFlight
}

// start starts a fetch. It belongs to no single read: it is cancelled when its last waiter leaves.
func (c *listCache) start(ctx context.Context, key listKey, entry *listEntry) *listFetch {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	fetch := &listFetch{startedAt: time.Now(), done: make(chan struct{}), cancel: cancel, shared: &transport.SharedResult{}}
	ctx = transport.WithSharedResult(ctx, fetch.shared)
	go func() {
		defer cancel()
		list, err := c.fetch(ctx, key)
		c.finish(key, entry, fetch, list, err)
	}()
	return fetch
}

// finish stores the outcome of a fetch and wakes its waiters.
func (c *listCache) finish(key listKey, entry *listEntry, fetch *listFetch, list *resultList, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fetch.err = err
	if err == nil {
		entry.list, entry.startedAt = list, fetch.startedAt
		if key.payloads == allPayloads || key.selection != (selection{}) {
			time.AfterFunc(maxAge, func() { c.evict(entry, fetch.startedAt) })
		}
	}
	if entry.inFlight == fetch { // otherwise all waiters have left, and nobody may share the failure
		entry.inFlight, entry.failed = nil, nil
		if err != nil && !IsTemporary(err) {
			entry.failed = fetch
		}
	}
	close(fetch.done)
}

// evict drops a list that is too old to answer any read. Only lists with all payloads or with a selection are dropped;
// the completed results of the others stay useful.
func (c *listCache) evict(entry *listEntry, startedAt time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry.startedAt.Equal(startedAt) {
		entry.list, entry.startedAt = nil, time.Time{}
	}
}

// release removes a waiter, and cancels the fetch if it was the last one.
func (c *listCache) release(key listKey, fetch *listFetch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fetch.waiters--
	if fetch.waiters > 0 {
		return
	}
	fetch.cancel()
	if entry := c.entries[key]; entry.inFlight == fetch {
		entry.inFlight = nil // a read that starts now must not share the cancellation
	}
}

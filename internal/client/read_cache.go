package client

import (
	"context"
	"sync"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// maxAge is how old an answer may be for an ordinary read. Terraform starts ten reads at a time, so the reads of one plan
// follow each other; a second is long enough for them and too short for a person to notice.
const maxAge = time.Second

// notBefore returns when the fetch of an answer must have started for a read that starts now: a poll accepts no earlier
// fetch, and an ordinary read one that is at most [maxAge] older.
func notBefore(isPoll bool) time.Time {
	if isPoll {
		return time.Now()
	}
	return time.Now().Add(-maxAge)
}

// readCache shares answers among reads of the same key, so that many of them cost one request.
//
// Every read limits with notBefore how old its answer may be: an ordinary read passes its start less [maxAge], a poll passes
// its start, and a read after a run was seen to end passes that moment. Any answer whose fetch started then or later may be
// used. There is at most one fetch of a key at a time: a read that cannot use it waits and shares the next one. A failed
// fetch fails its waiters; a permanent failure also fails the reads that would have accepted its answer.
type readCache[Key comparable, Value any] struct {
	// fetch reads a value from the server.
	fetch func(ctx context.Context, key Key) (Value, error)
	// keep reports whether a value is kept when it is too old for any read. Nil means never.
	keep func(key Key) bool

	mu      sync.Mutex
	entries map[Key]*cacheEntry[Value]
}

type cacheEntry[Value any] struct {
	value     Value     // of the last successful fetch
	isSet     bool      // whether there is one
	startedAt time.Time // when that fetch started
	inFlight  *fetch    // nil if there is none
	failed    *fetch    // the last fetch, if it failed permanently
}

type fetch struct {
	startedAt time.Time
	done      chan struct{} // closed when err is final and, without an error, the entry has the value
	err       error
	waiters   int
	cancel    context.CancelFunc
	shared    *transport.SharedRequest
}

// get returns a value whose fetch started at notBefore or later. The caller must not change the value.
func (c *readCache[Key, Value]) get(ctx context.Context, key Key, notBefore time.Time) (Value, error) {
	var none Value
	for {
		value, pending := c.getOrFetch(ctx, key, notBefore)
		if pending == nil {
			return value, nil
		}
		select {
		case <-pending.done:
			if pending.err != nil && !pending.startedAt.Before(notBefore) {
				return none, pending.err
			}
		case <-ctx.Done():
			c.release(key, pending)
			return none, transport.NewWaitError(ctx.Err(), pending.shared.LastErr())
		}
	}
}

// prefetch starts to fetch a value for a later get, unless the cache has it. The caller must call stop, which cancels the fetch
// if no read waits for it.
func (c *readCache[Key, Value]) prefetch(ctx context.Context, key Key, notBefore time.Time) (stop func()) {
	_, pending := c.getOrFetch(ctx, key, notBefore)
	if pending == nil {
		return func() {}
	}
	return func() { c.release(key, pending) }
}

// isInFlight reports whether a fetch is in flight that started at notBefore or later.
func (c *readCache[Key, Value]) isInFlight(key Key, notBefore time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry := c.entries[key]
	return entry != nil && entry.inFlight != nil && !entry.inFlight.startedAt.Before(notBefore)
}

// getOrFetch returns the value, or the fetch to wait for, which it starts if there is none.
func (c *readCache[Key, Value]) getOrFetch(ctx context.Context, key Key, notBefore time.Time) (Value, *fetch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[Key]*cacheEntry[Value]{}
	}
	entry := c.entries[key]
	if entry == nil {
		entry = &cacheEntry[Value]{}
		c.entries[key] = entry
	}
	if entry.isSet && !entry.startedAt.Before(notBefore) {
		return entry.value, nil
	}
	var none Value
	if entry.failed != nil && !entry.failed.startedAt.Before(notBefore) {
		return none, entry.failed
	}
	if entry.inFlight == nil {
		entry.inFlight = c.start(ctx, key, entry)
	}
	entry.inFlight.waiters++
	entry.inFlight.shared.AddReader(ctx)
	return none, entry.inFlight
}

// start starts a fetch. It belongs to no single read: it is cancelled when its last waiter leaves.
func (c *readCache[Key, Value]) start(ctx context.Context, key Key, entry *cacheEntry[Value]) *fetch {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	started := &fetch{startedAt: time.Now(), done: make(chan struct{}), cancel: cancel, shared: &transport.SharedRequest{}}
	ctx = transport.WithSharedRequest(ctx, started.shared)
	go func() {
		defer cancel()
		value, err := c.fetch(ctx, key)
		c.finish(key, entry, started, value, err)
	}()
	return started
}

// finish stores the outcome of a fetch and wakes its waiters.
func (c *readCache[Key, Value]) finish(key Key, entry *cacheEntry[Value], finished *fetch, value Value, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	finished.err = err
	if err == nil && !finished.startedAt.Before(entry.startedAt) { // a fetch without readers can end after its successor
		entry.value, entry.isSet, entry.startedAt = value, true, finished.startedAt
		if c.keep == nil || !c.keep(key) {
			time.AfterFunc(maxAge, func() { c.evict(entry, finished.startedAt) })
		}
	}
	if entry.inFlight == finished { // otherwise all waiters have left, and nobody may share the failure
		entry.inFlight, entry.failed = nil, nil
		if err != nil && !IsTemporary(err) {
			entry.failed = finished
		}
	}
	close(finished.done)
}

// evict drops a value that is too old to answer any read.
func (c *readCache[Key, Value]) evict(entry *cacheEntry[Value], startedAt time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry.startedAt.Equal(startedAt) {
		var none Value
		entry.value, entry.isSet, entry.startedAt = none, false, time.Time{}
	}
}

// release removes a waiter, and cancels the fetch if it was the last one.
func (c *readCache[Key, Value]) release(key Key, left *fetch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left.waiters--
	if left.waiters > 0 {
		return
	}
	left.cancel()
	if entry := c.entries[key]; entry.inFlight == left {
		entry.inFlight = nil // a read that starts now must not share the cancellation
	}
}

package client

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// How old an answer may be that an ordinary read uses, counted from its last page. Terraform starts ten reads at a time, so the
// reads of one plan follow each other.
const (
	maxAge      = time.Second
	maxFinalAge = 10 * time.Second // of what is final
)

const (
	// maxFetchTime bounds a fetch for a reader without a deadline.
	maxFetchTime = 10 * time.Minute
	// maxCachedBytes bounds the text of all cached answers. The newest one is kept whatever its size.
	maxCachedBytes = 64 << 20
)

// freshness says which answers a read may use.
type freshness struct {
	fresh bool   // only answers that were requested after a moment, whatever their age
	after moment // no answer that was requested earlier
}

// moment orders what happens. Clocks do not: two events can have the same time.
type moment int64

// now returns a moment after all earlier ones.
func (c *cache) now() moment { return moment(c.moments.Add(1)) }

// freshnessOf returns the freshness of a read that starts now.
func (c *cache) freshnessOf(fresh bool) freshness {
	if fresh {
		return freshness{fresh: true, after: c.now()}
	}
	return freshness{}
}

// cacheKey identifies an answer. The query is comparable, and its type tells the nouns apart.
type cacheKey struct {
	edition Edition
	object  string // the id of what the answer is about, such as the run
	part    string // the id of its part that the answer is about, such as a document; "" for the whole
	query   any
}

// cache shares the answers of the server among reads.
//
// A fresh read uses only an answer that was requested after the read began. Another read uses what is final for ten seconds, and
// the rest for one. No read uses an answer that was requested before its run was seen to end, or before a later 404 or 401 for
// the same object. There is one fetch of a key at a time: a read that must not use it waits and shares the next one. The error of
// a fetch goes to its waiters and is not kept. A fetch is cancelled only if nobody waits for it any more.
type cache struct {
	moments  atomic.Int64
	mu       sync.Mutex
	entries  map[cacheKey]*cacheEntry
	barriers map[barrierKey]barrier
	bytes    int // of all answers
}

type cacheEntry struct {
	answer   *fetch // the last answer, nil if there is none
	inFlight *fetch // nil if there is none
}

// fetch is a request for an answer, and then the answer.
type fetch struct {
	key         cacheKey
	requestedAt moment
	deadline    time.Time
	cancel      context.CancelFunc
	waiters     int

	done       chan struct{} // closed when the fields below are final
	answeredAt time.Time
	value      any
	bytes      int // of the value, about
	err        error
	timedOut   bool // whether the time of the fetch was over
}

// errNotCached is the error of [cached] if nothing may be fetched.
var errNotCached = errors.New("the answer is not cached")

// cached returns an answer of the cache, or fetches it. isFinal reports whether what the read needs of an answer is final. The caller
// must not change the answer. If read is nil and there is no answer to use or to wait for, the error is errNotCached.
func cached[T any](
	ctx context.Context, c *cache, key cacheKey, needs freshness, isFinal func(T) bool, read func(ctx context.Context) (T, error),
) (T, error) {
	var none T
	var readAny func(ctx context.Context) (any, error)
	if read != nil {
		readAny = func(ctx context.Context) (any, error) { return read(ctx) }
	}
	for {
		answer, mayUse := c.lookup(ctx, key, needs, func(value any) bool { return isFinal(value.(T)) }, readAny)
		if answer == nil {
			return none, errNotCached
		}
		if err := c.wait(ctx, answer); err != nil {
			return none, err
		}
		switch {
		case !answer.settles(ctx, mayUse):
		case answer.err != nil:
			return none, answer.err
		default:
			return answer.value.(T), nil
		}
	}
}

// settles reports whether the outcome of a fetch is that of a read. If the time of the fetch was over, a read with more time fetches
// again.
func (f *fetch) settles(ctx context.Context, mayUse bool) bool {
	if f.err == nil || !f.timedOut {
		return mayUse
	}
	deadline, bounded := ctx.Deadline()
	if ctx.Err() == nil && (!bounded || deadline.After(f.deadline)) {
		return false
	}
	<-ctx.Done() // a moment later
	return true
}

// lookup returns an answer that a read may use, or else the fetch to wait for, and whether the read may use what that returns. It
// starts a fetch if there is none.
func (c *cache) lookup(
	ctx context.Context, key cacheKey, needs freshness, isFinal func(any) bool, read func(context.Context) (any, error),
) (answer *fetch, mayUse bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry := c.entries[key]
	if entry == nil {
		entry = &cacheEntry{}
	}
	if entry.answer != nil && c.isLateEnough(entry.answer, needs) && isYoungEnough(entry.answer, needs, isFinal) {
		return entry.answer, true
	}
	mayUse = entry.inFlight == nil || c.isLateEnough(entry.inFlight, needs)
	if read == nil && (entry.inFlight == nil || !mayUse) {
		return nil, false
	}
	if entry.inFlight == nil {
		entry.inFlight = c.start(ctx, key, read)
		c.entries[key] = entry
	}
	entry.inFlight.waiters++
	return entry.inFlight, mayUse
}

// isYoungEnough reports whether an answer is young enough for a read.
func isYoungEnough(answer *fetch, needs freshness, isFinal func(any) bool) bool {
	age := time.Since(answer.answeredAt)
	return needs.fresh || age <= maxAge || age <= maxFinalAge && isFinal(answer.value)
}

// isLateEnough reports whether an answer was requested late enough for a read.
func (c *cache) isLateEnough(answer *fetch, needs freshness) bool {
	key := answer.key
	isAfter := func(part string) bool {
		return answer.requestedAt > c.barriers[barrierKey{key.edition, key.object, part}].moment
	}
	return answer.requestedAt > needs.after && isAfter("") && isAfter(key.part) && (key.part == runPart || isAfter(endPart))
}

// start starts a fetch. It has the time of the read that starts it.
func (c *cache) start(ctx context.Context, key cacheKey, read func(context.Context) (any, error)) *fetch {
	deadline, bounded := ctx.Deadline()
	if !bounded {
		deadline = time.Now().Add(maxFetchTime)
	}
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
	started := &fetch{key: key, requestedAt: c.now(), deadline: deadline, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer cancel()
		value, err := read(ctx)
		c.finish(started, value, err, ctx.Err() != nil)
	}()
	return started
}

// finish stores the outcome of a fetch and wakes its waiters.
func (c *cache) finish(finished *fetch, value any, err error, timedOut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	finished.value, finished.err, finished.timedOut, finished.answeredAt = value, err, timedOut, time.Now()
	defer close(finished.done)
	entry := c.entries[finished.key]
	if entry == nil || entry.inFlight != finished { // all waiters have left
		return
	}
	entry.inFlight = nil
	c.drop(entry)
	switch {
	case err == nil:
		c.keep(entry, finished)
	case IsNotFound(err), isKeyRefused(err):
		c.setBarrier(finished.key.edition, finished.key.object, finished.key.part)
		delete(c.entries, finished.key)
	default:
		delete(c.entries, finished.key)
	}
}

// keep keeps an answer until no read may use it, and drops others if the cache is full.
func (c *cache) keep(entry *cacheEntry, answer *fetch) {
	answer.bytes = 1 << 10
	if large, isLarge := answer.value.(interface{ textBytes() int }); isLarge {
		answer.bytes += large.textBytes()
	}
	entry.answer = answer
	c.bytes += answer.bytes
	for key, other := range c.entries {
		if c.bytes > maxCachedBytes && other != entry {
			c.drop(other)
			c.forgetIfEmpty(key)
		}
	}
	time.AfterFunc(maxFinalAge, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if entry.answer == answer {
			c.drop(entry)
			c.forgetIfEmpty(answer.key)
		}
	})
}

// drop drops the answer of an entry.
func (c *cache) drop(entry *cacheEntry) {
	if entry.answer != nil {
		c.bytes -= entry.answer.bytes
		entry.answer = nil
	}
}

func (c *cache) forgetIfEmpty(key cacheKey) {
	if entry := c.entries[key]; entry != nil && entry.answer == nil && entry.inFlight == nil {
		delete(c.entries, key)
	}
}

// wait waits until a fetch is done or the context of a reader ends. If the time of the fetch is over no later than that of the
// reader, the reader gets the error of the fetch, which says how the last attempt failed.
func (c *cache) wait(ctx context.Context, pending *fetch) error {
	select {
	case <-pending.done:
		return nil
	case <-ctx.Done():
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && !pending.deadline.After(time.Now()) {
		<-pending.done
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if pending.waiters--; pending.waiters == 0 {
		pending.cancel()
		if entry := c.entries[pending.key]; entry != nil && entry.inFlight == pending {
			entry.inFlight = nil // a read that starts now must not share the cancellation
			c.forgetIfEmpty(pending.key)
		}
	}
	return transport.NewWaitError(ctx.Err())
}

// barrier is the moment after which answers about an object, or about a part of it, count.
type barrier struct {
	moment
	at time.Time
}

// barrierKey identifies an object, or a part of it, in an edition.
type barrierKey struct {
	edition      Edition
	object, part string
}

const (
	runPart = "\x00run" // the part of a [cacheKey] for the run itself, which stands for all of it
	endPart = "\x00end" // of the barrier from which on the run was seen to be over
)

// setBarrier makes sure that no later read uses an answer that was requested before now.
func (c *cache) setBarrier(edition Edition, object, part string) {
	maps.DeleteFunc(c.barriers, func(_ barrierKey, old barrier) bool { return time.Since(old.at) > maxFetchTime })
	if part == runPart {
		part = ""
	}
	c.barriers[barrierKey{edition, object, part}] = barrier{c.now(), time.Now()}
}

// runEnded records that a run was seen to be over.
func (c *cache) runEnded(edition Edition, runID string) {
	if c.since(edition, runID, endPart) == 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.setBarrier(edition, runID, endPart)
	}
}

// since returns the moment after which answers about a part of an object count.
func (c *cache) since(edition Edition, object, part string) moment {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.barriers[barrierKey{edition, object, part}].moment
}

package client

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

const (
	maxAge         = time.Second      // of an answer that an ordinary read uses: Terraform starts ten reads at a time, one after the other
	maxFinalAge    = 10 * time.Second // of what is final
	maxReadTime    = 24 * time.Hour   // of a read without a deadline
	maxCachedBytes = 64 << 20         // of the text of all answers; the newest one is kept whatever its size
)

// cache shares the answers of the server among reads.
//
// A fresh read uses only an answer that was requested after the read began. Another read uses what is final for ten
// seconds, and the rest for one. No read uses an answer that was requested before its run was seen to end, or before
// a later 404 or 401 for the same object. There is one fetch of a key at a time: a read that must not use it waits
// and shares the next one. The error of a fetch goes to its waiters and is not kept. A fetch is cancelled only if
// nobody waits for it any more.
type cache struct {
	moments  atomic.Int64
	mu       sync.Mutex
	answers  map[cacheKey]*fetch // the last ones
	inFlight map[cacheKey]*fetch
	outdated map[subject]moment // what was requested about a subject before its moment is not used
}

func newCache() *cache {
	return &cache{answers: map[cacheKey]*fetch{}, inFlight: map[cacheKey]*fetch{}, outdated: map[subject]moment{}}
}

// cacheKey identifies an answer.
type cacheKey struct {
	subject
	content bool // whether it has payloads
	url     string
	rows    int // how many rows of a list, 0 for all
}

// subject is what an answer is about.
type subject struct {
	edition Edition
	object  string // the id of the object, such as a run
	part    string // the id of a part of it, such as a document; "" for the whole
}

// runPart is the part for a run itself. When a run is seen to be finished, answers about its other parts from before are
// outdated.
const runPart = "\x00run"

// moment orders what happens. Clocks do not: two events can have the same time.
type moment int64

// now returns a moment after all earlier ones.
func (c *cache) now() moment { return moment(c.moments.Add(1)) }

// freshness says which answers a read may use.
type freshness struct {
	fresh bool   // only answers that were requested after a moment, whatever their age
	after moment // no answer that was requested earlier
}

// freshnessOf returns the freshness of a read that starts now.
func (c *cache) freshnessOf(fresh bool) freshness {
	if fresh {
		return freshness{fresh: true, after: c.now()}
	}
	return freshness{}
}

// isLateEnough reports whether an answer was requested late enough for a read.
func (c *cache) isLateEnough(answer *fetch, needs freshness) bool {
	of := answer.key.subject
	whole, run := subject{of.edition, of.object, ""}, subject{of.edition, of.object, runPart}
	after := max(needs.after, c.outdated[whole])
	if of != run {
		after = max(after, c.outdated[of], c.outdated[run])
	}
	return answer.requestedAt > after
}

// outdatedAt returns the moment since which answers about a part of an object count.
func (c *cache) outdatedAt(edition Edition, object, part string) moment {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.outdated[subject{edition, object, part}]
}

// fetch is a request for an answer, and then the answer.
type fetch struct {
	key         cacheKey
	requestedAt moment
	deadline    time.Time // of the read that started the fetch, because the transport retries until then
	cancel      context.CancelFunc
	waiters     int // reads that wait for the answer; the last one to leave cancels the fetch

	done       chan struct{} // closed when the fields below are final
	answeredAt time.Time
	value      any // nil if there is an error
	bytes      int // of the value, about
	err        error
	timedOut   bool // whether the fetch hit its deadline
}

// cached returns an answer of the cache, or fetches it. isFinal reports whether what the read needs of an answer is
// final. The caller must not change the answer.
func cached[T any](
	ctx context.Context, c *cache, key cacheKey, needs freshness, isFinal func(T) bool, read func(ctx context.Context) (T, error),
) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, maxReadTime)
	defer cancel()
	deadline, _ := ctx.Deadline()
	for {
		answer, mayUse := lookup(ctx, c, key, needs, isFinal, read)
		if err := c.wait(ctx, answer); err != nil {
			var none T
			return none, err
		}
		if answer.timedOut {
			if ctx.Err() == nil && deadline.After(answer.deadline) {
				continue // this read has more time than the one that started the fetch, so it fetches again
			}
			<-ctx.Done() // ends now, too: callers that see an ended context report the deadline of the read
			mayUse = true
		}
		if mayUse {
			value, _ := answer.value.(T)
			return value, answer.err
		}
	}
}

// lookup returns an answer that a read may use, or else the fetch to wait for, and whether the read may use what that
// returns. It starts a fetch if there is none.
func lookup[T any](
	ctx context.Context, c *cache, key cacheKey, needs freshness, isFinal func(T) bool,
	read func(context.Context) (T, error),
) (answer *fetch, mayUse bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if answer = c.answers[key]; answer != nil && c.isLateEnough(answer, needs) {
		age := time.Since(answer.answeredAt) // counted from the last page
		if needs.fresh || age <= maxAge || age <= maxFinalAge && isFinal(answer.value.(T)) {
			return answer, true
		}
	}
	answer = c.inFlight[key]
	if answer == nil {
		answer = start(ctx, c, key, isFinal, read)
		c.inFlight[key] = answer
	}
	answer.waiters++
	return answer, c.isLateEnough(answer, needs)
}

// start starts a fetch. It has the time of the read that starts it.
func start[T any](
	ctx context.Context, c *cache, key cacheKey, isFinal func(T) bool, read func(context.Context) (T, error),
) *fetch {
	deadline, _ := ctx.Deadline()
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
	started := &fetch{key: key, requestedAt: c.now(), deadline: deadline, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer cancel()
		value, err := read(ctx)
		if started.err = err; err == nil {
			started.value = value
		}
		started.timedOut = err != nil && ctx.Err() != nil
		c.finish(started, err == nil && key.part == runPart && isFinal(value))
	}()
	return started
}

// finish stores the outcome of a fetch, and what it says about earlier answers, and wakes its waiters. isEnd reports
// whether the answer is a finished run.
func (c *cache) finish(finished *fetch, isEnd bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	finished.answeredAt = time.Now()
	defer close(finished.done)
	key := finished.key
	if c.inFlight[key] != finished { // all waiters have left
		return
	}
	delete(c.inFlight, key)
	delete(c.answers, key)
	of := key.subject
	switch {
	case finished.err == nil:
		c.keep(finished)
		if isEnd && c.outdated[of] == 0 {
			c.outdated[of] = c.now()
		}
	case IsNotFound(finished.err), isKeyRefused(finished.err):
		if of.part == runPart { // which stands for all of the run
			of.part = ""
		}
		c.outdated[of] = c.now()
	}
}

// keep keeps an answer until no read may use it, and drops others if the cache is full.
func (c *cache) keep(answer *fetch) {
	answer.bytes = memoryOf(answer.value)
	total := answer.bytes
	for key, other := range c.answers {
		if total += other.bytes; total > maxCachedBytes {
			total -= other.bytes
			delete(c.answers, key)
		}
	}
	c.answers[answer.key] = answer
	time.AfterFunc(maxFinalAge, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.answers[answer.key] == answer {
			delete(c.answers, answer.key)
		}
	})
}

// memoryOf estimates the memory of an answer: a kilobyte for each object, and its payloads.
func memoryOf(answer any) int {
	objects, payloads := 1, []*string{}
	switch answer := answer.(type) {
	case *resultList:
		objects = len(answer.rows)
		for _, row := range answer.rows {
			for _, handle := range slices.Concat(row.HandleInputs, row.HandleOutputs) {
				payloads = append(payloads, handle.Data)
			}
		}
	case ArtifactRecord:
		payloads = append(payloads, answer.Output)
	case Metrics:
		for _, target := range answer.Targets {
			payloads = append(payloads, target.Value)
		}
		for _, document := range answer.TargetDocuments {
			payloads = append(payloads, document.Value)
		}
	case []EvalResult:
		objects = len(answer)
		for _, row := range answer {
			payloads = append(payloads, row.Values.ActualValue, row.Values.ExpectedValue, row.Values.HandleInputs, row.Values.HandleOutputs)
		}
	}
	bytes := objects << 10
	for _, payload := range payloads {
		bytes += len(OrZero(payload))
	}
	return bytes
}

// wait waits until a fetch is done or the context of a reader ends. If the time of the fetch is over no later than
// that of the reader, the reader gets the error of the fetch, which says how the last attempt failed.
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
		if c.inFlight[pending.key] == pending { // a read that starts now must not share the cancellation
			delete(c.inFlight, pending.key)
		}
	}
	return transport.NewWaitError(ctx.Err())
}

package client

import (
	"maps"
	"time"
)

// How old an answer may be that an ordinary read uses, counted from its last page. Terraform starts ten reads at a
// time, so the reads of one plan follow each other.
const (
	maxAge      = time.Second
	maxFinalAge = 10 * time.Second // of what is final
)

// cacheKey identifies an answer.
type cacheKey struct {
	edition      Edition
	object, part string // see [request]
	content      bool
	url          string
	rows         int // how many rows of a list, 0 for all
}

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

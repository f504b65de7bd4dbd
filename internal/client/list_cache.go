package client

import (
	"context"
	"time"
)

// listCache shares the lists of runs among reads, so that many reads of one run cost a few requests.
type listCache struct {
	readCache[listKey, *resultList]
}

// newListCache returns a cache of the lists that fetch reads. Lists with all payloads or with a selection are dropped when
// they are too old; the completed results of the others stay useful.
func newListCache(fetch func(ctx context.Context, key listKey) (*resultList, error)) *listCache {
	return &listCache{readCache[listKey, *resultList]{
		fetch: fetch,
		keep:  func(key listKey) bool { return key.payloads != allPayloads && key.selection == selection{} },
	}}
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
	somePayloads               // up to Client.maxKeptPayloads
	allPayloads
)

// lookup returns the row of a document if the cache has it, without any request: a completed result is final, any other
// result must come from a list that is new enough.
func (c *listCache) lookup(key listKey, documentID string, notBefore time.Time) (*listedResult, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry := c.entries[key]
	if entry == nil || !entry.isSet {
		return nil, false
	}
	row := entry.value.rows[documentID]
	return row, row != nil && (row.Status == StatusCompleted || !entry.startedAt.Before(notBefore))
}

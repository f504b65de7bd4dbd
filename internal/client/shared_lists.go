package client

import (
	"context"
	"sync"
	"time"
)

// freshFor is how old the list of a run may be for a read to be answered from it. Terraform starts ten reads at a
// time, so the reads of one plan follow each other; a second is long enough for them and too short for a person to
// notice.
const freshFor = time.Second

// sharedLists lets every read of one run's results be answered from as few walks of its list as possible.
//
// The rule of freshness: a completed result is a fact and is served for the life of the client. Any other result, and
// the absence of one, is served only from a walk that began at most freshFor before the read, and to a poll only from
// a walk that began after it. There is at most one walk of a run at a time: reads that cannot use the one under way
// wait for it and share the next. A walk that fails fails the reads that wait for it, and one whose failure will not pass
// fails all that began before it ended; it fails no later one.
type sharedLists struct {
	// walk reads the results of a run by the list of an edition.
	walk func(ctx context.Context, list listKey) (resultsByDocument, error)

	mu    sync.Mutex
	lists map[listKey]*sharedList
}

// listKey tells lists apart: those of runs, those with payloads from those without, and, while the edition is not known,
// the two editions' lists.
type listKey struct {
	edition  Edition
	runID    string
	payloads keptPayloads
}

// keptPayloads says which of the payloads a list keeps.
type keptPayloads int

const (
	noPayloads   keptPayloads = iota
	somePayloads              // up to Client.keptPayloads
	allPayloads
)

// keyOf returns the key of a list from which single documents are read.
func keyOf(edition Edition, runID string, options ResultOptions) listKey {
	key := listKey{edition: edition, runID: runID}
	if options.HandleData {
		key.payloads = somePayloads
	}
	return key
}

type sharedList struct {
	results  resultsByDocument // of the last walk that succeeded
	began    time.Time         // when that walk began
	underway *listWalk         // nil when there is none
	failed   *listWalk         // the last walk, if it failed in a way that will not pass
}

type listWalk struct {
	began   time.Time
	ended   time.Time
	done    chan struct{} // closed when err is final and, without an error, the list has the results
	err     error
	waiting int
	cancel  context.CancelFunc
	trace   *trace
}

// listed is what a list says of a document.
type listed struct {
	result   ExperimentResult
	found    bool
	payloads bool      // whether its payloads are there
	asOf     time.Time // when the walk began that the list is from
}

// result returns what the list of a run says of a document, to a read that began at a time.
func (s *sharedLists) result(ctx context.Context, began time.Time, edition Edition, runID, documentID string, options ResultOptions) (row listed, err error) {
	err = s.read(ctx, began, keyOf(edition, runID, options), options.Poll, row.take(documentID, options))
	return row, err
}

// known returns what a list of a run that is there already says of a document, without reading anything.
func (s *sharedLists) known(edition Edition, runID, documentID string, options ResultOptions) (row listed, isKnown bool) {
	if options.Poll {
		return listed{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.lists[keyOf(edition, runID, options)]
	if list == nil {
		return listed{}, false
	}
	isKnown = row.take(documentID, options)(list, !list.began.Before(time.Now().Add(-freshFor)))
	return row, isKnown && row.found
}

// take fills in the row of a document from a list, and is satisfied when the list is fresh or the row is a fact.
func (l *listed) take(documentID string, options ResultOptions) func(list *sharedList, fresh bool) bool {
	return func(list *sharedList, fresh bool) bool {
		row, found := list.results[documentID]
		*l = listed{found: found, asOf: list.began}
		if found {
			l.result, l.payloads = row.ExperimentResult, row.payloads
		}
		return fresh || found && row.Status == StatusCompleted && !options.Poll
	}
}

// all returns the whole list of a run, which the caller must not change.
func (s *sharedLists) all(ctx context.Context, edition Edition, runID string, options ResultOptions) (resultsByDocument, error) {
	var results resultsByDocument
	key := listKey{edition: edition, runID: runID}
	if options.HandleData {
		key.payloads = allPayloads
	}
	err := s.read(ctx, time.Now(), key, options.Poll, func(list *sharedList, fresh bool) bool {
		results = list.results
		return fresh
	})
	return results, err
}

// read lets take look at the list of a run, and waits for the next walk for as long as take is not satisfied. fresh
// says whether the list is new enough for this read.
func (s *sharedLists) read(ctx context.Context, began time.Time, key listKey, poll bool, take func(list *sharedList, fresh bool) bool) error {
	notBefore := time.Now()
	if !poll {
		notBefore = notBefore.Add(-freshFor)
	}
	for {
		walk := s.takeOrWalk(ctx, began, key, notBefore, take)
		if walk == nil {
			return nil
		}
		select {
		case <-walk.done:
			if walk.err != nil && !walk.began.Before(notBefore) {
				return walk.err
			}
		case <-ctx.Done():
			s.leave(walk)
			return waitError(ctx.Err(), walk.trace.lastTrouble())
		}
	}
}

// takeOrWalk returns nil when take is satisfied, else the walk to wait for, which it starts if there is none. It may be one
// that has failed already, unless that may have passed: of the reads that share a failure, some may only now get here.
func (s *sharedLists) takeOrWalk(ctx context.Context, began time.Time, key listKey, notBefore time.Time, take func(*sharedList, bool) bool) *listWalk {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lists == nil {
		s.lists = map[listKey]*sharedList{}
	}
	list := s.lists[key]
	if list == nil {
		list = &sharedList{}
		s.lists[key] = list
	}
	if take(list, !list.began.IsZero() && !list.began.Before(notBefore)) {
		return nil
	}
	if failed := list.failed; failed != nil && !failed.ended.Before(began) && !failed.began.Before(notBefore) {
		return failed
	}
	if list.underway == nil {
		list.underway = s.start(ctx, key, list)
	}
	list.underway.waiting++
	list.underway.trace.awaitedBy(ctx)
	return list.underway
}

// start begins a walk. It belongs to nobody's read: it goes on while anybody waits for it, and ends when nobody does.
func (s *sharedLists) start(ctx context.Context, key listKey, list *sharedList) *listWalk {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	walk := &listWalk{began: time.Now(), done: make(chan struct{}), cancel: cancel, trace: &trace{}}
	ctx = context.WithValue(ctx, traceKey{}, walk.trace)
	go func() {
		defer cancel()
		results, err := s.walk(ctx, key)

		s.mu.Lock()
		defer s.mu.Unlock()
		walk.err, walk.ended = err, time.Now()
		if err == nil {
			list.results, list.began = results, walk.began
			if key.payloads == allPayloads {
				time.AfterFunc(freshFor, func() { s.forget(list, walk.began) })
			}
		}
		if list.underway == walk { // else nobody waits for it, and its failure is nobody's
			list.underway, list.failed = nil, nil
			if err != nil && !IsTemporary(err) {
				list.failed = walk
			}
		}
		close(walk.done)
	}()
	return walk
}

// forget lets go of a list that no read can be answered from any more, if it is still that of the walk. Only lists with
// all payloads are worth it: from the others, completed results are read for as long as the client lives.
func (s *sharedLists) forget(list *sharedList, began time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if list.began.Equal(began) {
		list.results, list.began = nil, time.Time{}
	}
}

// leave gives up waiting, and gives up the walk when nobody waits for it any more.
func (s *sharedLists) leave(walk *listWalk) {
	s.mu.Lock()
	defer s.mu.Unlock()
	walk.waiting--
	if walk.waiting > 0 {
		return
	}
	walk.cancel()
	for _, list := range s.lists {
		if list.underway == walk {
			list.underway = nil // a read that comes now must not share the cancellation
		}
	}
}

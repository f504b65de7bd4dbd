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
// wait for it and share the next. A walk that fails fails the reads that were waiting for it, and no later one.
type sharedLists struct {
	// walk reads the results of a run.
	walk func(ctx context.Context, runID string, options ResultOptions) (resultsByDocument, error)

	mu    sync.Mutex
	lists map[listKey]*sharedList
}

// listKey tells lists with payloads from those without.
type listKey struct {
	runID      string
	handleData bool
}

type sharedList struct {
	results  resultsByDocument // of the last walk that succeeded
	began    time.Time         // when that walk began
	underway *listWalk         // nil when there is none
}

type listWalk struct {
	began   time.Time
	done    chan struct{} // closed when err is final and, without an error, the list has the results
	err     error
	waiting int
	cancel  context.CancelFunc
	trace   *trace
}

// listed is what a list says of a document.
type listed struct {
	result ExperimentResult
	found  bool
	asOf   time.Time // when the walk began that the list is from
}

// result returns what the list of a run says of a document.
func (s *sharedLists) result(ctx context.Context, runID, documentID string, options ResultOptions) (listed, error) {
	notBefore := time.Now()
	if !options.Poll {
		notBefore = notBefore.Add(-freshFor)
	}
	key := listKey{runID, options.HandleData}
	for {
		row, walk := s.lookUp(ctx, key, documentID, options, notBefore)
		if walk == nil {
			return row, nil
		}
		select {
		case <-walk.done:
			if walk.err != nil && !walk.began.Before(notBefore) {
				return listed{}, walk.err
			}
		case <-ctx.Done():
			s.leave(walk)
			return listed{}, waitError(ctx.Err(), walk.trace.trouble.Load())
		}
	}
}

// lookUp answers from what is there, or returns the walk to wait for, starting it if there is none.
func (s *sharedLists) lookUp(ctx context.Context, key listKey, documentID string, options ResultOptions, notBefore time.Time) (listed, *listWalk) {
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
	result, found := list.results[documentID]
	fresh := !list.began.IsZero() && !list.began.Before(notBefore)
	fact := found && result.Status == StatusCompleted && !options.Poll
	if fresh || fact {
		return listed{result, found, list.began}, nil
	}
	if list.underway == nil {
		list.underway = s.start(ctx, key, list, options)
	}
	list.underway.waiting++
	return listed{}, list.underway
}

// start begins a walk. It belongs to nobody's read: it goes on while anybody waits for it, and ends when nobody does.
func (s *sharedLists) start(ctx context.Context, key listKey, list *sharedList, options ResultOptions) *listWalk {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	walk := &listWalk{began: time.Now(), done: make(chan struct{}), cancel: cancel, trace: &trace{}}
	ctx = context.WithValue(ctx, traceKey{}, walk.trace)
	go func() {
		defer cancel()
		results, err := s.walk(ctx, key.runID, options)

		s.mu.Lock()
		defer s.mu.Unlock()
		walk.err = err
		if err == nil {
			list.results, list.began = results, walk.began
		}
		if list.underway == walk {
			list.underway = nil
		}
		close(walk.done)
	}()
	return walk
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

package client

import (
	"context"
	"sync"
	"time"
)

// runState is a run and when it was seen in this state.
type runState struct {
	run    ExperimentRun
	info   RequestInfo
	seenAt time.Time
}

// runState reads a run, or returns it from the cache if it is over.
func (c *Client) runState(ctx context.Context, edition Edition, runID string) (runState, error) {
	if state, ok := c.terminalRuns.get(runID); ok {
		return state, nil
	}
	run, info, err := c.routesOf(edition).Run(ctx, runID)
	if err != nil {
		return runState{}, err
	}
	state := runState{run, info, time.Now()}
	if run.Status.Terminal() {
		c.terminalRuns.add(state)
	}
	return state, nil
}

// terminalRuns caches runs in a terminal status; such runs never change.
type terminalRuns struct {
	mu   sync.Mutex
	runs map[string]runState
}

// get returns a run if it is cached.
func (t *terminalRuns) get(runID string) (runState, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	state, ok := t.runs[runID]
	return state, ok
}

// add caches a run, unless it is cached already.
func (t *terminalRuns) add(state runState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.runs == nil {
		t.runs = map[string]runState{}
	}
	if _, found := t.runs[state.run.ID]; !found {
		t.runs[state.run.ID] = state
	}
}

package plugin

import (
	"context"
	"sync/atomic"
	"time"
)

// releasableContext is the context of one call. When the call ends, it becomes a cancelled context that holds nothing.
type releasableContext struct {
	current atomic.Pointer[context.Context]
}

var _ context.Context = &releasableContext{}

// released replaces the context of every call that has ended.
var released = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// newReleasableContext returns a context for a call, and the function to call at its end.
func newReleasableContext(ctx context.Context) (releasable context.Context, release func()) {
	c := &releasableContext{}
	c.current.Store(&ctx)
	return c, func() { c.current.Store(&released) }
}

// Deadline returns the deadline of the call.
func (c *releasableContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }

// Done returns the channel of the call, which is closed when the call is cancelled.
func (c *releasableContext) Done() <-chan struct{} { return (*c.current.Load()).Done() }

// Err returns why the call is cancelled.
func (c *releasableContext) Err() error { return (*c.current.Load()).Err() }

// Value returns a value of the call.
func (c *releasableContext) Value(key any) any { return (*c.current.Load()).Value(key) }

package plugin

import (
	"context"
	"sync/atomic"
	"time"
)

// releasableContext wraps the context of a call. After release it behaves like a cancelled context and no longer references
// the wrapped one, so that the garbage collector can free it.
type releasableContext struct {
	current atomic.Pointer[context.Context]
}

var _ context.Context = &releasableContext{}

// released replaces the wrapped context.
var released = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// withRelease returns a context that wraps ctx, and the function that releases ctx.
func withRelease(ctx context.Context) (wrapped context.Context, release func()) {
	c := &releasableContext{}
	c.current.Store(&ctx)
	return c, func() { c.current.Store(&released) }
}

// Deadline implements [context.Context].
func (c *releasableContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }

// Done implements [context.Context].
func (c *releasableContext) Done() <-chan struct{} { return (*c.current.Load()).Done() }

// Err implements [context.Context].
func (c *releasableContext) Err() error { return (*c.current.Load()).Err() }

// Value implements [context.Context].
func (c *releasableContext) Value(key any) any { return (*c.current.Load()).Value(key) }

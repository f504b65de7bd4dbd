package plugin

import (
	"context"
	"sync/atomic"
	"time"
)

// call is the context of one call, which is as good as cancelled when the call is over, and then holds nothing of it.
type call struct {
	current atomic.Pointer[context.Context]
}

var _ context.Context = &call{}

// over is what a call is when it has ended.
var over = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// newCall returns a context for a call, and the function that says that the call is over.
func newCall(ctx context.Context) (inCall context.Context, end func()) {
	c := &call{}
	c.current.Store(&ctx)
	return c, func() { c.current.Store(&over) }
}

// Deadline is the call's.
func (c *call) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }

// Done is the call's.
func (c *call) Done() <-chan struct{} { return (*c.current.Load()).Done() }

// Err is the call's.
func (c *call) Err() error { return (*c.current.Load()).Err() }

// Value is the call's.
func (c *call) Value(key any) any { return (*c.current.Load()).Value(key) }

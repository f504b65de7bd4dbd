package provider

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

const (
	// defaultReadTimeout bounds a read that does not wait: five attempts and the pauses between them.
	defaultReadTimeout = 3 * time.Minute
	// defaultWaitTimeout bounds a read that waits; the vendor's own tool gives up after the same time.
	defaultWaitTimeout = 10 * time.Minute

	defaultPollInterval = 2 * time.Second // the vendor's own tool's
	minPollInterval     = 500 * time.Millisecond
	maxPollInterval     = 15 * time.Second // how far the pauses grow
	maxRetryAfter       = 5 * time.Minute  // the longest Retry-After that a wait honours

	// notFoundRetries is how many times in a row a wait accepts that a run, or a row of an active run, is not found. Both
	// can appear a moment after the id is known.
	notFoundRetries = 2
)

// waitModel holds the arguments of every data source that can wait.
type waitModel struct {
	WaitForCompletion types.Bool   `tfsdk:"wait_for_completion"`
	PollInterval      types.String `tfsdk:"poll_interval"`
}

// waitAttributes returns the schema of these arguments. The condition ends the wait, such as "the result has a final
// status".
func waitAttributes(condition string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"wait_for_completion": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to wait until " + condition + ". Defaults to `false`.",
		},
		"poll_interval": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{durationAtLeast{minPollInterval}},
			MarkdownDescription: pollIntervalDescription,
		},
	}
}

var pollIntervalDescription = fmt.Sprintf("First pause while waiting. Defaults to `%s`.", defaultPollInterval)

// timeout returns the default bound of a read.
func (m waitModel) timeout() time.Duration {
	if m.WaitForCompletion.ValueBool() {
		return defaultWaitTimeout
	}
	return defaultReadTimeout
}

// backoff returns the pauses between reads. They are not below the minimum, whether an interval was validated or not.
func backoff(interval types.String) poll.Pace {
	pause, err := time.ParseDuration(interval.ValueString())
	if err != nil {
		pause = defaultPollInterval
	}
	return poll.Pace{Interval: max(pause, minPollInterval), Max: maxPollInterval}
}

// waiter reads something until it is done.
type waiter[T any] struct {
	// read reads the value. With fresh, it uses only answers that are requested from now on.
	read func(ctx context.Context, fresh bool) (T, error)
	// isDone reports whether the wait is over, and status describes the value in one or a few words.
	isDone func(T) bool
	status func(T) string
	// problem, if not nil, returns a sentence about what keeps the value from being done although nothing is running, ""
	// when there is none.
	problem func(T) string
	// awaitsAbsent makes the wait go on as long as the run of an absent result is active.
	awaitsAbsent bool
	// onUpdate, if not nil, is called after every successful read, with whether the status has changed.
	onUpdate func(ctx context.Context, value T, changed bool)
	// onFailure, if not nil, is called after every read that failed and is repeated.
	onFailure func(err error)
}

// logChange returns an onUpdate that writes every change of status to Terraform's log.
func logChange[T any](message, id string, status func(T) string) func(context.Context, T, bool) {
	return func(ctx context.Context, value T, changed bool) {
		if changed {
			tflog.Info(ctx, message, map[string]any{"id": id, "status": status(value)})
		}
	}
}

// mayStillAppear reports whether something is absent that can appear a moment later: an object whose id is known
// already, or the name of the host, if it has never been resolved.
func mayStillAppear(err error) bool {
	var absent *client.AbsentError
	var artifact *client.ArtifactAbsentError
	var host *net.DNSError
	return errors.As(err, &absent) && absent.Reason != client.RunOver || errors.As(err, &artifact) ||
		errors.As(err, &host) && !client.IsTemporary(err)
}

// readOrWait reads once or, with wait_for_completion, until the value is done.
func (w waiter[T]) readOrWait(ctx context.Context, m waitModel, fresh bool) (T, error) {
	if !m.WaitForCompletion.ValueBool() {
		return w.read(ctx, fresh)
	}
	return w.wait(ctx, m.PollInterval)
}

// wait reads at once and then after every pause, until the value is done. It goes on after a temporary failure, and
// after the first few absences of something that may still come. Every other failure ends it.
func (w waiter[T]) wait(ctx context.Context, interval types.String) (T, error) {
	began, status, problem, absences := time.Now(), "", "", 0
	answered := began
	value, err := poll.Until(ctx, backoff(interval), func(ctx context.Context) (T, bool, error) {
		value, err := w.read(ctx, true)
		if err != nil {
			return value, false, err
		}
		absences, answered = 0, time.Now()
		current := w.status(value)
		if w.onUpdate != nil {
			w.onUpdate(ctx, value, current != status)
		}
		status = current
		if w.problem != nil {
			problem = w.problem(value)
		}
		return value, w.isDone(value), nil
	}, func(err error) (atLeast time.Duration, goOn bool) {
		defer func() {
			if goOn && w.onFailure != nil {
				w.onFailure(err)
			}
		}()
		var absent *client.AbsentError
		if w.awaitsAbsent && errors.As(err, &absent) && absent.Reason == client.RunActive {
			answered, problem = time.Now(), prose.Sentence(prose.UpperFirst(absent.Error()))
			return 0, true
		}
		if mayStillAppear(err) {
			absences++
			return 0, absences <= notFoundRetries
		}
		absences = 0
		var api *transport.APIError
		if errors.As(err, &api) {
			return min(api.RetryAfter, maxRetryAfter), client.IsTemporary(err)
		}
		return 0, client.IsTemporary(err)
	})
	var ended *poll.Ended
	if errors.As(err, &ended) {
		err = &diagnose.WaitTimeoutError{Status: status, Problem: problem, Waited: time.Since(began), Silent: silence(answered), Ended: ended}
	}
	return value, err
}

// silence returns the time since the last successful read, 0 if the next one was not due long ago.
func silence(answered time.Time) time.Duration {
	if silent := time.Since(answered); silent > 2*maxPollInterval {
		return silent
	}
	return 0
}

package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/poll"
)

const (
	// defaultReadTimeout bounds a read that does not wait: five attempts and the pauses between them.
	defaultReadTimeout = 3 * time.Minute
	// defaultWaitTimeout bounds a read that waits; the vendor's own tool gives up after the same time.
	defaultWaitTimeout = 10 * time.Minute

	defaultPollInterval = 2 * time.Second // the vendor's own tool's
	minPollInterval     = 500 * time.Millisecond
	maxPollInterval     = 15 * time.Second // how far the pauses grow
	maxAskedPause       = 5 * time.Minute  // how long a pause may be that the server asks for

	// forgivenAbsences is how many times in a row a run, or a row of a run that is still working, may not be there yet:
	// both can be a moment younger than what says that they are.
	forgivenAbsences = 2
)

// waitModel are the arguments of everything that can wait.
type waitModel struct {
	WaitForCompletion types.Bool   `tfsdk:"wait_for_completion"`
	PollInterval      types.String `tfsdk:"poll_interval"`
}

// waitAttributes describes them; what is what is waited for, such as "the result has a final status".
func waitAttributes(what string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"wait_for_completion": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("Whether to wait until %s, successful or not. The wait is bounded by `timeouts`, and happens while planning. Defaults to `false`.",
				what),
		},
		"poll_interval": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{durationAtLeast{minPollInterval}},
			MarkdownDescription: pollIntervalDescription,
		},
	}
}

var pollIntervalDescription = fmt.Sprintf("How long to pause between two reads while waiting, at first; the pauses grow to `%s`. At least `%s`. Defaults to `%s`.",
	maxPollInterval, minPollInterval, defaultPollInterval)

// timeout is the default bound of a read.
func (m waitModel) timeout() time.Duration {
	if m.WaitForCompletion.ValueBool() {
		return defaultWaitTimeout
	}
	return defaultReadTimeout
}

// pace returns the pace of polling; the validator has refused what is no duration.
func pace(interval types.String) poll.Pace {
	pause, err := time.ParseDuration(interval.ValueString())
	if err != nil {
		pause = defaultPollInterval
	}
	return poll.Pace{Interval: pause, Max: maxPollInterval}
}

// watch is something that is read until it has ended.
type watch[T any] struct {
	pace poll.Pace
	// read reads it; again says that nothing from before the call will do.
	read func(ctx context.Context, again bool) (T, error)
	// ended says whether it can no longer change, and status how it stands, in a word or a few.
	ended  func(T) bool
	status func(T) string
	// seen, if any, is told of every successful read, and whether the status is another than before.
	seen func(ctx context.Context, value T, changed bool)
	// failed, if any, is told of every read that failed and was forgiven.
	failed func(err error)
}

// logChange returns a watcher that writes every change of status to Terraform's log.
func logChange[T any](message, id string, status func(T) string) func(context.Context, T, bool) {
	return func(ctx context.Context, value T, changed bool) {
		if changed {
			tflog.Info(ctx, message, map[string]any{"id": id, "status": status(value)})
		}
	}
}

// lastFailure is the last failure worth telling: that of the read which the end cut off, if the server had said
// something, else that of the read before. Nil when there is none.
func (e *unfinishedError) lastFailure() error {
	var transport *client.TransportError
	if errors.As(e.ended.Cut, &transport) && transport.Last != nil {
		return transport.Last
	}
	return e.ended.Last
}

// unfinishedError says that a watch came to its deadline, or was cancelled, before what it watched had ended.
type unfinishedError struct {
	status  string // the last one read, "" when none was
	watched time.Duration
	ended   *poll.Ended
}

func (e *unfinishedError) Error() string { return e.ended.Error() }
func (e *unfinishedError) Unwrap() error { return e.ended }

// wait reads at once, and then again until it has ended. It survives what may pass by itself, and a row that is not
// there yet, and gives up at once on anything else.
func (w watch[T]) wait(ctx context.Context) (T, error) {
	began, status, reads, absences := time.Now(), "", 0, 0
	value, err := poll.Until(ctx, w.pace, func(ctx context.Context) (T, bool, error) {
		value, err := w.read(ctx, reads > 0)
		reads++
		if err != nil {
			return value, false, err
		}
		absences = 0
		now := w.status(value)
		if w.seen != nil {
			w.seen(ctx, value, now != status)
		}
		status = now
		return value, w.ended(value), nil
	}, func(err error) (atLeast time.Duration, goOn bool) {
		defer func() {
			if goOn && w.failed != nil {
				w.failed(err)
			}
		}()
		var absent *client.AbsentError
		if errors.As(err, &absent) && absent.Reason != client.RunOver {
			absences++
			return 0, absences <= forgivenAbsences
		}
		absences = 0
		var api *client.APIError
		if errors.As(err, &api) {
			return min(api.RetryAfter, maxAskedPause), client.IsTemporary(err)
		}
		return 0, client.IsTemporary(err)
	})
	var ended *poll.Ended
	if errors.As(err, &ended) {
		err = &unfinishedError{status: status, watched: time.Since(began), ended: ended}
	}
	return value, err
}

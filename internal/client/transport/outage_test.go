package transport

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// refusing responds like a closed port.
func refusing(*http.Request) (int, time.Duration, error) {
	return 0, 0, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// hanging never responds.
func hanging(req *http.Request) (int, time.Duration, error) {
	<-req.Context().Done()
	return 0, 0, req.Context().Err()
}

// TestOutage_longestPlan checks the rule of the guide "Networks and certificates". If the server does not answer, a plan of any
// size takes no longer than one read with all its attempts, and three more attempts with their pauses.
func TestOutage_longestPlan(t *testing.T) {
	t.Parallel()
	const (
		attempt = 30 * time.Second // request_timeout
		pauses  = 7500 * time.Millisecond
		timeout = 3 * time.Minute // timeouts.read
		answer  = 50 * time.Millisecond
	)
	for name, test := range map[string]struct {
		server   handler
		read     time.Duration // one read that makes all its attempts, bounded by timeouts.read
		attempt  time.Duration // one attempt with the pause before it
		requests int           // at most, for 300 reads
	}{
		"a closed port":              {refusing, pauses + 5*answer, answer, 50 + 290},
		"no answer ever":             {hanging, 5*attempt + pauses, attempt, 60},
		"503 for ever":               {always(503, 0), pauses + 5*answer, answer, 50 + 290},
		"503 with Retry-After":       {always(503, 20*time.Second), 4*23*time.Second + 5*answer, 23*time.Second + answer, 30},
		"429 for ever":               {always(429, 0), pauses + 5*answer, 30*time.Second + answer, 30},
		"429 with Retry-After":       {always(429, time.Second), timeout, 30*time.Second + answer, 30},
		"429 with a long pause":      {always(429, 100*time.Second), timeout, 103*time.Second + answer, 30},
		"429 with too long a pause":  {always(429, time.Hour), answer, answer, 20},
		"a name that does not exist": {func(*http.Request) (int, time.Duration, error) { return 0, 0, unknownName }, answer, answer, 300},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClock(t, test.server, func(t *testing.T, server *countingServer, api *Client) {
				errs := plan(t, api, 300)
				// Terraform reads ten blocks at a time, so tries that fail at once still come one after the other.
				longest := test.read + 3*test.attempt + 300/10*answer
				if took := time.Since(server.began); len(failed(errs)) != 300 || took > longest {
					t.Errorf("%d of %d reads failed, after %v; want at most %v", len(failed(errs)), len(errs), took, longest)
				}
				if requests := server.requests(); requests > test.requests {
					t.Errorf("%d requests, want at most %d", requests, test.requests)
				}
				inFull := 0
				for _, err := range errs {
					if info := infoOf(err); info.Outage == nil {
						t.Fatalf("no outage: %+v", err)
					} else if info.Outage.ClaimReport() {
						inFull++
					}
				}
				if inFull != 1 {
					t.Errorf("%d reads say in full what failed for all", inFull)
				}
			})
		})
	}
}

var unknownName = &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.retab.example", IsNotFound: true}}

// TestOutage_firstReads checks that reads which begin before the first failure make all their attempts.
func TestOutage_firstReads(t *testing.T) {
	t.Parallel()
	withFakeClock(t, refusing, func(t *testing.T, server *countingServer, api *Client) {
		if errs := failed(plan(t, api, 10)); len(errs) != 10 || server.requests() != 50 {
			t.Errorf("%d of 10 reads failed after %d requests", len(errs), server.requests())
		}
	})
}

// TestOutages_isOn checks how many reads must fail in a row.
func TestOutages_isOn(t *testing.T) {
	t.Parallel()
	var outages outages
	for i, want := range []bool{false, false, true, true} {
		outages.end(nil, &Error{Err: syscall.ECONNREFUSED})
		if got := outages.isOn(); got != want {
			t.Errorf("after %d reads: got %v", i+1, got)
		}
	}
	outages.end(nil, nil)
	if outages.isOn() {
		t.Error("after an answer")
	}
}

// TestOutages_failure checks that the end of a read's time does not replace a failure that says more.
func TestOutages_failure(t *testing.T) {
	t.Parallel()
	refused, reset, expired := &Error{Err: syscall.ECONNREFUSED}, &Error{Err: syscall.ECONNRESET}, &Error{Err: context.DeadlineExceeded}
	for name, test := range map[string]struct {
		errs []error
		want error
	}{
		"no failure":                 {nil, nil},
		"a refusal":                  {[]error{refused}, refused},
		"the end of the time":        {[]error{expired}, expired},
		"a refusal, then that":       {[]error{refused, expired}, refused},
		"that, then a refusal":       {[]error{expired, refused}, refused},
		"a refusal, then a reset":    {[]error{refused, reset}, reset},
		"a refusal, then an answer":  {[]error{refused, nil}, nil},
		"a refusal, then no meaning": {[]error{refused, &Error{Err: context.Canceled}}, refused},
	} {
		var outages outages
		for _, err := range test.errs {
			outages.end(nil, err)
		}
		if got := outages.failure(); got != test.want { //nolint:errorlint // the same error
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

// TestOutages_sharedFailure checks which ends of a try are failures of the reads that wait for it.
func TestOutages_sharedFailure(t *testing.T) {
	t.Parallel()
	sent := RequestInfo{Attempts: 1}
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"a closed port":               {&Error{RequestInfo: sent, Err: syscall.ECONNREFUSED}, true},
		"a gateway":                   {&APIError{RequestInfo: sent, StatusCode: 502}, true},
		"a read that sent nothing":    {&Error{Err: syscall.ECONNREFUSED}, false},
		"a read that ran out of time": {&Error{RequestInfo: sent, Err: context.DeadlineExceeded}, false},
		"a refusal":                   {&APIError{RequestInfo: sent, StatusCode: 403}, false},
		"an interrupt":                {&Error{RequestInfo: sent, Err: context.Canceled}, false},
		"an answer":                   {nil, false},
	} {
		var outages outages
		lead := &try{startedAt: time.Now(), done: make(chan struct{})}
		outages.end(lead, test.err)
		<-lead.done
		if got := lead.hasFailed(); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestOutage_sharedTry checks that a read shares the failure of a try that took a second, as long ago as it took.
func TestOutage_sharedTry(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		took, later time.Duration
		requests    int
	}{
		{slowTry - 1, 0, 1},
		{slowTry, 0, 0},
		{slowTry, slowTry - 1, 0},
		{slowTry, slowTry, 1},
	} {
		withFakeClock(t, refusing, func(t *testing.T, server *countingServer, api *Client) {
			plan(t, api, 10)
			server.latency = test.took
			_ = read(t, api)
			before := server.requests()
			<-time.After(test.later)
			err := read(t, api)
			if got := server.requests() - before; got != test.requests || infoOf(err).Attempts != test.requests {
				t.Errorf("%v after a try of %v: %d requests, %v", test.later, test.took, got, err)
			}
		})
	}
}

// TestOutage_endsWithTheFirstAnswer checks that reads make one attempt during an outage, and repeat their attempts after an answer.
func TestOutage_endsWithTheFirstAnswer(t *testing.T) {
	t.Parallel()
	var isAway atomic.Bool
	isAway.Store(true)
	withFakeClock(t, func(req *http.Request) (int, time.Duration, error) {
		if isAway.Load() {
			return refusing(req)
		}
		return http.StatusNotFound, 0, nil
	}, func(t *testing.T, server *countingServer, api *Client) {
		attempts := func() string {
			before := server.requests()
			err := read(t, api)
			info := infoOf(err)
			return fmt.Sprintf("%d requests, attempts %d, once %v, outage %v", server.requests()-before, info.Attempts, info.CutShort, info.Outage != nil)
		}
		want := func(step, want string) {
			if got := attempts(); got != want {
				t.Errorf("%s: got %s, want %s", step, got, want)
			}
		}
		for range outageReads {
			want("a read of the first ones", "5 requests, attempts 5, once false, outage true")
		}
		want("a later read", "1 requests, attempts 1, once true, outage true")
		isAway.Store(false)
		want("an answer", "1 requests, attempts 1, once true, outage false")
		isAway.Store(true)
		want("a read after that", "5 requests, attempts 5, once false, outage true")
	})
}

// TestOutage_slowTry checks that reads wait for a try that is in flight, and that later reads share the failure of a slow one.
func TestOutage_slowTry(t *testing.T) {
	t.Parallel()
	var answersNow atomic.Bool
	withFakeClock(t, func(req *http.Request) (int, time.Duration, error) {
		if answersNow.Load() {
			return http.StatusOK, 0, nil
		}
		return hanging(req)
	}, func(t *testing.T, server *countingServer, api *Client) {
		plan(t, api, 10)
		before := server.requests()
		if errs := failed(plan(t, api, 40)); len(errs) != 40 || server.requests() != before+1 {
			t.Errorf("%d of 40 reads failed after %d requests", len(errs), server.requests()-before)
		}
		shared := infoOf(read(t, api))
		if shared.Attempts != 0 || !shared.CutShort {
			t.Errorf("got %+v", shared)
		}
		answersNow.Store(true)
		time.AfterFunc(30*time.Second, func() {
			for _, err := range failed(plan(t, api, 20)) {
				t.Errorf("the server is back, but %v", err)
			}
		})
		<-time.After(time.Minute)
	})
}

// TestMeaningOf checks which ends of a read show that the server does not answer.
func TestMeaningOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want meaning
	}{
		"a result":            {nil, serverAnswers},
		"a body that is none": {&ResponseError{}, serverAnswers},
		"a refusal":           {&APIError{StatusCode: 403}, serverAnswers},
		"an absence":          {&APIError{StatusCode: 404}, serverAnswers},
		"a limit":             {&APIError{StatusCode: 429}, noAnswer},
		"a gateway":           {&APIError{StatusCode: 502}, noAnswer},
		"a closed port":       {&Error{Err: syscall.ECONNREFUSED}, noAnswer},
		"too large an answer": {&Error{Err: ErrBodyTooLarge}, serverAnswers},
		"a redirect":          {&Error{Err: ErrCrossOriginRedirect}, serverAnswers},
		"an interrupt":        {&Error{Err: errCanceled}, meansNothing},
		"a timeout":           {&Error{Err: ErrRequestTimeout}, noAnswer},
	} {
		if got := meaningOf(test.err); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

var errCanceled = fmt.Errorf("wrapped: %w", context.Canceled)

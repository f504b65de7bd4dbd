package transport

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// attemptState follows one request through its attempts, so that an error at the end can say how many attempts there
// were and how the last one failed, even if the context ended. One goroutine at a time uses it.
type attemptState struct {
	url       string // without credentials
	decode    func(body io.Reader) error
	decodeErr error          // of the last 2xx answer
	body      bodyInfo       // of the last 2xx answer that decode refused
	last      error          // how the last attempt failed, nil if it did not
	shared    *SharedRequest // set for a request that several readers wait for

	attempts          int           // how many attempts were sent
	isSent            bool          // whether the attempt under way was sent
	startedAt         time.Time     // when the last attempt was sent
	pause             time.Duration // before the next attempt
	failures          int           // attempts that failed and count against the retries
	limits            int           // the limiter's limits when the request began
	noMoreAttempts    bool          // whether there is no further attempt, because other reads got no answer
	stopsDuringOutage bool          // whether that holds as soon as other reads get no answer
}

// info describes the request so far.
func (s *attemptState) info() RequestInfo {
	return RequestInfo{Method: http.MethodGet, URL: s.url, Attempts: s.attempts, CutShort: s.noMoreAttempts}
}

// send takes note that the attempt under way is sent; a redirect does not make it another one.
func (s *attemptState) send() {
	if !s.isSent {
		s.isSent = true
		s.attempts++
	}
	s.startedAt = time.Now()
}

// lastErr returns how the last attempt failed, nil if it did not.
func (s *attemptState) lastErr() error { return s.last }

func (s *attemptState) setLastErr(err error) {
	s.last = err
	if s.shared != nil {
		s.shared.lastErr.Store(&err)
	}
}

type attemptStateKey struct{}

func withAttemptState(ctx context.Context, state *attemptState) context.Context {
	return context.WithValue(ctx, attemptStateKey{}, state)
}

func attemptStateOf(ctx context.Context) *attemptState {
	return ctx.Value(attemptStateKey{}).(*attemptState) // set by Get for every request
}

// beginAttempt is retryablehttp's hook before each attempt.
func beginAttempt(_ retryablehttp.Logger, req *http.Request, _ int) {
	attemptStateOf(req.Context()).isSent = false
}

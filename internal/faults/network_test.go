package faults_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// This file has the faults that affect many blocks of a plan: rate limits and outages. Every row holds in both editions.

// planFault is one row. The guide "Networks and certificates" has the durations of the rows without answers.
type planFault struct {
	situation string
	// wrap, if not nil, changes how the provider reaches the server.
	wrap        func(next http.RoundTripper) http.RoundTripper
	fault       fakeapi.Fault // what the server does
	blocks      int           // blocks of the plan, each with its own run
	maxRequests int
	maxDuration time.Duration
	// wantText are parts of the errors of reads that were sent, and wantBrief those of every other error. Without any, every read must succeed.
	wantText, wantBrief []string
}

// rateLimit returns a server that allows so many requests per second, with a burst of the same size. Every answer takes 50 ms.
func rateLimit(rate float64, retryAfter string) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		var mu sync.Mutex
		tokens, last := rate, time.Now()
		return transportFunc(func(request *http.Request) (*http.Response, error) {
			<-time.After(50 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			now := time.Now()
			tokens = min(rate, tokens+now.Sub(last).Seconds()*rate)
			last = now
			if tokens >= 1 {
				tokens--
				return next.RoundTrip(request)
			}
			header := http.Header{"Content-Type": {"application/json"}}
			if retryAfter != "" {
				header.Set("Retry-After", retryAfter)
			}
			body := io.NopCloser(strings.NewReader(`{"detail":"Too many requests"}`))
			return &http.Response{StatusCode: http.StatusTooManyRequests, Header: header, Body: body, Request: request}, nil
		})
	}
}

// refuseConnections returns a transport whose connections are refused.
func refuseConnections(http.RoundTripper) http.RoundTripper {
	return transportFunc(func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	})
}

func planFaults() []planFault {
	later := func(retryAfter string) fakeapi.Reply {
		return fakeapi.Reply{Status: 429, Header: http.Header{"Retry-After": {retryAfter}}, Body: `{"detail":"Later"}`}
	}
	return []planFault{
		{situation: "two requests per second, with Retry-After", wrap: rateLimit(2, "1"), blocks: 60, maxRequests: 350, maxDuration: time.Minute},
		{situation: "two requests per second, without Retry-After", wrap: rateLimit(2, ""), blocks: 60, maxRequests: 400, maxDuration: time.Minute},
		{
			situation: "a limit without any answer", fault: fakeapi.Fault{Reply: fakeapi.Reply{Status: 429}}, blocks: 300, maxRequests: 150, maxDuration: 5 * time.Minute,
			wantText: []string{rateLimited, "HTTP 429 Too Many Requests", "raise timeouts.read"}, wantBrief: []string{"HTTP 429 Too Many Requests"},
		},
		{
			situation: "a limit with a pause and without any answer", fault: fakeapi.Fault{Reply: later("1")}, blocks: 300, maxRequests: 150, maxDuration: 5 * time.Minute,
			wantText: []string{rateLimited, "HTTP 429 Too Many Requests: Later."}, wantBrief: []string{"HTTP 429 Too Many Requests"},
		},
		{
			situation: "a limit with Retry-After of an hour", fault: fakeapi.Fault{Reply: later("3600")}, blocks: 60, maxRequests: 20, maxDuration: time.Second,
			wantText:  []string{rateLimited, "Later. Retab asks to wait 1h before the next request.", "Try again later", "raise timeouts.read"},
			wantBrief: []string{"Later. Retab asks to wait 1h before the next request."},
		},
		{
			situation: "a closed port", wrap: refuseConnections, blocks: 60, maxRequests: 0, maxDuration: 16 * time.Second,
			wantText: []string{noAnswer, "connection refused.", "Check base_url", "attempts: "}, wantBrief: []string{"connection refused."},
		},
		{
			situation: "a server that accepts and never answers", fault: fakeapi.Fault{Reply: fakeapi.Reply{Hang: true}}, blocks: 100,
			maxRequests: 70, maxDuration: time.Minute,
			wantText: []string{"not answered within the request timeout"}, wantBrief: []string{"not answered within the request timeout"},
		},
		{
			situation: "an outage with Retry-After that lasts longer",
			fault:     fakeapi.Fault{Reply: fakeapi.Reply{Status: 503, Header: http.Header{"Retry-After": {"20"}}}}, blocks: 100, maxRequests: 80, maxDuration: 4*time.Minute + 30*time.Second,
			wantText: []string{serverFailed, "HTTP 503 Service Unavailable", "Retab asks to wait"}, wantBrief: []string{"HTTP 503 Service Unavailable"},
		},
		{
			situation: "HTTP 502 from a gateway", fault: fakeapi.Fault{Reply: fakeapi.Reply{Status: 502}}, blocks: 60, maxRequests: 60, maxDuration: 16 * time.Second,
			wantText: []string{serverFailed, "HTTP 502 Bad Gateway", "attempts: "}, wantBrief: []string{"HTTP 502 Bad Gateway"},
		},
	}
}

// addResultPerRun adds so many runs with one result each, and returns the arguments that read them.
func addResultPerRun(e env, blocks int) func(block int) values {
	for block := range blocks {
		e.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_%d", block), RunID: fmt.Sprintf("exprun_block_%d", block), ExperimentID: "exp_abc", DocumentID: "expdoc_1",
			BlockKind: "extract", Stages: []fakeapi.Stage{{Status: "completed"}},
		})
	}
	return func(block int) values {
		return values{"run_id": fmt.Sprintf("exprun_block_%d", block), "document_id": "expdoc_1"}
	}
}

// TestFaults_wholePlan runs the rows.
func TestFaults_wholePlan(t *testing.T) {
	t.Parallel()
	for _, row := range planFaults() {
		t.Run(row.situation, func(t *testing.T) {
			t.Parallel()
			for _, c := range serverCases[:4] {
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						e := env{ServerCase: c, Server: fakeapi.New(c.Serves)}
						arguments := addResultPerRun(e, row.blocks)
						if row.fault.Reply.Status > 0 || row.fault.Reply.Hang {
							e.AddFault(row.fault)
						}
						var network http.RoundTripper = e.Server
						if row.wrap != nil {
							network = row.wrap(network)
						}
						s := e.Connect(t, provider.WithTransport(network), provider.WithBackoff(transport.Backoff{}))
						began := time.Now()
						problems := s.ReadBlocks(t, row.blocks, arguments)
						row.check(t, e, problems, time.Since(began))
					})
				})
			}
		})
	}
}

func (f planFault) check(t *testing.T, e env, problems []string, took time.Duration) {
	t.Helper()
	wantElapsed(t, took, 0, f.maxDuration)
	most := f.maxRequests
	if e.Setting == "auto" && len(f.wantText) > 0 {
		most *= 2 // without an answer, every read sends a request for each edition
	}
	if requests := len(e.Journal()); most > 0 && requests > most {
		t.Errorf("%d requests, want at most %d", requests, most)
	}
	long := 0
	for block, problem := range problems {
		switch {
		case len(f.wantText) == 0:
			if problem != "" {
				t.Fatalf("block %d:\n%s", block, problem)
			}
		case strings.Contains(problem, "\n\n"):
			long++
			wantContains(t, problem, f.wantText...)
		default:
			wantContains(t, problem, append(f.wantBrief, "ERROR: ", fmt.Sprintf(`Asked for the result of document "expdoc_1" in experiment run "exprun_block_%d". `, block))...)
			if lines := strings.Count(problem, "\n"); lines != 1 { // the summary, and one line
				t.Fatalf("block %d has %d lines:\n%s", block, lines+1, problem)
			}
		}
	}
	if len(f.wantText) > 0 && (long == 0 || long > 12) { // those that began before the third failure
		t.Errorf("%d of %d errors are long", long, len(problems))
	}
}

// TestFaults_endOfOutage checks that reads fail during an outage, and succeed without a trace of it as soon as the server is
// back.
func TestFaults_endOfOutage(t *testing.T) {
	t.Parallel()
	forEachServerOnFakeClock(t, func(t *testing.T, e env, s server) {
		arguments := addResultPerRun(e, 100)
		e.AddFault(fakeapi.Fault{Reply: fakeapi.Reply{Reset: true}, For: time.Minute})
		for block, problem := range s.ReadBlocks(t, 60, arguments) {
			if problem == "" {
				t.Errorf("block %d was read during the outage", block)
			}
		}
		<-time.After(time.Minute)
		for block, problem := range s.ReadBlocks(t, 40, arguments) {
			if problem != "" {
				t.Errorf("block %d failed after the outage:\n%s", block, problem)
			}
		}
	})
}

// TestFaults_attemptsDuringOutage checks that the error of a read says how often it was tried, and why not more often.
func TestFaults_attemptsDuringOutage(t *testing.T) {
	t.Parallel()
	for _, c := range editionCases {
		synctest.Test(t, func(t *testing.T) {
			e := env{ServerCase: c, Server: fakeapi.New(c.Serves)}
			arguments := addResultPerRun(e, 10)
			s := e.Connect(t, provider.WithTransport(refuseConnections(nil)), provider.WithBackoff(transport.Backoff{}))
			for block, want := range []string{
				"attempts: 5", "attempts: 5", "attempts: 5",
				"Not sent, because other reads failed: dial tcp: connection refused.", "Not sent,",
			} {
				_, problem := s.Read(t.Context(), t, resultType, arguments(block))
				wantContains(t, problem, want)
			}
		})
	}
}

// TestFaults_hostNotFoundDuringWait checks that a wait goes on when the name of a server that has answered before is not
// found.
func TestFaults_hostNotFoundDuringWait(t *testing.T) {
	t.Parallel()
	unknown := &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.retab.example", IsNotFound: true}}
	for _, c := range editionCases {
		synctest.Test(t, func(t *testing.T) {
			e := env{ServerCase: c, Server: fakeapi.New(c.Serves)}
			e.AddScriptedResult("running", "completed")
			requests := 0
			s := e.Connect(t, provider.WithTransport(transportFunc(func(request *http.Request) (*http.Response, error) {
				if requests++; requests > 1 && requests < 13 { // more than the attempts of two reads
					return nil, unknown
				}
				return e.RoundTrip(request)
			})), provider.WithBackoff(transport.Backoff{}))
			got, problem := s.Read(t.Context(), t, resultType, waitArguments)
			if problem != "" || got["status"] != "completed" || requests != 13 {
				t.Errorf("got %v after %d requests %s", got["status"], requests, problem)
			}
		})
	}
}

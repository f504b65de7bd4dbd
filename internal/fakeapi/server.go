// Package fakeapi is a fake Retab API for tests, the demo, the benchmark and users without an account.
//
// With it, tests check which requests are sent, read records that change between two reads, and cause failures on demand. The
// fake implements what the vendor has published and what the real service was seen to answer. Comments mark the behaviour that
// is a guess.
//
// The fake serves either edition of the API, or both.
//
// Where things are:
//   - routes.go has the table of routes, pages.go pages and cursors, and replies.go the forms of errors.
//   - runs.go, results.go, experiments.go, metrics.go, artifacts.go, evals.go and workflows.go each have an object, its storage and
//     its routes.
//   - wire.go, run_scoped.go and flat.go render the bodies: common members, and those of each edition. evals_wire.go renders evals.
//   - stages.go has the stages that records go through, faults.go the failures of the server.
//   - fixtures.go and the files beside it have the records that every fake has from the start.
package fakeapi

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Key is the API key that a fake accepts unless SetKey changes it.
const Key = "rt_test_fake_key_for_tests_only"

// basePath is the base path of a fake for tests, so that a client that drops it fails.
const basePath = "/gateway/retab"

// Edition selects the form of the API that a fake serves.
type Edition int

// The editions and combinations of them.
const (
	RunScoped      Edition = iota // the API of May 2026: the path of a result has its run, header Api-Key
	Flat                          // the API since 21 May 2026: one list of results, header Authorization: Bearer
	FlatBehindGate                // Flat, behind a gateway that checks the key before the route
	Both                          // a server with the routes and credentials of both editions
)

// Edition returns the edition that the fake serves.
func (s *Server) Edition() Edition { return s.edition }

// isFlat reports whether the fake serves only the flat edition.
func (s *Server) isFlat() bool { return s.edition == Flat || s.edition == FlatBehindGate }

// Server is a fake. Its methods may be called while it serves.
type Server struct {
	// URL is the base URL to configure a client with: scheme, host and base path, without /v1.
	URL string

	edition Edition
	base    string // the base path, "" for none
	http    *httptest.Server
	store   store

	mu                   sync.Mutex
	key                  string
	faults               []*faultState
	log                  func(Request) // nil to keep a journal
	pageSize             int
	listFaults           ListFaults
	unknownRunIsNotFound bool
	latency              time.Duration
	connections          int

	replies map[string][]Reply
	journal []Request
	hanging chan struct{}
}

// NewEmpty is like [New] without the fixtures.
func NewEmpty(edition Edition) *Server {
	s := &Server{
		URL:     URLAt("127.0.0.1"),
		edition: edition,
		base:    basePath,
		key:     Key,
		replies: map[string][]Reply{},
		hanging: make(chan struct{}, 1000),
	}
	s.Clear()
	return s
}

// New returns a fake with the fixtures that does not listen. It answers as an [http.RoundTripper], without a network, so that
// tests can use a fake clock.
func New(edition Edition) *Server {
	s := NewEmpty(edition)
	s.AddExperiment(fixtureExperiments()...)
	s.SetMetrics(fixtureMetrics()...)
	s.AddArtifact(fixtureArtifacts()...)
	s.AddWorkflow(fixtureWorkflows()...)
	s.AddEval(fixtureEvals()...)
	s.AddEvalRun(fixtureEvalRuns()...)
	s.AddRun(fixtureRuns()...)
	s.Add(fixtureResults()...)
	return s
}

// Start starts a fake with the fixtures that listens on loopback. The caller must close it.
func Start(edition Edition) *Server {
	s := New(edition)
	s.http = httptest.NewUnstartedServer(s)
	s.http.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			s.connections++
			s.mu.Unlock()
		}
	}
	s.http.Start()
	s.URL = URLAt(s.http.Listener.Addr().String())
	return s
}

// URLAt returns the base URL of a fake that serves plain http at an address.
func URLAt(address string) string { return "http://" + address + basePath }

// ServeAtRoot makes the fake serve without a base path, as the real service does. It must be called before the first request.
func (s *Server) ServeAtRoot() { s.URL, s.base = strings.TrimSuffix(s.URL, s.base), "" }

// Close stops a fake that listens, and waits for requests in flight.
func (s *Server) Close() { s.http.Close() }

// RoundTrip answers a request without a network.
func (s *Server) RoundTrip(request *http.Request) (response *http.Response, err error) {
	defer func() {
		if recover() == http.ErrAbortHandler { //nolint:errorlint // a panic value, compared as net/http does
			response, err = nil, syscall.ECONNRESET
		}
	}()
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	if request.Context().Err() != nil {
		return nil, request.Context().Err()
	}
	response = recorder.Result()
	response.Request = request
	return response, nil
}

// Clear removes all records.
func (s *Server) Clear() { s.store.clear() }

// AddRun adds runs, or replaces those with the same id. The results of a replaced run stay.
func (s *Server) AddRun(runs ...Run) {
	for _, run := range runs {
		s.store.addRun(run)
	}
}

// Add adds results, and their runs if those are missing. Lists have both of two results for the same run and document; reads
// by ids return the later one.
func (s *Server) Add(results ...Result) {
	for _, result := range results {
		s.store.addResult(result)
	}
}

// SetPageSize limits the rows of every page of a list, whatever the requested limit. Zero removes the limit.
func (s *Server) SetPageSize(rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pageSize = rows
}

// SetListFaults sets the faults of lists. The zero value removes them.
func (s *Server) SetListFaults(faults ListFaults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listFaults = faults
}

// SetKey changes the API key that the fake accepts.
func (s *Server) SetKey(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = key
}

// SetLog makes the fake call a function after each request instead of keeping a journal, which grows.
func (s *Server) SetLog(log func(Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = log
}

// SetLatency delays every answer.
func (s *Server) SetLatency(latency time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = latency
}

// Connections returns how many connections a fake that listens has accepted.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// delay waits for the latency, or until the request is cancelled.
func (s *Server) delay(request *http.Request) {
	s.mu.Lock()
	latency := s.latency
	s.mu.Unlock()
	if latency == 0 {
		return
	}
	timer := time.NewTimer(latency)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-request.Context().Done():
	}
}

// SetUnknownRunIsNotFound selects the answer of the list of results for an unknown run, which the vendor does not document:
// a 404, or by default a list without rows.
func (s *Server) SetUnknownRunIsNotFound(is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknownRunIsNotFound = is
}

// Script queues replies for the next requests for a path, one for each. The path is as sent, without the base path. After
// the last reply, the fake answers from its records again.
func (s *Server) Script(path string, replies ...Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[path] = append(s.replies[path], replies...)
}

// Forget removes the queued replies for a path.
func (s *Server) Forget(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.replies, path)
}

func (s *Server) nextScripted(path string) (Reply, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	replies := s.replies[path]
	if len(replies) == 0 {
		return Reply{}, false
	}
	s.replies[path] = replies[1:]
	return replies[0], true
}

// Hanging returns a channel that receives once for every request that waits because of a Reply with Hang.
func (s *Server) Hanging() <-chan struct{} { return s.hanging }

// ServeHTTP answers one request and records it in the journal.
func (s *Server) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	s.delay(request)
	path, below := strings.CutPrefix(request.URL.EscapedPath(), s.base)
	reply := notFound("Not Found. The base URL of this fake ends in " + s.base + ".")
	if below {
		reply = s.reply(request, path)
	}
	s.record(request, path, reply.Status)
	if reply.Raw != "" {
		s.writeRaw(w, reply)
		return
	}
	if reply.Hang {
		s.hanging <- struct{}{}
		<-request.Context().Done()
		return
	}
	if reply.Reset {
		panic(http.ErrAbortHandler) // makes net/http close the connection without an answer
	}
	reply.write(w)
}

// checkKey checks the credential of a request. It returns an error and true if the credential is not the one that the edition
// requires.
func (s *Server) checkKey(request *http.Request) (refusal Reply, refused bool) {
	var keys []string
	if s.edition == RunScoped || s.edition == Both {
		keys = append(keys, request.Header.Get("Api-Key"))
	}
	if bearer, isBearer := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer "); s.edition != RunScoped && isBearer {
		keys = append(keys, bearer)
	}
	s.mu.Lock()
	key := s.key
	s.mu.Unlock()
	switch strings.Join(keys, "") {
	case key:
		return Reply{}, false
	case "":
		return Reply{Status: http.StatusUnauthorized, Body: `{"detail":"Not authenticated"}`}, true
	default: // this includes a request with two keys
		return InvalidKey(), true
	}
}

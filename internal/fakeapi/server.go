// Package fakeapi is a fake Retab API for tests, examples, the demo and people who try a configuration.
//
// Why a fake: the assertions that matter are about requests made and not made, about records that change between two
// reads, and about failures that a real service cannot be asked for. It follows what the vendor has published or was
// seen to answer. Where neither is known, a comment says so and the behaviour is kept plain.
//
// It speaks either edition of the API, or both. It serves below a base path, so that a client that drops the base path
// fails, and it listens on loopback only.
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

const basePath = "/gateway/retab"

// Edition selects the form of the API that a fake speaks.
type Edition int

// The editions, named after servers that may exist.
const (
	RunScoped      Edition = iota // the API of May 2026: results below their run, header Api-Key
	Flat                          // the API since 21 May 2026: one list of results, header Authorization: Bearer
	FlatBehindGate                // Flat, behind a gateway that checks the credential before it looks at the route
	Both                          // a server in between, with the routes and credentials of both
)

// Edition returns the edition that the server speaks.
func (s *Server) Edition() Edition { return s.edition }

// isFlat reports whether a server has only the flat edition.
func (s *Server) isFlat() bool { return s.edition == Flat || s.edition == FlatBehindGate }

// Server is a running fake. Its methods may be called while it serves.
type Server struct {
	// URL is the base URL to configure a client with: scheme, host and base path, without /v1.
	URL string

	edition Edition
	http    *httptest.Server
	store   store

	mu                   sync.Mutex
	key                  string
	faults               []*activeFault
	log                  func(Request) // nil for the journal
	pageSize             int
	listFaults           ListFaults
	unknownRunIsNotFound bool
	latency              time.Duration
	connections          int

	replies map[string][]Reply
	journal []Request
	hanging chan struct{}
}

// NewEmpty returns a fake without any record that does not listen.
func NewEmpty(edition Edition) *Server {
	s := &Server{
		URL:     URLAt("127.0.0.1"),
		edition: edition,
		key:     Key,
		replies: map[string][]Reply{},
		hanging: make(chan struct{}, 1000),
	}
	s.Clear()
	return s
}

// New returns a fake with the fixtures that does not listen: it answers as an http.RoundTripper, without a network,
// so that tests can run on a clock of their own.
func New(edition Edition) *Server {
	s := NewEmpty(edition)
	for _, experiment := range fixtureExperiments() {
		s.AddExperiment(experiment)
	}
	s.SetMetrics(fixtureMetrics()...)
	s.AddArtifact(fixtureArtifacts()...)
	for _, run := range fixtureRuns() {
		s.AddRun(run.In(edition))
	}
	for _, result := range fixtureResults() {
		s.Add(result.In(edition))
	}
	return s
}

// Start starts a fake that listens on loopback. Close it when done.
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

// Close stops a fake that listens, and waits for the requests under way.
func (s *Server) Close() { s.http.Close() }

// RoundTrip answers a request without a network.
func (s *Server) RoundTrip(request *http.Request) (answer *http.Response, err error) {
	defer func() {
		if recover() == http.ErrAbortHandler { //nolint:errorlint // a panic value, compared as net/http does
			answer, err = nil, syscall.ECONNRESET
		}
	}()
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	if request.Context().Err() != nil {
		return nil, request.Context().Err()
	}
	answer = recorder.Result()
	answer.Request = request
	return answer, nil
}

// Clear removes all records.
func (s *Server) Clear() { s.store.clear() }

// AddRun adds a run, or replaces the facts of one that was added with its results.
func (s *Server) AddRun(run Run) { s.store.addRun(run) }

// Add adds results. Of two for the same run and document the later one is read by its ids; lists have both.
func (s *Server) Add(results ...Result) {
	for _, result := range results {
		s.store.addResult(result)
	}
}

// SetPageSize limits every page of a list to so many rows, whatever limit is asked for. Zero removes the limit.
func (s *Server) SetPageSize(rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pageSize = rows
}

// SetListFaults makes lists wrong in the ways given. The zero value makes them right again.
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

// SetLog calls a function for each request, after its answer, instead of keeping a journal that grows.
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

// delay waits for the latency, or until the client goes away.
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

// SetUnknownRunIsNotFound chooses how a list answers for a run that does not exist, which is not documented: with a 404,
// or, by default, with no rows.
func (s *Server) SetUnknownRunIsNotFound(is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknownRunIsNotFound = is
}

// Script answers the next requests for a path (as sent, without the base path) with canned replies, one each. When
// they are used up, the fake answers from its facts again.
func (s *Server) Script(path string, replies ...Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[path] = append(s.replies[path], replies...)
}

// Forget drops the canned replies that are left for a path.
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

// Hanging receives once for every request that a Reply with Hang has left waiting.
func (s *Server) Hanging() <-chan struct{} { return s.hanging }

// ServeHTTP answers one request and records it in the journal.
func (s *Server) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	s.delay(request)
	path, below := strings.CutPrefix(request.URL.EscapedPath(), basePath)
	reply := notFound("Not Found")
	if below {
		reply = s.answer(request, path)
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
		panic(http.ErrAbortHandler) // net/http's way to close a connection without an answer
	}
	reply.write(w)
}

// refuse checks the credential the edition asks for.
func (s *Server) refuse(request *http.Request) (Reply, bool) {
	var keys []string
	if s.edition == RunScoped || s.edition == Both {
		keys = append(keys, request.Header.Get("Api-Key"))
	}
	if s.edition != RunScoped {
		keys = append(keys, strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer "))
	}
	s.mu.Lock()
	key := s.key
	s.mu.Unlock()
	switch strings.Join(keys, "") {
	case key:
		return Reply{}, false
	case "":
		return Reply{Status: http.StatusUnauthorized, Body: `{"detail":"Not authenticated"}`}, true
	default: // two keys at once end here, too
		return InvalidKey(), true
	}
}

// Package fakeapi is a Retab API for tests, examples and the demo.
//
// Why a fake: the assertions that matter are about requests made and not made, about lives that go on between two
// reads, and about failures a real service cannot be asked for. It knows only what the vendor has published; what
// is not published (the body of an unknown route, say) is kept plain.
//
// It serves below a base path, so that a client that forgets its base path is found out, and it listens on
// loopback only.
package fakeapi

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
)

// Key is the API key the fake accepts.
const Key = "rt_test_fake_key_for_tests_only"

const basePath = "/gateway/retab"

// Server is a running fake. Its methods may be called while it serves.
type Server struct {
	// URL is the base URL to configure a client with: scheme, host and base path, without /v1.
	URL string

	http *httptest.Server

	mu      sync.Mutex
	results map[resultKey]*resident
	replies map[string][]Reply
	journal []Request

	hanging chan struct{}
}

type resultKey struct{ runID, documentID string }

type resident struct {
	Result
	reads int
}

// Start starts a fake with its residents. Close it when done.
func Start() *Server {
	s := &Server{results: map[resultKey]*resident{}, replies: map[string][]Reply{}, hanging: make(chan struct{}, 100)}
	s.Add(residents()...)
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL + basePath
	return s
}

// Close stops the fake and waits for the requests under way.
func (s *Server) Close() { s.http.Close() }

// Add adds results, replacing those of the same run and document.
func (s *Server) Add(results ...Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, result := range results {
		s.results[resultKey{result.RunID, result.DocumentID}] = &resident{Result: result}
	}
}

// Reply is a canned answer.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	Hang   bool // no answer at all, until the client goes away
}

// Script answers the next requests for a path (as sent, without the base path) with canned replies, one each. When
// they are used up, the fake answers as ever.
func (s *Server) Script(path string, replies ...Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[path] = append(s.replies[path], replies...)
}

// Hanging receives once for every request that a Reply with Hang has left waiting.
func (s *Server) Hanging() <-chan struct{} { return s.hanging }

// ServeHTTP answers one request and notes it in the journal.
func (s *Server) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	path, below := strings.CutPrefix(request.URL.EscapedPath(), basePath)
	reply := notFound("Not Found")
	if below {
		reply = s.answer(request, path)
	}
	if reply.Hang {
		s.record(request, path, 0)
		s.hanging <- struct{}{}
		<-request.Context().Done()
		return
	}
	for name, values := range reply.Header {
		w.Header()[name] = values
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.Header().Set("X-Request-Id", "req_fake")
	s.record(request, path, reply.Status)
	w.WriteHeader(reply.Status)
	_, _ = w.Write([]byte(reply.Body)) // a reader that has gone away is no concern of the fake's
}

func (s *Server) answer(request *http.Request, path string) Reply {
	if reply, scripted := s.nextScripted(path); scripted {
		return reply
	}
	switch key := request.Header.Get("Api-Key"); key {
	case Key:
	case "":
		return failure(http.StatusUnauthorized, `{"detail":"Not authenticated"}`)
	default:
		return InvalidKey()
	}
	segments := strings.Split(strings.TrimPrefix(path, "/v1/workflows/experiments/runs/"), "/")
	if len(segments) != 3 || segments[1] != "results" {
		return notFound("Not Found")
	}
	if request.Method != http.MethodGet {
		return failure(http.StatusMethodNotAllowed, `{"detail":"Method Not Allowed"}`)
	}
	return s.resultReply(unescape(segments[0]), unescape(segments[2]))
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

func (s *Server) resultReply(runID, documentID string) Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	result, found := s.results[resultKey{runID, documentID}]
	if !found {
		// The vendor's text names only the document, so it does not tell a wrong run from a wrong document.
		return notFound("Experiment result not found: document_id=" + documentID)
	}
	stage := result.Stages[min(result.reads, len(result.Stages)-1)]
	result.reads++
	return Reply{Status: http.StatusOK, Body: string(mustMarshal(result.runScoped(stage)))}
}

// InvalidKey is how the service refuses a key it does not know.
func InvalidKey() Reply { return httpException(http.StatusUnauthorized, "Invalid API Key.") }

// Unprocessable is how the service's global handler refuses a value: the message is itself JSON.
func Unprocessable(location, message string) Reply {
	problems := mustMarshal([]map[string]any{{"type": "value_error", "loc": strings.Split(location, "."), "msg": message}})
	return failure(http.StatusUnprocessableEntity, string(mustMarshal(map[string]any{
		"status_code": 10422, "message": string(problems), "data": nil,
	})))
}

// notFound is the documented shape of a 404.
func notFound(detail string) Reply {
	return failure(http.StatusNotFound, string(mustMarshal(map[string]string{"detail": detail})))
}

// httpException is the shape the vendor's tests show for the real service: the text lies three levels deep.
func httpException(status int, text string) Reply {
	return failure(status, string(mustMarshal(map[string]any{"detail": map[string]any{
		"code": "HTTP_EXCEPTION", "message": "An HTTP exception occurred.", "details": map[string]string{"error": text},
	}})))
}

func failure(status int, body string) Reply { return Reply{Status: status, Body: body} }

func unescape(segment string) string {
	text, err := url.PathUnescape(segment)
	if err != nil {
		return segment
	}
	return text
}

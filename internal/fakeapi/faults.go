package fakeapi

import (
	"net/http"
	"strings"
	"time"
)

// Fault is a failure of the server, which answers before it checks the key and the route. It ends after a number of requests,
// after a time, or never.
type Fault struct {
	Path     string        // prefix of the paths that fail, as sent, without the base path; "" for all
	After    int           // number of requests for these paths before the fault begins
	Requests int           // number of requests that fail; 0 for no limit
	For      time.Duration // how long requests fail, from the first failure on; 0 for no limit
	Reply    Reply
}

// faultState is a fault and its progress.
type faultState struct {
	Fault
	requests int       // number of requests for its paths
	began    time.Time // zero before the first failure
}

// AddFault adds a fault. If several apply to a request, the first one answers it.
func (s *Server) AddFault(fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &faultState{Fault: fault})
}

// activeFault returns the reply of the first fault that applies to a request.
func (s *Server) activeFault(path string) (Reply, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range s.faults {
		if strings.HasPrefix(path, fault.Path) && fault.applies(time.Now()) {
			return fault.Reply, true
		}
	}
	return Reply{}, false
}

// applies counts a request and reports whether the request fails.
func (f *faultState) applies(now time.Time) bool {
	f.requests++
	failed := f.requests - f.After
	if failed < 1 || f.Requests > 0 && failed > f.Requests {
		return false
	}
	if f.began.IsZero() {
		f.began = now
	}
	return f.For == 0 || now.Sub(f.began) < f.For
}

// Refused returns an error of the service. For the text "" it has the default text of the status.
func Refused(status int, text string) Reply {
	switch {
	case text == "" && status == http.StatusUnauthorized:
		return InvalidKey()
	case text == "" && status == http.StatusTooManyRequests:
		text = "Rate limit exceeded. Please try again later."
	case text == "":
		text = http.StatusText(status)
	}
	return Reply{Status: status, Body: mustMarshal(map[string]string{"detail": text})}
}

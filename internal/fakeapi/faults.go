package fakeapi

import (
	"net/http"
	"strings"
	"time"
)

// Fault is a failure of the server itself, before it looks at the credential or the route. It ends after a number of
// requests, after a time, or never.
type Fault struct {
	Path     string        // the start of the paths that it fails, as sent, without the base path; "" for all
	After    int           // how many requests for such paths are answered first
	Requests int           // how many requests fail; 0 for no limit
	For      time.Duration // how long requests fail, from the first that does; 0 for no limit
	Reply    Reply
}

// activeFault is a fault and how far it has come.
type activeFault struct {
	Fault
	requests int       // for its paths
	began    time.Time // zero before the first request that failed
}

// AddFault adds a fault. The first fault that applies to a request answers it.
func (s *Server) AddFault(fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &activeFault{Fault: fault})
}

// fault returns what a fault answers, if one applies.
func (s *Server) fault(path string) (Reply, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range s.faults {
		if strings.HasPrefix(path, fault.Path) && fault.applies(time.Now()) {
			return fault.Reply, true
		}
	}
	return Reply{}, false
}

// applies counts a request and reports whether it fails.
func (f *activeFault) applies(now time.Time) bool {
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

// Refused returns an error of the service with a text, "" for the text that fits the status.
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

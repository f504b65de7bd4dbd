package fakeapi

import (
	"net/http"
	"slices"
)

// Request is a request that the fake has answered.
type Request struct {
	Method string
	Path   string // as sent, still escaped, without the base path
	Query  string
	Header http.Header
	Status int // of the answer
}

// Journal returns all requests, in the order of their answers.
func (s *Server) Journal() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.journal)
}

// record adds a request to the journal, or passes it to the log.
func (s *Server) record(request *http.Request, path string, status int) {
	recorded := Request{Method: request.Method, Path: path, Query: request.URL.RawQuery, Header: request.Header.Clone(), Status: status}
	s.mu.Lock()
	log := s.log
	if log == nil {
		s.journal = append(s.journal, recorded)
	}
	s.mu.Unlock()
	if log != nil {
		log(recorded)
	}
}

package fakeapi

import (
	"net/http"
	"net/url"
	"strings"
)

// route is one route of the API. A segment {} of its pattern matches an id.
type route struct {
	pattern   string
	runScoped bool                                                  // whether the run-scoped edition has it
	flat      bool                                                  // whether the flat edition has it
	serve     func(s *Server, ids []string, query url.Values) Reply // ids has the matches of {}
}

const experiments = "/v1/workflows/experiments"

// routes has the routes of both editions. The first one that matches a path serves it. To add a route, add a row here, its
// paths to schema_test.go, and the vendor's definition of it to the specifications in testdata.
var routes = []route{
	{experiments + "/runs", true, true, (*Server).runsReply},
	{experiments + "/runs/{}", true, true, (*Server).runReply},
	{experiments + "/runs/{}/results", true, false, (*Server).runScopedResultsReply},
	{experiments + "/runs/{}/results/{}", true, false, (*Server).resultReply},
	{experiments + "/results", false, true, (*Server).flatResultsReply},
	{experiments + "/results/{}", false, true, (*Server).flatResultReply},
	{experiments + "/runs/{}/metrics", true, false, (*Server).metricsReply},
	{experiments + "/metrics", false, true, (*Server).flatMetricsReply},
	{experiments, false, true, (*Server).flatExperimentsReply},
	{experiments + "/{}", false, true, (*Server).flatExperimentReply},
	{"/v1/workflows/artifacts/{}", false, true, (*Server).flatArtifactReply},
	{"/v1/workflows/artifacts/{}/{}", true, false, (*Server).artifactReply},
	{"/v1/extractions/{}", true, true, typedArtifactReply("extraction")},
	{"/v1/classifications/{}", true, true, typedArtifactReply("classification")},
	{"/v1/splits/{}", true, true, typedArtifactReply("split")},
	{"/v1/partitions/{}", true, true, typedArtifactReply("partition")},
	{"/v1/workflows/{}/experiments", true, false, (*Server).experimentsReply},
	{"/v1/workflows/{}/experiments/{}", true, false, (*Server).experimentReply},
}

// reply returns the reply to a request: a scripted one, a fault, an error, or the reply of a route.
func (s *Server) reply(request *http.Request, path string) Reply {
	if reply, scripted := s.nextScripted(path); scripted {
		return reply
	}
	if reply, failed := s.activeFault(path); failed {
		return reply
	}
	refusal, refused := s.checkKey(request)
	if refused && s.edition == FlatBehindGate {
		return refusal
	}
	serve := s.findRoute(path)
	switch {
	case serve == nil:
		return noRoute(request.Method, path)
	case refused:
		return refusal
	case request.Method != http.MethodGet:
		return methodNotAllowed()
	default:
		return serve(request.URL.Query())
	}
}

// findRoute returns the function that serves a path, nil if the edition has no such route.
func (s *Server) findRoute(path string) func(url.Values) Reply {
	segments := strings.Split(path, "/")
	for _, route := range routes {
		inEdition := s.edition == Both || s.edition == RunScoped && route.runScoped || s.edition != RunScoped && route.flat
		if ids, matches := match(strings.Split(route.pattern, "/"), segments); matches && inEdition {
			return func(query url.Values) Reply { return route.serve(s, ids, query) }
		}
	}
	return nil
}

// match compares the escaped segments of a path with a pattern and returns the ids.
func match(pattern, segments []string) (ids []string, matches bool) {
	if len(pattern) != len(segments) {
		return nil, false
	}
	for i, segment := range segments {
		switch {
		case pattern[i] == "{}":
			ids = append(ids, unescape(segment))
		case pattern[i] != unescape(segment):
			return nil, false
		}
	}
	return ids, true
}

// noRoute returns the answer for a path without a route. Below /v1/workflows the real service takes a segment of the path for
// the id of a workflow, so its 404 reads like that of a missing record.
func noRoute(method, path string) Reply {
	if !strings.HasPrefix(path, "/v1/workflows/") {
		return notFound("Not Found")
	}
	if method != http.MethodGet {
		return methodNotAllowed()
	}
	return notFound("Workflow not found")
}

func unescape(segment string) string {
	text, err := url.PathUnescape(segment)
	if err != nil {
		return segment
	}
	return text
}

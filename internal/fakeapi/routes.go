package fakeapi

import (
	"net/http"
	"net/url"
	"strings"
)

// route is one route of the API. A segment {} of its pattern matches an id.
type route struct {
	pattern   string
	runScoped bool // whether the run-scoped edition has it
	flat      bool // whether the flat edition has it
	serve     func(*Server, call) Reply
}

// call is a request for a route.
type call struct {
	ids   []string // the segments of the path that match {}
	query url.Values
	flat  bool // whether the answer is in the flat edition
}

// scope returns the id of the record that a list or a view belongs to. It is in the path of the run-scoped edition and a
// required parameter in the flat one.
func (c call) scope(parameter string) (string, *Reply) {
	switch {
	case !c.flat:
		return c.ids[0], nil
	case !c.query.Has(parameter):
		return "", new(validationError(parameter, "Field required"))
	default:
		return c.query.Get(parameter), nil
	}
}

const (
	experiments = "/v1/workflows/experiments"
	tests       = "/v1/workflows/tests" // the evals of the run-scoped edition
	evals       = "/v1/workflows/evals"
)

// routes has the routes of both editions. The first one that matches a path serves it. To add a route, add a row here, its
// paths to schema_test.go, and the vendor's definition of it to the specifications in testdata.
var routes = []route{
	{experiments + "/runs", true, true, (*Server).runsReply},
	{experiments + "/runs/{}", true, true, (*Server).runReply},
	{experiments + "/runs/{}/results", true, false, (*Server).resultsReply},
	{experiments + "/runs/{}/results/{}", true, false, (*Server).resultReply},
	{experiments + "/results", false, true, (*Server).resultsReply},
	{experiments + "/results/{}", false, true, (*Server).flatResultReply},
	{experiments + "/runs/{}/metrics", true, false, (*Server).metricsReply},
	{experiments + "/metrics", false, true, (*Server).metricsReply},
	{experiments, false, true, (*Server).experimentsReply},
	{experiments + "/{}", false, true, (*Server).experimentReply},
	{"/v1/workflows/artifacts/{}", false, true, (*Server).flatArtifactReply},
	{"/v1/workflows/artifacts/{}/{}", true, false, (*Server).artifactReply},
	{"/v1/extractions/{}", true, true, typedArtifactReply("extraction")},
	{"/v1/classifications/{}", true, true, typedArtifactReply("classification")},
	{"/v1/splits/{}", true, true, typedArtifactReply("split")},
	{"/v1/partitions/{}", true, true, typedArtifactReply("partition")},
	{"/v1/workflows/{}/experiments", true, false, (*Server).experimentsReply},
	{"/v1/workflows/{}/experiments/{}", true, false, (*Server).experimentReply},
	{"/v1/workflows/{}/experiments/{}/run-plan", true, false, (*Server).runPlanReply},
	{tests + "/runs", true, false, (*Server).evalRunsReply},
	{tests + "/runs/{}", true, false, (*Server).evalRunReply},
	{tests + "/runs/{}/results", true, false, (*Server).evalResultsReply},
	{tests + "/runs/{}/results/{}", true, false, (*Server).evalResultReply},
	{"/v1/workflows/{}/tests", true, false, (*Server).evalsReply},
	{"/v1/workflows/{}/tests/{}", true, false, (*Server).evalReply},
	{evals, false, true, (*Server).evalsReply},
	{evals + "/runs", false, true, (*Server).evalRunsReply},
	{evals + "/runs/{}", false, true, (*Server).evalRunReply},
	{evals + "/results", false, true, (*Server).evalResultsReply},
	{evals + "/results/{}", false, true, (*Server).evalResultReply},
	{evals + "/{}", false, true, (*Server).evalReply},
	{"/v1/workflows/{}", true, true, (*Server).workflowReply},
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
	serve := s.findRoute(path, request.Header.Get("Authorization") != "")
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

// findRoute returns the function that serves a path, nil if the edition has no such route. A server with both editions answers a
// route that both have in the edition of the credential.
func (s *Server) findRoute(path string, isBearer bool) func(url.Values) Reply {
	segments := strings.Split(path, "/")
	for _, route := range routes {
		inEdition := s.edition == Both || s.edition == RunScoped && route.runScoped || s.edition != RunScoped && route.flat
		if ids, matches := match(strings.Split(route.pattern, "/"), segments); matches && inEdition {
			isFlat := route.flat && (!route.runScoped || s.isFlat() || s.edition == Both && isBearer)
			return func(query url.Values) Reply { return route.serve(s, call{ids, query, isFlat}) }
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

// noRoute returns the answer for a path without a route, with a hint for a client that expects more of the fake. Below
// /v1/workflows the real service takes a segment of the path for the id of a workflow, so its 404 reads like that of a missing
// record.
func noRoute(method, path string) Reply {
	if !strings.HasPrefix(path, "/v1/") {
		return notFound("Not Found. The paths of the Retab API begin with /v1/.")
	}
	if !strings.HasPrefix(path, "/v1/workflows/") {
		return notFound("Not Found. This route is not part of this fake.")
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

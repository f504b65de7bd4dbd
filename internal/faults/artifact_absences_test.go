package faults_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// absenceFault is a situation in which a route does not return a record.
type absenceFault struct {
	situation  string
	arguments  values
	faults     []fakeapi.Fault
	wantRoutes []string // the routes of the requests, in turn: T is the typed route, G the generic one, R the list of runs
	wantText   []string
}

func absenceFaults() []absenceFault {
	notFound := func(path, text string) fakeapi.Fault { return fakeapi.Fault{Path: path, Reply: detail(404, text)[0]} }
	const typed, generic, runs = "/v1/extractions", "/v1/workflows/artifacts", "/v1/workflows/experiments/runs"
	missing, seed := values{"operation": "extraction", "id": "extr_404"}, values{"operation": "extraction", "id": fakeapi.ExtractionID}
	const absent, noRoute = "ERROR: Artifact not found", "ERROR: Retab has no route for this artifact"
	return []absenceFault{
		{"a record that does not exist", missing, nil, []string{"T", "G", "R"}, []string{absent, "Extraction not found."}},
		{
			"a typed route that does not exist, and a record that does", seed, []fakeapi.Fault{notFound(typed, "Not Found")}, []string{"T", "G"}, nil,
		},
		{
			"a typed route that is not deployed, and a record that does exist", seed,
			[]fakeapi.Fault{{Path: typed, Reply: fakeapi.Reply{Status: 405, Body: "405 method not allowed"}}},
			[]string{"T", "G"},
			nil,
		},
		{
			"no route for records", seed,
			[]fakeapi.Fault{notFound(typed, "Not Found"), notFound(generic, "Workflow not found")},
			[]string{"T", "G", "R"},
			[]string{noRoute, "It answered HTTP 404 Not Found: Not Found."},
		},
		{
			"no route for records, and an HTML page", seed,
			[]fakeapi.Fault{{Path: typed, Reply: reply(404, "text/html", "<title>Lost</title>")[0]}, notFound(generic, "Not Found")},
			[]string{"T", "G", "R"},
			[]string{noRoute, "an HTML page titled Lost."},
		},
		{
			"no route for records, and a 405", seed,
			[]fakeapi.Fault{{Path: typed, Reply: fakeapi.Reply{Status: 405}}, notFound(generic, "Not Found")},
			[]string{"T", "G", "R"},
			[]string{noRoute, "It answered HTTP 405 Method Not Allowed."},
		},
		{
			"a gateway that gives this answer to every request", missing,
			[]fakeapi.Fault{notFound("", "Extraction not found")},
			[]string{"T", "G", "R"},
			[]string{noAPI, "HTTP 404 Not Found: Extraction not found."},
		},
		{
			"a list of runs without the members of the API", missing,
			[]fakeapi.Fault{{Path: runs, Reply: fakeapi.Reply{Status: 200, Body: `[]`}}},
			[]string{"T", "G", "R"},
			[]string{noAPI, "Extraction not found."},
		},
		{
			"a list of runs that is refused", missing,
			[]fakeapi.Fault{{Path: runs, Reply: detail(403, "Missing scope")[0]}},
			[]string{"T", "G", "R"},
			[]string{"ERROR: Retab refused access to the artifact", "Missing scope."},
		},
		{
			"a list of runs for which the key is rejected", missing,
			[]fakeapi.Fault{{Path: runs, Reply: fakeapi.InvalidKey()}},
			[]string{"T", "G", "R"},
			[]string{keyRejected, "Invalid API Key."},
		},
		{
			"a generic route with a server error", missing,
			[]fakeapi.Fault{{Path: generic, Reply: detail(501, "No")[0]}},
			[]string{"T", "G"},
			[]string{serverFailed, "HTTP 501 Not Implemented: No."},
		},
		{
			"a generic route with another record", missing,
			[]fakeapi.Fault{{Path: generic, Reply: fakeapi.Reply{Status: 200, Body: `{"id":"extr_5","operation":"extraction","output":{"vendor":"Acme"}}`}}},
			[]string{"T", "G"},
			[]string{unexpectedAnswer, `id is "extr_5", but "extr_404" was requested`},
		},
		{"an unknown operation", values{"operation": "dream", "id": "dream_1"}, nil, []string{"G", "R"}, []string{noRoute, "It answered HTTP 4"}},
		{"a record of another operation that does not exist", values{"operation": "parse", "id": "prs_404"}, nil, []string{"G", "R"}, []string{absent, "artifact not found."}},
		{
			"an unknown operation behind a gateway",
			values{"operation": "dream", "id": "dream_1"},
			[]fakeapi.Fault{notFound("", "Not Found")},
			[]string{"G", "R"},
			[]string{noAPI, "HTTP 404 Not Found: Not Found."},
		},
	}
}

// TestFaults_artifactAbsences checks that a 404 is diagnosed with a request for the generic route and one for the list of
// runs.
func TestFaults_artifactAbsences(t *testing.T) {
	t.Parallel()
	for _, row := range absenceFaults() {
		t.Run(row.situation, func(t *testing.T) {
			t.Parallel()
			forEachEdition(t, func(t *testing.T, e env) {
				for _, fault := range row.faults {
					e.AddFault(fault)
				}
				got, problem := e.Connect(t).Read(t.Context(), t, artifactType, row.arguments)
				if len(row.wantText) == 0 && (problem != "" || got["succeeded"] != true) {
					t.Errorf("got %v and the diagnostics:\n%s", got, problem)
				}
				wantContains(t, problem, row.wantText...)
				wantNoContents(t, problem)
				var routes []string
				for _, request := range e.Journal() {
					switch {
					case strings.HasPrefix(request.Path, "/v1/workflows/experiments/runs"):
						routes = append(routes, "R")
					case strings.HasPrefix(request.Path, "/v1/workflows/artifacts"):
						routes = append(routes, "G")
					default:
						routes = append(routes, "T")
					}
				}
				if !slices.Equal(routes, row.wantRoutes) {
					t.Errorf("got requests for %v, want %v", routes, row.wantRoutes)
				}
			})
		})
	}
}

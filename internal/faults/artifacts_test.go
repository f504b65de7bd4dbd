package faults_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// This file has the part of the fault table for records of artifacts. Refusals, temporary failures and broken connections are
// the rows of faults_test.go; the rows below exist only for records.

// artifactRoute is a route of records, with a read that uses it.
type artifactRoute struct {
	name      string
	arguments values
	path      func(e env) string
}

var artifactRoutes = []artifactRoute{
	{
		"typed",
		values{"operation": "extraction", "id": "ext_xyz"},
		func(env) string { return "/v1/extractions/ext_xyz" },
	},
	{
		"generic",
		values{"operation": "function_invocation", "id": "fninv_1"},
		func(e env) string {
			if e.IsFlat() {
				return "/v1/workflows/artifacts/fninv_1"
			}
			return "/v1/workflows/artifacts/function_invocation/fninv_1"
		},
	},
}

// scriptAt scripts the replies of a row. The last reply repeats for as long as requests are expected.
func (f fault) scriptAt(e env, path string) {
	e.Script(path, f.replies...)
	for range f.requests - len(f.replies) {
		if len(f.wantText) > 0 {
			e.Script(path, f.replies[len(f.replies)-1])
		}
	}
}

// checkArtifact compares the outcome of a row with the row.
func (f fault) checkArtifact(t *testing.T, e env, route artifactRoute, got attributes, problem string) {
	t.Helper()
	if len(f.wantText) == 0 && (problem != "" || got["id"] != route.arguments["id"]) {
		t.Errorf("got %v and the diagnostics:\n%s", got, problem)
	}
	wantContains(t, problem, f.wantText...)
	if len(f.wantText) > 0 && strings.Count(problem, "ERROR: ") != 1 {
		t.Errorf("want one error, got:\n%s", problem)
	}
	if strings.Contains(problem, fakeapi.Key) || strings.ContainsAny(problem, "\x1b\x07\x00") {
		t.Errorf("the key or a control character is in:\n%q", problem)
	}
	wantNoContents(t, problem)
	if requests := len(e.Journal()); requests != f.requests {
		t.Errorf("%d requests, want %d", requests, f.requests)
	}
}

// forArtifacts returns the rows of another table that hold for a route of records, with the noun "artifact". A 405 can mean
// that there is no such route, and so can a 422 of the generic route in the run-scoped edition, so those rows are left out.
func forArtifacts(rows []fault, isGeneric bool) []fault {
	var adapted []fault
	for _, row := range rows {
		status := row.replies[0].Status
		if status == http.StatusMethodNotAllowed || status == http.StatusUnprocessableEntity && isGeneric {
			continue
		}
		row.wantText = slices.Clone(row.wantText)
		for i, words := range row.wantText {
			row.wantText[i] = strings.ReplaceAll(words, "experiment result", "artifact")
		}
		adapted = append(adapted, row)
	}
	return adapted
}

func recordBody(members string) []fakeapi.Reply {
	return reply(http.StatusOK, "application/json", `{"id":"ext_xyz"`+members+`}`)
}

// unexpectedRecords returns the rows in which the status is 2xx and the body is not the extraction ext_xyz.
func unexpectedRecords() []fault {
	body := func(situation, contentType, text string, wantText ...string) fault {
		return fault{situation: situation, replies: reply(200, contentType, text), requests: 1, wantText: append([]string{unexpectedAnswer}, wantText...)}
	}
	wrong := func(situation, members, wantText string) fault {
		return fault{situation: situation, replies: recordBody(members), requests: 1, wantText: []string{unexpectedAnswer, wantText}}
	}
	fine := func(situation, members string) fault {
		return fault{situation: situation, replies: recordBody(members), requests: 1}
	}
	rows := []fault{
		body("an HTML page", "text/html", "<html>Please sign in</html>", "the body is not JSON", `content type "text/html": an HTML page, 27 bytes.`, "Check that base_url"),
		body("an empty body", "application/json", "", "the body is empty"),
		body("a list", "application/json", "[]", "the body is an array, not an object"),
		body("half a record", "application/json", `{"id":"ext_xyz","output":{"vendor":"Acme`, "the body is JSON that ends too early"),
		body("a trailing comma", "application/json", `{"id":"ext_xyz","output":{"vendor":"Acme",}}`, "the body is not valid JSON at byte"),
		body("an error under a 200", "application/json", `{"detail":"Extraction not found"}`, "but with an error instead of the artifact: Extraction not found."),
		body("no id", "application/json", `{"output":{"vendor":"Acme"},"id":null}`, "id is missing"),
		body("another record", "application/json", `{"id":"ext_other","output":{"vendor":"Acme"}}`, `id is "ext_other", but "ext_xyz" was requested`),
		{situation: "no content", replies: []fakeapi.Reply{{Status: 204}}, requests: 1, wantText: []string{unexpectedAnswer, "HTTP 204 No Content, but only 200 OK is a complete answer."}},
		wrong("another operation", `,"operation":"split"`, `operation is "split", but "extraction" was requested`),
		wrong("a status with a terminal escape", `,"status":"\u001b[32mcompleted"`, "status is too long, or has characters that cannot be shown"),
		wrong("a status that is a number", `,"status":1`, "status is a number, not a string"),
		wrong("an operation that is a number", `,"operation":7`, "operation is a number, not a string"),
		wrong("a likelihood that is a boolean", `,"consensus":{"likelihoods":{"total":true}}`, "consensus.likelihoods.total is true, not a number"),
		wrong("a likelihood of a category as text", `,"consensus":{"likelihood":"Acme"}`, "consensus.likelihood is a string, not a number"),
		wrong("a consensus that is a list", `,"consensus":[]`, "consensus is an array, not an object"),
		wrong("likelihoods of another operation", `,"consensus":{"likelihoods":[{"name":1}]}`, "consensus.likelihoods is an array, not an object"),
		wrong("a likelihood as text", `,"consensus":{"likelihoods":{"total":"Acme"}}`, "consensus.likelihoods.total is a string, not a number"),
		wrong("a duplicate likelihood", `,"consensus":{"likelihoods":{"total":0.1,"total":0.9}}`, `consensus.likelihoods has two values for "total"`),
		wrong("a likelihood of a thousand digits", `,"consensus":{"likelihoods":{"total":0.`+strings.Repeat("1", 1000)+`}}`, "consensus.likelihoods.total has too many digits"),
		fine("nothing but an id", ""),
		fine("an operation that is repeated", `,"operation":"extraction"`),
		fine("an output of another kind", `,"output":"text"`),
		fine("an output with a duplicate name", `,"output":{"a":1,"a":2}`),
		fine("an output with half a surrogate", `,"output":{"a":"\ud800"}`),
		fine("metadata of another kind", `,"metadata":[1,{"a":"b"}]`),
		fine("a file of another kind", `,"file":"a.pdf"`),
		fine("unknown members", `,"organization_id":"org_1","future":{"deep":[[[]]]}`),
		fine("nested likelihoods", `,"consensus":{"likelihoods":{"a":[[0.1,{"b":null}],{}],"c.d":1e-3}}`),
	}
	for _, member := range []string{"operation", "status", "error", "model", "n_consensus", "created_at", "usage", "file", "output", "metadata", "consensus"} {
		rows = append(rows, fine(member+" is null", fmt.Sprintf(`,%q:null`, member)))
	}
	return rows
}

// TestFaults_artifacts runs the rows that need a network, or have no pauses.
func TestFaults_artifacts(t *testing.T) {
	t.Parallel()
	for _, route := range artifactRoutes {
		isGeneric := route.name == "generic"
		families := map[string][]fault{"refused": forArtifacts(refusals(), isGeneric), "broken transport": forArtifacts(brokenConnections(), isGeneric)}
		if !isGeneric {
			families["wrong content"] = unexpectedRecords()
		}
		for family, rows := range families {
			for _, row := range rows {
				t.Run(route.name+"/"+family+"/"+row.situation, func(t *testing.T) {
					t.Parallel()
					forEachEdition(t, func(t *testing.T, e env) {
						row.scriptAt(e, route.path(e))
						got, problem := e.ConnectWithLongTimeout(t).Read(t.Context(), t, artifactType, withLongTimeout(route.arguments))
						row.checkArtifact(t, e, route, got, problem)
					})
				})
			}
		}
	}
}

// TestFaults_artifactPauses runs the rows with pauses, on a fake clock.
func TestFaults_artifactPauses(t *testing.T) {
	t.Parallel()
	for _, route := range artifactRoutes {
		for _, row := range forArtifacts(temporaryFaults(), false) {
			t.Run(route.name+"/"+row.situation, func(t *testing.T) {
				t.Parallel()
				for _, c := range editionCases {
					t.Run(c.Name, func(t *testing.T) {
						t.Parallel()
						onFakeClock(t, c, func(t *testing.T, e env, s server) {
							row.scriptAt(e, route.path(e))
							began := time.Now()
							arguments := values{"timeouts": values{"read": "2m59s"}}
							for name, value := range route.arguments {
								arguments[name] = value
							}
							got, problem := s.Read(t.Context(), t, artifactType, arguments)
							row.checkArtifact(t, e, route, got, problem)
							wantElapsed(t, time.Since(began), row.wantDuration[0], row.wantDuration[1])
						})
					})
				}
			})
		}
	}
}

// TestFaults_distinctArtifactRows checks that the table has no row twice and has not become smaller.
func TestFaults_distinctArtifactRows(t *testing.T) {
	t.Parallel()
	situations := map[string]bool{}
	for _, row := range unexpectedRecords() {
		situations[row.situation] = true
	}
	for _, row := range absenceFaults() {
		situations[row.situation] = true
	}
	if want := len(unexpectedRecords()) + len(absenceFaults()); len(situations) != want || want < 54 {
		t.Errorf("%d situations in %d rows", len(situations), want)
	}
}

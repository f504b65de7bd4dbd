package faults_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// bodyWith returns an object with some members replaced. The value "" removes a member.
func bodyWith(members map[string]string, changes ...string) string {
	members = maps.Clone(members)
	for change := range slices.Chunk(changes, 2) {
		members[change[0]] = change[1]
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if members[name] != "" {
			pairs = append(pairs, fmt.Sprintf("%q:%s", name, members[name]))
		}
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

var (
	experimentMembers = map[string]string{
		"id": `"exp_abc"`, "workflow_id": `"wf_1"`, "block_id": `"b"`, "name": `"n"`, "status": `"completed"`, "score": "0.5", "document_count": "1",
	}
	summaryMembers = map[string]string{
		"run_id": `"exprun_2"`, "experiment_id": `"exp_abc"`, "score": "0.5", "documents": `[{"id":"d","filename":"a.pdf","score":0.5}]`,
		"aggregate": `{"likelihoods":{"total":0.5}}`,
	}
)

// unexpectedBodies returns the rows that hold for every route.
func unexpectedBodies() []fault {
	body := func(situation, contentType, text, wantText string) fault {
		return fault{situation: situation, replies: reply(200, contentType, text), requests: 1, wantText: []string{unexpectedAnswer, wantText}}
	}
	return []fault{
		body("an HTML page", "text/html", "<html>Please sign in</html>", "the body is not JSON"),
		body("an HTML page that echoes the key", "text/html", "<p>"+fakeapi.Key, "an HTML page"),
		body("an empty body", "application/json", "", "the body is empty"),
		body("a string", "application/json", `"x"`, "the body is a string, not an object"),
		body("an incomplete object", "application/json", `{"id":"exp_abc"`, "ends too early"),
		body("a trailing comma", "application/json", `{"id":"a",}`, "not valid JSON at byte"),
		body("endless nesting", "application/json", strings.Repeat(`{"a":`, 100_000), "not valid JSON at byte"),
		body("an error with status 200", "application/json", `{"detail":"Internal \u001b[31merror"}`, "but with an error instead of the"),
		{situation: "no content", replies: []fakeapi.Reply{{Status: 204}}, requests: 1, wantText: []string{unexpectedAnswer, "HTTP 204 No Content, but only 200 OK is a complete answer."}},
	}
}

// bodyFaults returns the rows about the bodies of one route.
func bodyFaults(name string) []fault {
	inPage := func(row string) string { return `{"data":[` + row + `],"list_metadata":{"before":null,"after":null}}` }
	wrap, prefix, members := func(body string) string { return body }, "", experimentMembers
	switch name {
	case "eval run", "newest eval run", "evals", "workflow": // package wire tests their members
		return unexpectedBodies()
	case "experiments":
		wrap, prefix = inPage, "data.0."
	case "metrics":
		members = summaryMembers
	}
	wrong := func(situation, wantText string, changes ...string) fault {
		return fault{situation: situation, replies: reply(200, "application/json", wrap(bodyWith(members, changes...))), requests: 1, wantText: []string{unexpectedAnswer, wantText}}
	}
	fine := func(situation string, changes ...string) fault {
		return fault{situation: situation, replies: reply(200, "application/json", wrap(bodyWith(members, changes...))), requests: 1}
	}
	rows := append(unexpectedBodies(),
		fine("a correct body"),
		fine("unknown members", "organization_id", `"org_1"`, "future", `{"deep":[[[]]]}`),
		fine("no score", "score", ""), fine("a score that is null", "score", "null"), fine("a score of zero", "score", "0"),
		fine("a score with many digits", "score", "0.1234567890123456789012345678901234567890"),
		wrong("a score as text", "score is a string, not a number", "score", `"0.9"`),
		wrong("a score that is too large", "score is too large or too small a number", "score", "1e400"),
		wrong("a score that is too small", "score is too large or too small a number", "score", "1e-999999999"),
		wrong("a score that is not a number", "not valid JSON", "score", "NaN"),
	)
	if name == "metrics" {
		return append(rows, metricsFaults(wrong, fine)...)
	}
	for _, member := range []string{"id", "workflow_id", "block_id", "name"} {
		rows = append(rows, wrong(member+" is absent", prefix+member+" is missing", member, ""), wrong(member+" is null", prefix+member+" is missing", member, "null"))
	}
	rows = append(rows,
		wrong("freshness as text", "freshness is a string, not an object", "freshness", `"fresh"`),
		wrong("half a document", "document_count is not a whole number", "document_count", "0.5"),
		fine("unknown statuses", "status", `"completed"`, "freshness", `{"status":"ripening","reasons":["later_reason"]}`),
	)
	if name == "experiment" { // for another workflow see TestDataSourceExperiment_absent
		return append(rows, wrong("another experiment", `id is "exp_9", but "exp_abc" was requested`, "id", `"exp_9"`))
	}
	return append(rows, wrong("another workflow", `data.0.workflow_id is "wf_9", but "wf_1" was requested`, "workflow_id", `"wf_9"`))
}

func metricsFaults(wrong func(situation, wantText string, changes ...string) fault, fine func(situation string, changes ...string) fault) []fault {
	return []fault{
		wrong("run_id is absent", "run_id is missing", "run_id", ""),
		wrong("experiment_id is null", "experiment_id is missing", "experiment_id", "null"),
		wrong("another run", `run_id is "exprun_9", but "exprun_2" was requested`, "run_id", `"exprun_9"`),
		wrong("another view", `view is "by_target", but "summary" was requested`, "view", `"by_target"`),
		wrong("another kind", `kind is "votes", but "summary" was requested`, "kind", `"votes"`),
		wrong("an error without the experiment", "but with an error instead of the metrics: Internal error", "error", `"Internal error"`, "experiment_id", ""),
		wrong("a duplicate target", `aggregate.likelihoods has "total" twice`, "aggregate", `{"likelihoods":{"total":0.1,"total":0.9}}`),
		wrong("a duplicate document", `documents.1.id is "d" for the second time`, "documents", `[{"id":"d","score":0.1},{"id":"d","score":0.9}]`),
		wrong("a document without an id", "documents.0.id is missing", "documents", `[{"filename":"a.pdf"}]`),
		wrong("a likelihood as text", "aggregate.likelihoods.total is a string, not a number", "aggregate", `{"likelihoods":{"total":"high"}}`),
		wrong("documents as an object", "documents is an object, not an array", "documents", `{}`),
		wrong("half a document", "scored_document_count is not a whole number", "scored_document_count", "0.5"),
		fine("no aggregate", "aggregate", "null"),
		fine("an unknown aggregate", "aggregate", `{"histogram":[1,2]}`),
		fine("no documents", "documents", "null"),
	}
}

// TestFaults_bodiesOfExperimentsAndMetrics runs the rows in which the status is 2xx and the body is not the object.
func TestFaults_bodiesOfExperimentsAndMetrics(t *testing.T) {
	t.Parallel()
	for name, route := range faultRoutes {
		for _, row := range bodyFaults(name) {
			t.Run(name+"/"+row.situation, func(t *testing.T) {
				t.Parallel()
				forEachEdition(t, func(t *testing.T, e env) {
					route.script(e, row)
					got, problem := e.Connect(t).Read(t.Context(), t, route.typeName, route.arguments)
					route.check(t, e, row, got, problem)
				})
			})
		}
	}
}

// TestFaults_distinctExperimentAndMetricsRows checks that the table has no row twice and has not become smaller.
func TestFaults_distinctExperimentAndMetricsRows(t *testing.T) {
	t.Parallel()
	for name := range faultRoutes {
		situations := map[string]bool{}
		for _, row := range bodyFaults(name) {
			if situations[row.situation] {
				t.Errorf("%s: the row %s is in the table twice", name, row.situation)
			}
			situations[row.situation] = true
		}
		if len(situations) < 25 && len(situations) != len(unexpectedBodies()) {
			t.Errorf("%s: %d situations", name, len(situations))
		}
	}
}

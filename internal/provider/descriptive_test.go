package provider_test

import (
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestDescriptiveMembers checks that a result is read although a member that only describes has another form, with one warning for each
// member in the life of a provider. An attempt is needed where a document has two rows.
func TestDescriptiveMembers(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		row := seedWith("timing", `{"duration_ms":4120.5}`, "attempt", `"1"`)
		e.ScriptSeed(e.ResultBody(row), e.ResultBody(row))
		got, problem := s.Read(t.Context(), t, resultType, seedArguments)
		if got["succeeded"] != true || got["timing"].(attributes)["duration_ms"] != nil {
			t.Errorf("got %v", got)
		}
		wantContains(t, problem, "WARNING: Retab sent members in an unknown form", "attempt, timing.duration_ms.")
		if got, problem = s.Open(t.Context(), t, resultType, seedArguments); problem != "" || got["succeeded"] != true {
			t.Errorf("the second read: %v, %s", got, problem)
		}
		if !e.IsFlat() {
			return
		}
		e.Script(flatResultsPath, fakeapi.Reply{Status: 200, Body: `{"data":[` + row + "," + strings.Replace(row, "expresult_1", "expresult_9", 1) + `],"list_metadata":{}}`})
		_, problem = e.Connect(t).Read(t.Context(), t, resultType, seedArguments)
		wantContains(t, problem, "ERROR: Retab sent an unexpected answer", "attempt is not a whole number, and document_id \"expdoc_xyz\" has more than one row")
	})
}

// TestDuplicateMembers checks that a result with two members of one name that differ is an error: which of the two is true cannot be known.
// A customer's value may have them.
func TestDuplicateMembers(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		row := func(members string) fakeapi.Reply {
			return e.ResultBody(strings.Replace(seedWith(), "{", "{"+members+",", 1))
		}
		for members, want := range map[string]string{
			`"lifecycle":{"status":"error"}`:               "lifecycle is there twice, with different values",
			`"is_placeholder":true,"is_placeholder":false`: "is_placeholder is there twice, with different values",
			`"error":{"message":"boom"},"error":null`:      "error is there twice, with different values",
		} {
			e.ScriptSeed(row(members))
			_, problem := s.Open(t.Context(), t, resultType, seedArguments)
			wantContains(t, problem, "ERROR: Retab sent an unexpected answer", want)
		}
		e.ScriptSeed(e.ResultBody(seedWith("handle_outputs", `{"h":{"type":"json","data":{"a":1,"a":2}}}`)))
		if got, problem := s.Open(t.Context(), t, resultType, seedArguments); problem != "" || got["succeeded"] != true {
			t.Errorf("a value with a duplicate name: got %v %s", got["succeeded"], problem)
		}
	})
}

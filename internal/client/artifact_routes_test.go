package client

import (
	"cmp"
	"errors"
	"net/http"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// TestArtifactRoutes_requests checks path, parameters and credential of each route.
func TestArtifactRoutes_requests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		operation, id                 string
		isFlat, isGeneric, statusOnly bool
		want                          string
	}{
		"extraction, run-scoped":              {"extraction", "ext_1", false, false, false, "/gateway/v1/extractions/ext_1"},
		"classification, run-scoped":          {"classification", "cls_1", false, false, false, "/gateway/v1/classifications/cls_1"},
		"split, run-scoped":                   {"split", "split_1", false, false, false, "/gateway/v1/splits/split_1"},
		"partition, run-scoped":               {"partition", "part_1", false, false, false, "/gateway/v1/partitions/part_1"},
		"run-scoped has no parameter":         {"split", "x", false, false, true, "/gateway/v1/splits/x"},
		"flat":                                {"extraction", "extr_1", true, false, false, "/gateway/v1/extractions/extr_1"},
		"flat, with the output":               {"split", "splt_1", true, false, false, "/gateway/v1/splits/splt_1"},
		"flat, status only":                   {"partition", "prtn_1", true, false, true, "/gateway/v1/partitions/prtn_1?include_output=false"},
		"generic, run-scoped":                 {"dream", "d_1", false, true, false, "/gateway/v1/workflows/artifacts/dream/d_1"},
		"generic, flat":                       {"dream", "d_1", true, true, true, "/gateway/v1/workflows/artifacts/d_1"},
		"an id that looks like a path":        {"split", "a?b#c%2F", true, false, false, "/gateway/v1/splits/a%3Fb%23c%252F"},
		"an operation that looks like a path": {"a?b ü", "x", false, true, false, "/gateway/v1/workflows/artifacts/a%3Fb%20%C3%BC/x"},
	} {
		var last *http.Request
		api := newAPI(t, func(request *http.Request) string {
			last = request
			return `{"id":"` + test.id + `","operation":"` + test.operation + `","status":"running"}`
		})
		record, err := readArtifact(t, api, test.operation, test.id, test.isFlat, test.isGeneric, test.statusOnly)
		if err != nil || record.ID != test.id || record.Operation != test.operation {
			t.Errorf("%s: got %+v, %v", name, record, err)
			continue
		}
		if got := last.URL.RequestURI(); got != test.want {
			t.Errorf("%s: requested %s, want %s", name, got, test.want)
		}
		isBearer, isKey := last.Header.Get("Authorization") != "", last.Header.Get("Api-Key") != ""
		if isBearer != test.isFlat || isKey == test.isFlat {
			t.Errorf("%s: the headers are %v", name, last.Header)
		}
	}
}

func readArtifact(t *testing.T, api *Client, operation, id string, isFlat, isGeneric, statusOnly bool) (ArtifactRecord, error) {
	t.Helper()
	edition := EditionRunScoped
	if isFlat {
		edition = EditionFlat
	}
	read := artifactRead{
		client: api, operation: operation, id: id, route: cmp.Or(artifactRoutes[operation], genericArtifactRoute), options: ArtifactOptions{Waiting: statusOnly},
	}
	if isGeneric {
		return read.record(t.Context(), edition, genericArtifactRoute, nil)
	}
	return read.read(t.Context(), edition)
}

// TestArtifactRoutes_verifiesTheAnswer checks that an answer about another record, or another kind of record, is an error.
func TestArtifactRoutes_verifiesTheAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, operation   string
		isFlat, isGeneric bool
		want              string // "" if the answer is accepted
	}{
		"another id":                             {`{"id":"split_2"}`, "split", false, false, `id is "split_2", but "split_1" was requested`},
		"another id, flat":                       {`{"id":"split_2"}`, "split", true, false, `id is "split_2", but "split_1" was requested`},
		"another id, generic":                    {`{"id":"split_2","operation":"dream"}`, "dream", true, true, `id is "split_2", but "split_1" was requested`},
		"no operation on a typed route":          {`{"id":"split_1"}`, "split", true, false, ""},
		"another operation on a typed route":     {`{"id":"split_1","operation":"partition"}`, "split", false, false, `operation is "partition", but "split" was requested`},
		"no operation, generic, run-scoped":      {`{"id":"split_1"}`, "dream", false, true, ""},
		"another operation, generic, run-scoped": {`{"id":"split_1","operation":"parse"}`, "dream", false, true, `operation is "parse", but "dream" was requested`},
		"no operation, generic, flat":            {`{"id":"split_1"}`, "dream", true, true, `operation is "", but "dream" was requested`},
		"another operation, generic, flat":       {`{"id":"split_1","operation":"parse"}`, "dream", true, true, `operation is "parse", but "dream" was requested`},
		"an invalid body, run-scoped":            {`{"id":7}`, "split", false, false, "id is a number, not a string"},
		"an invalid body, flat generic":          {`[]`, "dream", true, true, "the body is an array, not an object"},
	} {
		api := newAPI(t, func(*http.Request) string { return test.body })
		record, err := readArtifact(t, api, test.operation, "split_1", test.isFlat, test.isGeneric, false)
		var malformed *transport.ResponseError
		switch {
		case test.want == "" && (err != nil || record.Operation != test.operation):
			t.Errorf("%s: got %+v, %v", name, record, err)
		case test.want != "" && (!errors.As(err, &malformed) || malformed.Problem != test.want):
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}

// TestArtifactRoutes_status checks that the run-scoped edition derives the status, which it does not have, and that the flat
// edition has a default.
func TestArtifactRoutes_status(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, operation   string
		isFlat, isGeneric bool
		want              string
	}{
		"run-scoped, with an output":               {`{"id":"x","output":{}}`, "extraction", false, false, "completed"},
		"run-scoped, without an output":            {`{"id":"x"}`, "extraction", false, false, ""},
		"run-scoped, with an output that is null":  {`{"id":"x","output":null}`, "split", false, false, ""},
		"run-scoped, with an error":                {`{"id":"x","output":[],"error":"It broke."}`, "split", false, false, ""},
		"run-scoped, with a status":                {`{"id":"x","output":[],"status":"in_progress"}`, "split", false, false, "in_progress"},
		"run-scoped, generic":                      {`{"id":"x","output":[]}`, "partition", false, true, "completed"},
		"run-scoped, an unknown operation":         {`{"id":"x","output":[]}`, "dream", false, true, ""},
		"flat":                                     {`{"id":"x","output":[],"status":"failed"}`, "split", true, false, "failed"},
		"flat, without a status":                   {`{"id":"x","output":[]}`, "split", true, false, "pending"},
		"flat, generic, without a status":          {`{"id":"x","output":[],"operation":"split"}`, "split", true, true, "pending"},
		"flat, an unknown operation":               {`{"id":"x","operation":"dream"}`, "dream", true, true, ""},
		"flat, an unknown operation with a status": {`{"id":"x","operation":"dream","status":"lucid"}`, "dream", true, true, "lucid"},
		"flat, an unknown status":                  {`{"id":"x","status":"paused"}`, "split", true, false, "paused"},
	} {
		api := newAPI(t, func(*http.Request) string { return test.body })
		record, err := readArtifact(t, api, test.operation, "x", test.isFlat, test.isGeneric, false)
		if err != nil || string(record.Status) != test.want {
			t.Errorf("%s: got %q, %v; want %q", name, record.Status, err, test.want)
		}
		if (record.Status == RecordCompleted && !record.HasError) != (test.want == "completed") {
			t.Errorf("%s: succeeded is %v", name, (record.Status == RecordCompleted && !record.HasError))
		}
	}
}

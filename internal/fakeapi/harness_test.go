package fakeapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const (
	runsPath    = "/v1/workflows/experiments/runs"
	resultsPath = "/v1/workflows/experiments/results"
)

// answer is an answer of the fake.
type answer struct {
	status int
	header http.Header
	body   string
}

// editionsByName has the editions that most tests run against.
var editionsByName = map[string]fakeapi.Edition{"run-scoped": fakeapi.RunScoped, "flat": fakeapi.Flat}

// request sends a request with the key in the header of the run-scoped edition and, after a 401, in that of the flat one.
func request(t *testing.T, fake *fakeapi.Server, method, path string) answer {
	t.Helper()
	send := func(header, value string) answer {
		request, err := http.NewRequestWithContext(t.Context(), method, fake.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set(header, value)
		response, err := fake.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{response.StatusCode, response.Header, string(body)}
	}
	got := send("Api-Key", fakeapi.Key)
	if got.status == http.StatusUnauthorized {
		got = send("Authorization", "Bearer "+fakeapi.Key)
	}
	return got
}

func get(t *testing.T, fake *fakeapi.Server, path string) answer {
	t.Helper()
	return request(t, fake, http.MethodGet, path)
}

// object reads and decodes an object, which must exist.
func object(t *testing.T, fake *fakeapi.Server, path string) map[string]any {
	t.Helper()
	got := get(t, fake, path)
	if got.status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, got.status, got.body)
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Fatal(err)
	}
	return body
}

// page is a page of a list.
type page struct {
	ids           []string
	before, after string
}

// list reads one page of a list.
func list(t *testing.T, fake *fakeapi.Server, path string) page {
	t.Helper()
	body := object(t, fake, path)
	got := page{ids: []string{}}
	for _, row := range body["data"].([]any) {
		got.ids = append(got.ids, row.(map[string]any)["id"].(string))
	}
	metadata := body["list_metadata"].(map[string]any)
	got.before, _ = metadata["before"].(string)
	got.after, _ = metadata["after"].(string)
	return got
}

// status reads the status of a run or a result.
func status(t *testing.T, fake *fakeapi.Server, path string) string {
	t.Helper()
	return object(t, fake, path)["lifecycle"].(map[string]any)["status"].(string)
}

package scenario_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func TestParse_faults(t *testing.T) {
	t.Parallel()
	got := parse(t, `
experiments: []
faults:
  - {status: 429, requests: 3, retry_after: 2s}
  - {away_for: 10s, after_requests: 5, path: /v1/workflows/experiments/runs}
  - {status: 503, away_for: 1m, message: Deploying.}
  - {status: 401, requests: 1}
lists: {page_size: 100, cap: 1000, skip_rows: true}
`)
	want := []fakeapi.Fault{
		{Requests: 3, Reply: fakeapi.Reply{
			Status: 429, Body: `{"detail":"Rate limit exceeded. Please try again later."}`, Header: http.Header{"Retry-After": {"2"}},
		}},
		{Path: "/v1/workflows/experiments/runs", After: 5, For: 10 * time.Second, Reply: fakeapi.Reply{Reset: true}},
		{For: time.Minute, Reply: fakeapi.Reply{Status: 503, Body: `{"detail":"Deploying."}`}},
		{Requests: 1, Reply: fakeapi.InvalidKey()},
	}
	if diff := cmp.Diff(want, got.Faults); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.PageSize != 100 || got.ListFaults != (fakeapi.ListFaults{Cap: 1000, SkipsARow: true}) {
		t.Errorf("got %d, %+v", got.PageSize, got.ListFaults)
	}
}

package fakeapi_test

import (
	"net/http"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

func TestRoutes_unknown(t *testing.T) {
	t.Parallel()
	workflow, plain := `{"detail":"Workflow not found"}`, `{"detail":"Not Found. This route is not part of this fake."}`
	prefix := `{"detail":"Not Found. The paths of the Retab API begin with /v1/."}`
	for edition, paths := range map[fakeapi.Edition]map[string]string{
		fakeapi.RunScoped: {
			resultsPath + "?run_id=exprun_2": workflow, resultsPath + "/expresult_1": workflow, "/v1/workflows/x": workflow,
			"/v1/workflows": plain, "/v1/nothing": plain, "/v2/workflows/experiments/runs": prefix, "/": prefix, "": prefix, "/v1/auth/status": plain,
		},
		fakeapi.Flat: {
			runsPath + "/exprun_2/results/expdoc_xyz": workflow, runsPath + "/exprun_2/results": workflow, runsPath + "/": `{"detail":{`,
			"/v1/workflows/": workflow, "/v1/nothing": plain,
		},
	} {
		fake := fakeapi.New(edition)
		for path, want := range paths {
			if got := get(t, fake, path); got.status != http.StatusNotFound || got.body[:min(len(got.body), len(want))] != want {
				t.Errorf("edition %d, %s: got %d %s", edition, path, got.status, got.body)
			}
		}
	}
}

func TestRoutes_methods(t *testing.T) {
	t.Parallel()
	for name, edition := range editionsByName {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.New(edition)
			for _, path := range []string{runsPath, runsPath + "/exprun_2", "/v1/workflows/experiments/no/such/route"} {
				for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
					got := request(t, fake, method, path)
					if got.status != http.StatusMethodNotAllowed || got.body != "405 method not allowed" || got.header.Get("Allow") != "GET" ||
						got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
						t.Errorf("%s %s: got %+v", method, path, got)
					}
				}
			}
		})
	}
}

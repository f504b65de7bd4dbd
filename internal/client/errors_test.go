package client_test

import (
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

func TestErrors_text(t *testing.T) {
	t.Parallel()
	running := client.ExperimentRun{Lifecycle: client.Lifecycle{Status: client.StatusRunning}, TotalDocuments: 3}
	for want, err := range map[string]error{
		`there is no experiment run "r"`:                                                                    &client.AbsentError{Reason: client.NoSuchRun, RunID: "r"},
		`there is no experiment "e"`:                                                                        &client.AbsentError{Reason: client.NoSuchExperiment, ExperimentID: "e"},
		`experiment run "r" is running and has no result for document "d" yet`:                              &client.AbsentError{Reason: client.RunActive, RunID: "r", DocumentID: "d", Run: running},
		`experiment run "r" is running and has no result for document "d"`:                                  &client.AbsentError{Reason: client.RunOver, RunID: "r", DocumentID: "d", Run: running},
		`experiment run "r" has no metrics of document "d"`:                                                 &client.NoDetailsError{RunID: "r", DocumentID: "d"},
		`experiment run "r" has no metrics of target "t"`:                                                   &client.NoDetailsError{RunID: "r", TargetPath: "t"},
		`experiment run "r" has 3 documents, but its list has 2 results, and none for document "d"`:         &client.IncompleteListError{RunID: "r", DocumentID: "d", Run: running, Results: 2},
		"several experiments match: e, f":                                                                   &client.AmbiguousError{IDs: []string{"e", "f"}},
		`there is no artifact "a" of the operation "split"`:                                                 &client.AbsentError{Reason: client.NoSuchArtifact, Artifact: client.Artifact{Operation: "split", ID: "a"}},
		`there is no route for artifact "a" of the operation "dream": GET /v1: HTTP 405 Method Not Allowed`: &client.NoRouteError{Operation: "dream", ID: "a", Refusal: &transport.APIError{RequestInfo: transport.RequestInfo{Method: "GET", URL: "/v1"}, StatusCode: 405}},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

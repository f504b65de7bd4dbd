package provider_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestDataSourceExperimentResult_diagnostics checks the diagnostics of failed reads.
func TestDataSourceExperimentResult_diagnostics(t *testing.T) {
	t.Parallel()
	description := `Asked for the result of document "expdoc_xyz" in experiment run "exprun_2".`
	tests := map[string]struct {
		arguments values
		reply     fakeapi.Reply
		result    string // instead of a reply, the result in a 200
		want      []string
	}{
		"an empty id": {
			arguments: values{"run_id": "", "document_id": "expdoc_xyz"},
			want:      []string{`AttributeName("run_id"): Invalid id`, "The value of run_id is empty.", "such as exprun_2"},
		},
		"an id with a slash": {
			arguments: values{"run_id": "exprun_2", "document_id": "a/b"},
			want:      []string{`AttributeName("document_id"): Invalid id`, `The value of document_id is "a/b", and an id has no slash.`},
		},
		"a negative timeout": {
			arguments: values{"run_id": "exprun_2", "document_id": "expdoc_xyz", "timeouts": values{"read": "-1s"}},
			want:      []string{`AttributeName("timeouts").AttributeName("read"): Invalid duration`},
		},
		"no permission": {
			reply: fakeapi.Reply{Status: 403, Body: `{"detail":"Missing scope"}`},
			want:  []string{"ERROR: Retab refused access to the experiment result", description, "Request id: req_fake · attempts: 1", "HTTP 403 Forbidden: Missing scope.", "permission to read experiments"},
		},
		"a refused value": {
			reply: fakeapi.Unprocessable("path.run_id", "String should match pattern"),
			want:  []string{"ERROR: Retab did not accept the request", "HTTP 422 Unprocessable Entity: String should match pattern (path.run_id)."},
		},
		"an HTML page of a proxy": {
			reply: fakeapi.Reply{Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html>Please sign in</html>"},
			want:  []string{"ERROR: Retab sent an unexpected answer", "but the body is not JSON", `content type "text/html": an HTML page, 27 bytes.`, "Check that base_url"},
		},
		"a renamed field": {
			result: `{"id":"r","run_id":"exprun_2","document_id":"expdoc_xyz","state":{"status":"completed"}}`,
			want:   []string{"Retab sent an unexpected answer", "lifecycle.status is missing.", "look for a newer version of this provider"},
		},
		"two spellings that disagree": {
			result: `{"id":"r","run_id":"exprun_2","experiment_run_id":"exprun_3","document_id":"expdoc_xyz","lifecycle":{"status":"completed"}}`,
			want:   []string{"Retab sent an unexpected answer", `run_id is "exprun_2", but experiment_run_id is "exprun_3", and they must be the same`},
		},
		"another result": {
			result: `{"id":"r","run_id":"exprun_3","document_id":"expdoc_xyz","lifecycle":{"status":"completed"}}`,
			want:   []string{"Retab sent an unexpected answer", `run_id is "exprun_3", but "exprun_2" was requested`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachServer(t, func(t *testing.T, e env) {
				switch {
				case test.result != "":
					e.ScriptSeed(e.ResultBody(test.result))
				case test.reply.Status != 0:
					e.ScriptSeed(test.reply)
				}
				arguments := seedArguments
				if test.arguments != nil {
					arguments = test.arguments
				}
				_, got := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", arguments)
				wantContains(t, got, test.want...)
			})
		})
	}
}

// TestDataSourceExperimentResult_busyServer checks the number of attempts in the error.
func TestDataSourceExperimentResult_busyServer(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		for range 5 {
			e.ScriptSeed(fakeapi.Reply{Status: 503, Header: http.Header{"Content-Type": {"text/plain"}}, Body: "upstream connect error"})
		}
		_, got := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", seedArguments)
		wantContains(t, got, "ERROR: Retab could not answer", "HTTP 503 Service Unavailable: upstream connect error.", "attempts: 5")
		if requests := len(e.RequestsWithoutDetection()); requests != 5 {
			t.Errorf("%d requests, want 5", requests)
		}
	})
}

func TestDataSourceExperimentResult_timeoutsBoundTheWholeRead(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.ScriptSeed(fakeapi.Reply{Hang: true})
		_, got := e.Connect(t).Read(t.Context(), t, "retab_experiment_result", values{
			"run_id": "exprun_2", "document_id": "expdoc_xyz", "timeouts": values{"read": "100ms"},
		})
		wantContains(t, got, "ERROR: Reading the experiment result timed out", "no answer within 100ms", "Raise timeouts.read")
	})
}

func TestDataSourceExperimentResult_requestTimeout(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.ScriptSeed(fakeapi.Reply{Hang: true}, fakeapi.Reply{Hang: true})
		s := serve(t)
		if problem := s.Configure(t, values{
			"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": e.Setting, "request_timeout": "100ms", "max_retries": 1,
		}); problem != "" {
			t.Fatal(problem)
		}
		_, got := s.Read(t.Context(), t, "retab_experiment_result", seedArguments)
		wantContains(t, got, "ERROR: Retab did not answer in time", "within the request timeout", "Raise request_timeout", "attempts: 2")
	})
}

func TestDataSourceExperimentResult_interrupted(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		e.ScriptSeed(fakeapi.Reply{Hang: true})
		s := e.Connect(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-e.Hanging()
			cancel()
		}()
		_, got := s.Read(ctx, t, "retab_experiment_result", seedArguments)
		wantContains(t, got, "ERROR: Reading the experiment result was interrupted")
	})
}

func TestDataSourceExperimentResult_connectionRefused(t *testing.T) {
	t.Parallel()
	forEachServer(t, func(t *testing.T, e env) {
		s := e.Connect(t)
		e.Close()
		_, got := s.Read(t.Context(), t, "retab_experiment_result", seedArguments)
		wantContains(t, got, "ERROR: Could not get an answer from Retab", "connection refused", "Check base_url", "GET "+e.URL+"/v1/", "attempts: 5")
	})
}

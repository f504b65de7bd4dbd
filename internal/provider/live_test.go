package provider_test

import (
	"testing"
)

// TestLive_experimentResult reads one result from the real API. It runs only when a key and ids are given (make live).
func TestLive_experimentResult(t *testing.T) {
	t.Parallel()
	if live.key == "" || live.runID == "" || live.documentID == "" {
		t.Skip("RETAB_API_KEY, RETAB_RUN_ID and RETAB_DOCUMENT_ID are not all set")
	}
	s := serve(t)
	configuration := values{"api_key": live.key}
	if live.baseURL != "" {
		configuration["base_url"] = live.baseURL
	}
	if live.edition != "" {
		configuration["api_edition"] = live.edition
	}
	if problem := s.configure(t, configuration); problem != "" {
		t.Fatal(problem)
	}
	got, problem := s.read(t.Context(), t, "retab_experiment_result", values{"run_id": live.runID, "document_id": live.documentID})
	if problem != "" {
		t.Fatal(problem)
	}
	if got["run_id"] != live.runID || got["document_id"] != live.documentID || got["status"] == "" {
		t.Errorf("read %v", got)
	}
	t.Logf("status %v, artifact %v, timing %v", got["status"], got["artifact"], got["timing"])
}

package provider_test

import (
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/providertest"
)

// TestLive_experimentResult reads one result from the real API. It runs only when a key and ids are given (make live).
func TestLive_experimentResult(t *testing.T) {
	t.Parallel()
	if providertest.Live.Key == "" || providertest.Live.RunID == "" || providertest.Live.DocumentID == "" {
		t.Skip("RETAB_API_KEY, RETAB_RUN_ID and RETAB_DOCUMENT_ID are not all set")
	}
	s := serve(t)
	configuration := values{"api_key": providertest.Live.Key}
	if providertest.Live.BaseURL != "" {
		configuration["base_url"] = providertest.Live.BaseURL
	}
	if providertest.Live.Edition != "" {
		configuration["api_edition"] = providertest.Live.Edition
	}
	if problem := s.Configure(t, configuration); problem != "" {
		t.Fatal(problem)
	}
	got, problem := s.Read(t.Context(), t, "retab_experiment_result", values{"run_id": providertest.Live.RunID, "document_id": providertest.Live.DocumentID})
	if problem != "" {
		t.Fatal(problem)
	}
	if got["run_id"] != providertest.Live.RunID || got["document_id"] != providertest.Live.DocumentID || got["status"] == "" {
		t.Errorf("read %v", got)
	}
	t.Logf("status %v, artifact %v, timing %v", got["status"], got["artifact"], got["timing"])
}

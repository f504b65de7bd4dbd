package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestEphemeralExperimentResult_isTheTwin: the same arguments, the same attributes, the same words.
func TestEphemeralExperimentResult_isTheTwin(t *testing.T) {
	t.Parallel()
	s := serve(t)
	twin, original := s.schema.EphemeralResourceSchemas[resultType].Block, s.schema.DataSourceSchemas[resultType].Block
	if diff := cmp.Diff(original.Attributes, twin.Attributes); diff != "" {
		t.Errorf("schemas differ (-data source +ephemeral resource):\n%s", diff)
	}
}

func TestEphemeralExperimentResult_readsTheSameObject(t *testing.T) {
	t.Parallel()
	inEveryWorld(t, func(t *testing.T, e env) {
		s := e.connect(t)
		for _, documentID := range []string{"expdoc_xyz", "expdoc_failed", "expdoc_schema", "expdoc_404"} {
			arguments := values{"run_id": "exprun_2", "document_id": documentID, "include_handle_data": true, "ignore_not_found": true}
			want, problem := s.read(t.Context(), t, resultType, arguments)
			if problem != "" {
				t.Fatal(problem)
			}
			got, problem := s.open(t.Context(), t, resultType, arguments)
			if problem != "" {
				t.Fatal(problem)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s differs (-data source +ephemeral resource):\n%s", documentID, diff)
			}
		}
	})
}

func TestEphemeralExperimentResult_waits(t *testing.T) {
	t.Parallel()
	inEveryBubble(t, func(t *testing.T, e env, s server) {
		e.addLife("pending", "running", "completed")
		began := time.Now()
		got, problem := s.open(t.Context(), t, resultType, waitArguments)
		if problem != "" || got["status"] != "completed" {
			t.Errorf("got %v %s", got["status"], problem)
		}
		within(t, time.Since(began), 4*time.Second, 5*time.Second)
	})
}

func TestEphemeralExperimentResult_saysWhatIsWrong(t *testing.T) {
	t.Parallel()
	e := oneWorld(t)
	s := e.connect(t)
	_, problem := s.open(t.Context(), t, resultType, values{"run_id": "", "document_id": "d"})
	wantWords(t, problem, `AttributeName("run_id"): Invalid id`)
	_, problem = s.open(t.Context(), t, resultType, values{"run_id": fakeapi.SeedRunID, "document_id": "expdoc_404"})
	wantWords(t, problem, "Experiment result not found")

	unconfigured := serve(t)
	unconfigured.configure(t, values{"api_key": unknownString})
	_, problem = unconfigured.open(t.Context(), t, resultType, seedArguments)
	wantWords(t, problem, "Provider setting is not known yet")
	if strings.Contains(problem, fakeapi.Key) {
		t.Error("the key is shown")
	}
}

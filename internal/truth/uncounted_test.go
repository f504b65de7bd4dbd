package truth_test

import (
	"strings"
	"testing"
	"testing/synctest"
)

// TestTruth_runWithoutCount checks that a run which does not say how many documents it has proves nothing about documents
// that its list does not have.
func TestTruth_runWithoutCount(t *testing.T) {
	t.Parallel()
	const row = `{"id":"expjob_1","run_id":"exprun_1","document_id":"expdoc_0","lifecycle":{"status":"completed"},"timing":{}}`
	const noCount = "Retab does not say how many documents the run has, and lists "
	for name, test := range map[string]struct {
		run, row    string
		documentIDs []string
		summary     string
		warns       bool
		allTerminal bool
	}{
		"completed, an empty list":      {`"lifecycle":{"status":"completed"}`, "", nil, noCount + "0 results.", true, false},
		"completed, a list":             {`"lifecycle":{"status":"completed"}`, row, nil, noCount + "1 result, of which 1 succeeded.", true, false},
		"completed, other counters":     {`"lifecycle":{"status":"completed"},"completed_document_count":1`, row, nil, noCount + "1 result, of which 1 succeeded.", true, false},
		"completed, a count of zero":    {`"lifecycle":{"status":"completed"},"total_document_count":0`, "", nil, "The run has no documents.", false, true},
		"completed, an unlisted name":   {`"lifecycle":{"status":"completed"}`, "", []string{"expdoc_0"}, "1 of 1 documents has no result yet: expdoc_0.", true, false},
		"completed, a listed name":      {`"lifecycle":{"status":"completed"}`, row, []string{"expdoc_0"}, "The only document succeeded.", false, true},
		"completed, no names":           {`"lifecycle":{"status":"completed"}`, "", []string{}, "No documents are named.", false, true},
		"running":                       {`"lifecycle":{"status":"running"}`, "", nil, "The run has not finished (running). " + noCount + "0 results.", false, false},
		"pending, with a count of zero": {`"lifecycle":{"status":"pending"},"total_document_count":0`, "", nil, "The run has not finished (pending).", false, false},
		"cancelled":                     {`"lifecycle":{"status":"cancelled"}`, "", nil, "The run was cancelled. " + noCount + "0 results.", false, true},
	} {
		for _, setting := range []string{"run_scoped", "flat"} {
			t.Run(name+", "+setting, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					arguments := values{"run_id": firstRunID}
					if test.documentIDs != nil {
						arguments["document_ids"] = setOf(test.documentIDs...)
					}
					canned := cannedServer{test.row, `{"id":"exprun_1",` + test.run + `}`}
					state, errors, warnings := connectTo(t, canned, setting).ReadWithWarnings(t.Context(), t, resultsType, arguments)
					if errors != "" || state["summary"] != test.summary || (warnings != "") != test.warns || state["all_terminal"] != test.allTerminal {
						t.Errorf("got %q, all_terminal = %v, %s %s", state["summary"], state["all_terminal"], warnings, errors)
					}
					if isProved := test.documentIDs != nil && test.row != ""; (state["all_succeeded"] == true) != isProved || (state["success_ratio"] == "1") != isProved {
						t.Errorf("all_succeeded = %v, success_ratio = %v", state["all_succeeded"], state["success_ratio"])
					}
				})
			})
		}
	}
}

// TestExperimentRun_withoutCount checks what a run and the action say if the run has no count.
func TestExperimentRun_withoutCount(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		`"lifecycle":{"status":"completed"}`:                              "Retab does not say how many documents run exprun_1 has.",
		`"lifecycle":{"status":"completed"},"completed_document_count":3`: "Retab does not say how many documents run exprun_1 has.",
		`"lifecycle":{"status":"completed"},"document_count":0`:           "Run exprun_1 has no documents.",
		`"lifecycle":{"status":"running"},"completed_document_count":3`:   "Run exprun_1 has not finished (running).",
		`"lifecycle":{"status":"error"}`:                                  "Run exprun_1 failed.",
	} {
		for _, setting := range []string{"run_scoped", "flat"} {
			synctest.Test(t, func(t *testing.T) {
				s := connectTo(t, cannedServer{run: `{"id":"exprun_1",` + members + `}`}, setting)
				got, problem := s.Read(t.Context(), t, runType, values{"id": firstRunID})
				if problem != "" || got["summary"] != want || got["succeeded"] != false || got["success_ratio"] != nil {
					t.Errorf("%s: got %q, succeeded = %v, success_ratio = %v %s", members, got["summary"], got["succeeded"], got["success_ratio"], problem)
				}
				if !strings.HasPrefix(want, "Retab does not say") {
					return
				}
				if _, problem = s.Invoke(t.Context(), t, waitType, values{"run_id": firstRunID}); !strings.Contains(strings.Join(strings.Fields(problem), " "), "Retab does not say how many documents it has") {
					t.Errorf("%s: the action reports %q", members, problem)
				}
			})
		}
	}
}

package truth_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// shortLists are the ways in which the list of a completed run permanently has fewer rows than the run has documents.
var shortLists = map[string]struct {
	documents    int
	injectFaults func(f *worldFacts)
}{
	"one of three rows never comes":        {3, func(f *worldFacts) { f.runs[0].delay(1, never) }},
	"a page has 100 of 500 rows at most":   {500, func(f *worldFacts) { f.pageSize, f.cursors = 100, cursorsNone }},
	"a page has two of three rows at most": {3, func(f *worldFacts) { f.pageSize, f.cursors = 2, cursorsNone }},
	"a cursor skips rows":                  {9, func(f *worldFacts) { f.pageSize, f.cursors, f.seed = 3, cursorsSkip, 1 }},
}

// TestTruth_shortListIsReported checks that a read of all results warns about missing rows and passes no gate.
func TestTruth_shortListIsReported(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		for name, test := range shortLists {
			facts := setting.facts(newRun(test.documents))
			test.injectFaults(facts)
			withServer(t, name, facts, func(t *testing.T, s server) {
				state, errors, warnings := s.ReadWithWarnings(t.Context(), t, resultsType, values{"run_id": firstRunID})
				if errors != "" {
					t.Fatal(errors)
				}
				rows := len(asMap(state["by_document"]))
				if warnings == "" || state["all_terminal"] != false || state["all_succeeded"] != false {
					t.Errorf("%d of %d rows, all_terminal = %v, all_succeeded = %v and the warning %q",
						rows, test.documents, state["all_terminal"], state["all_succeeded"], warnings)
				}
				wantNumbers(t, state, map[string]int{"document_count": test.documents, "result_count": rows, "missing_count": test.documents - rows})
			})
		}
	})
}

// wantNumbers compares numbers of a state, for the attributes that the schema has.
func wantNumbers(t *testing.T, state attributes, want map[string]int) {
	t.Helper()
	for name, number := range want {
		if got, has := state[name]; has && got != fmt.Sprint(number) {
			t.Errorf("%s = %v, want %d", name, got, number)
		}
	}
}

// TestTruth_waitForShortList checks that a wait goes on while the list is short, and ends when the last row has appeared.
func TestTruth_waitForShortList(t *testing.T) {
	t.Parallel()
	waiting := values{"run_id": firstRunID, "wait_for_completion": true, "timeouts": values{"read": "1m"}}
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		for name, test := range shortLists {
			facts := setting.facts(newRun(test.documents))
			test.injectFaults(facts)
			withServer(t, name, facts, func(t *testing.T, s server) {
				began := time.Now()
				if state, errors, _ := s.ReadWithWarnings(t.Context(), t, resultsType, waiting); errors == "" {
					t.Errorf("the wait ended after %s with %d of %d rows", time.Since(began), len(asMap(state["by_document"])), test.documents)
				}
			})
		}
		run := newRun(3)
		run.delay(1, 20*time.Second)
		withServer(t, "a row comes after 20 seconds", setting.facts(run), func(t *testing.T, s server) {
			state, errors, warnings := s.ReadWithWarnings(t.Context(), t, resultsType, waiting)
			if errors != "" || warnings != "" || len(asMap(state["by_document"])) != 3 || state["all_succeeded"] != true {
				t.Errorf("got %d of 3 rows, all_succeeded = %v %s %s", len(asMap(state["by_document"])), state["all_succeeded"], errors, warnings)
			}
		})
	})
}

// TestTruth_rowAppearsShortlyAfter checks that a read waits a moment for a row that appears a little late.
func TestTruth_rowAppearsShortlyAfter(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		run := newRun(3)
		run.delay(1, 300*time.Millisecond)
		withServer(t, "after 300 ms", setting.facts(run), func(t *testing.T, s server) {
			state, errors, warnings := s.ReadWithWarnings(t.Context(), t, resultsType, values{"run_id": firstRunID})
			if errors != "" || warnings != "" || state["all_succeeded"] != true {
				t.Errorf("the plural has %d of 3 rows, all_succeeded = %v: %s %s", len(asMap(state["by_document"])), state["all_succeeded"], errors, warnings)
			}
		})
	})
}

// TestTruth_shortListProvesNoAbsence checks that a document which is missing from a short list is not absent.
func TestTruth_shortListProvesNoAbsence(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		for name, test := range shortLists {
			facts := setting.facts(newRun(test.documents))
			test.injectFaults(facts)
			withServer(t, name, facts, func(t *testing.T, s server) {
				for document := range min(test.documents, 20) {
					arguments := values{"run_id": firstRunID, "document_id": fmt.Sprintf("expdoc_%d", test.documents-1-document)}
					if _, errors, _ := s.ReadWithWarnings(t.Context(), t, resultType, arguments); strings.Contains(errors, "was not part of") {
						t.Error(errors)
					}
					arguments["ignore_not_found"] = true
					if state, errors, _ := s.ReadWithWarnings(t.Context(), t, resultType, arguments); errors == "" && state["exists"] != true {
						t.Errorf("%s: exists = %v", arguments["document_id"], state["exists"])
					}
				}
			})
		}
	})
}

// TestTruth_movingRows checks that rows which move between pages are found, or reported as missing.
func TestTruth_movingRows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		facts := editionSettings[1].facts(newRun(9))
		facts.pageSize, facts.cursors, facts.seed = 3, cursorsShuffle, seed
		withServer(t, fmt.Sprintf("movement %d", seed), facts, func(t *testing.T, s server) {
			state, errors, warnings := s.ReadWithWarnings(t.Context(), t, resultsType, values{"run_id": firstRunID})
			if rows := len(asMap(state["by_document"])); errors == "" && rows < 9 && (warnings == "" || state["all_terminal"] == true) {
				t.Errorf("%d of 9 rows, all_terminal = %v and the warning %q", rows, state["all_terminal"], warnings)
			}
		})
	}
}

// TestTruth_ratioOfUnfinishedRun checks the ratio of a run in which 50 of 100 documents have succeeded so far.
func TestTruth_ratioOfUnfinishedRun(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		run := newRun(100)
		run.ends = never
		for _, document := range run.documents[50:] {
			document.attempts[0].appears = never
		}
		withServer(t, "50 of 100", setting.facts(run), func(t *testing.T, s server) {
			state, errors, _ := s.ReadWithWarnings(t.Context(), t, resultsType, values{"run_id": firstRunID})
			if errors != "" {
				t.Fatal(errors)
			}
			if ratio, has := state["success_ratio"]; has && ratio != "0.5" {
				t.Errorf("success_ratio = %v", ratio)
			}
			wantNumbers(t, state, map[string]int{"document_count": 100, "result_count": 50, "succeeded_count": 50, "failed_count": 0, "missing_count": 50})
			if _, has := state["total_count"]; has {
				t.Error("total_count counts rows, which reads as if it counted documents")
			}
		})
	})
}

// TestTruth_namedDocumentsOfALargeRun reads a run of 1200 documents. The list of the run-scoped edition ends at 1000 rows.
func TestTruth_namedDocumentsOfALargeRun(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		facts := setting.facts(newRun(1200))
		withServer(t, "three documents", facts, func(t *testing.T, s server) {
			state, errors, _ := s.ReadWithWarnings(t.Context(), t, resultsType, values{"run_id": firstRunID, "document_ids": setOf("expdoc_3", "expdoc_1100", "expdoc_1199")})
			isRefused := !setting.serves.flat && strings.Contains(errors, "retab_experiment_result")
			if !isRefused && (errors != "" || len(asMap(state["by_document"])) != 3 || state["all_succeeded"] != true) {
				t.Errorf("%d of 3 rows: %s", len(asMap(state["by_document"])), errors)
			}
		})
		withServer(t, "all documents", facts, func(t *testing.T, s server) {
			state, errors, _ := s.ReadWithWarnings(t.Context(), t, resultsType, values{"run_id": firstRunID})
			if setting.serves.flat {
				if errors != "" || len(asMap(state["by_document"])) != 1200 {
					t.Errorf("%d of 1200 rows: %s", len(asMap(state["by_document"])), errors)
				}
				return
			}
			for _, way := range []string{"document_ids", "retab_experiment_run"} {
				if !strings.Contains(errors, way) {
					t.Errorf("the error does not name %s: %s", way, errors)
				}
			}
		})
	})
}

// TestTruth_gateRefusesWith403 checks that auto finds the flat edition behind an older gateway, which answers 403 to a request
// without a Bearer token.
func TestTruth_gateRefusesWith403(t *testing.T) {
	t.Parallel()
	for name, read := range absences {
		facts := editionSetting{flatEdition, "auto"}.facts(newRun(3))
		facts.gate = 403
		withServer(t, name, facts, func(t *testing.T, s server) {
			if _, errors, _ := s.ReadWithWarnings(t.Context(), t, read.typeName, read.arguments); errors != "" {
				t.Error(errors)
			}
		})
	}
}

// TestTruth_cutListDecidesNothing checks that the row of an earlier attempt is not the result of a document if the list says
// that it goes on.
func TestTruth_cutListDecidesNothing(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		run := newRun(1)
		first := run.documents[0].attempts[0]
		first.number = 1
		second := *first
		second.id, second.number, second.outcome = "expjob_again", 2, "error"
		run.documents[0].attempts = append(run.documents[0].attempts, &second)
		for _, tells := range []string{"has_more", "total"} {
			facts := setting.facts(run)
			facts.pageSize, facts.cursors, facts.tells = 1, cursorsNone, tells
			withServer(t, tells, facts, func(t *testing.T, s server) {
				state, _, _ := s.ReadWithWarnings(t.Context(), t, resultType, absences["result"].arguments)
				if state["succeeded"] == true {
					t.Errorf("got %v of attempt %v", state["status"], state["attempt"])
				}
			})
		}
	})
}

package truth_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
)

// This file has worlds that earlier versions of the provider read wrongly.

// editionSetting is the edition of a server and a matching api_edition.
type editionSetting struct {
	serves  editionSet
	setting string
}

var (
	runScopedEdition = editionSet{runScoped: true}
	flatEdition      = editionSet{flat: true}
	editionSettings  = []editionSetting{{runScopedEdition, "run_scoped"}, {flatEdition, "flat"}, {runScopedEdition, "auto"}, {flatEdition, "auto"}}
)

const firstRunID = "exprun_1"

// newRun returns a completed run of so many documents, all of which succeeded.
func newRun(documents int) *worldRun {
	run := &worldRun{id: firstRunID, experimentID: "exp_a", begins: longAgo, ends: -time.Minute, outcome: "completed"}
	for i := range documents {
		run.documents = append(run.documents, &worldDocument{id: fmt.Sprintf("expdoc_%d", i), attempts: []*worldAttempt{{
			id: fmt.Sprintf("expjob_%d", i), appears: longAgo, starts: longAgo, ends: longAgo, outcome: "completed",
		}}})
	}
	return run
}

// delay makes the row of a document appear at a later moment.
func (r *worldRun) delay(document int, until time.Duration) {
	attempt := r.documents[document].attempts[0]
	attempt.lag[viewSingle], attempt.lag[viewList] = until-longAgo, until-longAgo
}

// facts returns a world with one run and no faults.
func (s editionSetting) facts(run *worldRun) *worldFacts {
	return &worldFacts{disorder: map[string]bool{}, serves: s.serves, setting: s.setting, pageSize: 1000, noRoute: noRouteReplies[0], runs: []*worldRun{run}, focus: run.id}
}

// withServer runs a subtest with a provider that reads a world, on a fake clock.
func withServer(t *testing.T, name string, facts *worldFacts, test func(t *testing.T, s server)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			test(t, connectTo(t, &worldServer{worldFacts: facts, start: time.Now()}, facts.setting))
		})
	})
}

// connectTo returns a provider that sends its requests through a transport.
func connectTo(tb testing.TB, network http.RoundTripper, setting string) server {
	tb.Helper()
	s := serve(tb, provider.WithTransport(network), provider.WithBackoff(transport.Backoff{}))
	if problem := s.Configure(tb, values{"api_key": worldKey, "base_url": worldHost, "api_edition": setting}); problem != "" {
		tb.Fatal(problem)
	}
	return s
}

// forEachEdition runs a test for each edition and setting, in parallel.
func forEachEdition(t *testing.T, test func(t *testing.T, s editionSetting)) {
	t.Helper()
	for _, setting := range editionSettings {
		t.Run(fmt.Sprintf("%s read as %s", setting.serves, setting.setting), func(t *testing.T) {
			t.Parallel()
			test(t, setting)
		})
	}
}

// absences are reads for which an absence is data.
var absences = map[string]struct {
	typeName  string
	arguments values
}{
	"result":      {resultType, values{"run_id": firstRunID, "document_id": "expdoc_0", "ignore_not_found": true}},
	"run":         {runType, values{"id": firstRunID, "ignore_not_found": true}},
	"newest run":  {runType, values{"experiment_id": "exp_a", "ignore_not_found": true}},
	"all results": {resultsType, values{"run_id": firstRunID}},
}

// TestTruth_gatewayProvesNoAbsence checks that nothing is absent because a gateway gives the same answer to every request.
func TestTruth_gatewayProvesNoAbsence(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		for name, read := range absences {
			for _, reply := range gatewayReplies {
				facts := setting.facts(newRun(1))
				facts.everything = &reply
				withServer(t, fmt.Sprintf("%s, answered %d %s", name, reply.status, reply.body), facts, func(t *testing.T, s server) {
					if state, _, _ := s.ReadWithWarnings(t.Context(), t, read.typeName, read.arguments); state != nil {
						t.Errorf("exists = %v", state["exists"])
					}
				})
			}
		}
	})
}

// TestTruth_missingRoutesProveNoAbsence checks that nothing is absent because a route is missing.
func TestTruth_missingRoutesProveNoAbsence(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		missing []routeGroup
		reads   []string
	}{
		"of runs":            {[]routeGroup{routeRuns, routeRun}, []string{"absent result", "run"}},
		"of results":         {[]routeGroup{routeScoped, routeOfRun, routeResults}, []string{"result", "absent result"}},
		"of a single result": {[]routeGroup{routeScoped}, []string{"result"}},
		"of a list":          {[]routeGroup{routeOfRun, routeResults}, []string{"result"}},
	}
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		for name, test := range tests {
			for _, read := range test.reads {
				for _, reply := range noRouteReplies {
					facts := setting.facts(newRun(3))
					for _, route := range test.missing {
						facts.missing[route] = &reply
					}
					request := absences[strings.TrimPrefix(read, "absent ")]
					if strings.HasPrefix(read, "absent ") {
						request.arguments = values{"run_id": firstRunID, "document_id": "expdoc_nowhere", "ignore_not_found": true}
					}
					withServer(t, fmt.Sprintf("%s, %s, answered %s", name, read, reply.body), facts, func(t *testing.T, s server) {
						if state, _, _ := s.ReadWithWarnings(t.Context(), t, request.typeName, request.arguments); state != nil && state["exists"] != true {
							t.Errorf("exists = %v", state["exists"])
						}
					})
				}
			}
		}
	})
}

// TestTruth_resultOnlyInTheList checks that a result is found in the list of its run if the route of single results is
// missing.
func TestTruth_resultOnlyInTheList(t *testing.T) {
	t.Parallel()
	for _, reply := range noRouteReplies {
		for name, before := range map[string]time.Duration{"not read before": 0, "read a millisecond ago": time.Millisecond, "read a minute ago": time.Minute} {
			facts := editionSettings[0].facts(newRun(3))
			facts.missing[routeScoped] = &reply
			withServer(t, fmt.Sprintf("%s, answered %s", name, reply.body), facts, func(t *testing.T, s server) {
				if before > 0 {
					if _, errors, _ := s.ReadWithWarnings(t.Context(), t, resultsType, values{"run_id": firstRunID}); errors != "" {
						t.Fatal(errors)
					}
					<-time.After(before)
				}
				state, errors, _ := s.ReadWithWarnings(t.Context(), t, resultType, absences["result"].arguments)
				if errors != "" || state["succeeded"] != true {
					t.Errorf("exists = %v %s", state["exists"], errors)
				}
			})
		}
	}
}

// TestTruth_editionChanges changes the edition of the server after some requests.
func TestTruth_editionChanges(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		for after := range 8 {
			for _, lenient := range []bool{true, false} {
				facts := setting.facts(newRun(12))
				facts.later, facts.changesAfter, facts.lenient = editionSet{runScoped: setting.serves.flat, flat: setting.serves.runScoped}, after+1, lenient
				withServer(t, fmt.Sprintf("after %d requests, either credential %t", after+1, lenient), facts, func(t *testing.T, s server) {
					for document := range 12 {
						state, errors, _ := s.ReadWithWarnings(t.Context(), t, resultType, values{
							"run_id": firstRunID, "document_id": fmt.Sprintf("expdoc_%d", document), "ignore_not_found": true,
						})
						if errors == "" && state["exists"] != true {
							t.Errorf("document %d: exists = %v", document, state["exists"])
						}
					}
				})
			}
		}
	})
}

// TestTruth_editionChangesDuringWait checks that a result which was running is not reported as missing after the edition
// changes.
func TestTruth_editionChangesDuringWait(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		for after := 2; after < 8; after++ {
			run := newRun(3)
			run.ends = time.Minute
			run.documents[0].attempts[0].ends = 40 * time.Second
			facts := setting.facts(run)
			facts.later, facts.changesAfter, facts.lenient = editionSet{runScoped: setting.serves.flat, flat: setting.serves.runScoped}, after, true
			withServer(t, fmt.Sprintf("after %d requests", after), facts, func(t *testing.T, s server) {
				state, errors, _ := s.ReadWithWarnings(t.Context(), t, resultType, values{"run_id": firstRunID, "document_id": "expdoc_0", "wait_for_completion": true})
				if strings.Contains(errors, "not there yet") || strings.Contains(errors, "Experiment result not found") {
					t.Error(errors)
				}
				if errors == "" && state["status"] != "completed" {
					t.Errorf("got %v", state["status"])
				}
			})
		}
	})
}

// TestTruth_provenAbsenceIsData checks that a proved absence is an error that names it, or data with ignore_not_found.
func TestTruth_provenAbsenceIsData(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		active := newRun(3)
		active.ends = never
		active.documents[0].attempts[0].appears = never
		for name, test := range map[string]struct {
			run       *worldRun
			typeName  string
			arguments values
			want      string
		}{
			"no such run":              {newRun(3), runType, values{"id": "exprun_nowhere"}, "Experiment run not found"},
			"no run of the experiment": {newRun(3), runType, values{"experiment_id": "exp_nowhere"}, "Experiment run not found"},
			"no such run of results":   {newRun(3), resultType, values{"run_id": "exprun_nowhere", "document_id": "expdoc_0"}, "Experiment run not found"},
			"not part of the run":      {newRun(3), resultType, values{"run_id": firstRunID, "document_id": "expdoc_nowhere"}, "Experiment result not found"},
			"not there yet":            {active, resultType, values{"run_id": firstRunID, "document_id": "expdoc_0"}, "not there yet"},
		} {
			withServer(t, name, setting.facts(test.run), func(t *testing.T, s server) {
				if _, errors, _ := s.ReadWithWarnings(t.Context(), t, test.typeName, test.arguments); !strings.Contains(errors, test.want) {
					t.Errorf("got the error %q, want %q", errors, test.want)
				}
				test.arguments["ignore_not_found"] = true
				if state, errors, _ := s.ReadWithWarnings(t.Context(), t, test.typeName, test.arguments); errors != "" || state["exists"] != false {
					t.Errorf("exists = %v %s", state["exists"], errors)
				}
			})
		}
	})
}

// gates are the reads of the booleans for gates, with the table of evidence of each.
var gates = map[string]struct {
	table     []evidenceMember
	typeName  string
	arguments values
	attribute string
	open      any
	show      func(facts *worldFacts, evidence *evidence)
}{
	"experiment": {
		freshnessMembers, experimentType,
		values{"id": "exp_a", "workflow_id": "wf_1"},
		"is_fresh", true,
		func(f *worldFacts, e *evidence) { f.freshness = e },
	},
	"metrics": {
		slices.Concat(metricsMembers, priorMembers), metricsType,
		values{"run_id": firstRunID},
		"state", "available",
		func(f *worldFacts, e *evidence) { f.metrics = e },
	},
	"artifact": {
		recordMembers, artifactType,
		values{"operation": "extraction", "id": "extr_1"},
		"succeeded", true,
		func(f *worldFacts, e *evidence) { f.record = e },
	},
	"run": {
		runCounterMembers, runType,
		values{"id": firstRunID},
		"succeeded", true,
		func(f *worldFacts, e *evidence) { f.runs[0].counters = e },
	},
	"results": {
		runCounterMembers, resultsType,
		values{"run_id": firstRunID},
		"all_succeeded", true,
		func(f *worldFacts, e *evidence) { f.runs[0].counters = e },
	},
}

// TestTruth_everyEvidence takes each member of the table of evidence away in turn, and sees the boolean close.
func TestTruth_everyEvidence(t *testing.T) {
	t.Parallel()
	forEachEdition(t, func(t *testing.T, setting editionSetting) {
		for name, gate := range gates {
			for i, member := range gate.table {
				if !overlaps(member.in, setting.serves) {
					continue
				}
				closing := member.no
				if overlaps(member.needed, setting.serves) {
					closing = slices.Concat(member.no, member.silent)
				}
				for _, value := range append([]string{"what agrees"}, closing...) {
					random, facts := newRandom(1), setting.facts(newRun(3))
					random.chooseEvidence(facts, false)
					evidence := random.evidence(gate.table, false)
					if value != "what agrees" {
						evidence.values[i] = value
					}
					gate.show(facts, evidence)
					withServer(t, fmt.Sprintf("%s, %s is %s", name, member.path, value), facts, func(t *testing.T, s server) {
						state, errors, _ := s.ReadWithWarnings(t.Context(), t, gate.typeName, gate.arguments)
						if isOpen := state[gate.attribute] == gate.open; isOpen != (value == "what agrees") {
							t.Errorf("%s = %v, %v %s", gate.attribute, state[gate.attribute], state["summary"], errors)
						}
					})
				}
			}
		}
	})
}

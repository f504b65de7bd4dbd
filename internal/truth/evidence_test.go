package truth_test

import (
	"fmt"
	"slices"
	"strings"
)

// This file has the table of evidence: the members that a boolean for gates depends on, and what their values say. The
// boolean may be true only if every member that it needs says yes and no member says no.

// evidenceMember is one member of a body. Its values are JSON; "" leaves the member out, and {run}, {total}, {more} and {less}
// stand for the id of the run, its number of documents, and one more and one less.
type evidenceMember struct {
	path            string     // such as freshness.status
	in, needed      editionSet // the editions that have the member, and those in which it must say yes
	yes, no, silent []string
}

var bothEditions = editionSet{runScoped: true, flat: true}

// errorValues are failures in every form, and noErrorValues is what an object without a failure may have in its place.
var (
	errorValues   = []string{`"the model gave up"`, `{"message":"it failed"}`, `{"code":"MODEL"}`, `["it failed"]`, `true`}
	noErrorValues = []string{"", "null"}
)

// freshnessMembers has the evidence of is_fresh.
var freshnessMembers = []evidenceMember{
	{path: "last_run_id", in: bothEditions, needed: bothEditions, yes: []string{`"exprun_last"`}, silent: []string{"", "null"}},
	{path: "freshness.status", in: flatEdition, needed: flatEdition, yes: []string{`"fresh"`}, no: []string{`"stale"`}, silent: []string{`"unknown"`, `"new_word"`}},
	{path: "is_stale", in: bothEditions, needed: runScopedEdition, yes: []string{"false"}, no: []string{"true"}, silent: []string{"", "null"}},
	{path: "schema_drift", in: bothEditions, needed: runScopedEdition, yes: []string{`"none"`}, no: []string{`"partial"`, `"drifted"`}, silent: []string{"", `"unknown"`}},
	{path: "freshness_state", in: flatEdition, yes: []string{`"fresh"`}, no: []string{`"stale"`}, silent: []string{""}},
	{path: "freshness.reasons", in: flatEdition, no: []string{`["inputs_changed"]`}, silent: []string{"", "[]"}},
	{path: "freshness_reasons", in: flatEdition, no: []string{`["validity_changed"]`}, silent: []string{"", "[]"}},
	{path: "freshness.baseline_run_id", in: flatEdition, yes: []string{`"exprun_last"`}, no: []string{`"exprun_other"`}, silent: []string{"", "null"}},
	{path: "drift.status", in: flatEdition, yes: []string{`"none"`}, no: []string{`"drifted"`, `"broken"`}, silent: []string{"", `"unknown"`}},
	{path: "drift.affected_targets", in: flatEdition, no: []string{`["vendor"]`}, silent: []string{"", "[]"}},
	{path: "run_plan_mode", in: flatEdition, yes: []string{`"noop"`}, no: []string{`"run"`, `"conflict"`}, silent: []string{"", `"unknown"`}},
	{path: "rerunnable_document_count", in: flatEdition, no: []string{"10"}, silent: []string{"", "0"}},
	{path: "status", in: bothEditions, yes: []string{`"completed"`}, no: []string{`"processing"`}, silent: []string{""}},
}

// runCounterMembers has the evidence of succeeded of a run, beside its status.
var runCounterMembers = []evidenceMember{
	{path: "total_document_count", in: bothEditions, needed: bothEditions, yes: []string{"{total}"}, no: []string{"{more}"}},
	{path: "completed_document_count", in: bothEditions, needed: bothEditions, yes: []string{"{total}"}, no: []string{"{less}"}, silent: []string{"", "0"}},
	{path: "document_count", in: bothEditions, yes: []string{"{total}"}, no: []string{"{more}"}, silent: []string{"", "0"}},
	{path: "error_count", in: bothEditions, no: []string{"1"}, silent: []string{"", "0"}},
}

// metricsMembers has the evidence of the state available.
var metricsMembers = []evidenceMember{
	{path: "run_id", in: bothEditions, needed: bothEditions, yes: []string{`"{run}"`}, no: []string{`"exprun_other"`}, silent: []string{""}},
	{path: "score", in: bothEditions, needed: bothEditions, yes: []string{"0.875", "1", "0"}, no: []string{"79", "-0.1", "1.5"}},
	{path: "error", in: bothEditions, no: errorValues, silent: noErrorValues},
	{path: "stale_reasons", in: bothEditions, no: []string{`["validity_changed"]`}, silent: []string{"", "[]"}},
	{path: "scored_document_count", in: flatEdition, no: []string{"{more}"}, silent: []string{"", "{total}"}},
	{path: "total_document_count", in: flatEdition, silent: []string{"{total}"}},
	{path: "block_execution_fingerprint", in: flatEdition, silent: []string{"", `"0af2"`}},
	{path: "definition_fingerprint", in: runScopedEdition, silent: []string{"", `"0af3"`}},
	{path: "aggregate", in: bothEditions, silent: []string{"null", `{"likelihoods":{"vendor":0.9}}`}},
}

// priorMembers has the evidence of metrics with a prior score, and noPriorMembers of metrics without one.
var (
	priorMembers = []evidenceMember{
		{path: "prior_score", in: bothEditions, yes: []string{"0.8"}, no: []string{"-1", "79"}},
		{path: "prior_run_id", in: bothEditions, needed: bothEditions, yes: []string{`"exprun_prior"`}, no: []string{`"{run}"`}, silent: []string{"", "null"}},
	}
	noPriorMembers = []evidenceMember{
		{path: "prior_score", in: bothEditions, silent: []string{"", "null"}},
		{path: "prior_run_id", in: bothEditions, no: []string{`"{run}"`}, silent: []string{"", "null"}},
	}
)

// recordMembers has the evidence of succeeded of an artifact. The record of the run-scoped edition has no status, and is
// completed if it has an output.
var recordMembers = []evidenceMember{
	{
		path: "status", in: flatEdition, needed: flatEdition, yes: []string{`"completed"`},
		no: []string{`"failed"`, `"cancelled"`, `"pending"`, `"in_progress"`, `"failed","status":"completed"`, `"completed","status":"failed"`}, silent: []string{""},
	},
	{path: "output", in: bothEditions, needed: runScopedEdition, yes: []string{artifactOutput}, silent: []string{"", "null"}},
	{path: "error", in: bothEditions, no: errorValues, silent: noErrorValues},
	{
		path: "consensus", in: bothEditions, no: []string{`{"likelihoods":{"total":0.1,"vendor":1}},"consensus":{"likelihoods":{"total":0.9,"vendor":1}}`},
		silent: []string{"", "null", scoredOutput, scoredOutput, `{"likelihoods":{"total":0.9}}`, `{"likelihoods":{"total":0.9,"vendor":null}}`, `{"likelihoods":{"total":0.9,"other":1}}`},
	},
}

// artifactOutput is the output of a record, and scoredOutput a consensus with a likelihood for each of its values.
const (
	artifactOutput = `{"total":1,"vendor":null}`
	scoredOutput   = `{"likelihoods":{"total":0.9,"vendor":1}}`
)

// evidence is what one object shows of a table.
type evidence struct {
	table  []evidenceMember
	values []string
	says   []int // above zero for yes, below it for no
}

// evidence chooses the values of a table. A flawed object has one or two members that close the gate in some edition.
func (r *worldGenerator) evidence(table []evidenceMember, flawed bool) *evidence {
	e := &evidence{table: table, values: make([]string, len(table)), says: make([]int, len(table))}
	for i, member := range table {
		agreeing := member.yes
		if member.needed == (editionSet{}) {
			agreeing = slices.Concat(member.yes, member.silent)
		}
		e.values[i] = r.text(agreeing...)
		e.says[i] = 1
	}
	if !flawed {
		return e
	}
	for range 1 + r.IntN(2) {
		i := r.IntN(len(table))
		member := table[i]
		switch {
		case len(member.no) > 0 && (member.needed == (editionSet{}) || len(member.silent) == 0 || r.chance(70)):
			e.values[i], e.says[i] = r.text(member.no...), -1
		case len(member.silent) > 0:
			e.values[i], e.says[i] = r.text(member.silent...), 0
		}
	}
	return e
}

// opens reports whether the boolean may be true in an edition.
func (e *evidence) opens(edition editionSet) bool {
	for i, member := range e.table {
		if overlaps(member.in, edition) && e.says[i] < 0 || overlaps(member.needed, edition) && e.says[i] <= 0 {
			return false
		}
	}
	return true
}

// value returns the value of a member.
func (e *evidence) value(path string) string {
	return e.values[slices.IndexFunc(e.table, func(member evidenceMember) bool { return member.path == path })]
}

func overlaps(one, other editionSet) bool {
	return one.runScoped && other.runScoped || one.flat && other.flat
}

// body renders the members that an edition has, without braces.
func (e *evidence) body(edition editionSet, names ...string) string {
	replacer := strings.NewReplacer(names...)
	var members []string
	nested := map[string][]string{}
	for i, member := range e.table {
		if !overlaps(member.in, edition) || e.values[i] == "" {
			continue
		}
		parent, name, isNested := strings.Cut(member.path, ".")
		if !isNested {
			members = append(members, fmt.Sprintf("%q:%s", member.path, replacer.Replace(e.values[i])))
			continue
		}
		nested[parent] = append(nested[parent], fmt.Sprintf("%q:%s", name, replacer.Replace(e.values[i])))
	}
	for parent, children := range nested {
		members = append(members, fmt.Sprintf("%q:{%s}", parent, strings.Join(children, ",")))
	}
	slices.Sort(members)
	return strings.Join(members, ",")
}

// String lists what does not say yes.
func (e *evidence) String() string {
	var flaws []string
	for i, member := range e.table {
		if e.says[i] <= 0 {
			flaws = append(flaws, member.path+" = "+e.values[i])
		}
	}
	return strings.Join(flaws, ", ")
}

package truth_test

import (
	"fmt"
	"slices"
	"strings"
)

// This file has the table of evidence: the members that a boolean for gates depends on, and what their values say. The
// boolean may be true only if every member that it needs says yes and no member says no.

// truthMember is one member of a body. Its values are JSON; "" leaves the member out, and {run}, {total}, {more} and {less}
// stand for the id of the run, its number of documents, and one more and one less.
type truthMember struct {
	path            string       // such as freshness.status
	in, needed      truthEdition // the editions that have the member, and those in which it must say yes
	yes, no, silent []string
}

var truthBoth = truthEdition{runScoped: true, flat: true}

// truthErrors are failures in every form, and truthNoErrors is what an object without a failure may have in its place.
var (
	truthErrors   = []string{`"the model gave up"`, `{"message":"it failed"}`, `{"code":"MODEL"}`, `["it failed"]`, `true`}
	truthNoErrors = []string{"", "null"}
)

// truthFreshness has the evidence of is_fresh.
var truthFreshness = []truthMember{
	{path: "last_run_id", in: truthBoth, needed: truthBoth, yes: []string{`"exprun_last"`}, silent: []string{"", "null"}},
	{path: "freshness.status", in: truthFlat, needed: truthFlat, yes: []string{`"fresh"`}, no: []string{`"stale"`}, silent: []string{`"unknown"`, `"new_word"`}},
	{path: "is_stale", in: truthBoth, needed: truthRunScoped, yes: []string{"false"}, no: []string{"true"}, silent: []string{"", "null"}},
	{path: "schema_drift", in: truthBoth, needed: truthRunScoped, yes: []string{`"none"`}, no: []string{`"partial"`, `"drifted"`}, silent: []string{"", `"unknown"`}},
	{path: "freshness_state", in: truthFlat, yes: []string{`"fresh"`}, no: []string{`"stale"`}, silent: []string{""}},
	{path: "freshness.reasons", in: truthFlat, no: []string{`["inputs_changed"]`}, silent: []string{"", "[]"}},
	{path: "freshness_reasons", in: truthFlat, no: []string{`["validity_changed"]`}, silent: []string{"", "[]"}},
	{path: "freshness.baseline_run_id", in: truthFlat, yes: []string{`"exprun_last"`}, no: []string{`"exprun_other"`}, silent: []string{"", "null"}},
	{path: "drift.status", in: truthFlat, yes: []string{`"none"`}, no: []string{`"drifted"`, `"broken"`}, silent: []string{"", `"unknown"`}},
	{path: "drift.affected_targets", in: truthFlat, no: []string{`["vendor"]`}, silent: []string{"", "[]"}},
	{path: "run_plan_mode", in: truthFlat, yes: []string{`"noop"`}, no: []string{`"run"`, `"conflict"`}, silent: []string{"", `"unknown"`}},
	{path: "rerunnable_document_count", in: truthFlat, no: []string{"10"}, silent: []string{"", "0"}},
	{path: "status", in: truthBoth, yes: []string{`"completed"`}, no: []string{`"processing"`}, silent: []string{""}},
}

// truthRunCounters has the evidence of succeeded of a run, beside its status.
var truthRunCounters = []truthMember{
	{path: "total_document_count", in: truthBoth, needed: truthBoth, yes: []string{"{total}"}, no: []string{"{more}"}},
	{path: "completed_document_count", in: truthBoth, needed: truthBoth, yes: []string{"{total}"}, no: []string{"{less}"}, silent: []string{"", "0"}},
	{path: "document_count", in: truthBoth, yes: []string{"{total}"}, no: []string{"{more}"}, silent: []string{"", "0"}},
	{path: "error_count", in: truthBoth, no: []string{"1"}, silent: []string{"", "0"}},
}

// truthMetrics has the evidence of the state available.
var truthMetrics = []truthMember{
	{path: "run_id", in: truthBoth, needed: truthBoth, yes: []string{`"{run}"`}, no: []string{`"exprun_other"`}, silent: []string{""}},
	{path: "score", in: truthBoth, needed: truthBoth, yes: []string{"0.875", "1", "0"}, no: []string{"79", "-0.1", "1.5"}},
	{path: "error", in: truthBoth, no: truthErrors, silent: truthNoErrors},
	{path: "stale_reasons", in: truthBoth, no: []string{`["validity_changed"]`}, silent: []string{"", "[]"}},
	{path: "scored_document_count", in: truthFlat, no: []string{"{more}"}, silent: []string{"", "{total}"}},
	{path: "total_document_count", in: truthFlat, silent: []string{"{total}"}},
	{path: "block_execution_fingerprint", in: truthFlat, silent: []string{"", `"0af2"`}},
	{path: "definition_fingerprint", in: truthRunScoped, silent: []string{"", `"0af3"`}},
	{path: "aggregate", in: truthBoth, silent: []string{"null", `{"likelihoods":{"vendor":0.9}}`}},
}

// truthPriors has the evidence of metrics with a prior score, and truthNoPriors of metrics without one.
var (
	truthPriors = []truthMember{
		{path: "prior_score", in: truthBoth, yes: []string{"0.8"}, no: []string{"-1", "79"}},
		{path: "prior_run_id", in: truthBoth, needed: truthBoth, yes: []string{`"exprun_prior"`}, no: []string{`"{run}"`}, silent: []string{"", "null"}},
	}
	truthNoPriors = []truthMember{
		{path: "prior_score", in: truthBoth, silent: []string{"", "null"}},
		{path: "prior_run_id", in: truthBoth, no: []string{`"{run}"`}, silent: []string{"", "null"}},
	}
)

// truthRecord has the evidence of succeeded of an artifact. The record of the run-scoped edition has no status, and is
// completed if it has an output.
var truthRecord = []truthMember{
	{
		path: "status", in: truthFlat, needed: truthFlat, yes: []string{`"completed"`},
		no: []string{`"failed"`, `"cancelled"`, `"pending"`, `"in_progress"`, `"failed","status":"completed"`, `"completed","status":"failed"`}, silent: []string{""},
	},
	{path: "output", in: truthBoth, needed: truthRunScoped, yes: []string{truthOutput}, silent: []string{"", "null"}},
	{path: "error", in: truthBoth, no: truthErrors, silent: truthNoErrors},
	{
		path: "consensus", in: truthBoth, no: []string{`{"likelihoods":{"total":0.1,"vendor":1}},"consensus":{"likelihoods":{"total":0.9,"vendor":1}}`},
		silent: []string{"", "null", truthScored, truthScored, `{"likelihoods":{"total":0.9}}`, `{"likelihoods":{"total":0.9,"vendor":null}}`, `{"likelihoods":{"total":0.9,"other":1}}`},
	},
}

// truthOutput is the output of a record, and truthScored a consensus with a likelihood for each of its values.
const (
	truthOutput = `{"total":1,"vendor":null}`
	truthScored = `{"likelihoods":{"total":0.9,"vendor":1}}`
)

// truthEvidence is what one object shows of a table.
type truthEvidence struct {
	table  []truthMember
	values []string
	says   []int // above zero for yes, below it for no
}

// evidence chooses the values of a table. A flawed object has one or two members that close the gate in some edition.
func (r *truthRandom) evidence(table []truthMember, flawed bool) *truthEvidence {
	e := &truthEvidence{table: table, values: make([]string, len(table)), says: make([]int, len(table))}
	for i, member := range table {
		agreeing := member.yes
		if member.needed == (truthEdition{}) {
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
		case len(member.no) > 0 && (member.needed == (truthEdition{}) || len(member.silent) == 0 || r.chance(70)):
			e.values[i], e.says[i] = r.text(member.no...), -1
		case len(member.silent) > 0:
			e.values[i], e.says[i] = r.text(member.silent...), 0
		}
	}
	return e
}

// opens reports whether the boolean may be true in an edition.
func (e *truthEvidence) opens(edition truthEdition) bool {
	for i, member := range e.table {
		if overlaps(member.in, edition) && e.says[i] < 0 || overlaps(member.needed, edition) && e.says[i] <= 0 {
			return false
		}
	}
	return true
}

// value returns the value of a member.
func (e *truthEvidence) value(path string) string {
	return e.values[slices.IndexFunc(e.table, func(member truthMember) bool { return member.path == path })]
}

func overlaps(one, other truthEdition) bool {
	return one.runScoped && other.runScoped || one.flat && other.flat
}

// body renders the members that an edition has, without braces.
func (e *truthEvidence) body(edition truthEdition, names ...string) string {
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
func (e *truthEvidence) String() string {
	var flaws []string
	for i, member := range e.table {
		if e.says[i] <= 0 {
			flaws = append(flaws, member.path+" = "+e.values[i])
		}
	}
	return strings.Join(flaws, ", ")
}

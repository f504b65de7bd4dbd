package provider_test

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// truthChecker holds one answer against the facts. Each violation is the name of a rule that the answer breaks.
type truthChecker struct {
	*truthFacts
	read       truthRead
	answer     truthAnswer
	violations []string
}

// require notes a rule that an answer breaks.
func (j *truthChecker) require(holds bool, rule string) {
	if !holds {
		j.violations = append(j.violations, rule)
	}
}

// check returns the rules that an answer breaks. An error breaks none.
func (f *truthFacts) check(read truthRead, answer truthAnswer) []string {
	j := &truthChecker{truthFacts: f, read: read, answer: answer}
	if answer.state == nil {
		return nil
	}
	switch read.typeName {
	case resultType:
		j.checkResult()
	case resultsType:
		j.checkResults()
	default:
		j.checkRun()
	}
	return j.violations
}

// earliest is the earliest moment that an answer can be about.
func (j *truthChecker) earliest() time.Duration { return j.answer.from - truthFreshFor }

func (j *truthChecker) checkResult() {
	run := j.run(j.read.runID)
	if j.answer.state["exists"] != true {
		j.require(j.isAbsent(run, j.read.documentID), "result: exists = false only if it is absent for certain")
		j.require(j.read.ignores, "result: an absence is data only with ignore_not_found")
		j.require(j.answer.state["succeeded"] == false, "result: what does not exist has not succeeded")
		return
	}
	if run == nil || run.document(j.read.documentID) == nil {
		j.require(false, "result: exists = true only if the run has the document")
		return
	}
	j.checkRow("result", run, run.document(j.read.documentID), j.answer.state)
}

// checkRow judges what is told of a document that has a row.
func (j *truthChecker) checkRow(what string, run *truthRun, document *truthDocument, row attributes) {
	j.require(row["document_id"] == document.id && row["run_id"] == run.id, what+": a row is of its document")
	j.require(row["succeeded"] != true || document.succeeded(j.answer.to), what+": succeeded only if the latest row succeeded")
	j.require(slices.Contains(j.statusesOf(run, document), row["status"].(string)), what+": the status is one that was shown")
	j.require(row["is_terminal"] == truthFinal(row["status"].(string)), what+": is_terminal follows from the status")
}

// statusesOf returns the statuses that an answer may tell of a document. Where lists lose rows, an earlier attempt can be
// all that is shown.
func (j *truthChecker) statusesOf(run *truthRun, document *truthDocument) []string {
	var statuses []string
	for _, at := range momentsIn(j.earliest(), j.answer.to, document.changes()...) {
		for view := range truthViews {
			_, status := document.latest(view, at)
			statuses = append(statuses, status)
			if j.hidesRows(run) {
				for _, attempt := range document.attempts {
					statuses = append(statuses, attempt.statusIn(view, at))
				}
			}
		}
	}
	return statuses
}

// isAbsent reports whether a result is absent for certain: the API shows that there is no such run; or the run does not
// have the document; or the run has no row for it yet, or was stopped before it had one.
func (j *truthChecker) isAbsent(run *truthRun, documentID string) bool {
	if run == nil {
		return j.showsRuns()
	}
	document := run.document(documentID)
	switch at := j.earliest(); {
	case !j.showsResults():
		return false
	case document == nil:
		return true
	case run.isCompleted(at):
		return false
	case at >= run.ends:
		_, status := document.latest(truthItself, at)
		return status == ""
	default:
		_, single := document.latest(truthSingle, at)
		_, list := document.latest(truthList, at)
		return single == "" || list == "" || j.hidesRows(run) // a row that a list lost may as well be still to come
	}
}

func (j *truthChecker) checkResults() {
	run, state := j.run(j.read.runID), j.answer.state
	if run == nil {
		j.require(false, "results: only of a run that exists")
		return
	}
	scope := j.scope(run)
	shown := asMap(state["status_by_document"])
	for id, row := range asMap(state["by_document"]) {
		if document := run.document(id); document == nil || !slices.Contains(scope, id) {
			j.require(false, "results: every row is of a document that was asked for")
		} else {
			j.checkRow("results", run, document, row.(attributes))
			j.require(shown[id] == row.(attributes)["status"], "results: status_by_document has the status of the row")
		}
	}
	rows := len(shown)
	if _, filters := j.read.arguments["statuses"]; filters {
		rows = j.number("result_count", rows)
	} else {
		j.require(len(shown) == len(asMap(state["by_document"])), "results: every row is shown")
	}
	j.checkGates(run, scope, shown, rows)
	j.checkCounts(run, scope, rows)
}

// scope returns the documents that a plural is about.
func (j *truthChecker) scope(run *truthRun) []string {
	if j.read.documentIDs != nil {
		return j.read.documentIDs
	}
	var all []string
	for _, document := range run.documents {
		all = append(all, document.id)
	}
	return all
}

// checkGates judges what a plural says of all its documents.
func (j *truthChecker) checkGates(run *truthRun, scope []string, shown attributes, rows int) {
	state := j.answer.state
	documents, unfinished := 0, 0
	for _, id := range scope {
		document := run.document(id)
		if document == nil {
			continue
		}
		documents++
		if status, isShown := shown[id].(string); isShown && !truthFinal(status) || !j.isFinal(run, document) {
			unfinished++
		}
	}
	missing := documents - rows
	if run.isCompleted(j.earliest()) {
		j.require(missing == 0 || j.answer.warnings != "", "results: fewer rows than documents of a completed run only with a warning")
	}
	if missing == 0 && unfinished == 0 && len(scope) == documents && !run.uncounted {
		j.require(j.answer.warnings == "", "results: no warning where nothing is missing")
	}
	if over := run.status(j.answer.to); over != "error" && over != "cancelled" {
		j.require(state["all_terminal"] != true || missing == 0 && unfinished == 0, "results: all_terminal only if every document has a final row")
	}
	succeeded := run.succeededOf(scope, j.answer.to)
	j.require(state["all_succeeded"] != true || succeeded == len(scope) && succeeded > 0, "results: all_succeeded only if every document succeeded")
	j.checkRatio("results", succeeded, len(scope))
	if j.isHealthy() && !run.uncounted && len(shown) == documents && unfinished == 0 && len(scope) == documents && documents > 0 {
		j.require(state["all_terminal"] == true, "results: all_terminal if every document has a final row")
		j.require(state["all_succeeded"] == (succeeded == documents), "results: all_succeeded if every document succeeded")
		j.requireRatio("results", succeeded, documents)
	}
}

// ratio returns success_ratio, where the schema has it and it is not null.
func (j *truthChecker) ratio() (float64, bool) {
	text, is := j.answer.state["success_ratio"].(string)
	if !is {
		return 0, false
	}
	ratio, err := strconv.ParseFloat(text, 64)
	j.require(err == nil, j.read.typeName+": success_ratio is a number")
	return ratio, true
}

// isFinal reports whether an answer may take a document for final. A run that is completed will get no other rows for it;
// while a run goes on, nobody can know of an attempt that is not shown.
func (j *truthChecker) isFinal(run *truthRun, document *truthDocument) bool {
	if run.isCompleted(j.answer.to) {
		return document.isFinal(j.answer.to)
	}
	return slices.ContainsFunc(j.statusesOf(run, document), truthFinal)
}

// checkRatio judges success_ratio, which is never more than the truth, and null for no documents.
func (j *truthChecker) checkRatio(what string, succeeded, documents int) {
	ratio, is := j.ratio()
	if !is {
		return
	}
	j.require(documents > 0 && ratio <= float64(succeeded)/float64(documents)+1e-9, what+": success_ratio is never more than the truth")
	j.require(ratio < 1 || succeeded == documents, what+": success_ratio = 1 only if every document succeeded")
}

// requireRatio requires that success_ratio is exact, where the schema has it.
func (j *truthChecker) requireRatio(what string, succeeded, documents int) {
	if _, has := j.answer.state["success_ratio"]; has {
		ratio, is := j.ratio()
		j.require(is && math.Abs(ratio-float64(succeeded)/float64(documents)) < 1e-9, what+": success_ratio is exact where everything is known")
	}
}

// checkCounts judges the counts of a plural, where the schema has them.
func (j *truthChecker) checkCounts(run *truthRun, scope []string, rows int) {
	j.requireNumber("result_count", rows)
	if run.uncounted && j.read.documentIDs == nil {
		return
	}
	j.requireNumber("document_count", len(scope))
	j.requireNumber("missing_count", len(scope)-rows)
	j.requireAtMost("succeeded_count", run.succeededOf(scope, j.answer.to))
	j.requireSummary("results")
}

// number returns a number of the answer, or another one where the schema does not have the attribute.
func (j *truthChecker) number(name string, otherwise int) int {
	text, is := j.answer.state[name].(string)
	if !is {
		return otherwise
	}
	number, err := strconv.Atoi(text)
	j.require(err == nil, j.read.typeName+": "+name+" is a whole number")
	return number
}

// requireNumber requires a number, where the schema has the attribute.
func (j *truthChecker) requireNumber(name string, want int) {
	j.require(j.number(name, want) == want, j.read.typeName+": "+name+" is true")
}

// requireAtMost requires a number that is not above the truth, where the schema has the attribute.
func (j *truthChecker) requireAtMost(name string, most int) {
	j.require(j.number(name, most) <= most, j.read.typeName+": "+name+" is never more than the truth")
}

// requireSummary requires a sentence, where the schema has the attribute.
func (j *truthChecker) requireSummary(what string) {
	if summary, is := j.answer.state["summary"]; is {
		text, isText := summary.(string)
		j.require(isText && text != "", what+": summary is a sentence")
	}
}

func (j *truthChecker) checkRun() {
	state := j.answer.state
	candidates := j.candidates()
	if state["exists"] != true {
		j.require(slices.Contains(candidates, "") && j.showsRuns(), "run: exists = false only if there is certainly none")
		j.require(j.read.ignores, "run: an absence is data only with ignore_not_found")
		return
	}
	id, _ := state["id"].(string)
	run := j.run(id)
	if run == nil || !slices.Contains(candidates, id) {
		j.require(false, "run: it is the one that was asked for")
		return
	}
	var statuses []string
	for _, at := range momentsIn(j.earliest(), j.answer.to, run.begins, run.ends) {
		statuses = append(statuses, run.status(at))
	}
	j.require(slices.Contains(statuses, state["status"].(string)), "run: the status is the run's")
	var all []string
	for _, document := range run.documents {
		all = append(all, document.id)
	}
	succeeded := run.succeededOf(all, j.answer.to)
	j.require(state["succeeded"] != true || run.isCompleted(j.answer.to) && succeeded == len(all) && succeeded > 0, "run: succeeded only if every document succeeded")
	j.requireAtMost("succeeded_count", succeeded)
	j.requireAtMost("completed_count", succeeded)
	if !run.uncounted {
		j.requireNumber("document_count", len(all))
	}
	j.checkRatio("run", succeeded, len(all))
	if run.isCompleted(j.earliest()) && !run.uncounted && len(all) > 0 {
		j.require(state["succeeded"] == (succeeded == len(all)), "run: succeeded if every document succeeded")
		j.requireRatio("run", succeeded, len(all))
	}
	j.requireSummary("run")
}

// candidates returns the ids of the runs that an answer can be about, "" for none.
func (j *truthChecker) candidates() []string {
	if j.read.experimentID == "" {
		if j.run(j.read.runID) == nil {
			return []string{""}
		}
		return []string{j.read.runID}
	}
	var candidates []string
	for _, run := range j.runs {
		for _, at := range momentsIn(j.earliest(), j.answer.to, run.begins, run.ends) {
			candidates = append(candidates, j.newest(j.read.experimentID, j.read.status, at))
		}
	}
	return candidates
}

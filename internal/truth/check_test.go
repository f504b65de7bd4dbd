package truth_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// checker compares one answer with the facts. A violation is the name of a rule that the answer breaks.
type checker struct {
	*worldFacts
	read       worldRead
	answer     readAnswer
	violations []string
}

// require records a rule unless it holds.
func (c *checker) require(holds bool, rule string) {
	if !holds {
		c.violations = append(c.violations, rule)
	}
}

// check returns the rules that an answer breaks. An error breaks none.
func (f *worldFacts) check(read worldRead, answer readAnswer) []string {
	c := &checker{worldFacts: f, read: read, answer: answer}
	if answer.state == nil {
		return nil
	}
	if f.changesFinal() && read.objectID == "" {
		c.checkLater()
		return c.violations
	}
	switch read.typeName {
	case resultType:
		c.checkResult()
	case resultsType:
		c.checkResults()
	case experimentType:
		c.checkExperiment()
	case metricsType:
		c.checkMetrics()
	case artifactType:
		c.checkRecord()
	default:
		c.checkRun()
	}
	return c.violations
}

// earliest returns the earliest moment that the answer can describe.
func (c *checker) earliest() time.Duration { return c.answer.from - freshFor }

func (c *checker) checkResult() {
	run := c.run(c.read.runID)
	if c.answer.state["exists"] != true {
		c.require(c.isAbsent(run, c.read.documentID), "result: exists = false only if it is certainly absent")
		c.require(c.read.ignores, "result: an absence is data only with ignore_not_found")
		c.require(c.answer.state["succeeded"] == false, "result: an absent result has not succeeded")
		return
	}
	if run == nil || run.document(c.read.documentID) == nil {
		c.require(false, "result: exists = true only if the run has the document")
		return
	}
	c.checkRow("result", run, run.document(c.read.documentID), c.answer.state)
}

// checkRow checks the attributes of a result that exists.
func (c *checker) checkRow(what string, run *worldRun, document *worldDocument, row attributes) {
	c.require(row["document_id"] == document.id && row["run_id"] == run.id, what+": a row has the ids of its document")
	c.require(row["succeeded"] != true || document.succeeded(c.answer.to), what+": succeeded only if the latest row succeeded")
	c.require(slices.Contains(c.statusesOf(run, document), row["status"].(string)), what+": the status is one that was shown")
	c.require(row["is_terminal"] == isFinal(row["status"].(string)), what+": is_terminal follows from the status")
}

// statusesOf returns the statuses that an answer may have for a document. Where lists lose rows, that can be the status of an
// earlier attempt.
func (c *checker) statusesOf(run *worldRun, document *worldDocument) []string {
	var statuses []string
	rows := 0
	for _, document := range run.documents {
		rows += len(document.attempts)
	}
	walk := c.latency * time.Duration(rows/c.pageSize) // the last page of a shared list is fresh, and its first page is older
	for _, at := range momentsIn(c.earliest()-walk, c.answer.to, document.changes()...) {
		for view := range viewCount {
			_, status := document.latest(view, at)
			statuses = append(statuses, status)
			if c.hidesRows(run) {
				for _, attempt := range document.attempts {
					statuses = append(statuses, attempt.statusIn(view, at))
				}
			}
		}
	}
	return statuses
}

// isAbsent reports whether a result is certainly absent: the API shows that there is no such run; or the run does not have the
// document; or the run has no row for it yet, or was stopped before it had one.
func (c *checker) isAbsent(run *worldRun, documentID string) bool {
	if run == nil {
		return c.showsRuns()
	}
	document := run.document(documentID)
	switch at := c.earliest(); {
	case !c.showsResults():
		return false
	case document == nil:
		return true
	case run.isCompleted(at):
		return false
	case at >= run.ends:
		_, status := document.latest(viewItself, at)
		return status == ""
	default:
		_, single := document.latest(viewSingle, at)
		_, list := document.latest(viewList, at)
		return single == "" || list == "" || c.hidesRows(run) // a row that the list lost can also be one that has yet to appear
	}
}

func (c *checker) checkResults() {
	run, state := c.run(c.read.runID), c.answer.state
	if run == nil {
		c.require(false, "results: only of a run that exists")
		return
	}
	scope := c.scope(run)
	shown := asMap(state["status_by_document"])
	for id, row := range asMap(state["by_document"]) {
		if document := run.document(id); document == nil || !slices.Contains(scope, id) {
			c.require(false, "results: every row is of a requested document")
		} else {
			c.checkRow("results", run, document, row.(attributes))
			c.require(shown[id] == row.(attributes)["status"], "results: status_by_document has the status of the row")
		}
	}
	rows := len(shown)
	if _, filters := c.read.arguments["statuses"]; filters {
		rows = c.number("result_count", rows)
	} else {
		c.require(len(shown) == len(asMap(state["by_document"])), "results: every row is shown")
	}
	c.checkGates(run, scope, shown, rows)
	c.checkCounts(run, scope, rows)
}

// scope returns the documents of a read of several results.
func (c *checker) scope(run *worldRun) []string {
	if c.read.documentIDs != nil {
		return c.read.documentIDs
	}
	var all []string
	for _, document := range run.documents {
		if document.joins <= c.answer.to {
			all = append(all, document.id)
		}
	}
	return all
}

// checkGates checks the attributes about all documents, which gates use.
func (c *checker) checkGates(run *worldRun, scope []string, shown attributes, rows int) {
	state := c.answer.state
	documents, unfinished := 0, 0
	for _, id := range scope {
		document := run.document(id)
		if document == nil {
			continue
		}
		documents++
		if status, isShown := shown[id].(string); isShown && !isFinal(status) || !c.isFinal(run, document) {
			unfinished++
		}
	}
	missing := documents - rows
	if run.uncounted && c.read.documentIDs == nil {
		c.require(state["all_succeeded"] != true, "results: all_succeeded only if the number of documents is known")
		if run.isCompleted(c.earliest()) {
			c.require(c.answer.warnings != "" && state["all_terminal"] != true, "results: a completed run without a count only with a warning, and without all_terminal")
		}
	}
	if c.read.documentIDs == nil {
		isOver := isFinal(run.status(c.answer.to))
		c.require(state["all_succeeded"] != true || run.isCompleted(c.answer.to), "results: all_succeeded only once the run is completed")
		c.require(isOver || state["all_terminal"] != true && state["all_succeeded"] != true, "results: all_terminal and all_succeeded only once the run is over")
		c.require(run.counters == nil || state["all_succeeded"] != true, "results: all_succeeded only if the counters of the run agree")
	}
	if summary, is := state["summary"].(string); is && run.counters == nil {
		isEmpty := !run.uncounted && len(run.documents) == 0 && run.isCompleted(c.answer.to)
		c.require(!strings.Contains(summary, "run has no documents") || isEmpty, "results: the summary says that there are no documents only if that is certain")
	}
	if run.isCompleted(c.earliest()) && run.counters == nil {
		c.require(missing == 0 || c.answer.warnings != "", "results: fewer rows than documents of a completed run only with a warning")
	}
	if missing == 0 && unfinished == 0 && len(scope) == documents && !run.uncounted && run.counters == nil && !c.losesRows(run) {
		c.require(c.answer.warnings == "", "results: no warning where nothing is missing")
	}
	if over := run.status(c.answer.to); over != "error" && over != "cancelled" {
		c.require(state["all_terminal"] != true || missing == 0 && unfinished == 0, "results: all_terminal only if every document has a final row")
	}
	succeeded := run.succeededOf(scope, c.answer.to)
	c.require(state["all_succeeded"] != true || succeeded == len(scope) && succeeded > 0, "results: all_succeeded only if every document succeeded")
	c.checkRatio("results", succeeded, c.fewest(run, scope))
	isSettled := run.isCompleted(c.earliest()) || c.read.documentIDs != nil
	if c.isHealthy() && isSettled && !run.uncounted && len(shown) == documents && unfinished == 0 && len(scope) == documents && documents > 0 {
		c.require(state["all_terminal"] == true, "results: all_terminal if every document has a final row")
		c.require(state["all_succeeded"] == (succeeded == documents), "results: all_succeeded if every document succeeded")
		c.requireRatio("results", succeeded, documents)
	}
}

// ratio returns success_ratio, and whether the schema has it and it is not null.
func (c *checker) ratio() (float64, bool) {
	text, is := c.answer.state["success_ratio"].(string)
	if !is {
		return 0, false
	}
	ratio, err := strconv.ParseFloat(text, 64)
	c.require(err == nil, c.read.typeName+": success_ratio is a number")
	return ratio, true
}

// isFinal reports whether an answer may treat a document as final. A completed run gets no more rows. In an active run, nobody
// can know of an attempt that is not shown.
func (c *checker) isFinal(run *worldRun, document *worldDocument) bool {
	if run.isCompleted(c.answer.to) {
		return document.isFinal(c.answer.to)
	}
	return slices.ContainsFunc(c.statusesOf(run, document), isFinal)
}

// checkRatio checks that success_ratio is never more than the truth, and null without documents.
func (c *checker) checkRatio(what string, succeeded, documents int) {
	ratio, is := c.ratio()
	if !is {
		return
	}
	c.require(documents > 0 && ratio <= float64(succeeded)/float64(documents)+1e-9, what+": success_ratio is never more than the truth")
	c.require(ratio < 1 || succeeded >= documents, what+": success_ratio = 1 only if every document succeeded")
}

// requireRatio requires that success_ratio is exact, where the schema has it.
func (c *checker) requireRatio(what string, succeeded, documents int) {
	if _, has := c.answer.state["success_ratio"]; has {
		ratio, is := c.ratio()
		c.require(is && math.Abs(ratio-float64(succeeded)/float64(documents)) < 1e-9, what+": success_ratio is exact where everything is known")
	}
}

// checkCounts checks the counts, for the attributes that the schema has.
func (c *checker) checkCounts(run *worldRun, scope []string, rows int) {
	c.requireNumber("result_count", rows)
	if (run.uncounted || run.counters != nil) && c.read.documentIDs == nil {
		return
	}
	c.requireBetween("document_count", c.fewest(run, scope), len(scope))
	c.requireBetween("missing_count", c.fewest(run, scope)-rows, len(scope)-rows)
	c.requireAtMost("succeeded_count", run.succeededOf(scope, c.answer.to))
	c.requireSummary("results")
}

// number returns a number of the answer, or otherwise if the schema does not have the attribute.
func (c *checker) number(name string, otherwise int) int {
	text, is := c.answer.state[name].(string)
	if !is {
		return otherwise
	}
	number, err := strconv.Atoi(text)
	c.require(err == nil, c.read.typeName+": "+name+" is a whole number")
	return number
}

// requireNumber requires a number, if the schema has the attribute.
func (c *checker) requireNumber(name string, want int) {
	c.require(c.number(name, want) == want, c.read.typeName+": "+name+" is true")
}

// fewest returns the fewest documents of a read of several results since the earliest moment that it can describe.
func (c *checker) fewest(run *worldRun, scope []string) int {
	if c.read.documentIDs != nil {
		return len(scope)
	}
	return run.total(c.earliest())
}

// requireBetween requires a number within bounds, if the schema has the attribute.
func (c *checker) requireBetween(name string, least, most int) {
	number := c.number(name, most)
	c.require(number >= least && number <= most, c.read.typeName+": "+name+" is true")
}

// requireAtMost requires a number that is not above the truth, if the schema has the attribute.
func (c *checker) requireAtMost(name string, most int) {
	c.require(c.number(name, most) <= most, c.read.typeName+": "+name+" is never more than the truth")
}

// requireSummary requires a text, if the schema has the attribute.
func (c *checker) requireSummary(what string) {
	if summary, is := c.answer.state["summary"]; is {
		text, isText := summary.(string)
		c.require(isText && text != "", what+": summary is a sentence")
	}
}

func (c *checker) checkRun() {
	state := c.answer.state
	candidates := c.candidates()
	if state["exists"] != true {
		isShown := c.showsRuns()
		if c.read.experimentID != "" {
			isShown = c.shows(routeRuns)
		}
		c.require(slices.Contains(candidates, "") && isShown, "run: exists = false only if it is certainly absent")
		c.require(c.read.ignores, "run: an absence is data only with ignore_not_found")
		return
	}
	id, _ := state["id"].(string)
	run := c.run(id)
	if run == nil || !slices.Contains(candidates, id) {
		c.require(false, "run: it is the requested one")
		return
	}
	var statuses []string
	for _, at := range momentsIn(c.earliest(), c.answer.to, run.begins, run.ends) {
		statuses = append(statuses, run.status(at))
	}
	c.require(slices.Contains(statuses, state["status"].(string)), "run: the status is the run's")
	c.requireSummary("run")
	if run.counters != nil && run.isCompleted(c.answer.to) {
		c.require(state["succeeded"] != true, "run: succeeded only if its counters agree")
		return
	}
	all, succeeded := run.total(c.answer.to), run.count("completed", c.answer.to)
	c.require(state["succeeded"] != true || run.isCompleted(c.answer.to) && succeeded == all && succeeded > 0, "run: succeeded only if every document succeeded")
	c.requireAtMost("succeeded_count", succeeded)
	c.requireAtMost("completed_count", succeeded)
	if !run.uncounted {
		c.requireBetween("document_count", run.total(c.earliest()), all)
	}
	c.checkRatio("run", succeeded, run.total(c.earliest()))
	if run.isCompleted(c.earliest()) && !run.uncounted && all > 0 {
		c.require(state["succeeded"] == (succeeded == all), "run: succeeded if every document succeeded")
		c.requireRatio("run", succeeded, all)
	}
}

// candidates returns the ids of the runs that an answer can describe, "" for none.
func (c *checker) candidates() []string {
	if c.read.experimentID == "" {
		if c.run(c.read.runID) == nil {
			return []string{""}
		}
		return []string{c.read.runID}
	}
	var candidates []string
	for _, run := range c.runs {
		if c.unsorted && run.experimentID == c.read.experimentID && !c.disorder[c.read.experimentID+" "+strings.TrimPrefix(c.read.status, "any")] {
			candidates = append(candidates, run.id) // a page with one run shows no order
		}
		for _, at := range momentsIn(c.earliest(), c.answer.to, run.begins, run.ends) {
			candidates = append(candidates, c.newest(c.read.experimentID, c.read.status, at))
		}
	}
	return candidates
}

package truth_test

import (
	"slices"
	"time"
)

// The files truth_*_test.go compare the provider's answers with random worlds. A world is a set of facts about runs and their
// results, and a server that shows these facts as a real one may: late, in pages, behind a gateway, or without some routes.
// The server shares no code with fakeapi, so that both do not have the same mistakes. This file has the facts and what is true
// at each moment.
//
// Moments are durations since the start of the world.

const (
	longAgo = -time.Hour
	never   = 1000 * time.Hour
	// freshFor is the greatest age of an answer that the provider may use again, and finalFor that of an answer about
	// something final, and that of an answer of an HTTP cache.
	freshFor = time.Second
	finalFor = 10 * time.Second
)

// worldAttempt is one row of results: one attempt at one document.
type worldAttempt struct {
	id          string
	number      int
	appears     time.Duration // from then on the row exists, pending
	starts      time.Duration // from then on it is running
	ends        time.Duration // from then on it has its outcome
	outcome     string
	placeholder bool
	failure     string                   // JSON of an error that the row has although it is completed
	lag         [viewCount]time.Duration // the delay after which each view shows a change
}

// view is a way in which the server shows a row.
type view int

const (
	viewItself view = iota // the facts, which nothing delays
	viewSingle             // the routes of single results
	viewList               // the lists of results
	viewCount
)

// statusIn returns what a view shows at a moment, "" when it does not show the row.
func (a *worldAttempt) statusIn(view view, at time.Duration) string {
	switch at -= a.lag[view]; {
	case at < a.appears:
		return ""
	case at < a.starts:
		return "pending"
	case at < a.ends:
		return "running"
	default:
		return a.outcome
	}
}

// worldDocument is one document of a run, with its attempts, the first one first.
type worldDocument struct {
	id       string
	joins    time.Duration // from then on the run counts it
	attempts []*worldAttempt
}

// latest returns the latest attempt that a view shows at a moment and its status, or nil.
func (d *worldDocument) latest(view view, at time.Duration) (*worldAttempt, string) {
	for _, attempt := range slices.Backward(d.attempts) {
		if status := attempt.statusIn(view, at); status != "" {
			return attempt, status
		}
	}
	return nil, ""
}

// isFinal reports whether the document has a final row at a moment.
func (d *worldDocument) isFinal(at time.Duration) bool {
	_, status := d.latest(viewItself, at)
	return isFinal(status)
}

// staysFinal reports whether the document has a final row from one moment to another. A new attempt makes it unfinished again.
func (d *worldDocument) staysFinal(from, to time.Duration) bool {
	return d.isFinal(from) && !slices.ContainsFunc(d.attempts, func(attempt *worldAttempt) bool { return attempt.appears > from && attempt.appears <= to })
}

// succeeded reports whether the document's latest row has succeeded at a moment. A placeholder never has.
func (d *worldDocument) succeeded(at time.Duration) bool {
	attempt, status := d.latest(viewItself, at)
	return status == "completed" && !attempt.placeholder && attempt.failure == ""
}

// isFinal reports whether a status is final.
func isFinal(status string) bool {
	return status == "completed" || status == "error" || status == "cancelled"
}

// worldRun is one run.
type worldRun struct {
	id, experimentID string
	age              int           // how many minutes before the start of the world the run was created
	begins, ends     time.Duration // pending before the first, running before the second
	outcome          string
	again, endsAgain time.Duration // if not zero, it is running once more between them
	deleted          time.Duration // if not zero, it does not exist from then on
	documents        []*worldDocument
	uncounted        bool      // whether the run lacks its number of documents
	bare             bool      // whether it lacks its other counters, too
	counters         *evidence // the counters that the run shows, nil for the true ones
}

// status returns the run's status at a moment.
func (r *worldRun) status(at time.Duration) string {
	switch {
	case at < r.begins:
		return "pending"
	case at < r.ends, at >= r.again && at < r.endsAgain:
		return "running"
	default:
		return r.outcome
	}
}

// total returns how many documents the run has at a moment.
func (r *worldRun) total(at time.Duration) int {
	total := 0
	for _, document := range r.documents {
		if document.joins <= max(at, 0) {
			total++
		}
	}
	return total
}

// isCompleted reports whether the run is completed at a moment.
func (r *worldRun) isCompleted(at time.Duration) bool { return r.status(at) == "completed" }

// document returns a document of the run, or nil.
func (r *worldRun) document(id string) *worldDocument {
	for _, document := range r.documents {
		if document.id == id {
			return document
		}
	}
	return nil
}

// count returns how many documents have a status at a moment, without placeholders.
func (r *worldRun) count(status string, at time.Duration) int {
	count := 0
	for _, document := range r.documents {
		if attempt, is := document.latest(viewItself, at); is == status && !attempt.placeholder {
			count++
		}
	}
	return count
}

// succeededOf returns how many of some documents have succeeded at a moment.
func (r *worldRun) succeededOf(documentIDs []string, at time.Duration) int {
	count := 0
	for _, id := range documentIDs {
		if document := r.document(id); document != nil && document.succeeded(at) {
			count++
		}
	}
	return count
}

// momentsIn returns both ends of a span, and those of the moments that are within it.
func momentsIn(from, to time.Duration, moments ...time.Duration) []time.Duration {
	return append(slices.DeleteFunc(moments, func(at time.Duration) bool { return at <= from || at >= to }), from, to)
}

// changes returns the moments at which some view of the document changes.
func (d *worldDocument) changes() []time.Duration {
	var changes []time.Duration
	for _, attempt := range d.attempts {
		for _, lag := range attempt.lag {
			changes = append(changes, attempt.appears+lag, attempt.starts+lag, attempt.ends+lag)
		}
	}
	return changes
}

// editionSet is the set of editions that a server has.
type editionSet struct{ runScoped, flat bool }

func (e editionSet) String() string {
	switch {
	case e.runScoped && e.flat:
		return "both"
	case e.flat:
		return "flat"
	default:
		return "run_scoped"
	}
}

// routeGroup is a group of routes that a server has or does not have.
type routeGroup int

const (
	routeRuns        routeGroup = iota // the list of runs
	routeRun                           // one run
	routeScoped                        // one result of a run, by its document
	routeOfRun                         // the list of a run's results, run-scoped
	routeResults                       // the list of a run's results, flat
	routeByID                          // one result, by its own id
	routeExperiments                   // the experiments of a workflow
	routeExperiment                    // one experiment
	routeMetrics                       // the metrics of a run
	routeRecord                        // one record of an artifact
	routeCount
)

func (r routeGroup) String() string {
	return []string{
		"runs", "runs/{run}", "runs/{run}/results/{document}", "runs/{run}/results", "results", "results/{id}", "experiments", "experiments/{id}", "metrics", "extractions/{id}",
	}[r]
}

// cannedReply is a canned answer.
type cannedReply struct {
	status int
	body   string
}

// cursorKind is how the pages of the lists of results follow each other.
type cursorKind int

const (
	cursorsExact   cursorKind = iota
	cursorsNone               // there is only the first page
	cursorsSkip               // every page but the first begins some rows too late
	cursorsOverlap            // every page but the first begins some rows too early
	cursorsLoop               // the last page leads back to the first
	cursorsShuffle            // rows move while they are paged through
)

// cacheKind is an HTTP cache between the provider and the server.
type cacheKind int

const (
	noCache       cacheKind = iota
	politeCache             // answers a request without Cache-Control: no-cache from what it has
	impoliteCache           // answers every request from what it has
)

// worldFacts are the facts of a world.
type worldFacts struct {
	seed    uint64
	kind    string
	setting string // api_edition

	serves, later editionSet
	changesAfter  int  // the number of requests after which the edition changes to later, 0 for never
	lenient       bool // whether both editions accept both credentials
	gate          int  // status with which a gateway answers a request without the right credential before it looks at the route, 0 without a gateway
	unknownRun404 bool // whether the lists answer 404 for a run that does not exist, and not an empty page

	noRoute    cannedReply // the answer to a request for a route that the edition does not have
	missing    [routeCount]*cannedReply
	everything *cannedReply // the answer of a gateway to every request

	pageSize  int // the most rows of a page, also if the request allows more
	cursors   cursorKind
	tells     string // the metadata with which a list says that it goes on, "" for the cursor alone
	cache     cacheKind
	unsorted  bool // whether lists have a random order
	lastEmpty bool // whether an empty page follows the last row
	latency   time.Duration

	runs  []*worldRun
	focus string // the run that the reads are about, which may not exist

	// The objects beside the runs: experiment exp_a of workflow wf_1, the metrics of each completed run, and extraction extr_1.
	freshness, metrics, record *evidence

	disorder map[string]bool // the lists of runs that have been shown in a wrong order, by experiment and status
}

// runAt returns a run that exists at a moment, or nil.
func (f *worldFacts) runAt(id string, at time.Duration) *worldRun {
	if run := f.run(id); run != nil && (run.deleted == 0 || at < run.deleted) {
		return run
	}
	return nil
}

// run returns a run, or nil.
func (f *worldFacts) run(id string) *worldRun {
	for _, run := range f.runs {
		if run.id == id {
			return run
		}
	}
	return nil
}

// newest returns the id of the newest run of an experiment with a status at a moment, "" when there is none.
func (f *worldFacts) newest(experimentID, status string, at time.Duration) string {
	var newest *worldRun
	for _, run := range f.runs {
		if run.experimentID == experimentID && (status == "any" || run.status(at) == status) && (newest == nil || run.age < newest.age) {
			newest = run
		}
	}
	if newest == nil {
		return ""
	}
	return newest.id
}

// editions returns the editions that the server has over time, the first one first.
func (f *worldFacts) editions() []editionSet {
	if f.changesAfter == 0 {
		return []editionSet{f.serves}
	}
	return []editionSet{f.serves, f.later}
}

// hidesRows reports whether the lists may never show some row of a run, however often they are read, and do not let it show.
func (f *worldFacts) hidesRows(run *worldRun) bool {
	isFull := f.pageSize == 1000 && f.serves == runScopedEdition // then its list of 1000 rows shows that there can be more
	return f.tells == "" && !isFull && f.losesRows(run)
}

// losesRows reports whether the lists may never show some row of a run, however often they are read.
func (f *worldFacts) losesRows(run *worldRun) bool {
	rows := 0
	for _, document := range run.documents {
		rows += len(document.attempts)
	}
	if rows <= f.pageSize {
		return false
	}
	switch f.cursors {
	case cursorsExact, cursorsOverlap:
		return slices.ContainsFunc(f.editions(), func(e editionSet) bool { return e.runScoped }) // its list has no cursors
	default:
		return true
	}
}

// accepts reports whether an edition of the server accepts the key in the header that this setting uses.
func (f *worldFacts) accepts(e editionSet) bool {
	return f.lenient || f.setting == "auto" || f.setting == "run_scoped" && e.runScoped || f.setting == "flat" && e.flat
}

// shows reports whether routes exist and accept the key. Only then is it certain that an object does not exist.
func (f *worldFacts) shows(routes ...routeGroup) bool {
	isMissing := func(route routeGroup) bool { return f.missing[route] != nil }
	return f.everything == nil && !slices.ContainsFunc(routes, isMissing) && slices.ContainsFunc(f.editions(), f.accepts)
}

// showsRuns reports whether it can be certain that a run does not exist. A list that does not have it proves nothing.
func (f *worldFacts) showsRuns() bool { return f.shows(routeRun) }

// showsResults reports the same for results. Only then is it certain that a run has no result for a document.
func (f *worldFacts) showsResults() bool {
	return f.showsRuns() && slices.ContainsFunc(f.editions(), func(e editionSet) bool {
		runScoped := e.runScoped && f.setting != "flat" && (f.missing[routeScoped] == nil || f.missing[routeOfRun] == nil)
		return f.accepts(e) && (runScoped || e.flat && f.setting != "run_scoped" && f.missing[routeResults] == nil)
	})
}

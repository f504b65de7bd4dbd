package truth_test

import (
	"net/http"
	"slices"
	"time"
)

// This file has worlds in which what was final changes: documents that are executed again, runs that are deleted, and an HTTP
// cache that shows what was true earlier. An answer must have been true at a moment that is recent enough.

// changes reports whether something final can change in this world.
func (f *worldFacts) changesFinal() bool {
	return f.kind == "executed again" || f.kind == "deleted runs" || f.kind == "HTTP cache"
}

// executeAgain makes runs execute some of their documents once more after they have finished.
func (r *worldGenerator) executeAgain(f *worldFacts) {
	for _, run := range f.runs {
		run.begins, run.ends, run.outcome = longAgo, -time.Minute, "completed"
		run.again = r.moment(0, 30*time.Second)
		run.endsAgain = run.again + r.moment(time.Second, 30*time.Second)
		for _, document := range run.documents {
			last := document.attempts[len(document.attempts)-1]
			last.appears, last.starts, last.ends, last.placeholder, last.outcome = longAgo, longAgo, longAgo, false, r.text("completed", "completed", "completed", "error")
			if r.chance(50) {
				continue
			}
			next := &worldAttempt{id: last.id + "_again", number: last.number + 1, outcome: r.text("completed", "error"), appears: run.again}
			next.starts = r.moment(next.appears, run.endsAgain)
			next.ends = r.moment(next.starts, run.endsAgain)
			document.attempts = append(document.attempts, next)
		}
	}
}

// deleteRuns deletes runs while they are read.
func (r *worldGenerator) deleteRuns(f *worldFacts) {
	for _, run := range f.runs {
		if r.chance(75) {
			run.deleted = 1 + r.moment(0, 40*time.Second)
		}
	}
}

// cacheAnswers puts an HTTP cache before the server, and something that changes behind it.
func (r *worldGenerator) cacheAnswers(f *worldFacts) {
	f.cache = cacheKind(r.pick(int(politeCache), int(impoliteCache)))
	if r.chance(50) {
		r.executeAgain(f)
	} else {
		r.deleteRuns(f)
	}
}

// cachedAnswer is an answer that a cache has.
type cachedAnswer struct {
	at    time.Duration
	reply cannedReply
}

// cached returns an answer that the cache has, and its age.
func (s *worldServer) cached(request *http.Request, at time.Duration) (cannedReply, time.Duration, bool) {
	if s.cache == noCache || s.cache == politeCache && request.Header.Get("Cache-Control") == "no-cache" {
		return cannedReply{}, 0, false
	}
	stored, is := s.stored[request.URL.String()]
	return stored.reply, at - stored.at, is
}

// since returns the earliest moment that the answer can describe, if it describes something final or not.
func (c *checker) since(final bool) time.Duration {
	isFresh := c.read.waits > 0 || c.read.ephemeral
	switch {
	case c.cache == impoliteCache:
		return c.answer.from - finalFor - time.Second
	case isFresh:
		return c.answer.from
	case final:
		return c.answer.from - finalFor
	default:
		return c.answer.from - freshFor
	}
}

// ever reports whether something was true at a moment that the answer can describe.
func (c *checker) ever(final bool, holds func(at time.Duration) bool) bool {
	var changes []time.Duration
	for _, run := range c.runs {
		changes = append(changes, run.begins, run.ends, run.again, run.endsAgain, run.deleted)
		for _, document := range run.documents {
			changes = append(changes, document.changes()...)
		}
	}
	return slices.ContainsFunc(momentsIn(c.since(final), c.answer.to, changes...), holds)
}

// checkLater checks an answer in a world in which what was final changes.
func (c *checker) checkLater() {
	state := c.answer.state
	exists := func(at time.Duration) bool { return c.runAt(c.read.runID, at) != nil }
	absent := func(at time.Duration) bool { return !exists(at) }
	run := c.run(c.read.runID)
	switch {
	case c.read.typeName == resultType && state["exists"] != true:
		c.require(c.ever(false, func(at time.Duration) bool {
			return absent(at) || run.document(c.read.documentID) == nil || !c.hasRow(run, at)
		}),
			"later: exists = false only if it was absent")
	case c.read.typeName == resultType && run != nil && run.document(c.read.documentID) != nil:
		c.checkLaterRow(run, run.document(c.read.documentID), state)
	case c.read.typeName == resultsType && run != nil:
		c.checkLaterRows(run)
	case c.read.typeName == runType && c.read.runID != "" && state["exists"] != true:
		c.require(c.ever(false, absent), "later: a run is absent only if it was")
	case c.read.typeName == runType && c.read.runID != "" && state["succeeded"] == true:
		c.require(c.ever(true, func(at time.Duration) bool {
			return exists(at) && run.isCompleted(at) && run.count("completed", at) == run.total(at)
		}), "later: a run succeeded only if it had")
	}
}

// hasRow reports whether the document of the read has a row at a moment.
func (c *checker) hasRow(run *worldRun, at time.Duration) bool {
	_, status := run.document(c.read.documentID).latest(viewItself, at)
	return status != ""
}

// checkLaterRow checks a row that was there.
func (c *checker) checkLaterRow(run *worldRun, document *worldDocument, row attributes) {
	status, _ := row["status"].(string)
	c.require(c.ever(isFinal(status), func(at time.Duration) bool {
		_, is := document.latest(viewItself, at)
		return is == status && c.runAt(run.id, at) != nil
	}), "later: the status is one that the row had")
	c.require(row["succeeded"] != true || c.ever(true, func(at time.Duration) bool { return document.succeeded(at) && c.runAt(run.id, at) != nil }),
		"later: succeeded only if the row had")
}

// checkLaterRows checks the rows of a run and the booleans about all of them.
func (c *checker) checkLaterRows(run *worldRun) {
	state, scope := c.answer.state, c.scope(run)
	for id, row := range asMap(state["by_document"]) {
		if document := run.document(id); document != nil {
			c.checkLaterRow(run, document, row.(attributes))
		}
	}
	c.require(state["all_succeeded"] != true || c.ever(true, func(at time.Duration) bool {
		return c.runAt(run.id, at) != nil && run.succeededOf(scope, at) == len(scope) && (c.read.documentIDs != nil || run.isCompleted(at))
	}), "later: all_succeeded only if all had")
}

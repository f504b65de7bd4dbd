package fakeapi

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Result holds the facts of one experiment result. The editions spell the same facts differently, so facts are kept
// apart from bodies.
type Result struct {
	ID           string
	RunID        string
	ExperimentID string
	DocumentID   string
	BlockKind    string
	Stages       []Stage // one per read; the last one repeats
	Inputs       map[string]Handle
	Outputs      map[string]Handle // only the flat edition has them
	Attempt      int64
	Placeholder  *bool // only the run-scoped edition has it; nil leaves the key out, as the vendor's example does

	// ListedAfter is how many reads of its run's list, from the first row on, do not have the result yet. Reads by id
	// find it from the start.
	ListedAfter int
}

// Artifact is a reference to what a block produced.
type Artifact struct{ Operation, ID string }

// Handle is one input or output of a block. With a FileID its body follows the vendor's schema (a document), with only
// a Filename it follows the vendor's example, and with Data it is JSON.
type Handle struct {
	FileID   string
	Filename string
	MIMEType string
	Data     string // JSON text
}

// scriptedResult is a result whose stage changes with reads or with time.
type scriptedResult struct {
	Result
	script
	owner *scriptedRun
}

// read returns the stage that a reader of the result sees, and counts the read.
func (r *scriptedResult) read(elapsed time.Duration) Stage {
	reads := max(r.reads, r.owner.polls()-1)
	r.reads = reads + 1
	return r.Stages[r.at(reads, elapsed)]
}

// seenBy returns the stage that a run with so many earlier polls shows of the result.
func (r *scriptedResult) seenBy(polls int, elapsed time.Duration) Stage {
	return r.Stages[r.at(max(r.reads-1, polls), elapsed)]
}

// addResult adds a result. An earlier one of the same run and document stays in lists only, because the API does not
// promise that lists are free of duplicates. addResult also adds the run if it is missing.
func (s *store) addResult(added Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.runs[added.RunID]
	if owner == nil {
		owner = &scriptedRun{Run: Run{ID: added.RunID, ExperimentID: added.ExperimentID, BlockKind: added.BlockKind}}
		s.runs[added.RunID] = owner
	}
	result := &scriptedResult{
		Result: added, owner: owner,
		script: newScript(startsOf(added.Stages, func(stage Stage) time.Duration { return stage.After })),
	}
	owner.results = append(owner.results, result)
	s.results[resultKey{added.RunID, added.DocumentID}] = result
	s.byID[added.ID] = result
}

// result reads one result of a run.
func (s *store) result(runID, documentID string) (Result, Stage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readResult(s.results[resultKey{runID, documentID}])
}

// resultByID reads the result with an id.
func (s *store) resultByID(id string) (Result, Stage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readResult(s.byID[id])
}

func (s *store) readResult(result *scriptedResult) (Result, Stage, bool) {
	if result == nil {
		return Result{}, Stage{}, false
	}
	return result.Result, result.read(s.elapsed()), true
}

// listResults reads a page of the results of a run. The newest row comes first, as in the API's default order. It
// reports false for found when there is no such run, and false for valid when a cursor is no row of the list.
func (s *store) listResults(runID string, query listQuery, render func(Result, Stage) any) (page wirePage, found, valid bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.runs[runID]
	if owner == nil {
		return wirePage{Data: []any{}}, false, true
	}
	rows := make([]*scriptedResult, 0, len(owner.results))
	for _, result := range slices.Backward(owner.results) {
		if owner.listReads >= result.ListedAfter {
			rows = append(rows, result)
		}
	}
	if query.fromTheStart() {
		owner.listReads++
	}
	elapsed := s.elapsed()
	page, valid = pageOf(rows, query, func(r *scriptedResult) string { return r.ID }, func(r *scriptedResult) any {
		if query.isQuiet {
			return render(r.Result, r.Stages[r.at(max(r.reads, owner.polls()-1), elapsed)])
		}
		return render(r.Result, r.read(elapsed))
	})
	return page, true, valid
}

// resultReply is one result, by its run and document.
func (s *Server) resultReply(ids []string, _ url.Values) Reply {
	result, stage, found := s.store.result(ids[0], ids[1])
	if !found {
		// The vendor's text names only the document, so it does not tell a wrong run from a wrong document.
		return notFound("Experiment result not found: document_id=" + ids[1])
	}
	return ok(result.runScoped(stage))
}

// flatResultReply is one result, by its own id.
func (s *Server) flatResultReply(ids []string, _ url.Values) Reply {
	result, stage, found := s.store.resultByID(ids[0])
	if !found {
		return notFound("Experiment result not found: " + ids[0])
	}
	return ok(result.flat(stage))
}

// flatResultsReply is a page of the results of a run in the flat edition.
func (s *Server) flatResultsReply(_ []string, query url.Values) Reply {
	if !query.Has("run_id") {
		return validationError("run_id", "Field required")
	}
	page, refusal := s.listQuery(query, resultBounds)
	if refusal != nil {
		return *refusal
	}
	page.isQuiet = query.Has(quiet)
	return s.resultsReply(query.Get("run_id"), page, Result.flat)
}

// runScopedResultsReply is the list of the results of a run in the run-scoped edition. It has no cursors, so rows beyond
// the limit cannot be reached.
func (s *Server) runScopedResultsReply(ids []string, query url.Values) Reply {
	page, refusal := s.listQuery(url.Values{"limit": query["limit"]}, resultBounds)
	if refusal != nil {
		return *refusal
	}
	page.withoutCursors = true
	return s.resultsReply(ids[0], page, Result.runScoped)
}

func (s *Server) resultsReply(runID string, query listQuery, render func(Result, Stage) any) Reply {
	s.mu.Lock()
	unknownRunIsNotFound := s.unknownRunIsNotFound
	s.mu.Unlock()
	page, found, valid := s.store.listResults(runID, query, render)
	switch {
	case !found && unknownRunIsNotFound:
		return httpException(http.StatusNotFound, "Experiment run not found: "+runID)
	case !valid:
		return badCursor(query)
	default:
		return ok(page)
	}
}

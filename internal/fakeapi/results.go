package fakeapi

import (
	"net/http"
	"slices"
	"time"
)

// Result describes one experiment result. Its methods flat and runScoped render the body of each edition.
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
	Placeholder  *bool // only the run-scoped edition has it; nil omits the member, as the vendor's example does

	// ListedAfter is the number of reads of the list, counted by first pages, that lack the result. Reads by id always
	// find it.
	ListedAfter int
}

// Artifact refers to the record of what a block produced. See ArtifactRecord.
type Artifact struct{ Operation, ID string }

// Handle is one input or output of a block. With Data it is JSON. With a FileID its body follows the vendor's schema for a
// document, and with only a Filename it follows the vendor's example.
type Handle struct {
	FileID   string
	Filename string
	MIMEType string
	Data     string // JSON text
}

// scriptedResult is a result with its script and its run.
type scriptedResult struct {
	Result
	script
	run *scriptedRun
}

// read counts a read of the result and returns the stage that it shows.
func (r *scriptedResult) read(elapsed time.Duration) Stage {
	reads := max(r.reads, r.run.polls()-1)
	r.reads = reads + 1
	return r.Stages[r.stageIndex(reads, elapsed)]
}

// stageForRun returns the stage that counts in the status of the run after a number of polls of the run.
func (r *scriptedResult) stageForRun(polls int, elapsed time.Duration) Stage {
	return r.Stages[r.stageIndex(max(r.reads-1, polls), elapsed)]
}

// addResult adds a result, and its run if that is missing. An earlier result of the same run and document stays in lists
// only, because the API does not promise lists without duplicates.
func (s *store) addResult(added Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[added.RunID]
	if run == nil {
		run = &scriptedRun{Run: Run{ID: added.RunID, ExperimentID: added.ExperimentID, BlockKind: added.BlockKind}}
		s.runs[added.RunID] = run
	}
	result := &scriptedResult{
		Result: added, run: run,
		script: newScript(stageStarts(added.Stages, func(stage Stage) time.Duration { return stage.After })),
	}
	run.results = append(run.results, result)
	s.results[resultKey{added.RunID, added.DocumentID}] = result
	s.byID[added.ID] = result
}

// result reads the result of a document of a run.
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

// listResults reads a page of the results of a run. The newest row comes first, as in the API's default order. found is
// false if there is no such run, and valid is false if a cursor is not in the list.
func (s *store) listResults(runID string, query listQuery, render func(Result, Stage) any) (page wirePage, found, valid bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	run := s.runs[runID]
	if run == nil {
		return wirePage{Data: []any{}}, false, true
	}
	rows := make([]*scriptedResult, 0, len(run.results))
	for _, result := range slices.Backward(run.results) {
		if run.listReads >= result.ListedAfter {
			rows = append(rows, result)
		}
	}
	if query.isFirstPage() {
		run.listReads++
	}
	elapsed := s.elapsed()
	page, valid = pageOf(rows, query, func(r *scriptedResult) string { return r.ID }, func(r *scriptedResult) any {
		return render(r.Result, r.read(elapsed))
	})
	return page, true, valid
}

// resultReply serves the result of a run and document in the run-scoped edition.
func (s *Server) resultReply(c call) Reply {
	result, stage, found := s.store.result(c.ids[0], c.ids[1])
	if !found {
		// The vendor's text names only the document, even if the run is the wrong id.
		return notFound("Experiment result not found: document_id=" + c.ids[1])
	}
	return ok(result.runScoped(stage))
}

// flatResultReply serves the result with an id in the flat edition.
func (s *Server) flatResultReply(c call) Reply {
	result, stage, found := s.store.resultByID(c.ids[0])
	if !found {
		return notFound("Experiment result not found: " + c.ids[0])
	}
	return ok(result.flat(stage))
}

// resultsReply serves a page of the results of a run. The run-scoped list has no cursors, so rows beyond its limit cannot be
// read.
func (s *Server) resultsReply(c call) Reply {
	runID, query, refusal := s.scopedQuery(c, "run_id", resultLimits, resultLimits)
	if refusal != nil {
		return *refusal
	}
	s.mu.Lock()
	unknownRunIsNotFound := s.unknownRunIsNotFound
	s.mu.Unlock()
	render := Result.runScoped
	if c.flat {
		render = Result.flat
	}
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

package fakeapi

import (
	"net/http"
	"net/url"
)

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

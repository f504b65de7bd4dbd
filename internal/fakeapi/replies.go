package fakeapi

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reply is an answer, canned or made from the facts.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	Hang   bool // no answer at all, until the client goes away
	Reset  bool // no answer, and the connection is closed

	// The rest needs a fake that listens.
	Raw     string // bytes to put on the connection instead of an answer of HTTP's; then it hangs, is reset, or closes
	Endless bool   // after Body, white space without end
}

// writeRaw takes the connection over.
func (s *Server) writeRaw(w http.ResponseWriter, reply Reply) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic("fakeapi: " + err.Error())
	}
	defer func() { _ = connection.Close() }()
	_, _ = connection.Write([]byte(reply.Raw))
	switch {
	case reply.Hang:
		s.hanging <- struct{}{}
		_, _ = io.Copy(io.Discard, connection) // until the client goes away
	case reply.Reset:
		if tcp, isTCP := connection.(*net.TCPConn); isTCP {
			_ = tcp.SetLinger(0)
		}
	}
}

func (r Reply) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", "req_fake")
	for name, values := range r.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.Status)
	_, err := w.Write([]byte(r.Body)) // a reader that has gone away is no concern of the fake's
	for r.Endless && err == nil {
		_, err = w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
}

func ok(body any) Reply { return Reply{Status: http.StatusOK, Body: mustMarshal(body)} }

// resultReply is one result by its run and document.
func (s *Server) resultReply(runID, documentID string) Reply {
	result, stage, found := s.store.result(runID, documentID)
	if !found {
		// The vendor's text names only the document, so it does not tell a wrong run from a wrong document.
		return notFound("Experiment result not found: document_id=" + documentID)
	}
	return ok(result.runScoped(stage))
}

// flatResultReply is one result by its own id.
func (s *Server) flatResultReply(resultID string) Reply {
	result, stage, found := s.store.resultByID(resultID)
	if !found {
		return notFound("Experiment result not found: " + resultID)
	}
	return ok(result.flat(stage))
}

// bounds are the published bounds of a page.
type bounds struct{ byDefault, most int }

var (
	resultBounds = bounds{100, 1000}
	runBounds    = bounds{20, 100}
)

// flatResultsReply is a page of the results of a run in the flat edition.
func (s *Server) flatResultsReply(query url.Values) Reply {
	if !query.Has("run_id") {
		return validationError("run_id", "Field required")
	}
	return s.resultsReply(query.Get("run_id"), query, Result.flat)
}

// runScopedResultsReply is the list of the results of a run in the run-scoped edition, which has no cursors: what is
// beyond the limit cannot be reached.
func (s *Server) runScopedResultsReply(runID string, query url.Values) Reply {
	query.Del("after")
	return s.resultsReply(runID, query, Result.runScoped)
}

func (s *Server) resultsReply(runID string, query url.Values, tell func(Result, Stage) any) Reply {
	limit, refusal := s.limit(query, resultBounds)
	if refusal != nil {
		return *refusal
	}
	s.mu.Lock()
	unknownRunIsNotFound := s.unknownRunIsNotFound
	s.mu.Unlock()
	page, found := s.store.page(runID, query.Get("after"), limit, tell)
	if !found && unknownRunIsNotFound {
		return httpException(http.StatusNotFound, "Experiment run not found: "+runID)
	}
	if s.edition == RunScoped || s.edition == Both && !query.Has("run_id") {
		page.ListMetadata = wireListMetadata{}
	}
	return ok(page)
}

// limit reads how many rows are asked for, or returns the refusal of a number out of bounds.
func (s *Server) limit(query url.Values, within bounds) (int, *Reply) {
	limit := within.byDefault
	if text := query.Get("limit"); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil || number < 1 || number > within.most {
			return 0, new(validationError("limit", fmt.Sprintf("Input should be between 1 and %d", within.most)))
		}
		limit = number
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pageSize > 0 {
		limit = min(limit, s.pageSize)
	}
	return limit, nil
}

// runsReply is a page of runs, filtered as asked, the newest first.
func (s *Server) runsReply(query url.Values) Reply {
	limit, refusal := s.limit(query, runBounds)
	if refusal != nil {
		return *refusal
	}
	for _, parameter := range []string{"from_date", "to_date"} {
		if _, err := time.Parse(time.RFC3339, query.Get(parameter)); err != nil && query.Has(parameter) {
			return httpException(http.StatusBadRequest, "Invalid date: "+parameter) // seen on live answers; the words are not known
		}
	}
	runs := slices.DeleteFunc(s.store.listRuns(), func(run runState) bool {
		for parameter, value := range map[string]string{
			"workflow_id": "wf_1", "experiment_id": run.ExperimentID, "block_id": run.blockID(), "status": run.Status, "trigger_type": run.Trigger,
		} {
			if query.Has(parameter) && query.Get(parameter) != value {
				return true
			}
		}
		return query.Get("exclude_status") == run.Status ||
			query.Has("from_date") && run.CreatedAt < query.Get("from_date") ||
			query.Has("to_date") && run.CreatedAt > query.Get("to_date")
	})
	return ok(pageOf(runs, func(run runState) string { return run.ID }, query.Get("after"), limit, s.tellRun))
}

// runReply is one run, in the edition's words. A server in between is shown with the older ones.
func (s *Server) runReply(runID string) Reply {
	run, found := s.store.run(runID)
	if !found {
		return httpException(http.StatusNotFound, "Experiment run not found: "+runID)
	}
	return ok(s.tellRun(run))
}

func (s *Server) tellRun(run runState) any {
	if s.edition == RunScoped || s.edition == Both {
		return run.runScoped()
	}
	return run.flat()
}

// InvalidKey is how the service refuses a key it does not know.
func InvalidKey() Reply { return httpException(http.StatusUnauthorized, "Invalid API Key.") }

// Unprocessable is how a global handler of the service refuses a value, unlike its schema: the message is itself JSON.
func Unprocessable(location, message string) Reply {
	problems := mustMarshal([]map[string]any{{"type": "value_error", "loc": strings.Split(location, "."), "msg": message}})
	return Reply{Status: http.StatusUnprocessableEntity, Body: mustMarshal(map[string]any{
		"status_code": 10422, "message": problems, "data": nil,
	})}
}

// validationError is the published shape of a 422 (schema HTTPValidationError) about a query parameter.
func validationError(parameter, message string) Reply {
	return Reply{Status: http.StatusUnprocessableEntity, Body: mustMarshal(map[string]any{
		"detail": []any{map[string]any{"type": "value_error", "loc": []string{"query", parameter}, "msg": message}},
	})}
}

// notFound is the documented shape of a 404.
func notFound(detail string) Reply {
	return Reply{Status: http.StatusNotFound, Body: mustMarshal(map[string]string{"detail": detail})}
}

// httpException is the shape the vendor's tests show for the real service: the text lies three levels deep.
func httpException(status int, text string) Reply {
	return Reply{Status: status, Body: mustMarshal(map[string]any{"detail": map[string]any{
		"code": "HTTP_EXCEPTION", "message": "An HTTP exception occurred.", "details": map[string]string{"error": text},
	}})}
}

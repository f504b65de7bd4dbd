package fakeapi

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// runsReply serves a page of runs, with the filters and the order of the request.
func (s *Server) runsReply(_ []string, query url.Values) Reply {
	page, refusal := s.listQuery(query, runLimits)
	if refusal != nil {
		return *refusal
	}
	filter, refusal := s.newRunFilter(query)
	if refusal != nil {
		return *refusal
	}
	runs := slices.DeleteFunc(s.store.listRuns(), func(run runState) bool { return !filter.matches(run) })
	slices.SortFunc(runs, filter.compare)
	return listReply(runs, page, func(run runState) string { return run.ID }, s.renderRun)
}

// listRuns returns the current state of all runs. A list does not advance their stages.
func (s *store) listRuns() []runState {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := make([]runState, 0, len(s.runs))
	for _, run := range s.runs {
		states = append(states, s.stateOf(run))
	}
	return states
}

// runFilter is the part of a request that filters and sorts runs.
type runFilter struct {
	query    url.Values
	from, to time.Time // zero for no bound
	compare  func(one, other runState) int
}

// runStatuses returns the statuses of a run in the schema of the edition.
func (s *Server) runStatuses() []string {
	if s.edition == RunScoped {
		return []string{"pending", "running", "completed", "error", "cancelled"}
	}
	return []string{"pending", "queued", "running", "completed", "error", "cancelled"}
}

func (s *Server) newRunFilter(query url.Values) (runFilter, *Reply) {
	if s.isFlat() { // only the run-scoped edition filters by several values
		query.Del("statuses")
		query.Del("trigger_types")
	}
	filter := runFilter{query: query}
	for parameter, values := range map[string][]string{
		"status": s.runStatuses(), "exclude_status": s.runStatuses(),
		// The schema allows any value; the server knows only this one.
		"trigger_type": {"manual_run"},
	} {
		if refusal := checkEnum(query, parameter, values...); refusal != nil {
			return filter, refusal
		}
	}
	for parameter, bound := range map[string]*time.Time{"from_date": &filter.from, "to_date": &filter.to} {
		date, err := parseDate(query.Get(parameter), parameter == "to_date")
		if err != nil {
			return filter, new(httpException(http.StatusBadRequest, "Invalid date: "+parameter)) // the real service returned this status; the text is not known
		}
		*bound = date
	}
	filter.compare = runOrders[cmp.Or(query.Get("sort_by"), "created_at")]
	if filter.compare == nil {
		// The schema allows any value. An error reveals a mistake of the client that a default order would hide.
		return filter, new(validationError("sort_by", "Cannot sort by "+query.Get("sort_by")))
	}
	return filter, nil
}

// parseDate parses RFC 3339 or a date. A date as an upper bound means the end of the day.
func parseDate(text string, isUpper bool) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		if isUpper {
			day = day.AddDate(0, 0, 1).Add(-time.Nanosecond)
		}
		return day, nil
	}
	return time.Parse(time.RFC3339, text)
}

// runOrders has a comparison for each value of sort_by, for descending order. Equal runs are in ascending order of their ids.
var runOrders = map[string]func(one, other runState) int{
	"created_at": func(one, other runState) int {
		return cmp.Or(parseTime(other.CreatedAt).Compare(parseTime(one.CreatedAt)), cmp.Compare(one.ID, other.ID))
	},
	"score": func(one, other runState) int {
		return cmp.Or(cmp.Compare(scoreOf(other), scoreOf(one)), cmp.Compare(one.ID, other.ID))
	},
	"status": func(one, other runState) int {
		return cmp.Or(cmp.Compare(other.Status, one.Status), cmp.Compare(one.ID, other.ID))
	},
	"id": func(one, other runState) int { return cmp.Compare(other.ID, one.ID) },
}

// scoreOf returns the score to sort by. Runs without a score come last in descending order.
func scoreOf(run runState) float64 {
	if run.RunStage.Score == nil {
		return -1
	}
	return *run.RunStage.Score
}

func (f runFilter) matches(run runState) bool {
	for parameter, value := range map[string]string{
		"workflow_id": run.WorkflowID, "experiment_id": run.ExperimentID, "block_id": run.BlockID,
		"status": run.Status, "trigger_type": run.Trigger,
	} {
		if f.query.Has(parameter) && f.query.Get(parameter) != value {
			return false
		}
	}
	for parameter, value := range map[string]string{"statuses": run.Status, "trigger_types": run.Trigger} {
		if f.query.Get(parameter) != "" && !slices.Contains(strings.Split(f.query.Get(parameter), ","), value) {
			return false
		}
	}
	created := parseTime(run.CreatedAt)
	return f.query.Get("exclude_status") != run.Status &&
		(f.from.IsZero() || !created.Before(f.from)) && (f.to.IsZero() || !created.After(f.to))
}

// parseTime parses RFC 3339. It returns zero for any other text, which only tests of broken bodies use.
func parseTime(text string) time.Time {
	parsed, _ := time.Parse(time.RFC3339, text)
	return parsed
}

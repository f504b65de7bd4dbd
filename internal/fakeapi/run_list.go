package fakeapi

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// runRow has the members of a run that requests filter and sort by.
type runRow struct {
	id, status, createdAt string
	score                 *float64
	filters               map[string]string // by parameter
}

func (s runState) row() runRow {
	return runRow{s.ID, s.Status, s.CreatedAt, s.RunStage.Score, map[string]string{
		"workflow_id": s.WorkflowID, "experiment_id": s.ExperimentID, "block_id": s.BlockID, "trigger_type": s.Trigger,
	}}
}

// runsReply serves a page of the runs of experiments.
func (s *Server) runsReply(c call) Reply {
	// The schema allows any trigger; the server knows only this one.
	return serveRuns(s, c, runLimits, []string{"manual_run"}, s.store.listRuns(), func(run runState) any { return run.body(c.flat) })
}

// serveRuns serves a page of runs, with the filters and the order of the request. Without triggers, it accepts any trigger.
func serveRuns[T interface{ row() runRow }](s *Server, c call, limits pageLimits, triggers []string, all []T, render func(T) any) Reply {
	page, refusal := s.listQuery(c.query, limits)
	if refusal != nil {
		return *refusal
	}
	filter, refusal := newRunFilter(c, triggers)
	if refusal != nil {
		return *refusal
	}
	runs := slices.DeleteFunc(all, func(run T) bool { return !filter.matches(run.row()) })
	slices.SortFunc(runs, func(one, other T) int { return filter.compare(one.row(), other.row()) })
	return listReply(runs, page, func(run T) string { return run.row().id }, render)
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
	call
	from, to time.Time // zero for no bound
	compare  func(one, other runRow) int
}

// runStatuses has the statuses of a run in the schema of the flat edition. The run-scoped edition lacks the last one.
var runStatuses = []string{"pending", "running", "completed", "error", "cancelled", "queued"}

func newRunFilter(c call, triggers []string) (runFilter, *Reply) {
	statuses := runStatuses
	if c.flat { // only the run-scoped edition filters by several values
		c.query.Del("statuses")
		c.query.Del("trigger_types")
	} else {
		statuses = runStatuses[:len(runStatuses)-1]
	}
	filter := runFilter{call: c}
	for parameter, values := range map[string][]string{"status": statuses, "exclude_status": statuses, "trigger_type": triggers} {
		if refusal := checkEnum(c.query, parameter, values...); refusal != nil && values != nil {
			return filter, refusal
		}
	}
	for parameter, bound := range map[string]*time.Time{"from_date": &filter.from, "to_date": &filter.to} {
		date, err := parseDate(c.query.Get(parameter), parameter == "to_date")
		if err != nil {
			return filter, new(httpException(http.StatusBadRequest, "Invalid date: "+parameter)) // the real service returned this status; the text is not known
		}
		*bound = date
	}
	filter.compare = runOrders[cmp.Or(c.query.Get("sort_by"), "created_at")]
	if filter.compare == nil {
		// The schema allows any value. An error reveals a mistake of the client that a default order would hide.
		return filter, new(validationError("sort_by", "Cannot sort by "+c.query.Get("sort_by")))
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

// runOrders has a comparison for each value of sort_by, for descending order. Equal runs are in ascending order of their ids, and
// runs without a score come last.
var runOrders = map[string]func(one, other runRow) int{
	"created_at": func(one, other runRow) int {
		return cmp.Or(parseTime(other.createdAt).Compare(parseTime(one.createdAt)), cmp.Compare(one.id, other.id))
	},
	"score": func(one, other runRow) int {
		return cmp.Or(cmp.Compare(orDefault(other.score, -1), orDefault(one.score, -1)), cmp.Compare(one.id, other.id))
	},
	"status": func(one, other runRow) int {
		return cmp.Or(cmp.Compare(other.status, one.status), cmp.Compare(one.id, other.id))
	},
	"id": func(one, other runRow) int { return cmp.Compare(other.id, one.id) },
}

// isNewer reports whether a run is before another one in the default order.
func isNewer(one, other runRow) bool { return runOrders["created_at"](one, other) < 0 }

// orDefault returns the number, or a default for nil.
func orDefault(number *float64, byDefault float64) float64 {
	if number == nil {
		return byDefault
	}
	return *number
}

func (f runFilter) matches(run runRow) bool {
	status := run.status
	if !f.flat {
		status = runScopedStatus(status)
	}
	run.filters["status"] = status
	for parameter, value := range run.filters {
		if f.query.Has(parameter) && f.query.Get(parameter) != value {
			return false
		}
	}
	for parameter, value := range map[string]string{"statuses": status, "trigger_types": run.filters["trigger_type"]} {
		values := strings.Join(f.query[parameter], ",") // repeated, or with commas
		if values != "" && !slices.Contains(strings.Split(values, ","), value) {
			return false
		}
	}
	return f.query.Get("exclude_status") != status && f.isInWindow(parseTime(run.createdAt))
}

// isInWindow reports whether a run was created between from_date and to_date.
func (f runFilter) isInWindow(created time.Time) bool {
	return (f.from.IsZero() || !created.Before(f.from)) && (f.to.IsZero() || !created.After(f.to))
}

// parseTime parses RFC 3339. It returns zero for any other text, which only tests of broken bodies use.
func parseTime(text string) time.Time {
	parsed, _ := time.Parse(time.RFC3339, text)
	return parsed
}

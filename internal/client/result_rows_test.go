package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// completedRows returns a list with a number of completed results.
func completedRows(count int) *resultList {
	rows := make([]*ExperimentResult, count)
	for i := range rows {
		rows[i] = &ExperimentResult{DocumentID: fmt.Sprintf("expdoc_%d", i), Lifecycle: Lifecycle{Status: StatusCompleted}}
	}
	return listOfRows(rows...)
}

func listOfRows(rows ...*ExperimentResult) *resultList {
	list := &resultList{rows: map[string]*ExperimentResult{}}
	for _, row := range rows {
		if err := list.add(row); err != nil {
			panic(err)
		}
	}
	return list
}

// TestResultsRead_limit checks how many selected results are returned at once.
func TestResultsRead_limit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rows    int
		options ResultsOptions
		want    error
	}{
		{MaxRunResults, ResultsOptions{}, nil},
		{MaxRunResults + 1, ResultsOptions{}, ErrTooManyResults},
		{MaxRunResults + 1, ResultsOptions{Statuses: []string{"completed"}}, ErrTooManyResults},
		{MaxRunResults + 1, ResultsOptions{DocumentIDs: []string{"expdoc_0"}}, nil},
		{MaxRunResults + 1, ResultsOptions{Statuses: []string{"error"}}, nil},
	} {
		err := resultsRead{options: test.options}.problem(ExperimentRun{}, completedRows(test.rows))
		if !errors.Is(err, test.want) {
			t.Errorf("%d rows, %+v: got %v", test.rows, test.options, err)
		}
	}
}

// TestResultList_complete checks when a list has every document of a run, and when it has every final result.
func TestResultList_complete(t *testing.T) {
	t.Parallel()
	row := func(status Status) *ExperimentResult {
		return &ExperimentResult{DocumentID: string(status), Lifecycle: Lifecycle{Status: status}}
	}
	for name, test := range map[string]struct {
		rows     []*ExperimentResult
		run      ExperimentRun
		hasEvery bool
		isFinal  bool
	}{
		"as many as the run says":        {[]*ExperimentResult{row(StatusCompleted)}, ExperimentRun{HasTotal: true, TotalDocuments: 1}, true, true},
		"more":                           {[]*ExperimentResult{row(StatusCompleted), row(StatusError)}, ExperimentRun{HasTotal: true, TotalDocuments: 1, FailedDocuments: 1}, true, true},
		"fewer":                          {[]*ExperimentResult{row(StatusCompleted)}, ExperimentRun{HasTotal: true, TotalDocuments: 2}, false, false},
		"a run without a count":          {[]*ExperimentResult{row(StatusCompleted)}, ExperimentRun{}, false, false},
		"no documents":                   {nil, ExperimentRun{HasTotal: true}, true, true},
		"a row of a run without any":     {[]*ExperimentResult{row(StatusCompleted)}, ExperimentRun{HasTotal: true}, false, false},
		"a result that is not final":     {[]*ExperimentResult{row(StatusRunning)}, ExperimentRun{HasTotal: true, TotalDocuments: 1}, true, false},
		"fewer failures than the run":    {[]*ExperimentResult{row(StatusCompleted)}, ExperimentRun{HasTotal: true, TotalDocuments: 1, FailedDocuments: 1}, true, false},
		"more failures than the run":     {[]*ExperimentResult{row(StatusError)}, ExperimentRun{HasTotal: true, TotalDocuments: 1}, true, true},
		"cancelled results are failures": {[]*ExperimentResult{row(StatusCancelled)}, ExperimentRun{HasTotal: true, TotalDocuments: 1, FailedDocuments: 1}, true, true},
	} {
		list := listOfRows(test.rows...)
		if got := list.hasEveryDocument(test.run); got != test.hasEvery {
			t.Errorf("%s: has every document is %v", name, got)
		}
		if got := list.isFinal(test.run); got != test.isFinal {
			t.Errorf("%s: is final is %v", name, got)
		}
	}
}

// TestResultList_add checks which of two results for the same document is kept, in either order.
func TestResultList_add(t *testing.T) {
	t.Parallel()
	early, late := Timing{CreatedAt: new("2026-05-02T11:00:00Z")}, Timing{CreatedAt: new("2026-05-02T11:00:01Z")}
	for name, test := range map[string]struct{ kept, dropped ExperimentResult }{
		"the later attempt":  {ExperimentResult{ID: "a", Attempt: 2, Lifecycle: Lifecycle{Timing: early}}, ExperimentResult{ID: "b", Attempt: 1, Lifecycle: Lifecycle{Timing: late}}},
		"the later creation": {ExperimentResult{ID: "a", Lifecycle: Lifecycle{Timing: late}}, ExperimentResult{ID: "b", Lifecycle: Lifecycle{Timing: early}}},
		"the greater id":     {ExperimentResult{ID: "b"}, ExperimentResult{ID: "a"}},
	} {
		for _, rows := range [][]ExperimentResult{{test.kept, test.dropped}, {test.dropped, test.kept}} {
			list := listOfRows(&rows[0], &rows[1])
			if got := list.rows[""]; len(list.rows) != 1 || got.ID != test.kept.ID {
				t.Errorf("%s: got %+v", name, got)
			}
		}
	}
	first := &ExperimentResult{ID: "a"}
	if list := listOfRows(first, &ExperimentResult{ID: "a"}); list.rows[""] != first {
		t.Error("a row was replaced by its equal")
	}
}

// TestResultList_attempts checks that a list notices later attempts, and refuses a second row if an attempt could not be read.
func TestResultList_attempts(t *testing.T) {
	t.Parallel()
	one, again, other := ExperimentResult{ID: "a"}, ExperimentResult{ID: "a", Attempt: 1}, ExperimentResult{ID: "b", DocumentID: "d"}
	for want, rows := range map[bool][][]*ExperimentResult{
		false: {nil, {&one}, {&one, &other}}, true: {{&one, &one}, {&one, &one, &other}, {&again}, {&again, &other}},
	} {
		for i, rows := range rows {
			if got := listOfRows(rows...).hasAttempts; got != want {
				t.Errorf("has attempts, case %d: got %v", i, got)
			}
		}
	}
	unread := ExperimentResult{ID: "c", IsAttemptUnread: true}
	for _, rows := range [][2]*ExperimentResult{{&one, &unread}, {&unread, &one}, {&unread, &unread}} {
		if err := listOfRows(rows[0]).add(rows[1]); err == nil {
			t.Errorf("%+v and %+v are not refused", rows[0], rows[1])
		}
	}
}

// TestResultList_pages checks that the rows of all pages count towards the length that the server says.
func TestResultList_pages(t *testing.T) {
	t.Parallel()
	for total, isCut := range map[int]bool{2: false, 3: true} {
		api := newAPI(t, func(request *http.Request) string {
			row, next := "doc_1", `"doc_1"`
			if request.URL.Query().Get("after") != "" {
				row, next = "doc_2", "null"
			}
			row = strings.ReplaceAll(resultBody, "doc_1", row)
			return fmt.Sprintf(`{"data":[%s],"total":%d,"list_metadata":{"after":%s}}`, row, total, next)
		})
		list, err := api.results(t.Context(), EditionFlat, "run_1", false, freshness{}, never)
		if err != nil || list.isCut != isCut || len(list.rows) != 2 {
			t.Errorf("of %d rows: got %+v, %v", total, list, err)
		}
	}
}

// TestResultRead_absence checks that a list does not contradict a run that does not say how many documents it has.
func TestResultRead_absence(t *testing.T) {
	t.Parallel()
	cancelled := ExperimentRun{Lifecycle: Lifecycle{Status: StatusCancelled}}
	read := resultRead{documentID: "expdoc_9"}
	if err := read.absence(runReply{ExperimentRun: cancelled}, completedRows(2), nil); !IsAbsent(err) {
		t.Errorf("got %v", err)
	}
}

package client

import (
	"errors"
	"fmt"
	"testing"
)

// completedRows returns a list with a number of completed results.
func completedRows(count int) *resultList {
	list := newResultList()
	for i := range count {
		list.add(&listedResult{ExperimentResult: ExperimentResult{DocumentID: fmt.Sprintf("expdoc_%d", i), Lifecycle: Lifecycle{Status: StatusCompleted}}})
	}
	return list
}

// TestResultsRead_limit checks how many selected results are returned at once.
func TestResultsRead_limit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rows      int
		selection selection
		want      error
	}{
		{MaxRunResults, newSelection(nil, nil), nil},
		{MaxRunResults + 1, newSelection(nil, nil), ErrTooManyResults},
		{MaxRunResults + 1, newSelection(nil, []string{"completed"}), ErrTooManyResults},
		{MaxRunResults + 1, newSelection([]string{"expdoc_0"}, nil), nil},
		{MaxRunResults + 1, newSelection(nil, []string{"error"}), nil},
	} {
		got, err := resultsRead{selection: test.selection}.results(runState{}, completedRows(test.rows))
		if !errors.Is(err, test.want) || err == nil && len(got.Results) != test.rows {
			t.Errorf("%d rows, %+v: got %d, %v", test.rows, test.selection, len(got.Results), err)
		}
	}
}

// TestResultList_complete checks when a list has every document of a run, and when it has every final result.
func TestResultList_complete(t *testing.T) {
	t.Parallel()
	row := func(status Status) *listedResult {
		return &listedResult{ExperimentResult: ExperimentResult{DocumentID: string(status), Lifecycle: Lifecycle{Status: status}}}
	}
	for name, test := range map[string]struct {
		rows     []*listedResult
		run      ExperimentRun
		hasEvery bool
		isFinal  bool
	}{
		"as many as the run says":        {[]*listedResult{row(StatusCompleted)}, ExperimentRun{HasTotal: true, TotalDocuments: 1}, true, true},
		"more":                           {[]*listedResult{row(StatusCompleted), row(StatusError)}, ExperimentRun{HasTotal: true, TotalDocuments: 1, FailedDocuments: 1}, true, true},
		"fewer":                          {[]*listedResult{row(StatusCompleted)}, ExperimentRun{HasTotal: true, TotalDocuments: 2}, false, false},
		"a run without a count":          {[]*listedResult{row(StatusCompleted)}, ExperimentRun{}, false, false},
		"no documents":                   {nil, ExperimentRun{HasTotal: true}, true, true},
		"a row of a run without any":     {[]*listedResult{row(StatusCompleted)}, ExperimentRun{HasTotal: true}, false, false},
		"a result that is not final":     {[]*listedResult{row(StatusRunning)}, ExperimentRun{HasTotal: true, TotalDocuments: 1}, true, false},
		"fewer failures than the run":    {[]*listedResult{row(StatusCompleted)}, ExperimentRun{HasTotal: true, TotalDocuments: 1, FailedDocuments: 1}, true, false},
		"more failures than the run":     {[]*listedResult{row(StatusError)}, ExperimentRun{HasTotal: true, TotalDocuments: 1}, true, true},
		"cancelled results are failures": {[]*listedResult{row(StatusCancelled)}, ExperimentRun{HasTotal: true, TotalDocuments: 1, FailedDocuments: 1}, true, true},
	} {
		list := newResultList()
		for _, row := range test.rows {
			list.add(row)
		}
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
			list := newResultList()
			for _, row := range rows {
				list.add(&listedResult{ExperimentResult: row})
			}
			if got := list.rows[""]; len(list.rows) != 1 || got.ID != test.kept.ID {
				t.Errorf("%s: got %+v", name, got)
			}
		}
	}
	list, first := newResultList(), &listedResult{ExperimentResult: ExperimentResult{ID: "a"}}
	list.add(first)
	list.add(&listedResult{ExperimentResult: ExperimentResult{ID: "a"}})
	if list.rows[""] != first {
		t.Error("a row was replaced by its equal")
	}
}

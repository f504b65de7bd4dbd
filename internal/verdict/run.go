package verdict

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// MissingDocuments returns how many documents of a run have neither completed nor failed. If the counters of the run
// contradict each other, which the API does not rule out, they prove nothing: it returns 0 and the contradiction.
func MissingDocuments(run client.ExperimentRun) (missing int64, contradiction string) {
	total, completed, failed, other := run.TotalDocuments, run.CompletedDocuments, run.FailedDocuments, run.DocumentCount
	if total >= 0 && completed >= 0 && failed >= 0 && completed <= total-failed && (other == 0 || other == total) {
		return total - completed - failed, ""
	}
	return 0, countersOf(run)
}

// countersOf formats the counters of a run.
func countersOf(run client.ExperimentRun) string {
	text := fmt.Sprintf("%s, %d completed and %d failed", prose.Counted(run.TotalDocuments, "document"), run.CompletedDocuments, run.FailedDocuments)
	if run.DocumentCount != 0 && run.DocumentCount != run.TotalDocuments {
		text += fmt.Sprintf(", and its document_count is %d", run.DocumentCount)
	}
	return text
}

// SuccessRatio returns the share of the documents of a run that succeeded so far, nil if its counters contradict each
// other.
func SuccessRatio(run client.ExperimentRun) *big.Float {
	if _, contradiction := MissingDocuments(run); contradiction != "" {
		return nil
	}
	return ratio(run.CompletedDocuments, run.TotalDocuments)
}

// WhyRunNotSucceeded returns the first reason why a run does not prove that all of its documents succeeded. The reason
// continues a sentence that begins with the run.
func WhyRunNotSucceeded(run client.ExperimentRun) string {
	_, contradiction := MissingDocuments(run)
	of := prose.Counted(run.TotalDocuments, "document")
	return first(
		reason{run.Status != client.StatusCompleted, fmt.Sprintf("ended as %s%s", run.Status, prose.Because(sanitize.PlainText(cmp.Or(run.ErrorMessage, run.CancelReason))))},
		reason{run.HasError, completedBut + "reports an error" + prose.Because(failure(run.Lifecycle))},
		reason{!run.HasTotal, completedBut + "Retab does not say how many documents it has"},
		reason{contradiction != "", completedBut + "its counters contradict each other: " + contradiction},
		reason{run.TotalDocuments == 0, completedBut + "has no documents, so nothing succeeded"},
		reason{run.FailedDocuments > 0, fmt.Sprintf(completedBut+"%d of %s failed", run.FailedDocuments, of)},
		reason{run.CompletedDocuments < run.TotalDocuments, fmt.Sprintf(completedBut+"only %d of %s are", run.CompletedDocuments, of)},
		notFraction(completedBut+"its score is", run.Score),
	)
}

// WhyNotAsRequired returns the first reason why a run that has ended is not as required: every document must have
// succeeded, unless that is not needed, and the score must not be below the minimum, unless that is nil.
func WhyNotAsRequired(run client.ExperimentRun, needsSuccess bool, minimum *big.Float) string {
	whyNot, hasBoth := WhyRunNotSucceeded(run), minimum != nil && run.Score != nil
	required := fmt.Sprintf("at least %s is required", prose.Score(minimum))
	outside := notFraction("its score is", run.Score)
	return first(
		reason{needsSuccess && whyNot != "", "it " + whyNot},
		reason{minimum != nil && run.Score == nil, "it has no score, and " + required},
		reason{minimum != nil && outside.holds, outside.text},
		reason{hasBoth && run.Score.Cmp(minimum) < 0, fmt.Sprintf("its score is %s, and %s", prose.Score(run.Score), required)},
	)
}

// RunSummary describes a run by its status and its counters.
func RunSummary(run client.ExperimentRun) string {
	name, isCompleted := "run "+sanitize.PlainText(run.ID), run.Status == client.StatusCompleted
	status, of := "", " of "+name // the first sentence names the run
	if !isCompleted || run.HasError {
		status, of = prose.UpperFirst(name)+" "+describe(run.Lifecycle), ""
	}
	missing, contradiction := MissingDocuments(run)
	counts := first(
		reason{!run.HasTotal && isCompleted, fmt.Sprintf("Retab does not say how many documents %s has.", name)},
		reason{run.HasTotal && contradiction != "", fmt.Sprintf("The counters of %s contradict each other: %s.", name, contradiction)},
		reason{run.HasTotal && isCompleted && run.TotalDocuments == 0, prose.UpperFirst(name) + " has no documents."},
		reason{isCompleted && !run.HasError && run.CompletedDocuments == run.TotalDocuments, everyDocument(run.TotalDocuments, of)},
	)
	if counts == "" && run.HasTotal { // without it, the other counters say little
		counts = partialCounts(run, missing, of)
	}
	outside := notFraction("Its score is", run.Score)
	return prose.Paragraph(status, counts, first(reason{outside.holds, outside.text + "."}))
}

// partialCounts describes the documents of a run that failed or have no final result.
func partialCounts(run client.ExperimentRun, missing int64, of string) string {
	failures := part(run.FailedDocuments, run.TotalDocuments, of, failed, nil)
	if failures != "" {
		of = ""
	}
	verb := "has no final result"
	if !run.Status.Terminal() {
		verb += " yet"
	}
	return prose.Paragraph(failures, part(missing, run.TotalDocuments, of, verb, nil))
}

// LeavesResultsBehind reports whether a run has ended without finishing all of its results: one that was cancelled or
// failed can leave results behind that never become final. In a completed run they only lag behind.
func LeavesResultsBehind(run client.ExperimentRun) bool {
	return HasEnded(run.Lifecycle) && run.Status != client.StatusCompleted
}

// AbsentRunSummary describes the absence of a run: of the one with an id, or of the newest of an experiment that has a
// status. status is "" for any.
func AbsentRunSummary(err error, experimentID, status string) string {
	return absentRunSummary(err, "experiment "+sanitize.PlainText(experimentID), status)
}

func absentRunSummary(err error, of, status string) string {
	if absent := new(client.AbsentError); errors.As(err, &absent) {
		return nonexistent("Run " + sanitize.PlainText(absent.RunID))
	}
	text := "Retab lists no run of " + of
	if status != "" {
		text += " with the status " + status
	}
	return text + "."
}

func nonexistent(run string) string {
	return run + " does not exist in the environment of this API key."
}

package verdict

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// ResultSucceeded reports whether the block ran for a document and completed. A placeholder stands for a document that
// was never executed.
func ResultSucceeded(result *client.ExperimentResult) bool {
	return result.Status == client.StatusCompleted && !result.HasError && !client.OrZero(result.IsPlaceholder)
}

// The outcomes of results, as the verbs of sentences.
const (
	succeeded     = "succeeded"
	failed        = "failed"
	wasCancelled  = "was cancelled"
	neverExecuted = "was never executed" // a placeholder
	notFinished   = "has not finished"
)

// outcomeOf returns which of the outcomes a result has.
func outcomeOf(result *client.ExperimentResult) string {
	switch {
	case ResultSucceeded(result):
		return succeeded
	case result.Status == client.StatusCompleted && !result.HasError:
		return neverExecuted
	case result.Status == client.StatusCancelled:
		return wasCancelled
	case result.Status.Terminal():
		return failed
	default:
		return notFinished
	}
}

// ResultSummary describes a result that exists.
func ResultSummary(result *client.ExperimentResult) string {
	document := "Document " + sanitize.PlainText(result.DocumentID)
	switch outcomeOf(result) {
	case succeeded:
		return document + " succeeded."
	case neverExecuted:
		return document + " was never executed: its result is a placeholder."
	default:
		return document + " " + describe(result.Lifecycle)
	}
}

// AbsentResultSummary describes the absence of a result.
func AbsentResultSummary(absent *client.AbsentError) string {
	document, run := "Document "+sanitize.PlainText(absent.DocumentID), "run "+sanitize.PlainText(absent.RunID)
	switch {
	case absent.Reason == client.NoSuchRun:
		return fmt.Sprintf("%s has no result: %s", document, nonexistent(run))
	case absent.Reason == client.RunActive:
		return fmt.Sprintf("%s has no result yet: %s %s", document, run, describe(absent.Run.Lifecycle))
	case absent.Run.Status == client.StatusCancelled:
		return fmt.Sprintf("%s has no result: %s was cancelled.", document, run)
	case absent.Run.Status == client.StatusError:
		return fmt.Sprintf("%s has no result: %s failed.", document, run)
	default:
		return fmt.Sprintf("%s is not part of %s.", document, run)
	}
}

// Results has the results of documents: of all documents of a run, or of those that a read names. Its lists are sorted, and
// never nil.
type Results struct {
	Run          client.ExperimentRun       `tfsdk:"-"`
	Rows         []*client.ExperimentResult `tfsdk:"-"`
	Documents    int64                      `tfsdk:"document_count"`
	Succeeded    int64                      `tfsdk:"succeeded_count"`
	NotSucceeded []string                   `tfsdk:"failed_document_ids"`  // with a final result that did not succeed
	Missing      []string                   `tfsdk:"missing_document_ids"` // named documents without a result
	NoResult     int64                      `tfsdk:"missing_count"`        // how many documents have no result

	named                   bool  // whether the read names its documents, which are then judged by their own rows only
	listed, listedSucceeded int64 // the results in the whole list of the run
}

// NewResults selects the results of a run or, unless documentIDs is nil, those of the named documents.
func NewResults(all client.RunResults, documentIDs []string) Results {
	r := Results{Run: all.Run, Rows: all.Results, named: documentIDs != nil, Documents: all.Run.TotalDocuments, Missing: []string{}}
	r.listed, r.listedSucceeded = int64(len(all.Results)), int64(len(documents(all.Results, succeeded)))
	r.NoResult = max(0, r.Documents-r.listed)
	if r.named {
		without := map[string]bool{}
		for _, id := range documentIDs {
			without[client.Identity(id)] = true
		}
		r.Documents, r.Rows = int64(len(without)), nil
		for _, result := range all.Results {
			if id := client.Identity(result.DocumentID); without[id] {
				delete(without, id)
				r.Rows = append(r.Rows, result)
			}
		}
		r.Missing = slices.AppendSeq(r.Missing, maps.Keys(without))
		slices.Sort(r.Missing)
		r.NoResult = int64(len(r.Missing))
	}
	r.Succeeded = int64(len(documents(r.Rows, succeeded)))
	r.NotSucceeded = documents(r.Rows, failed, wasCancelled, neverExecuted)
	return r
}

// documents returns the ids of the documents whose result has one of the outcomes. It is never nil.
func documents(rows []*client.ExperimentResult, outcomes ...string) []string {
	ids := []string{}
	for _, row := range rows {
		if slices.Contains(outcomes, outcomeOf(row)) {
			ids = append(ids, row.DocumentID)
		}
	}
	return ids
}

// contradiction returns the numbers of the run and of its list if they cannot all be true: the run has fewer documents
// than its list has results, or fewer that completed than its list has.
func (r Results) contradiction() string {
	run := r.Run
	_, problem := MissingDocuments(run)
	if problem == "" && r.listed <= run.TotalDocuments && r.listedSucceeded <= run.TotalDocuments-run.FailedDocuments &&
		(run.Status != client.StatusCompleted || r.listedSucceeded <= run.CompletedDocuments) {
		return ""
	}
	return fmt.Sprintf("the run counts %s; the list has %s", countersOf(run), r.listing())
}

// isUncounted reports whether the number of documents is unknown.
func (r Results) isUncounted() bool { return !r.named && !r.Run.HasTotal }

// isProved reports whether the results prove the outcome of the documents. Those of named documents need no counters.
func (r Results) isProved() bool { return r.named || r.Run.HasTotal && r.contradiction() == "" }

// Gap describes what the list of a completed run lacks, "" if nothing. Rows can lag behind the run, and a server can
// limit a page. Other runs have no gap: one that was cancelled or failed may end with fewer results, and results of an
// active run may still come.
func (r Results) Gap() string {
	if r.Run.Status != client.StatusCompleted {
		return ""
	}
	run := fmt.Sprintf("run %q", sanitize.PlainText(r.Run.ID))
	uncounted := prose.UpperFirst(run) + " is completed, but Retab does not say how many documents it has, and lists "
	contradiction, unfinished := r.contradiction(), len(documents(r.Rows, notFinished))
	return first(
		reason{r.isUncounted(), uncounted + r.listing() + ". To prove results, name their documents in document_ids."},
		reason{!r.Run.HasTotal && r.NoResult > 0, uncounted + fmt.Sprintf("no result for %d of %d named documents.", r.NoResult, r.Documents)},
		reason{contradiction != "" && (!r.named || r.NoResult > 0), fmt.Sprintf("The list of %s and its counters contradict each other: %s.", run, contradiction)},
		reason{
			r.NoResult > 0 && r.listed < r.Run.TotalDocuments,
			fmt.Sprintf("The list of %s has %d of %d documents, although the run is completed.", run, r.listed, r.Run.TotalDocuments),
		},
		reason{
			unfinished > 0, fmt.Sprintf("In the list of %s, %d of %d documents %s, although the run is completed.",
				run, unfinished, r.Documents, prose.Agree(unfinished, notFinished)),
		},
	)
}

// listing describes the list of the run.
func (r Results) listing() string {
	if r.listed == 0 {
		return "0 results"
	}
	return fmt.Sprintf("%s, of which %d succeeded", prose.Counted(r.listed, "result"), r.listedSucceeded)
}

// AllTerminal reports whether no result can change or appear any more. It is false for all documents of an active run,
// which may get more.
func (r Results) AllTerminal() bool {
	if r.Run.Status.Terminal() {
		return r.Gap() == ""
	}
	return r.everyRow(func(row client.Lifecycle) bool { return row.Status.Terminal() })
}

// HasEnded reports whether there is nothing left to wait for. Unlike AllTerminal, it accepts runs and rows with an
// unknown status that have a time of completion.
func (r Results) HasEnded() bool {
	return r.AllTerminal() || HasEnded(r.Run.Lifecycle) && !r.Run.Status.Terminal() || r.everyRow(HasEnded)
}

// everyRow reports whether every document has a row for which a condition holds, and no document can be added.
func (r Results) everyRow(holds func(client.Lifecycle) bool) bool {
	fails := func(row *client.ExperimentResult) bool { return !holds(row.Lifecycle) }
	return (r.named || HasEnded(r.Run.Lifecycle)) && r.isProved() && r.Documents > 0 && r.NoResult == 0 && !slices.ContainsFunc(r.Rows, fails)
}

// AllSucceeded reports whether every document has a result that succeeded. All documents of a run need a run that
// succeeded.
func (r Results) AllSucceeded() bool {
	return r.isProved() && r.Documents > 0 && r.Succeeded == r.Documents && (r.named || WhyRunNotSucceeded(r.Run) == "")
}

// Ratio returns the share of the documents that succeeded so far. It is nil if that is not proved: the run has no
// count, or contradicts its list. It is 1 only if AllSucceeded.
func (r Results) Ratio() *big.Float {
	if !r.isProved() || r.Succeeded == r.Documents && !r.AllSucceeded() {
		return nil
	}
	return ratio(r.Succeeded, r.Documents)
}

// Progress describes in a few words how far the run is.
func (r Results) Progress() string {
	final := len(r.Rows) - len(documents(r.Rows, notFinished))
	if r.isUncounted() {
		return fmt.Sprintf("%s: %s %s", r.Run.Status, prose.Counted(final, "document"), prose.Agree(final, "has ended"))
	}
	return fmt.Sprintf("%s: %d of %d documents have ended", r.Run.Status, final, max(r.Documents, int64(len(r.Rows))))
}

// Summary describes the outcome in sentences.
func (r Results) Summary() string {
	if r.AllSucceeded() {
		return everyDocument(r.Documents, "")
	}
	isCompleted, parts := r.Run.Status == client.StatusCompleted, r.parts()
	text := first(
		reason{r.isUncounted(), fmt.Sprintf("Retab does not say how many documents the run has, and lists %s.", r.listing())},
		reason{!r.isProved(), fmt.Sprintf("The run and its list contradict each other: %s.", r.contradiction())},
		reason{r.Documents == 0 && r.named, "No documents are named."},
		reason{r.Documents == 0 && isCompleted, "The run has no documents."},
		reason{parts != "", parts},
		reason{isCompleted, "The run " + prose.Sentence(WhyRunNotSucceeded(r.Run))}, // although every document succeeded
	)
	saysUnfinished := !r.Run.Status.Terminal() && (r.named || r.Documents > 0) && text != ""
	if isCompleted || saysUnfinished {
		return text
	}
	return prose.Paragraph("The run "+describe(r.Run.Lifecycle), text)
}

// parts describes the documents that did not succeed, in a sentence for each outcome.
func (r Results) parts() string {
	var sentences []string
	for _, outcome := range []string{failed, wasCancelled, neverExecuted, notFinished} {
		ids := documents(r.Rows, outcome)
		sentences = append(sentences, part(int64(len(ids)), r.Documents, "", outcome, ids))
	}
	missing := "has no result"
	switch {
	case !r.AllTerminal():
		missing = "has no result yet"
	case r.Run.Status == client.StatusCompleted:
		missing = "is not part of the run"
	}
	return prose.Paragraph(append(sentences, part(r.NoResult, r.Documents, "", missing, r.Missing))...)
}

// maxSummaryIDs limits how many ids a summary lists.
const maxSummaryIDs = 10

// part formats a sentence such as "2 of 3 documents failed: a, b.", or "" for none of them.
func part(number, total int64, of, verb string, ids []string) string {
	if number <= 0 {
		return ""
	}
	text := fmt.Sprintf("%d of %d documents%s %s", number, total, of, prose.Agree(number, verb))
	if len(ids) > 0 {
		text += ": " + prose.IDs(ids, maxSummaryIDs)
	}
	return text + "."
}

func everyDocument(documents int64, of string) string {
	if documents == 1 {
		return "The only document" + of + " succeeded."
	}
	return fmt.Sprintf("All %d documents%s succeeded.", documents, of)
}

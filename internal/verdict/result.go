package verdict

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// ResultSucceeded reports whether the block ran for a document and completed. A placeholder stands for a document that
// was never executed.
func ResultSucceeded(result *client.ExperimentResult) bool {
	return result.Status == client.StatusCompleted && !result.HasError && !value(result.IsPlaceholder)
}

// ResultSummary describes a result that exists.
func ResultSummary(result *client.ExperimentResult) string {
	document := "Document " + sanitize.PlainText(result.DocumentID)
	switch {
	case ResultSucceeded(result):
		return document + " succeeded."
	case result.Status == client.StatusCompleted && !result.HasError:
		return document + " was never executed: its result is a placeholder."
	default:
		return document + " " + outcome(result.Lifecycle)
	}
}

// AbsentResultSummary describes the absence of a result.
func AbsentResultSummary(absent *client.AbsentError) string {
	document, run := "Document "+sanitize.PlainText(absent.DocumentID), "run "+sanitize.PlainText(absent.RunID)
	switch {
	case absent.Reason == client.NoSuchRun:
		return fmt.Sprintf("%s has no result: %s", document, nonexistent(run))
	case absent.Reason == client.RunActive:
		return fmt.Sprintf("%s has no result yet: %s %s", document, run, outcome(absent.Run.Lifecycle))
	case absent.Run.Status == client.StatusCancelled:
		return fmt.Sprintf("%s has no result: %s was cancelled.", document, run)
	case absent.Run.Status == client.StatusError:
		return fmt.Sprintf("%s has no result: %s failed.", document, run)
	default:
		return fmt.Sprintf("%s is not part of %s.", document, run)
	}
}

// Results groups documents by the outcome of their results: all documents of a run, or those that a read names. The
// exported lists of documents are sorted, and never nil.
type Results struct {
	Run          client.ExperimentRun       `tfsdk:"-"`
	Rows         []*client.ExperimentResult `tfsdk:"-"`
	Documents    int64                      `tfsdk:"document_count"`
	Succeeded    int64                      `tfsdk:"succeeded_count"`
	NotSucceeded []string                   `tfsdk:"failed_document_ids"`  // with a final result that did not succeed
	Missing      []string                   `tfsdk:"missing_document_ids"` // named documents without a result
	NoResult     int64                      `tfsdk:"missing_count"`        // how many documents have no result

	failed, cancelled, placeholders, unfinished []string

	named           bool  // whether the read names its documents, which are then judged by their own rows only
	listed          int64 // results in the whole list of the run
	listedSucceeded int64
}

// NewResults groups the results of a run or, unless documentIDs is nil, those of the named documents.
func NewResults(all client.RunResults, documentIDs []string) Results {
	r := Results{
		Run: all.Run, Rows: all.Results, named: documentIDs != nil, Documents: all.Run.TotalDocuments,
		NotSucceeded: []string{}, Missing: []string{},
	}
	for _, result := range all.Results {
		r.listed++
		if ResultSucceeded(result) {
			r.listedSucceeded++
		}
	}
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
	for _, result := range r.Rows {
		r.count(result)
	}
	return r
}

func (r *Results) count(result *client.ExperimentResult) {
	ids := &r.unfinished
	switch {
	case ResultSucceeded(result):
		r.Succeeded++
		return
	case result.Status == client.StatusCompleted && !result.HasError:
		ids = &r.placeholders
	case result.Status == client.StatusCancelled:
		ids = &r.cancelled
	case result.Status.Terminal():
		ids = &r.failed
	}
	*ids = append(*ids, result.DocumentID)
	if ids != &r.unfinished {
		r.NotSucceeded = append(r.NotSucceeded, result.DocumentID)
	}
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
	contradiction, count := r.contradiction(), int64(len(r.unfinished))
	return first(
		reason{r.isUncounted(), uncounted + r.listing() + ". To prove results, name their documents in document_ids."},
		reason{!r.Run.HasTotal && r.NoResult > 0, uncounted + fmt.Sprintf("no result for %d of %d named documents.", r.NoResult, r.Documents)},
		reason{contradiction != "" && (!r.named || r.NoResult > 0), fmt.Sprintf("The list of %s and its counters contradict each other: %s.", run, contradiction)},
		reason{
			r.NoResult > 0 && r.listed < r.Run.TotalDocuments,
			fmt.Sprintf("The list of %s has %d of %d documents, although the run is completed.", run, r.listed, r.Run.TotalDocuments),
		},
		reason{count > 0, fmt.Sprintf("In the list of %s, %d of %d documents %s not finished, although the run is completed.", run, count, r.Documents, have(count))},
	)
}

// listing describes the list of the run.
func (r Results) listing() string {
	results := prose.Counted(r.listed, "result")
	if r.listed == 0 {
		return results
	}
	return fmt.Sprintf("%s, of which %d succeeded", results, r.listedSucceeded)
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
	final := int64(len(r.Rows) - len(r.unfinished))
	if r.isUncounted() {
		return fmt.Sprintf("%s: %s %s ended", r.Run.Status, prose.Counted(final, "document"), have(final))
	}
	return fmt.Sprintf("%s: %d of %d documents have ended", r.Run.Status, final, max(r.Documents, int64(len(r.Rows))))
}

// Summary describes the outcome in sentences.
func (r Results) Summary() string {
	if r.AllSucceeded() {
		return everyDocument(r.Documents, "")
	}
	run, isCompleted := "The run "+outcome(r.Run.Lifecycle), r.Run.Status == client.StatusCompleted
	problem := first(
		reason{r.isUncounted(), fmt.Sprintf("Retab does not say how many documents the run has, and lists %s.", r.listing())},
		reason{!r.isProved(), fmt.Sprintf("The run and its list contradict each other: %s.", r.contradiction())},
		reason{r.Documents == 0 && r.named, "No documents are named."},
		reason{r.Documents == 0 && isCompleted, "The run has no documents."},
	)
	sentences := []string{problem}
	if problem == "" {
		sentences = r.parts()
	}
	isUnfinished := !r.Run.Status.Terminal() && (r.named || r.Documents > 0) && len(sentences) > 0 // which the parts say
	switch {
	case !isCompleted && !isUnfinished:
		sentences = slices.Insert(sentences, 0, run)
	case len(sentences) == 0: // every document succeeded, but the run says no
		return "The run " + prose.Sentence(WhyRunNotSucceeded(r.Run))
	}
	return strings.Join(sentences, " ")
}

// parts describes the documents that did not succeed, in a sentence for each outcome.
func (r Results) parts() (sentences []string) {
	add := func(count int64, ids []string, one, many string) {
		if count > 0 {
			sentences = append(sentences, part(count, r.Documents, "", prose.Agree(count, one, many), ids))
		}
	}
	add(int64(len(r.failed)), r.failed, "failed", "failed")
	add(int64(len(r.cancelled)), r.cancelled, "was cancelled", "were cancelled")
	add(int64(len(r.placeholders)), r.placeholders, "was never executed", "were never executed")
	add(int64(len(r.unfinished)), r.unfinished, "has not finished", "have not finished")
	switch {
	case !r.AllTerminal():
		add(r.NoResult, r.Missing, "has no result yet", "have no result yet")
	case r.Run.Status == client.StatusCompleted:
		add(r.NoResult, r.Missing, "is not part of the run", "are not part of the run")
	default:
		add(r.NoResult, r.Missing, "has no result", "have no result")
	}
	return sentences
}

// maxSummaryIDs limits how many ids a summary lists.
const maxSummaryIDs = 10

// part formats a sentence such as "2 of 3 documents failed: a, b."
func part(number, total int64, of, verb string, ids []string) string {
	text := fmt.Sprintf("%d of %d documents%s %s", number, total, of, verb)
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

func have(number int64) string { return prose.Agree(number, "has", "have") }

package provider

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// resultsTally counts the documents of a read by outcome: all of a run, or those in document_ids.
type resultsTally struct {
	run     client.ExperimentRun
	results []*client.ExperimentResult // sorted by document id
	named   bool                       // whether document_ids names the documents

	documents    int64 // document_count
	succeeded    int64
	failed       []string // document ids of results with the status error, sorted like the following
	cancelled    []string
	placeholders []string // completed, but never executed
	unfinished   []string // without a final status
	missing      []string // without a result; known only for named documents
	missingCount int64

	listed          int64 // results in the whole list of the run
	listedSucceeded int64
}

// tally counts the results of a run, or those of some documents.
func tally(all client.RunResults, documentIDs []string) resultsTally {
	t := resultsTally{run: all.Run, results: all.Results, named: documentIDs != nil, documents: all.Run.TotalDocuments}
	t.listed = int64(len(all.Results))
	for _, result := range all.Results {
		if result.Succeeded() {
			t.listedSucceeded++
		}
	}
	if t.named {
		t.selectDocuments(documentIDs)
	} else {
		t.missingCount = max(0, t.documents-t.listed)
	}
	for _, result := range t.results {
		t.count(result)
	}
	return t
}

// selectDocuments keeps the results of the named documents.
func (t *resultsTally) selectDocuments(documentIDs []string) {
	without := map[string]bool{}
	for _, id := range documentIDs {
		without[id] = true
	}
	t.documents = int64(len(without))
	all := t.results
	t.results = nil
	for _, result := range all {
		if without[result.DocumentID] {
			t.results = append(t.results, result)
			delete(without, result.DocumentID)
		}
	}
	t.missing = slices.Sorted(maps.Keys(without))
	t.missingCount = int64(len(t.missing))
}

func (t *resultsTally) count(result *client.ExperimentResult) {
	id := result.DocumentID
	switch {
	case result.Succeeded():
		t.succeeded++
	case result.Status == client.StatusCompleted:
		t.placeholders = append(t.placeholders, id)
	case result.Status == client.StatusCancelled:
		t.cancelled = append(t.cancelled, id)
	case result.Status.Terminal():
		t.failed = append(t.failed, id)
	default:
		t.unfinished = append(t.unfinished, id)
	}
}

// notSucceeded returns the documents whose result is final and did not succeed, sorted.
func (t resultsTally) notSucceeded() []string {
	ids := slices.Concat(t.failed, t.cancelled, t.placeholders)
	slices.Sort(ids)
	return ids
}

// contradicts reports whether the run's counters and its list cannot both be true: the run has fewer documents than its
// list has results, or more failures than the list leaves room for.
func (t resultsTally) contradicts() bool {
	counts := countsOf(t.run)
	return !counts.areConsistent() || t.listed > counts.total || t.listedSucceeded > counts.total-counts.failed
}

// isUncounted reports whether neither the run nor document_ids says how many documents there are.
func (t resultsTally) isUncounted() bool { return !t.named && !t.run.HasTotal }

// isProved reports whether the results prove the outcome of the documents. The results of named documents prove it without
// the counters of the run.
func (t resultsTally) isProved() bool { return t.named || t.run.HasTotal && !t.contradicts() }

// gap describes what a completed run and its list leave open, "" when nothing. Rows can lag behind the run, and a server
// can cap a page. A run that was cancelled or failed may end with fewer results, and those of an active run may still come.
func (t resultsTally) gap() string {
	if t.run.Status != client.StatusCompleted {
		return ""
	}
	switch runID := client.PlainText(t.run.ID); {
	case t.isUncounted():
		return fmt.Sprintf("Run %q is completed, but Retab does not say how many documents it has, and lists %s. To prove results, name their documents in document_ids.",
			runID, t.listing())
	case !t.run.HasTotal && t.missingCount > 0: // the list may be short
		return fmt.Sprintf("Run %q is completed, but Retab does not say how many documents it has, and lists no result for %d of %d named documents.",
			runID, t.missingCount, t.documents)
	case !t.isProved() || t.missingCount > 0 && t.contradicts():
		return fmt.Sprintf("The list of run %q and its counters contradict each other: %s.", runID, t.contradiction())
	case t.missingCount > 0 && t.listed < t.run.TotalDocuments:
		return fmt.Sprintf("The list of run %q has %d of %d documents, although the run is completed.", runID, t.listed, t.run.TotalDocuments)
	case len(t.unfinished) > 0:
		count := int64(len(t.unfinished))
		return fmt.Sprintf("In the list of run %q, %d of %d documents %s not finished, although the run is completed.",
			runID, count, t.documents, have(count))
	default:
		return ""
	}
}

// contradiction returns the numbers that cannot all be true.
func (t resultsTally) contradiction() string {
	return fmt.Sprintf("the run counts %s; the list has %s", countsOf(t.run), t.listing())
}

// listing describes the list of the run.
func (t resultsTally) listing() string {
	results := counted(t.listed, "result")
	if t.listed == 0 {
		return results
	}
	return fmt.Sprintf("%s, of which %d succeeded", results, t.listedSucceeded)
}

// allTerminal reports whether nothing can change any more.
func (t resultsTally) allTerminal() bool {
	switch t.run.Status {
	case client.StatusCancelled, client.StatusError:
		return true
	case client.StatusCompleted:
		return t.gap() == ""
	default:
		return t.isProved() && t.documents > 0 && t.missingCount == 0 && len(t.unfinished) == 0
	}
}

// allSucceeded reports whether every document has a result that succeeded.
func (t resultsTally) allSucceeded() bool {
	return t.isProved() && t.documents > 0 && t.succeeded == t.documents
}

// ratio returns the success ratio, null where the run and its list contradict each other or the run has no count.
func (t resultsTally) ratio() types.Number {
	if !t.isProved() {
		return types.NumberNull()
	}
	return successRatio(t.succeeded, t.documents)
}

// progress describes how far the run is, in a few words.
func (t resultsTally) progress() string {
	final := int64(len(t.results) - len(t.unfinished))
	if t.isUncounted() {
		return fmt.Sprintf("%s: %s %s ended", t.run.Status, counted(final, "document"), have(final))
	}
	return fmt.Sprintf("%s: %d of %d documents have ended", t.run.Status, final, max(t.documents, int64(len(t.results))))
}

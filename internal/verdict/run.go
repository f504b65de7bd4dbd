package verdict

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// Counts are a run's own counters of its documents.
type Counts struct{ Total, Completed, Failed, other int64 }

// CountsOf returns the counters of a run.
func CountsOf(run client.ExperimentRun) Counts {
	return Counts{run.TotalDocuments, run.CompletedDocuments, run.FailedDocuments, run.DocumentCount}
}

// areConsistent reports whether the counters can be true together. The API promises nothing of the kind, and what follows
// from counters that contradict each other is not proved.
func (c Counts) areConsistent() bool {
	return c.Total >= 0 && c.Completed >= 0 && c.Failed >= 0 && c.Completed <= c.Total-c.Failed && (c.other == 0 || c.other == c.Total)
}

// Missing returns how many documents have neither completed nor failed, 0 where the counters contradict each other.
func (c Counts) Missing() int64 {
	if !c.areConsistent() {
		return 0
	}
	return c.Total - c.Completed - c.Failed
}

// Ratio returns the part of the documents that succeeded so far, nil where the counters contradict each other.
func (c Counts) Ratio() *big.Float {
	if !c.areConsistent() {
		return nil
	}
	return ratio(c.Completed, c.Total)
}

func (c Counts) String() string {
	text := fmt.Sprintf("%s, %d completed and %d failed", prose.Counted(c.Total, "document"), c.Completed, c.Failed)
	if c.other != 0 && c.other != c.Total {
		text += fmt.Sprintf(", and its document_count is %d", c.other)
	}
	return text
}

// terraformPrecision is how many bits Terraform keeps of a number.
const terraformPrecision = 512

// ratio returns the quotient that Terraform computes from the two literals, nil without documents: 2 of 3 is its 2 / 3.
func ratio(succeeded, documents int64) *big.Float {
	if documents <= 0 {
		return nil
	}
	number := func(n int64) *big.Float { return new(big.Float).SetPrec(terraformPrecision).SetInt64(n) }
	return number(0).Quo(number(succeeded), number(documents))
}

// WhyRunNotSucceeded returns the first reason why not every document of a run is proved to have succeeded: what the run lacks,
// as the end of a sentence that names the run.
func WhyRunNotSucceeded(run client.ExperimentRun) string {
	counts := CountsOf(run)
	of := prose.Counted(counts.Total, "document")
	return first(
		reason{run.Status != client.StatusCompleted, fmt.Sprintf("ended as %s%s", run.Status, prose.Because(sanitize.PlainText(cmp.Or(run.ErrorMessage, run.CancelReason))))},
		reason{run.HasError, "is completed, but reports an error" + prose.Because(failure(run.Lifecycle))},
		reason{!run.HasTotal, "is completed, but Retab does not say how many documents it has"},
		reason{!counts.areConsistent(), fmt.Sprintf("is completed, but its counters contradict each other: %s", counts)},
		reason{counts.Total == 0, "is completed, but has no documents, so nothing succeeded"},
		reason{counts.Failed > 0, fmt.Sprintf("is completed, but %d of %s failed", counts.Failed, of)},
		reason{counts.Completed < counts.Total, fmt.Sprintf("is completed, but only %d of %s are", counts.Completed, of)},
		reason{!isFraction(run.Score), fmt.Sprintf("is completed, but its score is %s, which is not between 0 and 1", prose.Score(run.Score))},
	)
}

// RunSummary describes a run by its status and its counters.
func RunSummary(run client.ExperimentRun) string {
	of := " of run " + sanitize.PlainText(run.ID) // named once, in the first sentence
	var sentences []string
	if run.Status != client.StatusCompleted || run.HasError {
		sentences = append(sentences, "Run "+sanitize.PlainText(run.ID)+" "+Outcome(run.Lifecycle))
		of = ""
	}
	sentences = append(sentences, countSentences(run, of)...)
	if !isFraction(run.Score) {
		sentences = append(sentences, fmt.Sprintf("Its score is %s, which is not between 0 and 1.", prose.Score(run.Score)))
	}
	return strings.Join(sentences, " ")
}

// countSentences describes the counters of a run.
func countSentences(run client.ExperimentRun, of string) (sentences []string) {
	name, counts, isCompleted := "run "+sanitize.PlainText(run.ID), CountsOf(run), run.Status == client.StatusCompleted
	whole := first(
		reason{!run.HasTotal && isCompleted, fmt.Sprintf("Retab does not say how many documents %s has.", name)},
		reason{run.HasTotal && !counts.areConsistent(), fmt.Sprintf("The counters of %s contradict each other: %s.", name, counts)},
		reason{run.HasTotal && isCompleted && counts.Total == 0, prose.UpperFirst(name) + " has no documents."},
		reason{isCompleted && !run.HasError && counts.Completed == counts.Total, everyDocument(counts.Total, of)},
	)
	if whole != "" {
		return []string{whole}
	}
	if !run.HasTotal { // the other counters say little without it
		return nil
	}
	if counts.Failed > 0 {
		sentences = append(sentences, part(counts.Failed, counts.Total, of, "failed", nil))
		of = ""
	}
	if missing := counts.Missing(); missing > 0 {
		verb := have(missing) + " no final result"
		if !run.Status.Terminal() {
			verb += " yet"
		}
		sentences = append(sentences, part(missing, counts.Total, of, verb, nil))
	}
	return sentences
}

// AbsentRunSummary describes the absence of a run: of the one with an id, or of the newest of an experiment that has a status.
// status is "" for any.
func AbsentRunSummary(err error, experimentID, status string) string {
	if absent := new(client.AbsentError); errors.As(err, &absent) {
		return nonexistent("Run " + sanitize.PlainText(absent.RunID))
	}
	text := "Retab lists no run of experiment " + sanitize.PlainText(experimentID)
	if status != "" {
		text += " with the status " + status
	}
	return text + "."
}

func nonexistent(run string) string {
	return run + " does not exist in the environment of this API key."
}

package provider

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// This file writes the attribute summary: what a read found, in sentences that fit into any message.

// noMessage is what the flat edition of the API sends for a failure without a message.
const noMessage = "(no message)"

// maxSummaryIDs is how many ids a summary names.
const maxSummaryIDs = 10

// resultSummary describes a result that exists.
func resultSummary(result client.ExperimentResult) string {
	document := "Document " + client.PlainText(result.DocumentID)
	switch {
	case result.Succeeded():
		return document + " succeeded."
	case result.Status == client.StatusCompleted:
		return document + " was never executed: its result is a placeholder."
	default:
		return document + " " + outcome(result.Lifecycle)
	}
}

// outcome describes what has become of a result or run that did not succeed.
func outcome(lifecycle client.Lifecycle) string {
	switch lifecycle.Status {
	case client.StatusError:
		message := client.PlainText(lifecycle.ErrorMessage)
		if message == noMessage {
			message = ""
		}
		return sentence("failed" + because(message))
	case client.StatusCancelled:
		return sentence("was cancelled" + because(client.PlainText(cmp.Or(lifecycle.CancelReason, lifecycle.ErrorMessage))))
	default:
		return fmt.Sprintf("has not finished (%s).", client.PlainText(string(lifecycle.Status)))
	}
}

// absentResultSummary describes the absence of a result.
func absentResultSummary(absent *client.AbsentError) string {
	document, run := "Document "+client.PlainText(absent.DocumentID), "run "+client.PlainText(absent.RunID)
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

func nonexistent(run string) string {
	return run + " does not exist in the environment of this API key."
}

// absentRunSummary describes the absence of a run: of the one with an id, or of the newest of an experiment.
func absentRunSummary(err error, experimentID, status string) string {
	if absent := new(client.AbsentError); errors.As(err, &absent) {
		return nonexistent("Run " + client.PlainText(absent.RunID))
	}
	text := "Retab lists no run of experiment " + client.PlainText(experimentID)
	if status != anyStatus {
		text += " with the status " + status
	}
	return text + "."
}

// runSummary describes a run by its status and its counters.
func runSummary(run client.ExperimentRun) string {
	name, counts := "run "+client.PlainText(run.ID), countsOf(run)
	var sentences []string
	of := " of " + name // named once, in the first sentence
	if run.Status != client.StatusCompleted {
		sentences = append(sentences, upperFirst(name)+" "+outcome(run.Lifecycle))
		of = ""
	}
	switch {
	case !run.HasTotal: // the other counters say little without it
		if run.Status == client.StatusCompleted {
			sentences = append(sentences, fmt.Sprintf("Retab does not say how many documents %s has.", name))
		}
	case !counts.areConsistent():
		sentences = append(sentences, fmt.Sprintf("The counters of %s contradict each other: %s.", name, counts))
	case runSucceeded(run):
		sentences = append(sentences, allSucceededSentence(counts.total, of))
	case counts.total == 0 && run.Status == client.StatusCompleted:
		sentences = append(sentences, upperFirst(name)+" has no documents.")
	default:
		if counts.failed > 0 {
			sentences = append(sentences, part(counts.failed, counts.total, of, "failed", nil))
			of = ""
		}
		if missing := counts.missing(); missing > 0 {
			sentences = append(sentences, part(missing, counts.total, of, have(missing)+" no final result"+yet(run), nil))
		}
	}
	return strings.Join(sentences, " ")
}

// summary describes how the documents stand.
func (t resultsTally) summary() string {
	if t.allSucceeded() {
		return allSucceededSentence(t.documents, "")
	}
	sentences := t.runOutcome()
	switch {
	case t.isUncounted():
		sentences = append(sentences, fmt.Sprintf("Retab does not say how many documents the run has, and lists %s.", t.listing()))
	case !t.isProved():
		sentences = append(sentences, fmt.Sprintf("The run and its list contradict each other: %s.", t.contradiction()))
	case t.documents == 0 && t.named:
		sentences = append(sentences, "No documents are named.")
	case t.documents == 0 && t.run.Status == client.StatusCompleted:
		sentences = append(sentences, "The run has no documents.")
	default:
		sentences = append(sentences, t.parts()...)
	}
	return strings.Join(sentences, " ")
}

// runOutcome describes a run that was cancelled or failed, or that is active and has no documents yet.
func (t resultsTally) runOutcome() []string {
	hasDocuments := t.named || t.documents > 0
	if t.run.Status == client.StatusCompleted || !t.run.Status.Terminal() && hasDocuments {
		return nil
	}
	return []string{"The run " + outcome(t.run.Lifecycle)}
}

// parts describes the documents that did not succeed, a sentence for each kind.
func (t resultsTally) parts() []string {
	var sentences []string
	add := func(ids []string, verb string) {
		if len(ids) > 0 {
			sentences = append(sentences, part(int64(len(ids)), t.documents, "", verb, ids))
		}
	}
	add(t.failed, "failed")
	add(t.cancelled, was(len(t.cancelled))+" cancelled")
	add(t.placeholders, was(len(t.placeholders))+" never executed")
	add(t.unfinished, have(int64(len(t.unfinished)))+" not finished")
	if t.missingCount > 0 {
		verb := have(t.missingCount) + " no result"
		switch {
		case !t.allTerminal():
			verb += " yet"
		case t.run.Status == client.StatusCompleted:
			verb = is(t.missingCount) + " not part of the run"
		}
		sentences = append(sentences, part(t.missingCount, t.documents, "", verb, t.missing))
	}
	return sentences
}

// part writes "2 of 3 documents failed: a, b."
func part(number, total int64, of, verb string, ids []string) string {
	text := fmt.Sprintf("%d of %d documents%s %s", number, total, of, verb)
	if len(ids) > 0 {
		text += ": " + firstIDs(ids, maxSummaryIDs)
	}
	return text + "."
}

// firstIDs names so many ids at most, and says how many more there are: "a, b and 3 more".
func firstIDs(ids []string, most int) string {
	named := make([]string, min(len(ids), most))
	for i := range named {
		named[i] = client.PlainText(ids[i])
	}
	text := strings.Join(named, ", ")
	if more := len(ids) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// inParentheses returns " (a, b)", "" when there are no texts.
func inParentheses(texts ...string) string {
	if len(texts) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s)", strings.Join(texts, ", "))
}

func allSucceededSentence(documents int64, of string) string {
	if documents == 1 {
		return "The only document" + of + " succeeded."
	}
	return fmt.Sprintf("All %d documents%s succeeded.", documents, of)
}

func yet(run client.ExperimentRun) string {
	if run.Status.Terminal() {
		return ""
	}
	return " yet"
}

func have(number int64) string { return agreeing(number, "has", "have") }
func is(number int64) string   { return agreeing(number, "is", "are") }
func was(number int) string    { return agreeing(int64(number), "was", "were") }

// agreeing chooses the form of a verb.
func agreeing(number int64, one, many string) string {
	if number == 1 {
		return one
	}
	return many
}

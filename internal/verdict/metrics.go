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

// WhyNotAvailable returns the first contradiction between the members of available metrics, which then prove nothing.
func WhyNotAvailable(m client.Metrics) string {
	priorRun := client.OrZero(m.PriorRunID)
	scored, total := max(ScoredDocuments(m), scores(m)), client.OrZero(m.TotalDocuments)
	return first(append(
		outsideScores(m),
		reason{len(m.StaleReasons) > 0, "there are reasons why they are stale" + prose.Parentheses(m.StaleReasons...)},
		reason{priorRun == m.RunID && priorRun != "", "the prior run is the run itself"},
		reason{m.PriorScore != nil && priorRun == "", fmt.Sprintf("there is the prior score %s, but no prior run", prose.Score(m.PriorScore))},
		reason{
			ScoredDocuments(m) < 0 || m.TotalDocuments != nil && scored > total,
			fmt.Sprintf("%d documents of %d have a score", scored, total),
		},
		sameTarget(m),
	)...)
}

// sameTarget returns a reason that holds if Terraform takes two targets for one.
func sameTarget(m client.Metrics) reason {
	var paths []string // in the requested document
	for _, target := range m.Targets {
		paths = append(paths, target.Path)
	}
	name, found := client.SameIdentity(slices.Collect(maps.Keys(m.TargetScores)))
	if !found {
		name, found = client.SameIdentity(paths)
	}
	return reason{found, fmt.Sprintf("two targets have a name that is %q in Terraform", sanitize.PlainText(name))}
}

// ScoredDocuments returns how many documents have a score: the server's count or, if it sends none, the number of
// scores.
func ScoredDocuments(m client.Metrics) (count int64) {
	if m.ScoredDocuments != nil {
		return *m.ScoredDocuments
	}
	return scores(m)
}

// scores counts the documents with a score.
func scores(m client.Metrics) (count int64) {
	for _, document := range m.Documents {
		if document.Score != nil {
			count++
		}
	}
	return count
}

// outsideScores returns the reasons of the scores that are not between 0 and 1.
func outsideScores(m client.Metrics) []reason {
	reasons := []reason{notFraction("the score is", m.Score), notFraction("the prior score is", m.PriorScore)}
	check := func(what, name string, scores ...*big.Float) {
		for _, score := range scores {
			if !IsFraction(score) {
				reasons = append(reasons, notFraction(fmt.Sprintf("%s %s has", what, sanitize.PlainText(name)), score))
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(m.TargetScores)) {
		check("target", path, m.TargetScores[path])
	}
	for _, target := range m.Targets {
		check("target", target.Path, target.Score, target.PriorScore)
	}
	for _, document := range slices.Concat(m.Documents, m.TargetDocuments) {
		check("document", document.ID, document.Score, document.PriorScore)
	}
	return reasons
}

// MetricsSummary returns a sentence about the metrics of a run.
func MetricsSummary(runID string, m client.Metrics) string {
	text := fmt.Sprintf("Run %s has no metrics", runID)
	switch m.State {
	case client.MetricsAvailable:
		return fmt.Sprintf("Run %s has %s.", runID, strings.Join(scoreFacts(m), ", "))
	case client.MetricsStale:
		text = fmt.Sprintf("The metrics of run %s are stale", runID) + prose.Parentheses(m.StaleReasons...)
	case client.MetricsContradictory:
		text = fmt.Sprintf("The metrics of run %s contradict themselves", runID)
	case client.MetricsMissing:
	default:
		text += prose.Parentheses(string(m.State))
	}
	return prose.Sentence(text + prose.Because(sanitize.PlainText(m.Message)))
}

// scoreFacts returns the facts of a summary: the score, the lowest target, and the prior score.
func scoreFacts(m client.Metrics) []string {
	facts := []string{"no score"}
	if m.Score != nil {
		facts[0] = "the score " + prose.Score(m.Score)
	}
	if m.TotalDocuments != nil {
		facts[0] += fmt.Sprintf(" over %d of %d documents", ScoredDocuments(m), *m.TotalDocuments)
	}
	scores := m.TargetScores
	targets := slices.DeleteFunc(slices.Sorted(maps.Keys(scores)), func(path string) bool { return scores[path] == nil })
	if len(targets) > 0 { // of several with the lowest score, the first by name
		lowest := slices.MinFunc(targets, func(one, other string) int { return scores[one].Cmp(scores[other]) })
		facts = append(facts, fmt.Sprintf("its lowest target is %s with %s", sanitize.PlainText(lowest), prose.Score(scores[lowest])))
	}
	if m.PriorRunID != nil && m.PriorScore != nil {
		facts = append(facts, fmt.Sprintf("the prior run %s has %s", *m.PriorRunID, prose.Score(m.PriorScore)))
	}
	return facts
}

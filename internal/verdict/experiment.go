package verdict

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// WhyNotFresh returns the first reason why the block or the documents of an experiment may have changed since its
// newest run.
func WhyNotFresh(e client.Experiment) string {
	last, status, state := client.OrZero(e.LastRunID), e.Freshness.Status, e.Freshness.State
	mode, rerunnable := client.OrZero(e.RunPlanMode), client.OrZero(e.RerunnableDocuments)
	baseline := cmp.Or(client.OrZero(e.Freshness.BaselineRunID), last)
	unknown := client.UnknownFreshness
	drift := ""
	if status == unknown && e.Drift.Status != client.NoDrift { // then the drift may be all that is unknown
		drift = fmt.Sprintf(", its drift is %q", cmp.Or(e.Drift.Status, unknown))
	}
	return first(
		reason{last == "", "it has never been run"},
		reason{status != client.Fresh, fmt.Sprintf("its freshness is %q%s", status, prose.Parentheses(e.Freshness.Reasons...)) + drift},
		reason{e.IsStale, "the API calls it stale"},
		reason{!slices.Contains([]string{"", client.Fresh, unknown}, state), fmt.Sprintf("its freshness_state is %q", state)},
		reason{len(e.Freshness.Reasons) > 0, "the API has reasons against it" + prose.Parentheses(e.Freshness.Reasons...)},
		reason{e.Drift.Changed(), fmt.Sprintf("its drift is %q", e.Drift.Status)},
		reason{len(e.Drift.AffectedTargets) > 0, "its drift affects targets" + prose.Parentheses(e.Drift.AffectedTargets...)},
		reason{!slices.Contains([]string{"", "noop", unknown}, mode), fmt.Sprintf("its run_plan_mode is %q", mode)},
		reason{rerunnable != 0, "a new run would compute " + prose.Counted(rerunnable, "document")},
		reason{e.Status == "processing", fmt.Sprintf("its status is %q", e.Status)},
		reason{baseline != last, fmt.Sprintf("its freshness is about run %s, and its newest run is %s", baseline, last)},
		notFraction("its score is", e.Score),
	)
}

// ExperimentSummary returns a sentence about the freshness of an experiment.
func ExperimentSummary(e client.Experiment) string {
	subject := "Experiment " + e.ID
	if e.Name != "" {
		subject += prose.Parentheses(sanitize.PlainText(e.Name))
	}
	if why := WhyNotFresh(e); why != "" {
		return fmt.Sprintf("%s is not fresh: %s.", subject, why)
	}
	return fmt.Sprintf("%s is fresh: the score of its newest run %s is %s.", subject, *e.LastRunID, prose.Score(e.Score))
}

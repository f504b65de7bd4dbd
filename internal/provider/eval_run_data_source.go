package provider

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

type evalRunModel struct {
	waitModel
	absenceModel
	outcomeModel
	client.EvalRun
	StatusFilter types.String `tfsdk:"status_filter"`
	RunID        *string      `tfsdk:"run_id"`
	WorkflowID   *string      `tfsdk:"workflow_id"`
	Scope        string       `tfsdk:"scope"`
	AllPassed    bool         `tfsdk:"all_passed"`
	PassRatio    *big.Float   `tfsdk:"pass_ratio"`
	MissingCount int64        `tfsdk:"missing_count"`
}

// evalRunNoun is retab_eval_run: the run of evals with an id, or the newest one of a scope.
var evalRunNoun = noun{
	name:        "eval_run",
	description: "Reads one run of Retab evals: whether every eval passed, and how many did not. Evals run the draft of a workflow.",
	ephemeral:   "one run of Retab evals",
	newModel:    func() loadable { return &evalRunModel{} },
	attributes:  evalRunAttributes,
	validators: []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("run_id"), path.MatchRoot("workflow_id")),
	},
}

func evalRunAttributes(ctx context.Context) attributeMap {
	scopeID := func(description, other string) schema.Attribute {
		return optionalComputedID(description,
			stringvalidator.AlsoRequires(path.MatchRoot("workflow_id")), stringvalidator.ConflictsWith(path.MatchRoot(other)))
	}
	return mergeAttributes(lifecycleAttributes("run"), waitArguments(ctx, "the run has a final status"), attributeMap{
		"run_id":          optionalComputedID("Id of the run. Exactly one of `run_id` and `workflow_id` must be set."),
		"workflow_id":     optionalComputedID("Id of the workflow. Reads the newest run of all its evals."),
		"eval_id":         scopeID("Id of an eval. Reads the newest run of only this eval.", "target_block_id"),
		"target_block_id": scopeID("Id of a block. Reads the newest run of only the evals of this block.", "eval_id"),
		"status_filter": statusFilterArgument("workflow_id",
			"Which runs count: those with this status, or `any`. Defaults to `any`, so that a newer run that failed is seen."),
		"ignore_not_found": ignoreNotFoundArgument("run"),
		"scope":            computedString("What the run executed: all evals of the `workflow`, those of one `block`, or one `eval`. Empty if the run does not exist."),
		"all_passed": computedBool(
			"Whether the run is completed, has at least one eval, and every eval passed. `false` if its counters contradict each other."),
		"pass_ratio":          computedNumber("Part of all evals that passed, from `0` to `1`. Null for a run without evals or with contradicting counters."),
		"eval_count":          computedInt64("Number of evals in the run."),
		"passed_count":        computedInt64("Number of evals that passed."),
		"failed_count":        computedInt64("Number of evals whose assertion failed."),
		"blocked_count":       computedInt64("Number of evals whose assertion could not be evaluated."),
		"error_count":         computedInt64("Number of evals that ended with an error."),
		"cancelled_count":     computedInt64("Number of evals that were cancelled."),
		"missing_count":       computedInt64("Number of evals that none of the other counts includes."),
		"trigger_type":        computedString("What started the run, such as `api`."),
		"requested_version":   computedString("Requested version, such as `draft`. Null in the flat edition."),
		"workflow_version_id": computedString("Id of the version of the workflow that was run."),
	})
}

// load reads the run with the id, or the newest run of the scope. The model of an absent run keeps its arguments.
func (m *evalRunModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return provider.read(ctx, m.subject(), m.timeout, func(ctx context.Context, api *client.Client) error {
		run, err := waiter[client.EvalRun]{
			noun:   "Run of evals",
			read:   m.finder(api),
			status: func(run client.EvalRun) waitStatus { return statusOf(run.ID, run.Lifecycle) },
		}.readOrWait(ctx, m.waitModel, fresh)
		if m.ignores(err) {
			m.Summary = verdict.AbsentEvalRunSummary(err, m.filter())
			return nil
		}
		m.set(run)
		return err
	})
}

// filter returns the scope and the status of the run to find. By default a run of any status matches, unlike for
// experiments, because a gate on evals has no score to fall back on.
func (m *evalRunModel) filter() client.EvalRunFilter {
	filter := client.EvalRunFilter{
		WorkflowID: client.OrZero(m.WorkflowID), EvalID: client.OrZero(m.EvalID),
		TargetBlockID: client.OrZero(m.TargetBlockID), Status: m.StatusFilter.ValueString(),
	}
	if filter.Status == anyStatus {
		filter.Status = ""
	}
	return filter
}

// finder returns a function that reads the run. The later reads of a wait read the run that the first one found.
func (m *evalRunModel) finder(api *client.Client) func(ctx context.Context, fresh bool) (client.EvalRun, error) {
	id, filter := client.OrZero(m.RunID), m.filter()
	return func(ctx context.Context, fresh bool) (client.EvalRun, error) {
		if id != "" {
			return api.EvalRun(ctx, id, fresh)
		}
		run, err := api.NewestEvalRun(ctx, filter, fresh)
		id = run.ID
		return run, err
	}
}

func (m *evalRunModel) subject() *diagnose.Subject {
	subject := &diagnose.Subject{Noun: "run of evals", Ignorable: "run"}
	switch {
	case m.RunID != nil:
		subject.Description = fmt.Sprintf("the run of evals %q", *m.RunID)
		subject.IDs = []diagnose.ID{{Argument: "run_id", Kind: "run", Value: *m.RunID}}
	case m.EvalID != nil:
		subject.Description = fmt.Sprintf("the newest run of only eval %q", *m.EvalID)
	case m.TargetBlockID != nil:
		subject.Description = fmt.Sprintf("the newest run of only the evals of block %q", *m.TargetBlockID)
	default:
		subject.Description = fmt.Sprintf("the newest run of all evals of workflow %q", client.OrZero(m.WorkflowID))
	}
	return subject
}

// set stores and judges a run that exists.
func (m *evalRunModel) set(run client.EvalRun) {
	m.EvalRun, m.outcomeModel = run, newOutcomeModel(run.Lifecycle, verdict.EvalRunSummary(run))
	m.RunID, m.WorkflowID = &run.ID, &run.WorkflowID
	m.Scope = run.Scope()
	m.AllPassed = verdict.WhyEvalRunNotPassed(run) == ""
	m.PassRatio = verdict.EvalPassRatio(run)
	m.MissingCount, _ = verdict.MissingEvals(run)
}

package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// load reads the run with the id, or the newest run of the scope.
func (m *evalRunConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	return provider.read(ctx, m.subject(), m.Timeouts.Read, m.timeout(), func(ctx context.Context, api *client.Client) error {
		run, err := evalRunWaiter(m.finder(api)).readOrWait(ctx, m.waitModel, fresh)
		switch {
		case err == nil:
			m.evalRunModel = newEvalRunModel(run)
		case (client.IsAbsent(err) || errors.Is(err, client.ErrNoEvalRun)) && m.IgnoreNotFound.ValueBool():
			m.evalRunModel = absentEvalRunModel(m.evalRunModel, verdict.AbsentEvalRunSummary(err, m.filter()))
		default:
			return err
		}
		return nil
	})
}

// filter returns the scope and the status of the run to find. Unlike those of experiments, runs of any status count
// by default: a gate on evals has no score to fall back on.
func (m *evalRunConfigModel) filter() client.EvalRunFilter {
	filter := client.EvalRunFilter{
		WorkflowID: m.WorkflowID.ValueString(), EvalID: m.EvalID.ValueString(), TargetBlockID: m.TargetBlockID.ValueString(), Status: m.StatusFilter.ValueString(),
	}
	if filter.Status == anyStatus {
		filter.Status = ""
	}
	return filter
}

// finder returns a function that reads the run. A wait goes on with the run that it has found.
func (m *evalRunConfigModel) finder(api *client.Client) func(ctx context.Context, fresh bool) (client.EvalRun, error) {
	id, filter := m.RunID.ValueString(), m.filter()
	return func(ctx context.Context, fresh bool) (client.EvalRun, error) {
		if id != "" {
			return api.EvalRun(ctx, id, fresh)
		}
		run, err := api.NewestEvalRun(ctx, filter, fresh)
		id = run.ID
		return run, err
	}
}

func (m *evalRunConfigModel) subject() diagnose.Subject {
	subject := diagnose.Subject{Noun: "run of evals", Ignore: ignoreAbsentRun}
	switch {
	case !m.RunID.IsNull():
		subject.Description = fmt.Sprintf("the run of evals %q", m.RunID.ValueString())
		subject.IDs = []diagnose.ID{{Argument: "run_id", Kind: "run", Value: m.RunID.ValueString()}}
	case !m.EvalID.IsNull():
		subject.Description = fmt.Sprintf("the newest run of only eval %q", m.EvalID.ValueString())
	case !m.TargetBlockID.IsNull():
		subject.Description = fmt.Sprintf("the newest run of only the evals of block %q", m.TargetBlockID.ValueString())
	default:
		subject.Description = fmt.Sprintf("the newest run of all evals of workflow %q", m.WorkflowID.ValueString())
	}
	return subject
}

// evalRunWaiter returns a waiter for the end of a run of evals.
func evalRunWaiter(read func(ctx context.Context, fresh bool) (client.EvalRun, error)) waiter[client.EvalRun] {
	return waiter[client.EvalRun]{
		read:   read,
		isDone: func(run client.EvalRun) bool { return verdict.HasEnded(run.Lifecycle) },
		status: func(run client.EvalRun) string { return string(run.Status) },
	}
}

// load reads the results of the run.
func (m *evalResultsConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	id := m.RunID.ValueString()
	subject := diagnose.Subject{
		Noun: "run of evals", Description: fmt.Sprintf("the results of the run of evals %q", id),
		IDs: []diagnose.ID{{Argument: "run_id", Kind: "run", Value: id}},
	}
	return provider.read(ctx, subject, m.Timeouts.Read, m.timeout(), func(ctx context.Context, api *client.Client) error {
		wait := waiter[client.EvalResults]{
			read: func(ctx context.Context, fresh bool) (client.EvalResults, error) {
				return api.EvalResults(ctx, id, m.IncludeValues.ValueBool(), fresh)
			},
			isDone: func(results client.EvalResults) bool { return verdict.HasEnded(results.Run.Lifecycle) },
			status: func(results client.EvalResults) string { return string(results.Run.Status) },
		}
		results, err := wait.readOrWait(ctx, m.waitModel, fresh)
		if err == nil {
			m.evalResultsModel = newEvalResultsModel(results, m.IncludeValues.ValueBool())
		}
		return err
	})
}

// load reads the saved evals.
func (m *evalsConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	workflowID, blockID := m.WorkflowID.ValueString(), m.TargetBlockID.ValueString()
	subject := diagnose.Subject{Noun: "list of evals", Description: fmt.Sprintf("the evals of workflow %q", workflowID)}
	return provider.read(ctx, subject, m.Timeouts.Read, defaultReadTimeout, func(ctx context.Context, api *client.Client) error {
		evals, err := api.Evals(ctx, workflowID, blockID, fresh)
		if err == nil {
			m.evalsModel = newEvalsModel(workflowID, blockID, evals)
		}
		return err
	})
}

// load reads the workflow.
func (m *workflowConfigModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	subject := diagnose.Subject{
		Noun: "workflow", Description: fmt.Sprintf("workflow %q", m.ID.ValueString()),
		Ignore: " If the workflow may legitimately be absent, set ignore_not_found = true and use exists.",
	}
	return provider.read(ctx, subject, m.Timeouts.Read, defaultReadTimeout, func(ctx context.Context, api *client.Client) error {
		workflow, err := api.Workflow(ctx, m.ID.ValueString(), fresh)
		switch {
		case err == nil:
			m.workflowModel = newWorkflowModel(workflow)
		case client.IsAbsent(err) && m.IgnoreNotFound.ValueBool():
			m.workflowModel = absentWorkflowModel(m.ID)
		default:
			return err
		}
		return nil
	})
}

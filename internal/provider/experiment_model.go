package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentModel is one experiment, the same object wherever an experiment appears. What conditions and messages use
// (exists, is_fresh, stale_reasons, status, summary) is at the root and never null.
type experimentModel struct {
	Exists                  types.Bool      `tfsdk:"exists"`
	ID                      types.String    `tfsdk:"id"`
	WorkflowID              types.String    `tfsdk:"workflow_id"`
	Name                    types.String    `tfsdk:"name"`
	BlockID                 types.String    `tfsdk:"block_id"`
	BlockKind               types.String    `tfsdk:"block_kind"`
	NConsensus              types.Int64     `tfsdk:"n_consensus"`
	DocumentCount           types.Int64     `tfsdk:"document_count"`
	Status                  types.String    `tfsdk:"status"`
	Score                   types.Number    `tfsdk:"score"`
	LastRunID               types.String    `tfsdk:"last_run_id"`
	CreatedAt               types.String    `tfsdk:"created_at"`
	UpdatedAt               types.String    `tfsdk:"updated_at"`
	IsFresh                 types.Bool      `tfsdk:"is_fresh"`
	StaleReasons            []types.String  `tfsdk:"stale_reasons"`
	Summary                 types.String    `tfsdk:"summary"`
	Freshness               *freshnessModel `tfsdk:"freshness"`
	Drift                   *driftModel     `tfsdk:"drift"`
	RunPlanMode             types.String    `tfsdk:"run_plan_mode"`
	RerunnableDocumentCount types.Int64     `tfsdk:"rerunnable_document_count"`
}

type freshnessModel struct {
	Status        types.String   `tfsdk:"status"`
	Reasons       []types.String `tfsdk:"reasons"`
	BaselineRunID types.String   `tfsdk:"baseline_run_id"`
}

type driftModel struct {
	Status          types.String   `tfsdk:"status"`
	AffectedTargets []types.String `tfsdk:"affected_targets"`
	Detail          types.String   `tfsdk:"detail"`
}

// experimentAttributes returns the schema of the computed object. An attribute that is also an argument is replaced.
func experimentAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"exists":      computedBool("Whether the experiment exists. Can be `false` only when `ignore_not_found = true`."),
		"id":          computedString("Id of the experiment."),
		"workflow_id": computedString("Id of the workflow that the experiment belongs to."),
		"name":        computedString("Name of the experiment. Names are not unique."),
		"block_id":    computedString("Id of the block that the experiment runs."),
		"block_kind": computedString(
			"Kind of the block, verbatim from the API (`block_kind` or `block_type`): `extract`, `classifier`, `split` or `for_each`."),
		"n_consensus":    computedInt64("How many times each document is executed for the consensus."),
		"document_count": computedInt64("How many documents the experiment has. Null when the API does not say."),
		"status": computedString(
			"Status of the experiment, verbatim from the API: `draft`, `processing`, `completed`, `failed`, `cancelled`, or a value added later. These are not the statuses of runs. Empty when the experiment does not exist."),
		"score": computedNumber(
			"Score of the newest run, from `0` to `1`, with every digit that the API wrote. It may be about an older version of the block: see `is_fresh`. Null until there is one."),
		"last_run_id": computedString("Id of the newest run. Null when the experiment has never been run."),
		"created_at":  computedString("When the experiment was created, as the API wrote it."),
		"updated_at":  computedString("When the experiment was last changed, as the API wrote it."),
		"is_fresh": computedBool(
			"Whether the API says that the newest score is about the block and the documents as they are now. `false` when it does not know, and when the experiment has never been run. " +
				"In the flat edition of the API it is `true` only when `freshness.status` is `fresh` and none of the API's `drift.status`, `schema_drift` and `is_stale` contradicts that. " +
				"In the run-scoped edition it is `true` only when the API sends `is_stale` as `false` and `schema_drift` as `none`."),
		"stale_reasons": computedStrings(
			"Why the score is not fresh, such as `validity_changed` or `inputs_changed`; the same as `freshness.reasons`. Never null. Always empty in the run-scoped edition of the API, which gives no reasons."),
		"summary":   computedString("One sentence about the freshness of the experiment, for the message of a condition."),
		"freshness": freshnessAttribute(),
		"drift":     driftAttribute(),
		"run_plan_mode": computedString(
			"What a new run would do: `run`, `noop`, `conflict` or `unknown`. Null in the run-scoped edition of the API."),
		"rerunnable_document_count": computedInt64(
			"How many documents a new run would compute. Null in the run-scoped edition of the API."),
	}
}

func freshnessAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "What the API says about the freshness of the newest score. Never null.",
		Attributes: map[string]schema.Attribute{
			"status": computedString(
				"`fresh`, `stale` or `unknown`, verbatim from the flat edition of the API. In the run-scoped edition it is `stale` when `is_stale` is `true`, `fresh` when `is_fresh` is `true`, and `unknown` otherwise."),
			"reasons": computedStrings("Why it is not fresh. Always empty in the run-scoped edition of the API."),
			"baseline_run_id": computedString(
				"Id of the run whose score is judged. Null when there is none, and always in the run-scoped edition of the API."),
		},
	}
}

func driftAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Whether the schema of the block has changed since the newest run. Never null.",
		Attributes: map[string]schema.Attribute{
			"status": computedString(
				"In the flat edition of the API: `none`, `drifted`, `broken` or `unknown`, or its `schema_drift` when only that reports a change. In the run-scoped edition the API's `schema_drift`: `none`, `partial`, `drifted` or `unknown`."),
			"affected_targets": computedStrings("The targets that have changed. Always empty in the run-scoped edition of the API."),
			"detail":           computedString("What has changed, in the API's words. Null when the API does not say."),
		},
	}
}

// newExperimentModel converts an experiment that exists.
func newExperimentModel(experiment client.Experiment) experimentModel {
	return experimentModel{
		Exists:        types.BoolValue(true),
		ID:            types.StringValue(experiment.ID),
		WorkflowID:    types.StringValue(experiment.WorkflowID),
		Name:          types.StringValue(experiment.Name),
		BlockID:       types.StringValue(experiment.BlockID),
		BlockKind:     types.StringPointerValue(experiment.BlockKind),
		NConsensus:    types.Int64PointerValue(experiment.NConsensus),
		DocumentCount: types.Int64PointerValue(experiment.DocumentCount),
		Status:        types.StringValue(experiment.Status),
		Score:         numberValue(experiment.Score),
		LastRunID:     types.StringPointerValue(experiment.LastRunID),
		CreatedAt:     types.StringPointerValue(experiment.CreatedAt),
		UpdatedAt:     types.StringPointerValue(experiment.UpdatedAt),
		IsFresh:       types.BoolValue(verdict.WhyNotFresh(experiment) == ""),
		StaleReasons:  stringValues(experiment.Freshness.Reasons),
		Summary:       types.StringValue(verdict.ExperimentSummary(experiment)),
		Freshness: &freshnessModel{
			Status:        types.StringValue(experiment.Freshness.Status),
			Reasons:       stringValues(experiment.Freshness.Reasons),
			BaselineRunID: types.StringPointerValue(experiment.Freshness.BaselineRunID),
		},
		Drift: &driftModel{
			Status:          types.StringValue(experiment.Drift.Status),
			AffectedTargets: stringValues(experiment.Drift.AffectedTargets),
			Detail:          types.StringPointerValue(experiment.Drift.Detail),
		},
		RunPlanMode:             types.StringPointerValue(experiment.RunPlanMode),
		RerunnableDocumentCount: types.Int64PointerValue(experiment.RerunnableDocuments),
	}
}

// absentExperimentModel returns the object for an experiment that does not exist; requested has the arguments.
func absentExperimentModel(requested experimentModel) experimentModel {
	model := newExperimentModel(client.Experiment{})
	model.Exists = types.BoolValue(false)
	model.ID, model.WorkflowID, model.Name, model.BlockID = requested.ID, requested.WorkflowID, requested.Name, requested.BlockID
	model.Summary = types.StringValue("There is no such experiment.")
	return model
}

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentMetricsModel holds the scores of a run. A list or a map of scores is null if it is empty: alltrue of an empty list
// is true, and a gate must not open because there are no scores.
type experimentMetricsModel struct {
	Exists                    types.Bool                    `tfsdk:"exists"`
	State                     types.String                  `tfsdk:"state"`
	Message                   types.String                  `tfsdk:"message"`
	StaleReasons              []types.String                `tfsdk:"stale_reasons"`
	Summary                   types.String                  `tfsdk:"summary"`
	ExperimentID              types.String                  `tfsdk:"experiment_id"`
	BlockKind                 types.String                  `tfsdk:"block_kind"`
	Score                     types.Number                  `tfsdk:"score"`
	PriorScore                types.Number                  `tfsdk:"prior_score"`
	PriorRunID                types.String                  `tfsdk:"prior_run_id"`
	TargetScores              map[string]types.Number       `tfsdk:"target_scores"`
	DocumentScores            map[string]documentScoreModel `tfsdk:"document_scores"`
	Confusions                []confusionModel              `tfsdk:"confusions"`
	ScoredDocumentCount       types.Int64                   `tfsdk:"scored_document_count"`
	TotalDocumentCount        types.Int64                   `tfsdk:"total_document_count"`
	DefinitionFingerprint     types.String                  `tfsdk:"definition_fingerprint"`
	BlockExecutionFingerprint types.String                  `tfsdk:"block_execution_fingerprint"`
	Targets                   map[string]targetScoreModel   `tfsdk:"targets"`
	Documents                 map[string]documentScoreModel `tfsdk:"documents"`
}

type documentScoreModel struct {
	Filename   types.String `tfsdk:"filename"`
	Score      types.Number `tfsdk:"score"`
	PriorScore types.Number `tfsdk:"prior_score"`
}

type targetScoreModel struct {
	Score      types.Number `tfsdk:"score"`
	PriorScore types.Number `tfsdk:"prior_score"`
}

type confusionModel struct {
	Source types.String `tfsdk:"source"`
	Target types.String `tfsdk:"target"`
	Score  types.Number `tfsdk:"score"`
}

// valueDataModel holds the extracted values, apart from the scores: see handleModel for the reasons.
type valueDataModel struct {
	Targets   map[string]types.String `tfsdk:"targets"`
	Documents map[string]types.String `tfsdk:"documents"`
}

// experimentMetricsAttributes describes the computed object.
func experimentMetricsAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"exists": computedBool("Whether the run exists. Can be `false` only when `ignore_not_found = true`."),
		"state": computedString(
			"Whether the run has metrics: `available`, `stale` (the block or the documents have changed since the run), `missing`, or `contradictory` (the API sent scores that contradict themselves: see `summary`); or a word the API added later. Unless it is `available`, every number is null."),
		"message": computedString("Why there are no metrics: in the API's words or, when `state` is `contradictory`, what the contradiction is. Empty when `state` is `available`."),
		"stale_reasons": computedStrings(
			"Why the metrics are stale, such as `validity_changed`. Never null, and empty when `state` is `available`."),
		"summary":       computedString("One sentence about the metrics, for the message of a condition."),
		"experiment_id": computedString("Id of the experiment."),
		"block_kind": computedString(
			"Kind of the block, verbatim from the API (`block_kind` or `block_type`). Null unless `state` is `available`."),
		"score": computedNumber(
			"Agreement of the consensus, from `0` to `1`, with every digit that the API wrote. **Documents that failed are left out of it.** Null when the API gives none."),
		"prior_score": computedNumber("Score of the run that this one is compared with. Null when there is none."),
		"target_scores": schema.MapAttribute{
			Computed: true, ElementType: types.NumberType,
			MarkdownDescription: "Score of each target over all documents: by path, such as `line_items.*.unit_price`, for an `extract` block, and by label for the other kinds. Null when the API gives none.",
		},
		"document_scores": documentScoresAttribute("Score of each document, by document id. Documents that failed are missing. Null when the API gives none."),
		"confusions": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "How strongly labels were taken for each other, for other kinds of block than `extract`. Null unless `state` is `available`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"source": computedString("The label that was taken for another one."),
				"target": computedString("The label that it was taken for."),
				"score":  computedNumber("How strongly, from `0` to `1`."),
			}},
		},
		"scored_document_count": computedInt64("How many documents have a score. Null unless `state` is `available`."),
		"total_document_count":  computedInt64("How many documents the run has. Null in the run-scoped edition of the API."),
		"definition_fingerprint": computedString(
			"The API's fingerprint of the block's definition, to compare with that of the run. Null in the flat edition of the API."),
		"block_execution_fingerprint": computedString(
			"The API's fingerprint of what was executed, to compare with that of the run. Null in the run-scoped edition of the API."),
		"targets": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Scores of the targets of the document `document_id`, by path. Null when `document_id` is not set, or when the API gives none.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"score":       computedNumber("Score of the target in this document. Null when the API gives none."),
				"prior_score": computedNumber("The same in the prior run. Null when the API gives none."),
			}},
		},
		"documents": documentScoresAttribute("Scores of the target `target_path` in each document, by document id. Null when `target_path` is not set, or when the API gives none."),
	}
}

func documentScoresAttribute(description string) schema.Attribute {
	return schema.MapNestedAttribute{
		Computed:            true,
		MarkdownDescription: description,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"filename":    computedString("Name of the file, without control characters."),
			"score":       computedNumber("The score. Null when the API gives none."),
			"prior_score": computedNumber("The same in the prior run. Null when the API gives none."),
		}},
	}
}

// newExperimentMetricsModel converts the metrics of a run.
func newExperimentMetricsModel(runID string, metrics client.Metrics) experimentMetricsModel {
	if why := verdict.WhyNotAvailable(metrics); why != "" && metrics.State == client.MetricsAvailable {
		metrics = client.Metrics{State: client.MetricsContradictory, Message: prose.Sentence(prose.UpperFirst(why)), StaleReasons: metrics.StaleReasons, ExperimentID: metrics.ExperimentID}
	}
	model := experimentMetricsModel{
		Exists:                    types.BoolValue(true),
		State:                     types.StringValue(string(metrics.State)),
		Message:                   types.StringValue(metrics.Message),
		StaleReasons:              stringValues(metrics.StaleReasons),
		Summary:                   types.StringValue(verdict.MetricsSummary(runID, metrics)),
		ExperimentID:              types.StringValue(metrics.ExperimentID),
		BlockKind:                 types.StringPointerValue(metrics.BlockKind),
		Score:                     numberValue(metrics.Score),
		PriorScore:                numberValue(metrics.PriorScore),
		PriorRunID:                types.StringPointerValue(metrics.PriorRunID),
		DocumentScores:            newDocumentScoreModels(metrics.Documents),
		ScoredDocumentCount:       types.Int64Null(),
		TotalDocumentCount:        types.Int64PointerValue(metrics.TotalDocuments),
		DefinitionFingerprint:     types.StringPointerValue(metrics.DefinitionFingerprint),
		BlockExecutionFingerprint: types.StringPointerValue(metrics.BlockExecutionFingerprint),
		Documents:                 newDocumentScoreModels(metrics.TargetDocuments),
	}
	if len(metrics.TargetScores) > 0 {
		model.TargetScores = make(map[string]types.Number, len(metrics.TargetScores))
		for target, score := range metrics.TargetScores {
			model.TargetScores[target] = numberValue(score)
		}
	}
	if metrics.State == client.MetricsAvailable {
		model.ScoredDocumentCount = types.Int64Value(metrics.ScoredDocuments)
		model.Confusions = make([]confusionModel, len(metrics.Confusions))
		for i, confusion := range metrics.Confusions {
			model.Confusions[i] = confusionModel{types.StringValue(confusion.Source), types.StringValue(confusion.Target), numberValue(confusion.Score)}
		}
	}
	if len(metrics.Targets) > 0 {
		model.Targets = make(map[string]targetScoreModel, len(metrics.Targets))
		for _, target := range metrics.Targets {
			model.Targets[target.Path] = targetScoreModel{numberValue(target.Score), numberValue(target.PriorScore)}
		}
	}
	return model
}

func newDocumentScoreModels(documents []client.DocumentScore) map[string]documentScoreModel {
	if len(documents) == 0 {
		return nil
	}
	models := make(map[string]documentScoreModel, len(documents))
	for _, document := range documents {
		models[document.ID] = documentScoreModel{
			types.StringPointerValue(document.Filename), numberValue(document.Score), numberValue(document.PriorScore),
		}
	}
	return models
}

// absentExperimentMetricsModel returns the object for a run that does not exist.
func absentExperimentMetricsModel(runID string) experimentMetricsModel {
	model := newExperimentMetricsModel(runID, client.Metrics{State: client.MetricsMissing, Message: "There is no such run."})
	model.Exists = types.BoolValue(false)
	model.ExperimentID = types.StringNull()
	return model
}

// newValueDataModel returns the extracted values, as JSON texts.
func newValueDataModel(metrics client.Metrics) *valueDataModel {
	model := &valueDataModel{}
	if metrics.Targets != nil {
		model.Targets = map[string]types.String{}
	}
	for _, target := range metrics.Targets {
		model.Targets[target.Path] = types.StringPointerValue(target.Value)
	}
	if metrics.TargetDocuments != nil {
		model.Documents = map[string]types.String{}
	}
	for _, document := range metrics.TargetDocuments {
		model.Documents[document.ID] = types.StringPointerValue(document.Value)
	}
	return model
}

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
		"exists": computedBool("Whether the run exists."),
		"state": computedString(
			"`available`, `stale`, `missing`, `contradictory`, or a newer state. Numbers are null unless `available`."),
		"message": computedString("Why there are no metrics. Otherwise empty."),
		"stale_reasons": computedStrings(
			"Why the metrics are stale, such as `validity_changed`."),
		"summary":       computedString("The metrics in a sentence."),
		"experiment_id": computedString("Id of the experiment."),
		"block_kind": computedString(
			"Kind of the block. Null without metrics."),
		"score": computedNumber(
			"Agreement of the consensus, from `0` to `1`, or null. It ignores failed documents."),
		"prior_score": computedNumber("Score of the prior run, or null."),
		"target_scores": schema.MapAttribute{
			Computed: true, ElementType: types.NumberType,
			MarkdownDescription: "Score of each target, by path such as `line_items.*.unit_price`, or by label. Null without scores.",
		},
		"document_scores": documentScoresAttribute("Score of each document that succeeded, by id. Null without scores."),
		"confusions": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Pairs of confused labels, for blocks other than `extract`. Null without metrics.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"source": computedString("Label that was taken for `target`."),
				"target": computedString("Label that `source` was taken for."),
				"score":  computedNumber("How strongly, from `0` to `1`."),
			}},
		},
		"scored_document_count": computedInt64("Number of documents with a score. Null without metrics."),
		"total_document_count":  computedInt64("Number of documents. Flat edition only."),
		"definition_fingerprint": computedString(
			"Fingerprint of the block's definition, as of the run. Run-scoped edition only."),
		"block_execution_fingerprint": computedString(
			"Fingerprint of what was executed, as of the run. Flat edition only."),
		"targets": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Scores in the document `document_id`, by path. Null without it.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"score":       computedNumber("The score, or null."),
				"prior_score": computedNumber("Score of the prior run, or null."),
			}},
		},
		"documents": documentScoresAttribute("Scores of the target `target_path`, by document id. Null without it."),
	}
}

func documentScoresAttribute(description string) schema.Attribute {
	return schema.MapNestedAttribute{
		Computed:            true,
		MarkdownDescription: description,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"filename":    computedString("Name of the file."),
			"score":       computedNumber("The score, or null."),
			"prior_score": computedNumber("Score of the prior run, or null."),
		}},
	}
}

// newExperimentMetricsModel converts the metrics of a run.
func newExperimentMetricsModel(runID string, metrics client.Metrics) experimentMetricsModel {
	if why := verdict.WhyNotAvailable(metrics); why != "" && metrics.State == client.MetricsAvailable {
		metrics = client.Metrics{
			State: client.MetricsContradictory, Message: prose.Sentence(prose.UpperFirst(why)), StaleReasons: metrics.StaleReasons, ExperimentID: metrics.ExperimentID,
		}
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
		model.ScoredDocumentCount = types.Int64Value(verdict.ScoredDocuments(metrics))
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

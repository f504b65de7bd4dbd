package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentMetricsModel holds the scores of a run. A list or a map of scores is null if it is empty: alltrue of an
// empty list is true, and a gate must not pass because there are no scores.
type experimentMetricsModel struct {
	waitModel
	absenceModel
	RunID                     types.String                  `tfsdk:"run_id"`
	DocumentID                types.String                  `tfsdk:"document_id"`
	TargetPath                types.String                  `tfsdk:"target_path"`
	IncludeContent            types.Bool                    `tfsdk:"include_values"`
	ValueData                 *valueDataModel               `tfsdk:"value_data"`
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

// valueDataModel holds the extracted values. They are separate from the scores: see handleModel.
type valueDataModel struct {
	Targets   map[string]types.String `tfsdk:"targets"`
	Documents map[string]types.String `tfsdk:"documents"`
}

// experimentMetricsNoun is retab_experiment_metrics: the scores of a run, of each target and of each document.
var experimentMetricsNoun = noun{
	name:        "experiment_metrics",
	description: "Reads the scores of a Retab experiment run, of each target and of each document, beside those of the prior run.",
	ephemeral:   "the scores of a Retab experiment run",
	newModel:    func() loadable { return &experimentMetricsModel{} },
	attributes:  experimentMetricsAttributes,
}

func experimentMetricsAttributes(ctx context.Context) attributeMap {
	return mergeAttributes(waitArguments(ctx, "the run has a final status"), attributeMap{
		"run_id":       requiredID("Id of the run, such as `exprun_2`."),
		"prior_run_id": optionalComputedID("Id of the run to compare with. Defaults to the choice of Retab, or null."),
		"document_id":  optionalID("Id of the document of `targets`. Costs one more request."),
		"target_path": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "Path or label of the target of `documents`. Costs one more request.",
		},
		"include_values":   optionalBool("Whether to read extracted values into `value_data`. Defaults to `false`."),
		"ignore_not_found": ignoreNotFoundArgument("run"),
		"exists":           computedBool("Whether the run exists."),
		"state": computedString(
			"`available`, `stale`, `missing`, `contradictory`, or a newer state. Numbers are null unless `available`."),
		"message":       computedString("Why there are no metrics. Otherwise empty."),
		"stale_reasons": computedStrings("Why the metrics are stale, such as `validity_changed`."),
		"summary":       computedString("The metrics in a sentence."),
		"experiment_id": computedString("Id of the experiment."),
		"block_kind":    computedString("Kind of the block. Null without metrics."),
		"score": computedNumber(
			"Agreement of the consensus, from `0` to `1`, or null. It ignores failed documents."),
		"prior_score": computedNumber("Score of the prior run, or null."),
		"target_scores": computedNumberMap(
			"Score of each target, by path such as `line_items.*.unit_price`, or by label. Null without scores."),
		"document_scores": documentScoresAttribute("Score of each document that succeeded, by id. Null without scores."),
		"confusions": computedObjectList("Pairs of confused labels, for blocks other than `extract`. Null without metrics.", attributeMap{
			"source": computedString("Label that was taken for `target`."),
			"target": computedString("Label that `source` was taken for."),
			"score":  computedNumber("How strongly, from `0` to `1`."),
		}),
		"scored_document_count": computedInt64("Number of documents with a score. Null without metrics."),
		"total_document_count":  computedInt64("Number of documents. Flat edition only."),
		"definition_fingerprint": computedString(
			"Fingerprint of the block's definition, as of the run. Run-scoped edition only."),
		"block_execution_fingerprint": computedString("Fingerprint of what was executed, as of the run. Flat edition only."),
		"targets": computedObjectMap("Scores in the document `document_id`, by path. Null without it.", attributeMap{
			"score":       computedNumber("The score, or null."),
			"prior_score": computedNumber("Score of the prior run, or null."),
		}),
		"documents": documentScoresAttribute("Scores of the target `target_path`, by document id. Null without it."),
		"value_data": schema.SingleNestedAttribute{
			Computed: true, Sensitive: true,
			MarkdownDescription: "Extracted values. Null without `include_values`.",
			Attributes: attributeMap{
				"targets":   computedStringMap("JSON values of `targets`, by path."),
				"documents": computedStringMap("JSON values of `documents`, by document id."),
			},
		},
	})
}

func documentScoresAttribute(description string) schema.Attribute {
	return computedObjectMap(description, attributeMap{
		"filename":    computedString("Name of the file."),
		"score":       computedNumber("The score, or null."),
		"prior_score": computedNumber("Score of the prior run, or null."),
	})
}

// load reads the metrics. With wait_for_completion it first waits for the run.
func (m *experimentMetricsModel) load(ctx context.Context, provider *providerData, fresh bool) diag.Diagnostics {
	runID, priorRunID := m.RunID.ValueString(), m.PriorRunID.ValueString()
	subject := &diagnose.Subject{
		Noun: "metrics", Description: fmt.Sprintf("the metrics of experiment run %q", runID),
		IDs: []diagnose.ID{
			{Argument: "run_id", Kind: "run", Value: runID},
			{Argument: "prior_run_id", Kind: "run", Value: priorRunID},
		},
		Ignorable: "run",
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		metrics, err := m.waitAndRead(ctx, api, fresh)
		switch {
		case err == nil:
			m.set(metrics)
		case isMissingRun(err, runID) && m.ignores(err):
			m.set(client.Metrics{State: client.MetricsMissing, Message: "There is no such run."})
			m.Exists, m.ExperimentID = types.BoolValue(false), types.StringNull()
		default:
			if isMissingRun(err, priorRunID) { // which ignore_not_found does not accept
				subject.Ignorable = ""
			}
			if errors.As(err, new(*diagnose.WaitTimeoutError)) { // which is about the run
				subject.Noun = "experiment run"
			}
			return err
		}
		return nil
	})
}

func (m *experimentMetricsModel) waitAndRead(
	ctx context.Context, api *client.Client, fresh bool,
) (client.Metrics, error) {
	runID, isWaiting := m.RunID.ValueString(), m.WaitForCompletion.ValueBool()
	if isWaiting {
		if _, err := runWaiter(func(ctx context.Context, fresh bool) (client.ExperimentRun, error) {
			return api.ExperimentRun(ctx, runID, fresh)
		}).wait(ctx, m.PollInterval); err != nil {
			return client.Metrics{}, err
		}
	}
	return api.ExperimentMetrics(ctx, runID, client.MetricsOptions{
		PriorRunID:     m.PriorRunID.ValueString(),
		DocumentID:     m.DocumentID.ValueString(),
		TargetPath:     m.TargetPath.ValueString(),
		IncludeContent: m.IncludeContent.ValueBool(),
		Fresh:          fresh || isWaiting,
	})
}

// isMissingRun reports whether an error proves that this run does not exist. The prior run can be missing, too.
func isMissingRun(err error, runID string) bool {
	absent, isAbsent := errors.AsType[*client.AbsentError](err)
	return isAbsent && absent.RunID == runID
}

// set stores the metrics of a run.
func (m *experimentMetricsModel) set(metrics client.Metrics) {
	if m.IncludeContent.ValueBool() {
		m.ValueData = newValueDataModel(metrics)
	}
	if why := verdict.WhyNotAvailable(metrics); why != "" && metrics.State == client.MetricsAvailable {
		metrics = client.Metrics{
			State: client.MetricsContradictory, Message: prose.Sentence(prose.UpperFirst(why)),
			StaleReasons: metrics.StaleReasons, ExperimentID: metrics.ExperimentID,
		}
	}
	m.Exists = types.BoolValue(true)
	m.State = types.StringValue(string(metrics.State))
	m.Message = types.StringValue(metrics.Message)
	m.StaleReasons = stringValues(metrics.StaleReasons)
	m.Summary = types.StringValue(verdict.MetricsSummary(m.RunID.ValueString(), metrics))
	m.ExperimentID = types.StringValue(metrics.ExperimentID)
	m.BlockKind = types.StringPointerValue(metrics.BlockKind)
	m.Score = numberValue(metrics.Score)
	m.PriorScore = numberValue(metrics.PriorScore)
	m.TargetScores = nullIfEmpty(mapValues(metrics.TargetScores, numberValue))
	m.DocumentScores = nullIfEmpty(mapBy(metrics.Documents, newDocumentScoreModel))
	m.TotalDocumentCount = types.Int64PointerValue(metrics.TotalDocuments)
	m.DefinitionFingerprint = types.StringPointerValue(metrics.DefinitionFingerprint)
	m.BlockExecutionFingerprint = types.StringPointerValue(metrics.BlockExecutionFingerprint)
	m.Targets = nullIfEmpty(mapBy(metrics.Targets, newTargetScoreModel))
	m.Documents = nullIfEmpty(mapBy(metrics.TargetDocuments, newDocumentScoreModel))
	if m.PriorRunID.IsNull() {
		m.PriorRunID = types.StringPointerValue(metrics.PriorRunID)
	}
	if metrics.State == client.MetricsAvailable {
		m.ScoredDocumentCount = types.Int64Value(verdict.ScoredDocuments(metrics))
		m.Confusions = make([]confusionModel, len(metrics.Confusions))
		for i, c := range metrics.Confusions {
			m.Confusions[i] = confusionModel{types.StringValue(c.Source), types.StringValue(c.Target), numberValue(c.Score)}
		}
	}
}

func newDocumentScoreModel(document client.DocumentScore) (id string, model documentScoreModel) {
	return document.ID, documentScoreModel{
		types.StringPointerValue(document.Filename), numberValue(document.Score), numberValue(document.PriorScore),
	}
}

func newTargetScoreModel(target client.TargetScore) (path string, model targetScoreModel) {
	return target.Path, targetScoreModel{numberValue(target.Score), numberValue(target.PriorScore)}
}

// newValueDataModel returns the extracted values, as JSON. What was not requested is null.
func newValueDataModel(metrics client.Metrics) *valueDataModel {
	model := &valueDataModel{}
	if metrics.Targets != nil {
		model.Targets = mapBy(metrics.Targets, func(target client.TargetScore) (path string, value types.String) {
			return target.Path, types.StringPointerValue(target.Value)
		})
	}
	if metrics.TargetDocuments != nil {
		model.Documents = mapBy(metrics.TargetDocuments, func(document client.DocumentScore) (id string, value types.String) {
			return document.ID, types.StringPointerValue(document.Value)
		})
	}
	return model
}

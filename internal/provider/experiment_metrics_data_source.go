package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
	"github.com/retab-dev/terraform-provider-retab/internal/verdict"
)

// experimentMetricsModel holds the scores of a run. A list or a map of scores is null if it is empty: alltrue of an
// empty list is true, and a gate must not pass because there are no scores.
type experimentMetricsModel struct {
	client.Metrics
	waitModel
	absenceModel
	RunID          string                          `tfsdk:"run_id"`
	DocumentID     types.String                    `tfsdk:"document_id"`
	TargetPath     types.String                    `tfsdk:"target_path"`
	IncludeContent types.Bool                      `tfsdk:"include_values"`
	ValueData      *valueDataModel                 `tfsdk:"value_data"`
	Exists         bool                            `tfsdk:"exists"`
	Summary        string                          `tfsdk:"summary"`
	DocumentScores map[string]client.DocumentScore `tfsdk:"document_scores"`
	Targets        map[string]client.TargetScore   `tfsdk:"targets"`
	Documents      map[string]client.DocumentScore `tfsdk:"documents"`
}

// valueDataModel holds the extracted values. They are separate from the scores: see handleDataModel.
type valueDataModel struct {
	Targets   map[string]*string `tfsdk:"targets"`
	Documents map[string]*string `tfsdk:"documents"`
}

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
		"document_id":  optionalString("Id of the document of `targets`. Costs one more request.", isID),
		"target_path": optionalString(
			"Path or label of the target of `documents`. Costs one more request.", stringvalidator.LengthAtLeast(1)),
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
	priorRunID := client.OrZero(m.PriorRunID)
	subject := &diagnose.Subject{
		Noun: "metrics", Description: fmt.Sprintf("the metrics of experiment run %q", m.RunID),
		IDs: []diagnose.ID{
			{Argument: "run_id", Kind: "run", Value: m.RunID},
			{Argument: "prior_run_id", Kind: "run", Value: priorRunID},
		},
		Ignorable: "run",
	}
	return provider.read(ctx, subject, m.timeout, func(ctx context.Context, api *client.Client) error {
		metrics, err := m.waitAndRead(ctx, api, fresh)
		switch {
		case err == nil:
			m.set(metrics)
		case isMissingRun(err, m.RunID) && m.ignores(err):
			m.set(client.Metrics{State: client.MetricsMissing, Message: "There is no such run.", StaleReasons: []string{}})
			m.Exists = false
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
	isWaiting := m.WaitForCompletion.ValueBool()
	if isWaiting {
		if _, err := runWaiter(func(ctx context.Context, fresh bool) (client.ExperimentRun, error) {
			return api.ExperimentRun(ctx, m.RunID, fresh)
		}).wait(ctx, m.PollInterval); err != nil {
			return client.Metrics{}, err
		}
	}
	return api.ExperimentMetrics(ctx, m.RunID, client.MetricsOptions{
		PriorRunID:     client.OrZero(m.PriorRunID),
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

// set stores and judges the metrics of a run.
func (m *experimentMetricsModel) set(metrics client.Metrics) {
	if m.IncludeContent.ValueBool() {
		targetValue := func(target client.TargetScore) (path string, value *string) { return target.Path, target.Value }
		documentValue := func(document client.DocumentScore) (id string, value *string) { return document.ID, document.Value }
		m.ValueData = &valueDataModel{
			Targets:   nullIfEmpty(mapBy(metrics.Targets, targetValue)),
			Documents: nullIfEmpty(mapBy(metrics.TargetDocuments, documentValue)),
		}
	}
	if why := verdict.WhyNotAvailable(metrics); why != "" && metrics.State == client.MetricsAvailable {
		metrics = client.Metrics{
			State: client.MetricsContradictory, Message: prose.Sentence(prose.UpperFirst(why)),
			StaleReasons: metrics.StaleReasons, ExperimentID: metrics.ExperimentID,
		}
	}
	m.Exists, m.Summary = true, verdict.MetricsSummary(m.RunID, metrics)
	byID := func(document client.DocumentScore) (string, client.DocumentScore) { return document.ID, document }
	byPath := func(target client.TargetScore) (string, client.TargetScore) { return target.Path, target }
	m.DocumentScores = nullIfEmpty(mapBy(metrics.Documents, byID))
	m.Targets = nullIfEmpty(mapBy(metrics.Targets, byPath))
	m.Documents = nullIfEmpty(mapBy(metrics.TargetDocuments, byID))
	metrics.TargetScores = nullIfEmpty(metrics.TargetScores)
	metrics.PriorRunID = cmp.Or(m.PriorRunID, metrics.PriorRunID)
	if metrics.State == client.MetricsAvailable {
		metrics.ScoredDocuments = new(verdict.ScoredDocuments(metrics))
	}
	m.Metrics = metrics
}

// nullIfEmpty returns nil for an empty map, because alltrue over no scores is true.
func nullIfEmpty[Value any](values map[string]Value) map[string]Value {
	if len(values) == 0 {
		return nil
	}
	return values
}

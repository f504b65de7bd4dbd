package client

import (
	"cmp"
	"context"
	"math/big"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// ExperimentRun is one execution of an experiment over its documents.
//
// API: "Get Experiment Run" (schemas ExperimentRunPublic, run-scoped edition, and WorkflowExperimentRun, flat edition).
type ExperimentRun struct {
	ID           string  `tfsdk:"-"`
	ExperimentID *string `tfsdk:"experiment_id"` // nil when the server left it out, like every pointer below
	ParentRunID  *string `tfsdk:"parent_run_id"`
	TriggerType  *string `tfsdk:"trigger_type"` // such as api or manual_run

	WorkflowID        *string `tfsdk:"workflow_id"`
	WorkflowVersionID *string `tfsdk:"workflow_version_id"`
	RequestedVersion  *string `tfsdk:"requested_version"` // such as draft; run-scoped edition only
	BlockID           *string `tfsdk:"block_id"`
	BlockKind         *string `tfsdk:"block_kind"`  // extract, classifier, split, for_each, or a later value
	NConsensus        *int64  `tfsdk:"n_consensus"` // how many times each document is executed: 3, 5 or 7

	Lifecycle

	// Score is the consensus agreement from 0 to 1 over the documents that did not fail.
	Score              *big.Float `tfsdk:"score"`
	HasTotal           bool       `tfsdk:"-"`              // whether the server sent a count of documents
	TotalDocuments     int64      `tfsdk:"document_count"` // 0 when the server left it out
	DocumentCount      int64      `tfsdk:"-"`              // the server's second count of the same; 0 when left out
	CompletedDocuments int64      `tfsdk:"succeeded_count"`
	FailedDocuments    int64      `tfsdk:"failed_count"`

	DocumentsFingerprint      *string `tfsdk:"documents_fingerprint"`
	DefinitionFingerprint     *string `tfsdk:"definition_fingerprint"`      // run-scoped edition only
	BlockExecutionFingerprint *string `tfsdk:"block_execution_fingerprint"` // flat edition only, like the rest
	BlockVersionID            *string `tfsdk:"block_version_id"`
	MetricsFingerprint        *string `tfsdk:"metrics_validity_fingerprint"` // for the validity of the metrics
}

// DocumentsWithResult returns how many documents have a final result, successful or not, by the run's own counters.
func (r ExperimentRun) DocumentsWithResult() int64 {
	return min(r.TotalDocuments, r.CompletedDocuments+r.FailedDocuments)
}

// ExperimentRun reads one run. A fresh read uses no answer that was requested earlier.
//
// API: GET /v1/workflows/experiments/runs/{run_id}, "Get Experiment Run". The path is the same in both editions; they
// differ in the credential. A run that provably does not exist is an [*AbsentError].
func (c *Client) ExperimentRun(ctx context.Context, runID string, fresh bool) (ExperimentRun, error) {
	needs := c.cache.freshnessOf(fresh)
	return inEdition(ctx, c, commonRoutes, CheckID("run_id", runID), func(ctx context.Context, edition Edition) (ExperimentRun, error) {
		run, err := c.run(ctx, edition, runID, needs)
		return run.ExperimentRun, err
	}, explained[ExperimentRun](func(ctx context.Context, edition Edition, err error) error {
		return c.runAbsence(ctx, edition, err, runID, "")
	}))
}

// runReply is a run and the request that read it.
type runReply struct {
	ExperimentRun
	info transport.RequestInfo
}

func (c *Client) run(ctx context.Context, edition Edition, runID string, needs freshness) (runReply, error) {
	request := runRoute.request(edition, values{"run_id": runID}, nil).about(runID, runPart)
	isFinal := func(run runReply) bool { return run.Status.Terminal() }
	return cached(ctx, c.cache, request.key(), needs, isFinal, func(ctx context.Context) (runReply, error) {
		run, info, err := send(ctx, c, request, checked(convertRun, func(run ExperimentRun) error {
			return verifyIDs(idMatch{"id", runID, run.ID})
		}))
		return runReply{run, info}, err
	})
}

// runAbsence returns an [*AbsentError] if err is the 404 of a run that does not exist: see provedAbsent. documentID is the
// document that was requested, "" for the run itself.
func (c *Client) runAbsence(ctx context.Context, edition Edition, err error, runID, documentID string) error {
	absent := AbsentError{Reason: NoSuchRun, RunID: runID, DocumentID: documentID}
	return provedAbsent(ctx, c, err, absent, runsList(edition, RunFilter{}), func(other string, after freshness) error {
		_, err := c.run(ctx, edition, other, after)
		return err
	})
}

// convertRun checks the required members and merges the two spellings.
func convertRun(b wire.ExperimentRun) (ExperimentRun, error) {
	err := requireMembers(member{"id", b.ID}, member{"lifecycle.status", b.Lifecycle.Status})
	workflowID, versionID := workflowIDs(&err, b.WorkflowRef)
	run := ExperimentRun{
		ID:                        b.ID.String(),
		ExperimentID:              b.ExperimentID.Pointer(),
		ParentRunID:               b.ParentRunID.Pointer(),
		TriggerType:               b.Trigger.Type.Pointer(),
		WorkflowID:                workflowID.Pointer(),
		WorkflowVersionID:         versionID.Pointer(),
		RequestedVersion:          b.Workflow.RequestedVersion.Pointer(),
		BlockID:                   b.BlockID.Pointer(),
		BlockKind:                 blockKind(&err, b.BlockKind, b.BlockType),
		NConsensus:                b.NConsensus.Pointer(),
		Lifecycle:                 convertLifecycle(b.Lifecycle, b.Error, b.Timing),
		Score:                     b.Score.Float(),
		HasTotal:                  b.TotalDocumentCount != nil || b.DocumentCount != nil,
		TotalDocuments:            cmp.Or(b.TotalDocumentCount.OrZero(), b.DocumentCount.OrZero()), // as the vendor's own tools do
		DocumentCount:             b.DocumentCount.OrZero(),
		CompletedDocuments:        b.CompletedDocumentCount.OrZero(),
		FailedDocuments:           b.ErrorCount.OrZero(),
		DocumentsFingerprint:      b.DocumentsFingerprint.Pointer(),
		DefinitionFingerprint:     b.DefinitionFingerprint.Pointer(),
		BlockExecutionFingerprint: b.BlockExecutionFingerprint.Pointer(),
		BlockVersionID:            b.BlockVersionID.Pointer(),
		MetricsFingerprint:        b.MetricsFingerprint.Pointer(),
	}
	return run, err
}

package client

import (
	"cmp"
	"context"
	"net/http"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// MetricsOptions says which metrics of a run to read.
type MetricsOptions struct {
	PriorRunID string // the run to compare with; "" for the one that the server chooses
	DocumentID string // also read the targets of this document
	TargetPath string // also read the documents of this target

	IncludeContent bool // keep the extracted values
	Fresh          bool // use only answers that are requested from now on
}

// ExperimentMetrics reads the metrics of a run. If there are none, [Metrics.State] says so; that is not an error.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/metrics in the run-scoped edition, GET
// /v1/workflows/experiments/metrics?run_id= in the flat edition, both "Get Experiment Metrics". A run, or a prior run, that
// provably does not exist is an [*AbsentError]. A document or a target without metrics is a [*NoDetailsError].
func (c *Client) ExperimentMetrics(ctx context.Context, runID string, options MetricsOptions) (Metrics, error) {
	ids := cmp.Or(
		CheckID("run_id", runID), checkOptionalID("prior_run_id", options.PriorRunID), checkOptionalID("document_id", options.DocumentID),
	)
	read := metricsRead{c, runID, options, c.cache.freshnessOf(options.Fresh)}
	return inEdition(ctx, c, ownRoutes, ids, read.read, explained[Metrics](read.findAbsent))
}

type metricsRead struct {
	client  *Client
	runID   string
	options MetricsOptions
	needs   freshness
}

// read reads the summary and the requested details. It stops at the first view that has no metrics.
func (r metricsRead) read(ctx context.Context, edition Edition) (Metrics, error) {
	metrics, err := r.view(ctx, edition, summaryView, "", "")
	if err != nil || metrics.State != MetricsAvailable {
		return metrics, err
	}
	if r.options.DocumentID != "" {
		details, err := r.details(ctx, edition, documentView, r.options.DocumentID, "")
		if err != nil || details.State != MetricsAvailable {
			return details, err
		}
		metrics.Targets = details.Targets
	}
	if r.options.TargetPath != "" {
		details, err := r.details(ctx, edition, targetView, "", r.options.TargetPath)
		if err != nil || details.State != MetricsAvailable {
			return details, err
		}
		metrics.TargetDocuments = details.TargetDocuments
	}
	return metrics, nil
}

// view reads a view of the metrics, and checks that the answer is about the run, and about the document or the target.
// Metrics that are not available do not name a run, so there is nothing to check.
func (r metricsRead) view(ctx context.Context, edition Edition, view metricsView, documentID, targetPath string) (Metrics, error) {
	request := metricsRoute.request(edition, values{"run_id": r.runID}, values{
		"view": string(view), "prior_run_id": r.options.PriorRunID, "document_id": documentID, "target_path": targetPath,
	}).about(r.runID, "metrics")
	request.content = r.options.IncludeContent && view != summaryView
	return get(ctx, r.client, request, r.needs, never, func(body wire.Metrics) (Metrics, error) {
		metrics, err := convertMetrics(body, view)
		if err != nil || metrics.State != MetricsAvailable {
			return metrics, err
		}
		ids := []idMatch{{"run_id", r.runID, body.RunID.String()}}
		if documentID != "" {
			ids = append(ids, idMatch{"document.id", documentID, body.Document.ID.String()})
		}
		if targetPath != "" {
			ids = append(ids, idMatch{"target", targetPath, body.Target.String()})
		}
		if r.options.PriorRunID != "" && (metrics.PriorRunID != nil || metrics.PriorScore != nil) {
			ids = append(ids, idMatch{"prior_run_id", r.options.PriorRunID, OrZero(metrics.PriorRunID)})
		}
		return metrics, verifyIDs(ids...)
	})
}

// details reads the view of a document or a target. The same route has answered for the run, so the API's own 404 is
// about the document or the target.
func (r metricsRead) details(ctx context.Context, edition Edition, view metricsView, documentID, targetPath string) (Metrics, error) {
	metrics, err := r.view(ctx, edition, view, documentID, targetPath)
	if isAPINotFound(err) {
		api := transport.HasStatus(err, http.StatusNotFound)
		return Metrics{}, &NoDetailsError{
			RequestInfo: api.RequestInfo, RunID: r.runID, DocumentID: documentID, TargetPath: targetPath, Message: api.Message,
		}
	}
	return metrics, err
}

// findAbsent returns an [*AbsentError] if the run or the prior run does not exist. If both exist, it returns the 404.
func (r metricsRead) findAbsent(ctx context.Context, edition Edition, notFound error) error {
	if !IsNotFound(notFound) {
		return notFound
	}
	for _, runID := range []string{r.runID, r.options.PriorRunID} {
		if runID == "" {
			continue
		}
		if _, err := r.client.run(ctx, edition, runID, r.needs); err != nil {
			return r.client.runAbsence(ctx, edition, err, runID, "")
		}
	}
	return notFound
}

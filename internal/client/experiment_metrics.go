package client

import (
	"context"
	"net/http"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/routes"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// MetricsOptions says which metrics of a run to read.
type MetricsOptions struct {
	PriorRunID string // the run to compare with; "" for the one that the server chooses
	DocumentID string // also read the targets of this document
	TargetPath string // also read the documents of this target
	Values     bool   // keep the extracted values
	Poll       bool   // use no cached answer from before the call
}

// ExperimentMetrics reads the metrics of a run. If there are none, [Metrics.State] says so; that is not an error.
//
// API: GET /v1/workflows/experiments/runs/{run_id}/metrics in the run-scoped edition, GET
// /v1/workflows/experiments/metrics?run_id= in the flat edition, both "Get Experiment Metrics". A run, or a prior run, that
// provably does not exist is an [*AbsentError]. A document or a target without metrics is a [*NoDetailsError].
func (c *Client) ExperimentMetrics(ctx context.Context, runID string, options MetricsOptions) (Metrics, error) {
	ids := []idArgument{{"run_id", runID}}
	for _, id := range []idArgument{{"prior_run_id", options.PriorRunID}, {"document_id", options.DocumentID}} {
		if id.value != "" {
			ids = append(ids, id)
		}
	}
	if err := checkIDs(ids...); err != nil {
		return Metrics{}, err
	}
	read := metricsRead{client: c, runID: runID, options: options, notBefore: notBefore(options.Poll)}
	return readInEdition(ctx, c, read.read, read.diagnoseNotFound)
}

// metricsKey identifies one view in an edition.
type metricsKey struct {
	edition Edition
	query   routes.MetricsQuery
}

// metricsRead is one read of metrics.
type metricsRead struct {
	client    *Client
	runID     string
	options   MetricsOptions
	notBefore time.Time
}

// read reads the summary and the requested details. It stops at the first view that has no metrics.
func (r metricsRead) read(ctx context.Context, edition Edition) (Metrics, error) {
	metrics, err := r.view(ctx, edition, routes.MetricsQuery{View: wire.SummaryView})
	if err != nil || metrics.State != MetricsAvailable {
		return metrics, err
	}
	if r.options.DocumentID != "" {
		details, err := r.details(ctx, edition, routes.MetricsQuery{View: wire.DocumentView, DocumentID: r.options.DocumentID})
		if err != nil || details.State != MetricsAvailable {
			return details, err
		}
		metrics.Targets = details.Targets
	}
	if r.options.TargetPath != "" {
		details, err := r.details(ctx, edition, routes.MetricsQuery{View: wire.TargetView, TargetPath: r.options.TargetPath})
		if err != nil || details.State != MetricsAvailable {
			return details, err
		}
		metrics.TargetDocuments = details.TargetDocuments
	}
	return metrics, nil
}

// view reads one view, or returns it from the cache.
func (r metricsRead) view(ctx context.Context, edition Edition, query routes.MetricsQuery) (Metrics, error) {
	query.RunID, query.PriorRunID = r.runID, r.options.PriorRunID
	return r.client.metrics.get(ctx, metricsKey{edition, query}, r.notBefore)
}

// details reads the view of a document or a target. The same route has answered for the run, so the API's own 404 is about
// the document or the target.
func (r metricsRead) details(ctx context.Context, edition Edition, query routes.MetricsQuery) (Metrics, error) {
	query.Values = r.options.Values
	metrics, err := r.view(ctx, edition, query)
	if isAPINotFound(err) {
		api := transport.HasStatus(err, http.StatusNotFound)
		return Metrics{}, &NoDetailsError{
			RequestInfo: api.RequestInfo, RunID: r.runID, DocumentID: query.DocumentID, TargetPath: query.TargetPath, Message: api.Message,
		}
	}
	return metrics, err
}

// diagnoseNotFound returns an [*AbsentError] if the run or the prior run does not exist. If both exist, it returns the 404.
func (r metricsRead) diagnoseNotFound(ctx context.Context, edition Edition, notFound error) error {
	runIDs := []string{r.runID}
	if r.options.PriorRunID != "" {
		runIDs = append(runIDs, r.options.PriorRunID)
	}
	for _, runID := range runIDs {
		if _, err := r.client.runState(ctx, edition, runID); err != nil {
			return r.client.asRunNotFound(ctx, edition, err, runID, "")
		}
	}
	return notFound
}

// fetchMetrics reads one view from the server.
func (c *Client) fetchMetrics(ctx context.Context, key metricsKey) (Metrics, error) {
	metrics, _, err := c.routesOf(key.edition).Metrics(ctx, key.query)
	return metrics, err
}

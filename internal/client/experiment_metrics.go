package client

import (
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
	ids := []idArgument{{"run_id", runID}}
	for _, id := range []idArgument{{"prior_run_id", options.PriorRunID}, {"document_id", options.DocumentID}} {
		if id.value != "" {
			ids = append(ids, id)
		}
	}
	if err := checkIDs(ids...); err != nil {
		return Metrics{}, err
	}
	read := metricsRead{c, runID, options, c.cache.freshnessOf(options.Fresh)}
	return inEdition(ctx, c, ownRoutes, read.read, read.findAbsent)
}

// metricsRead is one read of metrics.
type metricsRead struct {
	client  *Client
	runID   string
	options MetricsOptions
	needs   freshness
}

// read reads the summary and the requested details. It stops at the first view that has no metrics.
func (r metricsRead) read(ctx context.Context, edition Edition) (Metrics, error) {
	metrics, err := r.view(ctx, edition, metricsQuery{View: summaryView})
	if err != nil || metrics.State != MetricsAvailable {
		return metrics, err
	}
	if r.options.DocumentID != "" {
		details, err := r.details(ctx, edition, metricsQuery{View: documentView, DocumentID: r.options.DocumentID})
		if err != nil || details.State != MetricsAvailable {
			return details, err
		}
		metrics.Targets = details.Targets
	}
	if r.options.TargetPath != "" {
		details, err := r.details(ctx, edition, metricsQuery{View: targetView, TargetPath: r.options.TargetPath})
		if err != nil || details.State != MetricsAvailable {
			return details, err
		}
		metrics.TargetDocuments = details.TargetDocuments
	}
	return metrics, nil
}

// view reads one view, or returns it from the cache.
func (r metricsRead) view(ctx context.Context, edition Edition, query metricsQuery) (Metrics, error) {
	query.RunID, query.PriorRunID = r.runID, r.options.PriorRunID
	key := cacheKey{edition: edition, object: r.runID, part: "metrics", query: query}
	return cached(ctx, r.client.cache, key, r.needs, never, func(ctx context.Context) (Metrics, error) {
		metrics, _, err := r.client.getMetrics(ctx, edition, query)
		return metrics, err
	})
}

// details reads the view of a document or a target. The same route has answered for the run, so the API's own 404 is
// about the document or the target.
func (r metricsRead) details(ctx context.Context, edition Edition, query metricsQuery) (Metrics, error) {
	query.IncludeContent = r.options.IncludeContent
	metrics, err := r.view(ctx, edition, query)
	if isAPINotFound(err) {
		api := transport.HasStatus(err, http.StatusNotFound)
		return Metrics{}, &NoDetailsError{
			RequestInfo: api.RequestInfo, RunID: r.runID, DocumentID: query.DocumentID, TargetPath: query.TargetPath, Message: api.Message,
		}
	}
	return metrics, err
}

// findAbsent returns an [*AbsentError] if the run or the prior run does not exist. If both exist, it returns the 404.
func (r metricsRead) findAbsent(ctx context.Context, edition Edition, notFound error) (Metrics, error) {
	if !IsNotFound(notFound) {
		return Metrics{}, notFound
	}
	for _, runID := range []string{r.runID, r.options.PriorRunID} {
		if runID == "" {
			continue
		}
		if _, err := r.client.run(ctx, edition, runID, r.needs); err != nil {
			return Metrics{}, r.client.runAbsence(ctx, edition, err, runID, "")
		}
	}
	return Metrics{}, notFound
}

// metricsQuery says which metrics to read. It is comparable.
type metricsQuery struct {
	RunID          string
	View           metricsView
	PriorRunID     string // the run to compare with; "" for the one that the server chooses
	DocumentID     string // required by documentView
	TargetPath     string // required by targetView
	IncludeContent bool   // keep the extracted values
}

// getMetrics reads a view of the metrics of a run, and checks that the answer is about the run, and about the
// document or the target. Metrics that are not available do not name a run, so there is nothing to check.
func (c *Client) getMetrics(ctx context.Context, edition Edition, query metricsQuery) (Metrics, transport.RequestInfo, error) {
	request := metricsRoute.request(edition, values{"run_id": query.RunID}, values{
		"view": string(query.View), "prior_run_id": query.PriorRunID, "document_id": query.DocumentID, "target_path": query.TargetPath,
	})
	return get(ctx, c, request, query.IncludeContent, func(body wire.Metrics) (Metrics, error) {
		metrics, err := convertMetrics(body, query.View)
		if err != nil || metrics.State != MetricsAvailable {
			return metrics, err
		}
		ids := []idMatch{{"run_id", query.RunID, body.RunID.String()}}
		if query.View == documentView {
			ids = append(ids, idMatch{"document.id", query.DocumentID, body.Document.ID.String()})
		}
		if query.View == targetView {
			ids = append(ids, idMatch{"target", query.TargetPath, body.Target.String()})
		}
		if query.PriorRunID != "" && (metrics.PriorRunID != nil || metrics.PriorScore != nil) {
			ids = append(ids, idMatch{"prior_run_id", query.PriorRunID, orEmpty(metrics.PriorRunID)})
		}
		return metrics, verifyIDs(ids...)
	})
}

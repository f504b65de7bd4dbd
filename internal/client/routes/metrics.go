package routes

import (
	"context"
	"io"
	"net/url"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// MetricsQuery says which metrics to read. It is comparable.
type MetricsQuery struct {
	RunID      string
	View       wire.View
	PriorRunID string // the run to compare with; "" for the one that the server chooses
	DocumentID string // required by wire.DocumentView
	TargetPath string // required by wire.TargetView
	Values     bool   // keep the extracted values
}

// values returns the parameters that both editions have.
func (q MetricsQuery) values() url.Values {
	return queryOf(map[string]string{
		"view": string(q.View), "prior_run_id": q.PriorRunID, "document_id": q.DocumentID, "target_path": q.TargetPath,
	})
}

// metrics sends a request for metrics and checks that the answer is about the run, and about the document or the target.
// Metrics that are not available do not name a run, so there is nothing to check.
func (a API) metrics(ctx context.Context, request transport.Request, query MetricsQuery) (retab.Metrics, transport.RequestInfo, error) {
	return get(ctx, a, request, func(body io.Reader) (retab.Metrics, error) {
		metrics, about, err := a.Decoder.Metrics(body, query.View, query.Values)
		if err != nil || metrics.State != retab.MetricsAvailable {
			return metrics, err
		}
		ids := []wire.IDMatch{{Name: "run_id", Requested: query.RunID, Answered: about.RunID}}
		if query.View == wire.DocumentView {
			ids = append(ids, wire.IDMatch{Name: "document.id", Requested: query.DocumentID, Answered: about.DocumentID})
		}
		if query.View == wire.TargetView {
			ids = append(ids, wire.IDMatch{Name: "target", Requested: query.TargetPath, Answered: about.Target})
		}
		if query.PriorRunID != "" && (metrics.PriorRunID != nil || metrics.PriorScore != nil) {
			ids = append(ids, wire.IDMatch{Name: "prior_run_id", Requested: query.PriorRunID, Answered: orEmpty(metrics.PriorRunID)})
		}
		return metrics, wire.VerifyIDs(ids...)
	})
}

package client

import (
	"cmp"
	"context"
	"io"
	"net/url"
	"strings"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// route is the path of one route in both editions, below /v1. {name} stands for a value, and ?name for a parameter with
// the value of that name.
type route struct{ runScoped, flat string }

// The routes of the API. The vendor's names of them are in the comments of the exported methods.
var (
	runPlanRoute         = route{"workflows/{workflow_id}/experiments/{experiment_id}/run-plan", ""}
	workflowRoute        = route{"workflows/{workflow_id}", "workflows/{workflow_id}"}
	evalsRoute           = route{"workflows/{workflow_id}/tests", "workflows/evals?workflow_id"}
	evalRunRoute         = route{"workflows/tests/runs/{run_id}", "workflows/evals/runs/{run_id}"}
	evalRunsRoute        = route{"workflows/tests/runs", "workflows/evals/runs"}
	evalResultsRoute     = route{"workflows/tests/runs/{run_id}/results", "workflows/evals/results?run_id"}
	runRoute             = route{"workflows/experiments/runs/{run_id}", "workflows/experiments/runs/{run_id}"}
	runsRoute            = route{"workflows/experiments/runs", "workflows/experiments/runs"}
	resultRoute          = route{"workflows/experiments/runs/{run_id}/results/{document_id}", "workflows/experiments/results/{result_id}"}
	resultsRoute         = route{"workflows/experiments/runs/{run_id}/results", "workflows/experiments/results?run_id"}
	metricsRoute         = route{"workflows/experiments/runs/{run_id}/metrics", "workflows/experiments/metrics?run_id"}
	experimentRoute      = route{"workflows/{workflow_id}/experiments/{experiment_id}", "workflows/experiments/{experiment_id}"}
	experimentsRoute     = route{"workflows/{workflow_id}/experiments", "workflows/experiments?workflow_id"}
	genericArtifactRoute = route{"workflows/artifacts/{operation}/{artifact_id}", "workflows/artifacts/{artifact_id}"}
)

// artifactRoutes are the routes of the records of one operation.
var artifactRoutes = map[string]route{
	wire.Extraction:     {"extractions/{extraction_id}", "extractions/{extraction_id}"},
	wire.Classification: {"classifications/{classification_id}", "classifications/{classification_id}"},
	wire.Split:          {"splits/{split_id}", "splits/{split_id}"},
	wire.Partition:      {"partitions/{partition_id}", "partitions/{partition_id}"},
}

// The largest page sizes that the API accepts. The run-scoped edition has no pages of experiments.
const (
	maxResultsPage     = 1000
	maxRunsPage        = 100
	maxExperimentsPage = 100
	maxEvalsPage       = 100 // also of runs and results of evals
)

// values are the values of a route and its optional parameters, by name.
type values map[string]string

// request is a request for an object or for a list, and what its answer is about.
type request struct {
	transport.Request
	subject
	content bool // whether payloads are kept
}

// request returns the request for a route in an edition. Parameters without a value are left out.
func (r route) request(edition Edition, of, parameters values) request {
	request := request{Request: transport.Request{Query: url.Values{}}, subject: subject{edition: edition}}
	pattern := r.runScoped
	if edition == EditionFlat {
		pattern, request.Bearer = r.flat, true
	}
	path, parameter, hasParameter := strings.Cut(pattern, "?")
	for segment := range strings.SplitSeq(path, "/") {
		if name, isValue := strings.CutPrefix(segment, "{"); isValue {
			segment = of[strings.TrimSuffix(name, "}")]
		}
		request.Segments = append(request.Segments, segment)
	}
	if hasParameter {
		request.Query.Set(parameter, of[parameter])
	}
	for name, value := range parameters {
		if value != "" {
			request.Query.Set(name, value)
		}
	}
	return request
}

// about sets what the answer is about.
func (r request) about(object, part string) request {
	r.object, r.part = object, part
	return r
}

// key returns the key of the answer in the cache.
func (r request) key() cacheKey {
	return cacheKey{subject: r.subject, content: r.content, url: strings.Join(r.Segments, "/") + "?" + r.Query.Encode()}
}

// get returns the answer to a request for an object, from the cache or from the server. isFinal says whether the object
// can no longer change. convert also checks that the body is about the object; it may run once per attempt.
func get[Body, T any](
	ctx context.Context, c *Client, request request, needs freshness, isFinal func(T) bool, convert func(Body) (T, error),
) (T, error) {
	return cached(ctx, c.cache, request.key(), needs, isFinal, func(ctx context.Context) (T, error) {
		object, _, err := send(ctx, c, request, convert)
		return object, err
	})
}

func send[Body, T any](
	ctx context.Context, c *Client, request request, convert func(Body) (T, error),
) (object T, info transport.RequestInfo, err error) {
	info, err = c.transport.Get(ctx, request.Request, func(reader io.Reader) error {
		var body Body
		err := c.decoder.Decode(reader, &body, request.content)
		if err == nil {
			object, err = convert(body)
		}
		return err
	})
	return object, info, err
}

// checked returns a conversion that also checks that an object is the requested one.
func checked[Body, T any](convert func(Body) (T, error), check func(T) error) func(Body) (T, error) {
	return func(body Body) (T, error) {
		object, err := convert(body)
		return object, cmp.Or(err, check(object))
	}
}

// never says of an answer that nothing in it is final.
func never[T any](T) bool { return false }

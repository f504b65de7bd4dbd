package client

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// Benchmarks of the cost of a read without Terraform: make bench-go. Beside time and allocations they report costs that must
// not grow faster than the number of documents.

// rowJSON is a result as the flat edition lists it; payload is the size of its payload in bytes.
func rowJSON(document, payload int) string {
	return fmt.Sprintf(`{"id":"expjob_V1StGXR8_Z5jdHi6B_%06d","experiment_run_id":"exprun_big","experiment_id":"exp_abc","document_id":"expdoc_%06d",`+
		`"block_type":"extract","lifecycle":{"status":"completed"},"timing":{"created_at":"2026-05-02T11:00:00.%06dZ","started_at":"2026-05-02T11:00:01.%06dZ",`+
		`"completed_at":"2026-05-02T11:00:05.%06dZ","duration_ms":4120},"handle_inputs":{"input-document-0":{"type":"file","document":{"id":"file_%06d",`+
		`"filename":"invoice_%06d.pdf","mime_type":"application/pdf"}}},"handle_outputs":{"output-json-0":{"type":"json","data":{"text":"%s"}}},`+
		`"artifact":{"operation":"extraction","id":"extr_%06d"},"attempt":1}`,
		document, document, document, document, document, document, document, strings.Repeat("x", payload), document)
}

// listOf serves the list of a run in pages, and its results by their ids.
type listOf struct{ documents, page, payload int }

func (l listOf) RoundTrip(request *http.Request) (*http.Response, error) {
	if document, isOne := strings.CutPrefix(request.URL.Path, "/v1/workflows/experiments/results/expjob_V1StGXR8_Z5jdHi6B_"); isOne {
		number, _ := strconv.Atoi(document)
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(rowJSON(number, l.payload))), Request: request,
		}, nil
	}
	start, _ := strconv.Atoi(request.URL.Query().Get("after"))
	end := min(start+l.page, l.documents)
	var body bytes.Buffer
	body.WriteString(`{"data":[`)
	for i := start; i < end; i++ {
		if i > start {
			body.WriteByte(',')
		}
		body.WriteString(rowJSON(i, l.payload))
	}
	body.WriteString(`],"list_metadata":{"before":null,"after":`)
	if end < l.documents {
		fmt.Fprintf(&body, `"%d"}}`, end)
	} else {
		body.WriteString(`null}}`)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(&body), Request: request,
	}, nil
}

func newBenchmarkClient(tb testing.TB, server http.RoundTripper) *Client {
	tb.Helper()
	api, err := New(Config{Edition: EditionFlat, Config: transport.Config{APIKey: "rt_test_key", BaseURL: DefaultBaseURL, RoundTripper: server}})
	if err != nil {
		tb.Fatal(err)
	}
	return api
}

// BenchmarkRequest measures one request without a network.
func BenchmarkRequest(b *testing.B) {
	row := rowJSON(1, 0)
	api := newBenchmarkClient(b, roundTrip(func(request *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(row)), Request: request}, nil
	}))
	b.ReportAllocs()
	for b.Loop() {
		read := resultRead{client: api, runID: "exprun_big", documentID: "expdoc_000001", needs: api.cache.freshnessOf(true)}
		if _, err := read.fromOwnRoute(b.Context(), EditionRunScoped, ""); err != nil {
			b.Fatal(err)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (r roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

// BenchmarkRead reads all documents of a run one by one, ten at a time, as Terraform does. The cost of a document must not
// grow with their number.
func BenchmarkRead(b *testing.B) {
	for _, documents := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprint(documents), func(b *testing.B) {
			for b.Loop() {
				api := newBenchmarkClient(b, listOf{documents, 1000, 0})
				var wait sync.WaitGroup
				for reader := range 10 {
					wait.Go(func() {
						for i := reader; i < documents; i += 10 {
							if _, err := api.ExperimentResult(b.Context(), "exprun_big", fmt.Sprintf("expdoc_%06d", i), ResultOptions{}); err != nil {
								b.Error(err)
							}
						}
					})
				}
				wait.Wait()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*documents), "ns/document")
		})
	}
}

// BenchmarkWalk reads the list of a large run with payloads that were not requested, and reports how much memory a row keeps.
func BenchmarkWalk(b *testing.B) {
	const documents = 100_000
	var kept uint64
	for b.Loop() {
		before := inUse()
		api := newBenchmarkClient(b, listOf{documents, 1000, 1 << 10})
		if _, err := api.ExperimentResult(b.Context(), "exprun_big", "expdoc_099999", ResultOptions{}); err != nil {
			b.Fatal(err)
		}
		kept = inUse() - before
		runtime.KeepAlive(api)
	}
	b.ReportMetric(float64(kept)/documents, "B-kept/document")
}

func inUse() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // twice, so that pooled buffers go, too
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

//go:build !race

package truth_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// These tests check that memory depends on what is kept of an answer, not on its announced or actual size. They measure the
// heap of the whole process, so they cannot be parallel. The race detector multiplies their time and memory, so make test runs
// them without it.

const (
	miB = 1 << 20
	// readHeap is the most heap for a read whose answer is small, except for parts that nobody requested.
	readHeap = 10 * miB
	// textHeap is the same for an answer with one text of 50 to 64 MiB. The decoder holds it before it skips it, and holds
	// copies while its buffer grows, until garbage is collected.
	textHeap = 800 * miB
)

// heapInUse returns the bytes of objects on the heap, garbage included.
func heapInUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// heapAtRest returns the bytes of objects on the heap without garbage. Objects in a sync.Pool survive two collections.
func heapAtRest() uint64 {
	for range 3 {
		runtime.GC()
	}
	return heapInUse()
}

// wantHeap fails if the heap grows by more than a limit during a call. Garbage is collected as often as in the provider, for
// which package plugin sets the same percentage.
func wantHeap(t *testing.T, limit uint64, do func()) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(200))
	before := heapAtRest()
	most := before
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(time.Millisecond)
		defer ticker.Stop()
		for {
			most = max(most, heapInUse())
			select {
			case <-ticker.C:
			case <-stop:
				return
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	t.Logf("the heap grew by %d MiB at most", (most-before)/miB)
	if most-before > limit {
		t.Errorf("the heap grew by %d MiB, and may by %d MiB", (most-before)/miB, limit/miB)
	}
}

// configsOf returns the arguments of so many reads of results, each of another run.
func configsOf(t *testing.T, s server, reads int) []*tfprotov6.DynamicValue {
	t.Helper()
	var configs []*tfprotov6.DynamicValue
	for i := range reads {
		configs = append(configs, dynamic(t, s.Schema.DataSourceSchemas[resultType].ValueType(), values{"run_id": fmt.Sprintf("exprun_%d", i), "document_id": "expdoc_0"}))
	}
	return configs
}

// readConcurrently reads all of them at the same time and returns the texts of the errors.
func readConcurrently(ctx context.Context, s server, configs []*tfprotov6.DynamicValue) []string {
	errors := make([]string, len(configs))
	var all sync.WaitGroup
	for i, config := range configs {
		all.Go(func() { _, errors[i], _ = s.ReadRaw(ctx, resultType, config) })
	}
	all.Wait()
	return errors
}

// forMemoryEditions runs a test for each edition, one after the other.
func forMemoryEditions(t *testing.T, test func(t *testing.T, edition string)) {
	t.Helper()
	for _, edition := range []string{"run_scoped", "flat"} {
		t.Run(edition, func(t *testing.T) { test(t, edition) })
	}
}

// silentBody is a body without any data.
type silentBody struct{ ctx context.Context }

// Read blocks until the request ends.
func (b silentBody) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

// TestLarge_contentLengthAllocatesNothing reads 60 answers that announce 64 MiB each and send nothing.
func TestLarge_contentLengthAllocatesNothing(t *testing.T) { //nolint:paralleltest // counts memory
	forMemoryEditions(t, func(t *testing.T, edition string) {
		synctest.Test(t, func(t *testing.T) {
			s := connectTo(t, transportFunc(func(request *http.Request) (*http.Response, error) {
				return response(request, "application/json", silentBody{request.Context()}, 64*miB), nil
			}), edition)
			configs := configsOf(t, s, 60)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			before := heapAtRest()
			var reads sync.WaitGroup
			reads.Go(func() { readConcurrently(ctx, s, configs) })
			synctest.Wait()                      // all requests have an answer without a body
			grown := int64(heapInUse() - before) //nolint:gosec // far from overflowing
			t.Logf("the heap grew by %d MiB", grown/miB)
			if grown > 60*miB {
				t.Errorf("60 reads that have received nothing take %d MiB", grown/miB)
			}
			cancel()
			reads.Wait()
		})
	})
}

// rowAround returns the start and the end of a result. The payload of a handle belongs between them.
func rowAround(runID string) (head, tail string) {
	return fmt.Sprintf(`{"id":"expjob_1","run_id":%q,"document_id":"expdoc_0","lifecycle":{"status":"completed"},"handle_inputs":{"input-json-0":{"type":"json","data":`, runID), `}}}`
}

// runOf returns the run of a request for results, and the start and the end of the list if it requests one.
func runOf(request *http.Request) (runID, open, end string) {
	segments := strings.Split(strings.TrimPrefix(request.URL.Path, "/v1/workflows/experiments/"), "/")
	if segments[0] == "results" {
		return request.URL.Query().Get("run_id"), `{"data":[`, `],"list_metadata":{"before":null,"after":null}}`
	}
	return segments[1], "", ""
}

// payloads returns JSON values of about so many bytes.
func payloads(size int) map[string][]byte {
	line := `"` + strings.Repeat("x", 1000) + `",`
	return map[string][]byte{
		"one text":   []byte(`"` + strings.Repeat("x", size) + `"`),
		"many texts": []byte("[" + strings.Repeat(line, size/len(line)) + `""]`),
	}
}

// TestLarge_unrequestedPayload reads two results at the same time, each with a payload of 50 MiB, without include_handle_data.
func TestLarge_unrequestedPayload(t *testing.T) { //nolint:paralleltest // counts memory
	for name, payload := range payloads(50 * miB) { //nolint:paralleltest // counts memory
		t.Run(name, func(t *testing.T) {
			forMemoryEditions(t, func(t *testing.T, edition string) {
				s := connectTo(t, transportFunc(func(request *http.Request) (*http.Response, error) {
					runID, open, end := runOf(request)
					head, tail := rowAround(runID)
					body := io.MultiReader(strings.NewReader(open+head), bytes.NewReader(payload), strings.NewReader(tail+end))
					return response(request, "application/json", body, int64(len(open+head+tail+end)+len(payload))), nil
				}), edition)
				configs := configsOf(t, s, 2)
				most := map[string]uint64{"one text": 2 * textHeap, "many texts": 2 * readHeap}[name]
				wantHeap(t, most, func() {
					for _, problem := range readConcurrently(t.Context(), s, configs) {
						if problem != "" {
							t.Error(problem)
						}
					}
				})
			})
		})
	}
}

// gzipped compresses open, then text so many times, then end.
func gzipped(t *testing.T, open, text string, times int, end string) []byte {
	t.Helper()
	var members [3]bytes.Buffer
	for i, part := range []string{open, text, end} {
		compressor := gzip.NewWriter(&members[i])
		if _, err := io.WriteString(compressor, part); err != nil {
			t.Fatal(err)
		}
		if err := compressor.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return slices.Concat(members[0].Bytes(), bytes.Repeat(members[1].Bytes(), times), members[2].Bytes())
}

// TestLarge_decompressedSize reads two answers of a few kilobytes that become 128 MiB each. In the flat edition there is
// one, because each read retries with smaller pages.
func TestLarge_decompressedSize(t *testing.T) { //nolint:paralleltest // counts memory
	for name, fill := range map[string]struct{ open, fill, end string }{ //nolint:paralleltest // counts memory
		"white space": {`{"data":[]`, " ", `}`}, "zeros": {"", "\x00", ""}, "an unknown member": {`{"data":[],"more":"`, "x", `"}`}, "an id": {`{"data":[{"id":"`, "x", `"}]}`},
	} {
		bomb := gzipped(t, fill.open, strings.Repeat(fill.fill, miB), 128, fill.end)
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		}))
		t.Run(name, func(t *testing.T) {
			forMemoryEditions(t, func(t *testing.T, edition string) {
				s := serve(t)
				if problem := s.Configure(t, values{"api_key": worldKey, "base_url": api.URL, "api_edition": edition, "max_retries": 0}); problem != "" {
					t.Fatal(problem)
				}
				configs := configsOf(t, s, map[string]int{"run_scoped": 2, "flat": 1}[edition])
				wantHeap(t, uint64(len(configs))*textHeap, func() { readConcurrently(t.Context(), s, configs) })
			})
		})
		api.Close()
	}
}

// longList serves a run of so many rows in the flat edition. Three rows have failed.
type longList struct {
	rows    int
	counted bool // whether the run has its number of documents
}

// RoundTrip answers one request.
func (l longList) RoundTrip(request *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(request.URL.Path, "/results") {
		total := 0
		if l.counted {
			total = l.rows
		}
		body := fmt.Sprintf(`{"id":"exprun_1","lifecycle":{"status":"completed"},"total_document_count":%d,"completed_document_count":%d,"error_count":3}`, total, max(0, total-3))
		return response(request, "application/json", strings.NewReader(body), int64(len(body))), nil
	}
	start, _ := strconv.Atoi(request.URL.Query().Get("after")) // the first page has no cursor
	end := min(start+1000, l.rows)
	var body bytes.Buffer
	body.WriteString(`{"data":[`)
	for row := start; row < end; row++ {
		status := "completed"
		if row%(l.rows/3) == 1 {
			status = "error"
		}
		fmt.Fprintf(&body, `{"id":"expjob_V1StGXR8_Z5jdHi6B_%06d","experiment_run_id":"exprun_1","experiment_id":"exp_a","document_id":"expdoc_%06d","block_type":"extract",`+
			`"lifecycle":{"status":%q},"timing":{"created_at":"2026-05-02T11:00:00Z","started_at":"2026-05-02T11:00:01Z","completed_at":"2026-05-02T11:00:05Z","duration_ms":4120},`+
			`"handle_inputs":{"input-document-0":{"type":"file","document":{"id":"file_%06d","filename":"invoice_%06d.pdf","mime_type":"application/pdf"}}},"handle_outputs":{},`+
			`"artifact":{"operation":"extraction","id":"extr_%06d"},"attempt":1},`, row, row, status, row, row, row)
	}
	body.Truncate(body.Len() - 1)
	cursor := "null"
	if end < l.rows {
		cursor = fmt.Sprintf(`"%d"`, end)
	}
	fmt.Fprintf(&body, `],"list_metadata":{"before":null,"after":%s}}`, cursor)
	return response(request, "application/json", &body, int64(body.Len())), nil
}

// TestLarge_tenThousandResults reads a run of 10,000 documents.
func TestLarge_tenThousandResults(t *testing.T) { //nolint:paralleltest // counts memory
	s := connectTo(t, longList{10_000, true}, "flat")
	config := dynamic(t, s.Schema.DataSourceSchemas[resultsType].ValueType(), values{"run_id": firstRunID})
	wantHeap(t, 150*miB, func() {
		if _, problem, _ := s.ReadRaw(t.Context(), resultsType, config); problem != "" {
			t.Error(problem)
		}
	})
}

// TestLarge_tooManyResults checks that a run of more than 20,000 documents is not read as a whole, and that the error names
// alternatives.
func TestLarge_tooManyResults(t *testing.T) { //nolint:paralleltest // counts memory
	for _, counted := range []bool{true, false} {
		s := connectTo(t, longList{20_001, counted}, "flat")
		wantHeap(t, 150*miB, func() {
			_, problem, _ := s.ReadWithWarnings(t.Context(), t, resultsType, values{"run_id": firstRunID})
			for _, way := range []string{"document_ids", "statuses", "retab_experiment_run"} {
				if !strings.Contains(problem, way) {
					t.Errorf("counted by its run %t: the error does not name %s: %q", counted, way, problem)
				}
			}
		})
	}
	for name, test := range map[string]struct {
		arguments values
		rows      int
	}{
		"documents": {values{"run_id": firstRunID, "document_ids": setOf("expdoc_000000", "expdoc_010000", "expdoc_020000")}, 3},
		"failures":  {values{"run_id": firstRunID, "statuses": setOf("error")}, 3},
		"no rows":   {values{"run_id": firstRunID, "statuses": setOf()}, 0},
	} {
		s := connectTo(t, longList{20_001, true}, "flat")
		wantHeap(t, 150*miB, func() {
			state, problem, _ := s.ReadWithWarnings(t.Context(), t, resultsType, test.arguments)
			if rows := len(asMap(state["by_document"])); problem != "" || rows != test.rows {
				t.Errorf("%s: %d of %d rows %s", name, rows, test.rows, problem)
			}
		})
	}
}

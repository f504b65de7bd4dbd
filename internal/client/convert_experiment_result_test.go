package client

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeResult_vendorSamples(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		payloads bool
		want     ExperimentResult
	}{
		"run_scoped/result_example.json": {
			want: ExperimentResult{
				ID: "expresult_1", RunID: "exprun_2", DocumentID: "expdoc_xyz",
				ExperimentID: new("exp_abc"), BlockKind: new("extract"), Lifecycle: Lifecycle{
					Status: StatusCompleted,
					Timing: Timing{
						StartedAt: new("2026-05-02T11:00:01Z"), CompletedAt: new("2026-05-02T11:00:05Z"), DurationMS: new(int64(4120)),
					},
				},
				Artifact:     &Artifact{Operation: "extraction", ID: "ext_xyz"},
				HandleInputs: []Handle{{Name: "input-document-0", Type: "file", Filename: new("invoice_q1.pdf")}},
			},
		},
		"run_scoped/result_schema.json": {
			payloads: true,
			want: ExperimentResult{
				ID: "expresult_3", RunID: "exprun_2", DocumentID: "expdoc_schema",
				ExperimentID: new("exp_abc"), BlockKind: new("extract"), Lifecycle: Lifecycle{
					Status: StatusCompleted,
					Timing: Timing{CreatedAt: new("2026-05-02T11:00:00.389000Z")},
				},
				HandleInputs: []Handle{
					{
						Name: "input-file-0", Type: "file", FileID: new("file_LPjuee2tTZgfM_Km5yh_G"), Filename: new("invoice_q3.pdf"), MIMEType: new("application/pdf"),
					},
					{Name: "input-json-0", Type: "json", Data: new(`{"lines":[1.50,null],"total":1234567890123456789}`)},
				},
				Attempt:       1,
				IsPlaceholder: new(false),
			},
		},
		"flat/result_schema.json": {
			payloads: true,
			want: ExperimentResult{
				ID: "expjob_V1StGXR8_Z5jdHi6B-myT", RunID: "exprun_2", DocumentID: "expdoc_schema",
				ExperimentID: new("exp_abc"), BlockKind: new("extract"), Lifecycle: Lifecycle{
					Status:       StatusError,
					ErrorMessage: "The page cannot be read.", ErrorCode: "UNREADABLE_PAGE", HasError: true,
					Timing: Timing{
						CreatedAt: new("2026-06-20T08:00:00.557Z"), StartedAt: new("2026-06-20T08:00:01+02:00"), DurationMS: new(int64(4120)),
					},
				},
				Artifact: &Artifact{Operation: "extraction", ID: "extr_1"},
				HandleInputs: []Handle{{
					Name: "input-file-0", Type: "file", FileID: new("file_LPjuee2tTZgfM_Km5yh_G"), Filename: new("invoice_q3.pdf"), MIMEType: new("application/pdf"),
				}},
				HandleOutputs: []Handle{{Name: "output-json-0", Type: "json", Data: new(`[9223372036854775807,"x"]`)}},
				Attempt:       1,
			},
		},
	}
	for file, test := range tests {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			got, err := decode(newTestDecoder(), openSample(t, file), test.payloads, convertResult)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("decoded result differs (-want +got):\n%s", diff)
			}
		})
	}
}

// resultWith returns a small valid body with one member replaced or added.
func resultWith(member, value string) string {
	members := map[string]string{
		"id": `"r"`, "run_id": `"exprun_1"`, "document_id": `"d"`, "lifecycle": `{"status":"completed"}`,
	}
	members[member] = value
	var pairs []string
	for name, text := range members {
		if text != "" {
			pairs = append(pairs, `"`+name+`":`+text)
		}
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

func TestDecodeResult_failureText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body               string
		message, code, why string
	}{
		"top-level text":            {body: resultWith("error", `"it broke"`), message: "it broke"},
		"top-level object":          {body: resultWith("error", `{"message":"it broke","error_code":"E1"}`), message: "it broke", code: "E1"},
		"top-level null":            {body: resultWith("error", `null`)},
		"top-level of another kind": {body: resultWith("error", `[1]`)},
		"lifecycle message":         {body: resultWith("lifecycle", `{"status":"error","message":"it broke"}`), message: "it broke"},
		"details behind the vendor's default text": {
			body:    resultWith("lifecycle", `{"status":"error","message":"(no message)","details":{"message":"it broke","error_code":"E2","stack_trace":"secret"}}`),
			message: "it broke", code: "E2",
		},
		"text with terminal escapes":     {body: resultWith("error", `"\u001b[31mit\u001b[0m\nbroke\u0007"`), message: "it\nbroke"},
		"only the vendor's default text": {body: resultWith("lifecycle", `{"status":"error","message":"(no message)","details":null}`), message: "(no message)"},
		"reason of a cancellation":       {body: resultWith("lifecycle", `{"status":"cancelled","reason":"run was cancelled"}`), why: "run was cancelled"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decode(newTestDecoder(), strings.NewReader(test.body), false, convertResult)
			if err != nil {
				t.Fatal(err)
			}
			if got.ErrorMessage != test.message || got.ErrorCode != test.code || got.CancelReason != test.why {
				t.Errorf("got message %q, code %q, reason %q", got.ErrorMessage, got.ErrorCode, got.CancelReason)
			}
		})
	}
}

func TestDecodeResult_tolerates(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body  string
		check func(ExperimentResult) bool
	}{
		"two spellings that agree": {
			`{"id":"r","run_id":"a","experiment_run_id":"a","block_kind":"split","block_type":"split","document_id":"d","lifecycle":{"status":"completed"}}`,
			func(r ExperimentResult) bool { return r.RunID == "a" && *r.BlockKind == "split" },
		},
		"a duration written as a float": {
			resultWith("timing", `{"duration_ms":4120.0}`), func(r ExperimentResult) bool { return *r.Timing.DurationMS == 4120 },
		},
		"a duration beyond 2^53": {
			resultWith("timing", `{"duration_ms":9007199254740993}`), func(r ExperimentResult) bool { return *r.Timing.DurationMS == 9007199254740993 },
		},
		"timing that is null":   {resultWith("timing", `null`), func(r ExperimentResult) bool { return r.Timing == Timing{} }},
		"timing that is empty":  {resultWith("timing", `{}`), func(r ExperimentResult) bool { return r.Timing == Timing{} }},
		"attempt that is null":  {resultWith("attempt", `null`), func(r ExperimentResult) bool { return r.Attempt == 0 }},
		"an unknown status":     {resultWith("lifecycle", `{"status":"paused"}`), func(r ExperimentResult) bool { return r.Status == "paused" && !r.Status.Terminal() }},
		"an unknown block kind": {resultWith("block_kind", `"translate"`), func(r ExperimentResult) bool { return *r.BlockKind == "translate" }},
		"an unknown operation":  {resultWith("artifact", `{"operation":"dream","id":"a"}`), func(r ExperimentResult) bool { return r.Artifact.Operation == "dream" }},
		"handles that are null": {resultWith("handle_inputs", `null`), func(r ExperimentResult) bool { return len(r.HandleInputs) == 0 }},
		"a handle with only a type": {
			resultWith("handle_inputs", `{"h":{"type":"file"}}`), func(r ExperimentResult) bool { return handleOf(r) == Handle{Name: "h", Type: "file"} },
		},
		"a file without a type": {
			resultWith("handle_inputs", `{"h":{"document":{"id":"f","filename":"n"}}}`),
			func(r ExperimentResult) bool {
				h := handleOf(r)
				return h.Type == "file" && *h.FileID == "f" && *h.Filename == "n"
			},
		},
		"a file name with a terminal escape": {
			resultWith("handle_inputs", `{"h":{"document":{"id":"f","filename":"\u001b[31m\u200d\u0007n"}}}`),
			func(r ExperimentResult) bool { return *handleOf(r).Filename == "\u200dn" },
		},
		"JSON without a type": {
			resultWith("handle_inputs", `{"h":{"data":null}}`), func(r ExperimentResult) bool { return handleOf(r) == Handle{Name: "h", Type: "json"} },
		},
		"an unknown handle type": {
			resultWith("handle_inputs", `{"h":{"type":"json_ref","artifact_ref":{},"preview":[1]}}`),
			func(r ExperimentResult) bool { return handleOf(r).Type == "json_ref" },
		},
		"a handle that is not an object":   {resultWith("handle_inputs", `{"h":"later"}`), func(r ExperimentResult) bool { return handleOf(r) == Handle{Name: "h"} }},
		"a document that is not an object": {resultWith("handle_inputs", `{"h":{"type":"file","document":7}}`), func(r ExperimentResult) bool { return handleOf(r).Type == "file" }},
		"unknown members":                  {resultWith("organization_id", `{"deep":[1,{"x":null}]}`), func(r ExperimentResult) bool { return r.ID == "r" }},
		"a duplicate handle": {
			resultWith("handle_inputs", `{"h":{"type":"file"},"h":{"type":"json"}}`), func(r ExperimentResult) bool { return handleOf(r).Type == "json" },
		},
		"a payload with a duplicate name": {
			resultWith("handle_inputs", `{"h":{"type":"json","data":{"a":1,"a":2}}}`), func(r ExperimentResult) bool { return handleOf(r).Type == "json" },
		},
		"a handle's name with a lone surrogate": {
			resultWith("handle_inputs", `{"h\ud800":{"type":"file"}}`), func(r ExperimentResult) bool { return handleOf(r).Type == "file" },
		},
		"a payload with a lone surrogate": {
			resultWith("handle_inputs", `{"h":{"type":"json","data":"\ud800"}}`), func(r ExperimentResult) bool { return handleOf(r).Type == "json" },
		},
		"a payload with invalid UTF-8": {
			resultWith("handle_inputs", "{\"h\":{\"type\":\"json\",\"data\":\"\xff\"}}"), func(r ExperimentResult) bool { return handleOf(r).Type == "json" },
		},
		"a byte order mark": {"\xef\xbb\xbf" + resultWith("attempt", "2"), func(r ExperimentResult) bool { return r.Attempt == 2 }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decode(newTestDecoder(), strings.NewReader(test.body), false, convertResult)
			if err != nil {
				t.Fatal(err)
			}
			if !test.check(got) {
				t.Errorf("decoded to %+v", got)
			}
		})
	}
}

// handleOf returns the one input of a result.
func handleOf(result ExperimentResult) Handle {
	if len(result.HandleInputs) != 1 {
		return Handle{}
	}
	return result.HandleInputs[0]
}

func TestDecodeResult_refuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"a missing id":         {resultWith("id", ""), "id is missing"},
		"a null run id":        {resultWith("run_id", "null"), "run_id (or experiment_run_id) is missing"},
		"an empty document id": {resultWith("document_id", `""`), "document_id is missing"},
		"two different run ids": {
			`{"id":"r","run_id":"a","experiment_run_id":"b","document_id":"d","lifecycle":{"status":"completed"}}`,
			`run_id is "a", but experiment_run_id is "b", and they must be the same`,
		},
		"two different block kinds": {
			`{"id":"r","run_id":"a","block_kind":"split","block_type":"extract","document_id":"d","lifecycle":{"status":"completed"}}`,
			`block_kind is "split", but block_type is "extract"`,
		},
		"a missing lifecycle":             {resultWith("lifecycle", ""), "lifecycle.status is missing"},
		"a missing status":                {resultWith("lifecycle", "{}"), "lifecycle.status is missing"},
		"a number as an id":               {resultWith("id", "7"), "id is a number, not a string"},
		"a string as a boolean":           {resultWith("is_placeholder", `"no"`), "is_placeholder is a string, not true or false"},
		"a status with a terminal escape": {resultWith("lifecycle", `{"status":"\u001b[2Jdone"}`), "lifecycle.status is too long, or has characters that cannot be shown"},
		"a status that is too long":       {resultWith("lifecycle", `{"status":"`+strings.Repeat("x", 501)+`"}`), "lifecycle.status is too long"},
		"a list":                          {`[]`, "the body is an array, not an object"},
		"unbalanced brackets after a payload with a duplicate name": {`{"handle_inputs":{"h":{"data":{"a":1,"a":2}}}}}]`, "the body is not valid JSON at byte"},
		"an empty body":    {" \n", "the body is empty"},
		"an HTML page":     {"<html>", "the body is not JSON"},
		"a truncated body": {`{"id":"a"`, "the body is JSON that ends too early"},
		"NaN":              {`{"attempt":NaN}`, "the body is not valid JSON"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := decode(newTestDecoder(), strings.NewReader(test.body), false, convertResult)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
		})
	}
}

func TestDecodeResult_equalPayloadsAreEqualText(t *testing.T) {
	t.Parallel()
	decode := func(body string) string {
		result, err := decode(newTestDecoder(), strings.NewReader(resultWith("handle_inputs", body)), true, convertResult)
		if err != nil {
			t.Fatal(err)
		}
		return *handleOf(result).Data
	}
	one := decode(`{"h":{"data":{"a":[{"y":1,"x":1e2}],"b":12345678901234567890}}}`)
	other := decode("{\"h\":{\"data\":{ \"b\": 12345678901234567890,\n\"a\":[{\"x\":1e2,\"y\":1}]}}}")
	if one != other {
		t.Errorf("equal payloads became\n%s\nand\n%s", one, other)
	}
	if !strings.Contains(one, "12345678901234567890") {
		t.Errorf("%s lost digits", one)
	}
}

// TestDecodeResult_deepPayload checks that keys are sorted only up to a depth at which sorting is fast.
func TestDecodeResult_deepPayload(t *testing.T) {
	t.Parallel()
	for depth, sorted := range map[int]bool{100: true, 101: false} {
		payload := strings.Repeat(`{"b":"]}\\\"","a":`, depth) + "1" + strings.Repeat("}", depth)
		result, err := decode(newTestDecoder(), strings.NewReader(resultWith("handle_inputs", `{"h":{"data":`+payload+`}}`)), true, convertResult)
		if err != nil {
			t.Fatal(err)
		}
		if isSorted := strings.HasPrefix(*handleOf(result).Data, `{"a":`); isSorted != sorted {
			t.Errorf("sorted at a depth of %d: %v", depth, isSorted)
		}
	}
}

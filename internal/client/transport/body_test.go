package transport

import (
	"strconv"
	"strings"
	"testing"
)

// TestErrorText_cost checks that the cost of a body is proportional to its size, and does not double with every level.
func TestErrorText_cost(t *testing.T) { //nolint:paralleltest // counts allocations
	wide := "[" + strings.TrimSuffix(strings.Repeat("{},", 20_000), ",") + "]"
	body := strings.Repeat(`{"detail":`, 9) + wide + strings.Repeat("}", 9)
	visits := testing.AllocsPerRun(1, func() { errorText("", []byte(body)) })
	if visits > 20*20_000 {
		t.Errorf("%v allocations for 20,000 empty objects", visits)
	}
	if message, _ := errorText("", []byte(strings.Repeat(" ", 10)+strings.Repeat("x", maxErrorBytes*2))); len(message) != maxErrorBytes {
		t.Errorf("looked at %d bytes", len(message))
	}
}

// quoted returns an object with a message that is the text of such an object, a number of times.
func quoted(times int) string {
	text := "x"
	for range times {
		text = `{"message":` + strconv.Quote(text) + `}`
	}
	return text
}

// TestErrorText has the shapes of bodies that the vendor's documents, tests and servers show.
func TestErrorText(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ contentType, body, message string }{
		"text in detail": {
			body: `{"detail":"Experiment result not found: document_id=expdoc_xyz"}`, message: "Experiment result not found: document_id=expdoc_xyz",
		},
		"text three levels deep": {
			body:    `{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Experiment run not found: exprun_404"}}}`,
			message: "Experiment run not found: exprun_404",
		},
		"a code below the generic one": {
			body:    `{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":{"code":"production_required_but_unpublished","message":"Publish the workflow first."}}}}`,
			message: "Publish the workflow first.",
		},
		"a specific code with empty details": {
			body: `{"detail":{"code":"INVALID_SCHEMA","message":"The schema has no properties.","details":{}}}`, message: "The schema has no properties.",
		},
		"no detail around it": {
			body: `{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Invalid API Key."}}`, message: "Invalid API Key.",
		},
		"a message that is JSON": {
			body:    `{"status_code":10422,"message":"[{\"type\":\"int_parsing\",\"loc\":[\"query\",\"limit\"],\"msg\":\"Input should be a valid integer\"}]","data":null}`,
			message: "Input should be a valid integer (query.limit)",
		},
		"a list of problems": {
			body:    `{"detail":[{"loc":["path","run_id"],"msg":"String too short","type":"x"},{"loc":["query","limit",0],"msg":"Too large","type":"y"}]}`,
			message: "String too short (path.run_id); Too large (query.limit.0)",
		},
		"a list of problems beside a code": {
			body: `{"detail":{"code":"SPEC","message":"Invalid spec","errors":[{"message":"no block"}]}}`, message: "no block",
		},
		"an empty detail with siblings": {body: `{"detail":"","message":"Try again"}`, message: "Try again"},
		"generic words before a message": {
			body: `{"detail":{"message":"An HTTP exception occurred."},"message":"Publish the workflow first."}`, message: "Publish the workflow first.",
		},
		"generic words with a status before a message": {
			body: `{"detail":{"message":"Request failed (409)"},"message":"Publish the workflow first."}`, message: "Publish the workflow first.",
		},
		"an empty location": {body: `{"detail":[{"loc":[],"msg":"Too large"}]}`, message: "Too large"},
		"objects of the maximum depth": {
			body: strings.Repeat(`{"detail":`, 9) + `{"message":"x","code":"E"}` + strings.Repeat("}", 9), message: "x",
		},
		"objects that are too deep":         {body: strings.Repeat(`{"detail":`, 10) + `{"message":"x","code":"E"}` + strings.Repeat("}", 10)},
		"lists of the maximum depth":        {body: strings.Repeat("[", 10) + `"x"` + strings.Repeat("]", 10), message: "x"},
		"lists that are too deep":           {body: strings.Repeat("[", 11) + `"x"` + strings.Repeat("]", 11)},
		"text of the maximum depth in text": {body: quoted(10), message: "x"},
		"text that is too deep in text":     {body: quoted(11), message: quoted(1)},
		"only generic words":                {body: `{"detail":{"message":"An HTTP exception occurred."}}`, message: "An HTTP exception occurred."},
		"error as text":                     {body: `{"error":"boom"}`, message: "boom"},
		"error as an object":                {body: `{"error":{"message":"boom","code":"E"}}`, message: "boom"},
		"words of no known place":           {body: `{"title":"boom"}`, message: ""},
		"a bare JSON string":                {body: `"boom"`, message: "boom"},
		"plain text":                        {body: "upstream connect error\n", message: "upstream connect error"},
		"a proxy's page":                    {contentType: "text/html", body: "<html><head><TITLE>\n502 Bad &amp; Gateway</TITLE></head>", message: "an HTML page titled 502 Bad & Gateway"},
		"a page without a title":            {body: "<!doctype html><p>no</p>", message: "an HTML page"},
		"nothing":                           {},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if message, _ := errorText(test.contentType, []byte(test.body)); message != test.message {
				t.Errorf("got %q, want %q", message, test.message)
			}
		})
	}
}

func TestErrorInSuccess(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"detail":"Experiment run not found"}`: "Experiment run not found",
		`{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"No"}}}`: "No",
		`{"error":"Over quota"}`:                                        "Over quota",
		`{"id":"expresult_1","error":"The document's own words"}`:       "", // a failed result
		`{"document_id":"expdoc_1","error":"The document's own words"}`: "",
		`{"data":[],"detail":"a list"}`:                                 "",
		`{"state":"completed"}`:                                         "",
		`["detail"]`:                                                    "",
		`"detail"`:                                                      "",
		`{"detail":`:                                                    "",
		"":                                                              "",
	} {
		if got := errorInSuccess([]byte(body)); got != want {
			t.Errorf("%.80s: got %q, want %q", body, got, want)
		}
	}
}

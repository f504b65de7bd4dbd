package truth_test

import (
	"fmt"
	"strings"
	"time"
)

// This file renders the bodies of both editions in the form of the vendor's schemas.

// rowBody renders a result with a status, in the form of an edition.
func rowBody(run *worldRun, document *worldDocument, attempt *worldAttempt, status string, flat bool) string {
	common := fmt.Sprintf(`"id":%q,"experiment_id":%q,"document_id":%q,"attempt":%d,%s,"timing":%s,"artifact":%s,"handle_inputs":%s`,
		attempt.id, run.experimentID, document.id, attempt.number, lifecycleBody(status, flat), timingBody(run, status), artifactBody(attempt, status),
		`{"input-document-0":{"type":"file","document":{"id":"file_1","filename":"invoice.pdf","mime_type":"application/pdf"}},"input-json-0":{"type":"json","data":{"n":1}}}`)
	if flat {
		if status == "completed" && attempt.failure != "" {
			common += `,"error":` + attempt.failure
		}
		return fmt.Sprintf(`{%s,"experiment_run_id":%q,"block_type":"extract","handle_outputs":{}}`, common, run.id)
	}
	failure := "null"
	if status == "error" {
		failure = `"the model gave up"`
	}
	if status == "completed" && attempt.failure != "" {
		failure = attempt.failure
	}
	return fmt.Sprintf(`{%s,"run_id":%q,"block_kind":"extract","is_placeholder":%t,"error":%s}`, common, run.id, attempt.placeholder, failure)
}

// lifecycleBody renders the member lifecycle of a result or a run.
func lifecycleBody(status string, flat bool) string {
	switch {
	case flat && status == "error":
		return `"lifecycle":{"status":"error","message":"the model gave up","details":{"error_code":"MODEL","stack_trace":null}}`
	case flat && status == "cancelled":
		return `"lifecycle":{"status":"cancelled","reason":"by a person"}`
	default:
		return fmt.Sprintf(`"lifecycle":{"status":%q}`, status)
	}
}

func timingBody(run *worldRun, status string) string {
	created := clock(run.age)
	switch {
	case isFinal(status):
		return fmt.Sprintf(`{"created_at":%q,"started_at":%q,"completed_at":%q,"duration_ms":4120}`, created, created, created)
	case status == "running":
		return fmt.Sprintf(`{"created_at":%q,"started_at":%q,"completed_at":null,"duration_ms":null}`, created, created)
	default:
		return fmt.Sprintf(`{"created_at":%q}`, created)
	}
}

func artifactBody(attempt *worldAttempt, status string) string {
	if status != "completed" || attempt.placeholder {
		return "null"
	}
	return `{"operation":"extraction","id":"extr_1"}`
}

// clock renders a time that is so many minutes before noon of 2 May 2026.
func clock(age int) string {
	return time.Date(2026, 5, 2, 12, -age, 0, 0, time.UTC).Format(time.RFC3339)
}

// runBody renders a run at a moment, in the form of an edition.
func runBody(run *worldRun, at time.Duration, flat bool) string {
	status := run.status(at)
	counters := fmt.Sprintf(`"completed_document_count":%d,"error_count":%d,`, run.count("completed", at), run.count("error", at))
	if run.bare {
		counters = ""
	}
	if !run.uncounted {
		counters += fmt.Sprintf(`"total_document_count":%d,"document_count":%d,`, run.total(at), run.total(at))
	}
	if run.counters != nil && run.isCompleted(at) {
		counters = run.counters.body(bothEditions, namesOf(run)...) + ","
	}
	score := "null"
	if status == "completed" {
		score = "0.875"
	}
	common := fmt.Sprintf(`"id":%q,"experiment_id":%q,%s,"timing":%s,%s"score":%s,`+
		`"block_id":"block_1","n_consensus":3,"parent_run_id":null,"trigger":{"type":"api"},"documents_fingerprint":"0af1"`,
		run.id, run.experimentID, lifecycleBody(status, flat), timingBody(run, status), counters, score)
	if flat {
		return fmt.Sprintf(`{%s,"workflow_id":"wf_1","workflow_version_id":"wfv_1","block_type":"extract","block_execution_fingerprint":"0af2"}`, common)
	}
	return fmt.Sprintf(`{%s,"workflow":{"workflow_id":"wf_1","version_id":"wfv_1","name_at_run_time":"invoices","requested_version":"production"},`+
		`"block_kind":"extract","definition_fingerprint":"0af3"}`, common)
}

// pageBody renders a page of a list; after is the cursor of the next one, "" when there is none. more has further
// metadata.
func pageBody(rows []string, after, more string) string {
	cursor := "null"
	if after != "" {
		cursor = fmt.Sprintf("%q", after)
	}
	return fmt.Sprintf(`{"data":[%s],"list_metadata":{"before":null,"after":%s%s}}`, strings.Join(rows, ","), cursor, more)
}

// metadata returns what a list says about its number of rows beside the cursor.
func (f *worldFacts) metadata(shown, all int) string {
	switch {
	case f.tells == "total":
		return fmt.Sprintf(`,"total":%d`, all)
	case f.tells == "has_more" && shown < all:
		return `,"has_more":true`
	default:
		return ""
	}
}

// detailReply returns a refusal in the API's short form.
func detailReply(status int, text string) cannedReply {
	return cannedReply{status, fmt.Sprintf(`{"detail":%q}`, text)}
}

// exceptionReply returns a refusal in the API's long form.
func exceptionReply(status int, text string) cannedReply {
	return cannedReply{status, fmt.Sprintf(`{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":%q}}}`, text)}
}

// noRouteReplies are the answers of servers and gateways to a request for a missing route. The first one is the API's
// own.
var noRouteReplies = []cannedReply{
	{404, `{"detail":"Workflow not found"}`},
	{404, `{"detail":"Not Found"}`},
	{404, `{"message":"no Route matched with those values"}`},
	{404, `{"statusCode":404,"message":"Resource not found"}`},
	{404, "<!DOCTYPE html>\n<html><head><title>Error</title></head><body><pre>Cannot GET /x</pre></body></html>"},
	{404, `{"error":"Cannot GET /x"}`},
	{404, "default backend - 404"},
	{404, ""},
}

// gatewayReplies are answers that a gateway may give to every request.
var gatewayReplies = append([]cannedReply{
	{401, `{"message":"No API key found in request"}`},
	{401, `{"detail":"Not authenticated"}`},
	{401, `{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"Invalid API Key."}}}`},
	{403, `{"message":"Forbidden"}`},
	{403, `{"detail":"Not authenticated"}`},
	{403, "<html><head><title>Request blocked</title></head></html>"},
	{200, `{"detail":"Not Found"}`},
	{200, "<html><head><title>Sign in</title></head></html>"},
	{200, `{}`},
}, noRouteReplies...)

// namesOf returns the replacements for the id of a run and the numbers of its documents.
func namesOf(run *worldRun) []string {
	total := len(run.documents)
	return []string{"{run}", run.id, "{total}", fmt.Sprint(total), "{more}", fmt.Sprint(total + 1), "{less}", fmt.Sprint(max(0, total-1))}
}

// experimentBody renders experiment exp_a.
func (f *worldFacts) experimentBody(edition editionSet) string {
	kind := "block_kind"
	if edition.flat {
		kind = "block_type"
	}
	return fmt.Sprintf(`{"id":"exp_a","workflow_id":"wf_1","name":"Invoices","block_id":"block_1",%q:"extract","n_consensus":3,"score":0.875,%s}`, kind, f.freshness.body(edition))
}

// metricsBody renders the summary of the metrics of a run, or says that there are none.
func (f *worldFacts) metricsBody(run *worldRun, at time.Duration, edition editionSet) string {
	if !run.isCompleted(at) {
		return `{"kind":"no_metrics","error":"no_metrics","experiment_id":"exp_a","message":"The run has no metrics."}`
	}
	var documents []string
	for _, document := range run.documents {
		documents = append(documents, fmt.Sprintf(`{"id":%q,"filename":"a.pdf","score":0.875,"prior_score":null}`, document.id))
	}
	members := fmt.Sprintf(`"experiment_id":%q,"view":"summary","documents":[%s],%s`, run.experimentID, strings.Join(documents, ","), f.metrics.body(edition, namesOf(run)...))
	if edition.flat {
		return `{"kind":"summary","block_type":"extract",` + members + `}`
	}
	return `{"block_kind":"extract",` + members + `}`
}

// recordBody renders extraction extr_1.
func (f *worldFacts) recordBody(edition editionSet) string {
	return fmt.Sprintf(`{"id":"extr_1","operation":"extraction","model":"m","n_consensus":3,"created_at":"2026-05-02T11:00:00Z",%s}`, f.record.body(edition))
}

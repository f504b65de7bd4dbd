package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// script scripts the replies of a row.
func (f fault) script(e env) {
	if f.result != "" {
		e.scriptSeed(e.resultBody(f.result))
		return
	}
	e.scriptSeed(f.replies...)
	for range f.requests - len(f.replies) {
		if len(f.wantText) > 0 {
			e.scriptSeed(f.replies[len(f.replies)-1])
		}
	}
}

// check compares the outcome of a row with the row.
func (f fault) check(t *testing.T, e env, got attributes, problem string) {
	t.Helper()
	if len(f.wantText) == 0 && (problem != "" || got["status"] != "completed") {
		t.Errorf("got status %v and the diagnostics:\n%s", got["status"], problem)
	}
	wantContains(t, problem, f.wantText...)
	if problem != "" {
		wantGolden(t, e.name, problem)
	}
	if len(f.wantText) > 0 && strings.Count(problem, "ERROR: ") != 1 {
		t.Errorf("want one error, got:\n%s", problem)
	}
	if strings.Contains(problem, "key is valid") {
		t.Errorf("the diagnostic must not claim that the key is valid:\n%s", problem)
	}
	if strings.Contains(problem, fakeapi.Key) || strings.ContainsAny(problem, "\x1b\x07\x00") {
		t.Errorf("the key or a control character is in:\n%q", problem)
	}
	if requests := len(e.requestsWithoutDetection()); requests != f.requests {
		t.Errorf("%d requests, want %d", requests, f.requests)
	}
}

func reply(status int, contentType, body string) []fakeapi.Reply {
	return []fakeapi.Reply{{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: body}}
}

func detail(status int, text string) []fakeapi.Reply {
	return reply(status, "application/json", fmt.Sprintf(`{"detail":%q}`, text))
}

package diagnose

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

const checkBaseURL = "Check base_url: it should be the address of the API itself."

// explainStatus explains an answer with a status outside 2xx. Errors of the API itself are JSON.
func explainStatus(e *transport.APIError, s Subject) (summary, answer, advice string) {
	answer = "The server answered " + answered(e)
	if e.IsJSON {
		answer = "Retab answered " + answered(e)
	}
	switch status := e.StatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		summary, advice = explainRefusal(e, s)
	case status == http.StatusPaymentRequired:
		summary, advice = "Retab asks for payment", "Check the subscription and the credits of the organization at Retab."
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		summary, advice = explainNotFound(e, s)
	case status == http.StatusTooManyRequests:
		summary, advice = "Retab is limiting requests", fmt.Sprintf("Try again later, lower Terraform's -parallelism, or raise %s.", s.timeoutArgument())
	case status == http.StatusNotAcceptable:
		summary = "A gateway did not accept the request"
		advice = "The API itself does not send this status. Ask whoever runs the gateway or proxy in front of it to let requests with Accept: application/json through, and check base_url."
	case status/100 == 3:
		summary, advice = "Retab answered with a redirect", checkBaseURL
	case status >= 500:
		summary, advice = "Retab could not answer", "The failure is on the server's side. Try again later; if it lasts, report the request id to Retab."
	default:
		summary, advice = "Retab did not accept the request", "Check the ids and base_url."
	}
	return summary, answer, advice
}

// explainNotFound explains a 404 or a 405 that does not prove an absence. Retab also answers "Workflow not found" for a
// route that it does not have.
func explainNotFound(e *transport.APIError, s Subject) (summary, advice string) {
	namesWorkflow := slices.ContainsFunc(s.IDs, func(id ID) bool { return id.Kind == "workflow" })
	if namesWorkflow && strings.EqualFold(strings.TrimSuffix(e.Message, "."), "Workflow not found") {
		return "The workflow was not found, or is not at this address",
			"Check workflow_id, and that the API key belongs to its Retab environment. Retab gives the same answer for a route that it does not have. " +
				checkBaseURL + s.editionAdvice() + s.idAdvice()
	}
	return "There is no Retab API at this address", checkBaseURL + s.editionAdvice() + " If that is right, check the ids." + s.idAdvice()
}

// explainRefusal explains a 401 or a 403. A 403 proves nothing about the key, because gateways check requests before
// the API sees the key. The exception is "Not authenticated", which older gateways send for a missing credential.
func explainRefusal(e *transport.APIError, s Subject) (summary, advice string) {
	switch {
	case e.StatusCode == http.StatusUnauthorized, e.IsJSON && strings.EqualFold(strings.TrimSuffix(e.Message, "."), "Not authenticated"):
		return "Retab rejected the API key",
			"Check api_key, or the environment variable RETAB_API_KEY: the key may be mistyped, revoked, or for another Retab server than base_url names." + s.editionAdvice()
	case e.IsJSON:
		return fmt.Sprintf("Retab refused access to the %s", s.Noun),
			"The API itself refused this. The API key may lack permission to read experiments, or may be for another organization or environment: check it at Retab." + s.credentialAdvice()
	default:
		return "Access to Retab was refused",
			"The answer is not the API's own, which would be JSON: a firewall, proxy or gateway in front of it probably refused the request. Ask whoever runs it to allow requests to base_url, and check base_url. If it wants a header of its own, set headers." + s.credentialAdvice()
	}
}

// explainBody explains an answer with a body that is not what the API promises.
func explainBody(e *transport.ResponseError, s Subject) (summary, answer, advice string) {
	summary, answer = "Retab sent an unexpected answer", fmt.Sprintf("Retab answered HTTP %s, but %s.", statusLine(e.StatusCode), e.Problem)
	switch {
	case e.Message != "":
		return summary, fmt.Sprintf("Retab answered HTTP %s, but with an error instead of the %s: %s", statusLine(e.StatusCode), s.Noun, e.Message),
			"Check the ids, and that base_url is the address of the Retab API." + s.idAdvice()
	case errors.As(e, new(client.OtherRunError)):
		return summary, answer,
			"Two causes are possible: the server ignored which run was requested, or Retab reused a result of an earlier run and kept its run id. Check that base_url is the address of the Retab API. If it is, report the problem."
	case e.Excerpt != "":
		answer += fmt.Sprintf(" It has the content type %q: %s.", e.ContentType, e.Excerpt)
	}
	return summary, answer,
		"Check that base_url is the address of the Retab API. If it is, the API has changed: look for a newer version of this provider, and report the problem."
}

// answered formats a status outside 2xx as the end of a sentence.
func answered(err *transport.APIError) string {
	text := prose.Sentence("HTTP " + statusLine(err.StatusCode) + prose.Because(err.Message))
	if err.RetryAfter >= time.Second {
		text += fmt.Sprintf(" Retab asks to wait %s before the next request.", prose.Duration(err.RetryAfter.Round(time.Second)))
	}
	return text
}

func statusLine(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

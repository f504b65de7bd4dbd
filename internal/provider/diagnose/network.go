package diagnose

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// explainTransport explains a read without a complete answer.
func explainTransport(e *transport.Error, s Subject) (summary, answer, advice string) {
	answer = prose.UpperFirst(e.Problem)
	var proxy *transport.ProxyError
	switch {
	case errors.As(e, &proxy):
		return explainProxy(proxy)
	case errors.Is(e, transport.ErrProxyAddress):
		return "Invalid proxy address", "The environment variable HTTPS_PROXY is not the address of a proxy.",
			"Write it as http://host:port or http://user:password@host:port, with special characters percent-encoded. Its value is not shown here, because it can have a password."
	case errors.Is(e, context.Canceled):
		return fmt.Sprintf("Reading the %s was interrupted", s.Noun), "The read was cancelled before Retab answered.", ""
	case errors.Is(e, context.DeadlineExceeded):
		return fmt.Sprintf("Reading the %s timed out", s.Noun), deadlineAnswer(e, s),
			fmt.Sprintf("Raise %s if Retab is slow, or check that base_url can be reached from here.", s.timeoutArgument())
	case errors.Is(e, transport.ErrRequestTimeout):
		return "Retab did not answer in time", answer, "Raise request_timeout if Retab is slow, or check that base_url can be reached from here."
	case errors.Is(e, transport.ErrCrossOriginRedirect), errors.Is(e, transport.ErrRedirectLoop):
		return "Retab answered with a redirect", answer, checkBaseURL
	case errors.Is(e, transport.ErrBodyTooLarge) && s.Noun == "artifact":
		return "Artifact is too large to read", "The record is larger than the 64 MiB that this provider reads.",
			"Check that base_url is the address of the Retab API. If it is, read the record with Retab's own tools."
	case errors.Is(e, transport.ErrBodyTooLarge):
		return "Retab sent too large an answer", answer,
			"Check that base_url is the address of the Retab API. If it is, the documents of this result are too large for a data source."
	case errors.Is(e, transport.ErrStaleAnswer):
		return "A cache answered instead of Retab", answer,
			"Ask whoever runs the cache to exclude the host of base_url, or to honour Cache-Control: no-cache. An old answer could open a gate that is closed."
	default:
		_, problem := failure(e)
		return "Could not get an answer from Retab", "The last attempt failed: " + problem, connectionAdvice(e)
	}
}

// explainProxy explains that a proxy refused to connect to Retab, or could not.
func explainProxy(e *transport.ProxyError) (summary, answer, advice string) {
	answer = prose.Sentence(prose.UpperFirst(e.Error()))
	if e.Target != "" {
		answer += fmt.Sprintf(" It was asked to connect to %s.", e.Target)
	}
	answer += " Retab itself was not reached."
	switch {
	case e.IsLogin():
		summary = "The proxy refused the login"
		advice = "Check the user name and the password in HTTPS_PROXY; special characters in them must be percent-encoded. No other read of this plan takes them to the proxy, because wrong logins can lock an account."
	case e.StatusCode >= 500, e.StatusCode == http.StatusRequestTimeout, e.StatusCode == http.StatusTooManyRequests:
		summary, advice = "The proxy could not connect to Retab", "Check base_url, try again later, or ask whoever runs the proxy."
	default:
		summary, advice = "The proxy refused the connection to Retab", "Ask whoever runs the proxy to allow connections to the host of base_url."
	}
	return summary, answer, advice + " If Retab can be reached without the proxy, add the host of base_url to NO_PROXY."
}

// connectionAdvice returns the advice for a connection that failed.
func connectionAdvice(e *transport.Error) string {
	switch {
	case transport.IsUnknownAuthority(e):
		return "The certificate comes from an authority that is not trusted here, such as a company's own, or that of a proxy which inspects connections. Set the attribute ca_cert_pem in the provider block, or the environment variable RETAB_CA_CERT_PEM, to the certificates of that authority, or add them to those of the system (on Linux also by SSL_CERT_FILE)."
	case transport.IsOutsideValidity(e):
		return "Check the clock of this machine: the certificate is not valid at the time that it shows. If the clock is right, ask whoever runs the server, or a proxy that inspects connections, to renew the certificate."
	case transport.MayWantClientCertificate(e):
		return "The server refused the TLS handshake, as servers do that want a client certificate, or another one. Set client_cert_pem and client_key_pem, or the environment variables RETAB_CLIENT_CERT_PEM and RETAB_CLIENT_KEY_PEM."
	default:
		return "Check base_url, and that it can be reached from here: name resolution, proxy, firewall and certificates."
	}
}

// deadlineAnswer describes the last attempt before the deadline of the read.
func deadlineAnswer(e *transport.Error, s Subject) string {
	timeout := prose.Duration(s.Timeout)
	if e.Last == nil {
		return fmt.Sprintf("There was no answer within %s.", timeout)
	}
	_, last := failure(e.Last)
	if errors.As(e.Last, new(*transport.APIError)) {
		return fmt.Sprintf("There was no successful answer within %s. The last one was %s", timeout, last)
	}
	return fmt.Sprintf("There was no answer within %s. The last attempt failed: %s", timeout, last)
}

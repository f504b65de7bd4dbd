package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// This file formats failures of the network: proxies, certificates, and outages that several reads report.

// networkFailure returns the summary, the answer and the advice for a failure of a proxy or of the TLS handshake. The
// summary is "" for every other failure.
func networkFailure(err *client.TransportError) (summary, answer, advice string) {
	var refusal *client.ProxyError
	failed := "The last attempt failed: " + prose.Sentence(err.Problem)
	switch {
	case errors.As(err, &refusal):
		return proxyFailure(refusal)
	case errors.Is(err, client.ErrProxyAddress):
		return "Invalid proxy address", "The environment variable HTTPS_PROXY is not the address of a proxy.",
			"Write it as http://host:port or http://user:password@host:port, with special characters percent-encoded. " +
				"Its value is not shown here, because it can have a password."
	case client.IsUnknownAuthority(err):
		return "Could not get an answer from Retab", failed,
			"The certificate comes from an authority that is not trusted here, such as a company's own, or that of a proxy which inspects connections. " +
				"Set " + settingPlaces("ca_cert_pem") + ", to the certificates of that authority, or add them to those of the system (on Linux also by SSL_CERT_FILE)."
	case client.IsOutsideValidity(err):
		return "Could not get an answer from Retab", failed,
			"Check the clock of this machine: the certificate is not valid at the time that it shows. If the clock is right, ask whoever runs the server, or a proxy " +
				"that inspects connections, to renew the certificate."
	case client.MayWantClientCertificate(err):
		return "Could not get an answer from Retab", failed,
			"The server refused the TLS handshake, as servers do that want a client certificate, or another one. " +
				"Set client_cert_pem and client_key_pem, or the environment variables RETAB_CLIENT_CERT_PEM and RETAB_CLIENT_KEY_PEM."
	default:
		return "", "", ""
	}
}

// proxyFailure returns the summary, the answer and the advice for the refusal of a proxy.
func proxyFailure(refusal *client.ProxyError) (summary, answer, advice string) {
	answer = prose.Sentence(prose.UpperFirst(refusal.Error()))
	if refusal.Target != "" {
		answer = fmt.Sprintf("%s It was asked to connect to %s.", answer, refusal.Target)
	}
	answer += " Retab itself was not reached."
	direct := " If Retab can be reached without the proxy, add the host of base_url to NO_PROXY."
	switch {
	case refusal.IsLogin():
		return "The proxy refused the login", answer,
			"Check the user name and the password in HTTPS_PROXY; special characters in them must be percent-encoded. " +
				"No other read of this plan takes them to the proxy, because wrong logins can lock an account." + direct
	case refusal.StatusCode >= 500:
		return "The proxy could not connect to Retab", answer,
			"Check base_url, try again later, or ask whoever runs the proxy." + direct
	default:
		return "The proxy refused the connection to Retab", answer,
			"Ask whoever runs the proxy to allow connections to the host of base_url." + direct
	}
}

// inBrief shortens the diagnostic of a read that was not sent, because of a limit or an outage that other reads have
// met. They report it in full.
func inBrief(full diag.Diagnostic, err error, target readTarget) diag.Diagnostic {
	var api *client.APIError
	var transport *client.TransportError
	var info client.RequestInfo
	var cause string
	switch {
	case errors.As(err, &api):
		info, cause = api.RequestInfo, answered(api)
	case errors.As(err, &transport) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled):
		info, cause = transport.RequestInfo, prose.Sentence(plainFailure(transport.Problem))
	}
	if info.URL == "" || info.Attempts > 0 {
		return full
	}
	return diag.NewErrorDiagnostic(full.Summary(), fmt.Sprintf("Asked for %s. Not sent, because other reads failed: %s", target.description, cause))
}

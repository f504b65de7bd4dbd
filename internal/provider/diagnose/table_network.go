package diagnose

import (
	"context"
	"errors"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// withoutAnswer has the entries for reads that got no complete answer: from a proxy, from the TLS handshake, in time.
var withoutAnswer = []entry{
	entryOf(func(f *failure) bool { return isTransport(f) && f.proxy != nil && f.proxy.IsLogin() }, "The proxy refused the login", "${proxy}",
		"Check the user name and the password in HTTPS_PROXY; special characters in them must be percent-encoded. No other read of this plan takes them to the proxy, because wrong logins can lock an account."+direct),
	entryOf(func(f *failure) bool { return isTransport(f) && f.proxy != nil && f.proxy.StatusCode >= 500 }, "The proxy could not connect to Retab", "${proxy}",
		"Check base_url, try again later, or ask whoever runs the proxy."+direct),
	entryOf(func(f *failure) bool { return isTransport(f) && f.proxy != nil }, "The proxy refused the connection to Retab", "${proxy}",
		"Ask whoever runs the proxy to allow connections to the host of base_url."+direct),
	entryOf(isCausedBy(transport.ErrProxyAddress), "Invalid proxy address",
		"The environment variable HTTPS_PROXY is not the address of a proxy.",
		"Write it as http://host:port or http://user:password@host:port, with special characters percent-encoded. Its value is not shown here, because it can have a password."),
	entryOf(func(f *failure) bool { return isTransport(f) && transport.IsUnknownAuthority(f.err) }, noAnswer, lastAttempt,
		"The certificate comes from an authority that is not trusted here, such as a company's own, or that of a proxy which inspects connections. Set the attribute ca_cert_pem in the provider block, or the environment variable RETAB_CA_CERT_PEM, to the certificates of that authority, or add them to those of the system (on Linux also by SSL_CERT_FILE)."),
	entryOf(func(f *failure) bool { return isTransport(f) && transport.IsOutsideValidity(f.err) }, noAnswer, lastAttempt,
		"Check the clock of this machine: the certificate is not valid at the time that it shows. If the clock is right, ask whoever runs the server, or a proxy that inspects connections, to renew the certificate."),
	entryOf(func(f *failure) bool { return isTransport(f) && transport.MayWantClientCertificate(f.err) }, noAnswer, lastAttempt,
		"The server refused the TLS handshake, as servers do that want a client certificate, or another one. Set client_cert_pem and client_key_pem, or the environment variables RETAB_CLIENT_CERT_PEM and RETAB_CLIENT_KEY_PEM."),
	entryOf(isCausedBy(context.Canceled), "Reading the ${noun} was interrupted",
		"The read was cancelled before Retab answered.", ""),
	entryOf(isCausedBy(context.DeadlineExceeded), "Reading the ${noun} timed out", "${deadline}",
		"Raise ${timeout_argument} if Retab is slow, or check that base_url can be reached from here."),
	entryOf(isCausedBy(transport.ErrRequestTimeout), "Retab did not answer in time", "${Problem}",
		"Raise request_timeout if Retab is slow, or check that base_url can be reached from here."),
	entryOf(isCausedBy(transport.ErrCrossOriginRedirect, transport.ErrRedirectLoop), "Retab answered with a redirect", "${Problem}",
		"Check base_url: it should be the address of the API itself."),
	entryOf(func(f *failure) bool { return isCausedBy(transport.ErrBodyTooLarge)(f) && f.Noun == ArtifactNoun }, "Artifact is too large to read",
		"The record is larger than the 64 MiB that this provider reads.",
		"Check that base_url is the address of the Retab API. If it is, read the record with Retab's own tools."),
	entryOf(isCausedBy(transport.ErrBodyTooLarge), "Retab sent too large an answer", "${Problem}",
		"Check that base_url is the address of the Retab API. If it is, the documents of this result are too large for a data source."),
	entryOf(isCausedBy(transport.ErrStaleAnswer), "A cache answered instead of Retab", "${Problem}",
		"Ask whoever runs the cache to exclude the host of base_url, or to honour Cache-Control: no-cache. An old answer could open a gate that is closed."),
	entryOf(isTransport, noAnswer, lastAttempt,
		"Check base_url, and that it can be reached from here: name resolution, proxy, firewall and certificates."),
}

const (
	noAnswer    = "Could not get an answer from Retab"
	lastAttempt = "The last attempt failed: ${failure}"
	direct      = " If Retab can be reached without the proxy, add the host of base_url to NO_PROXY."
)

// ArtifactNoun is the noun of artifacts, for which a record that is too large has advice of its own.
const ArtifactNoun = "artifact"

func isTransport(f *failure) bool { return f.transport != nil }

func isCausedBy(causes ...error) func(*failure) bool {
	return func(f *failure) bool {
		return f.transport != nil && slices.ContainsFunc(causes, func(cause error) bool { return errors.Is(f.err, cause) })
	}
}

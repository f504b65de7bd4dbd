package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// certificateAttributes describes the certificates, under the names that the http data source has for them.
func certificateAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ca_cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "PEM of authorities to trust besides those of the system. Read from `RETAB_CA_CERT_PEM` if not set.",
		},
		"client_cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "PEM of the client certificate and its chain. Read from `RETAB_CLIENT_CERT_PEM` if not set.",
		},
		"client_key_pem": schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "PEM of the key of `client_cert_pem`, unencrypted. Read from `RETAB_CLIENT_KEY_PEM` if not set.",
		},
	}
}

// certificates resolves the certificates.
func (m configModel) certificates() transport.Certificates {
	return transport.Certificates{
		CACertPEM:     resolve("ca_cert_pem", m.CACertPEM, ""),
		ClientCertPEM: resolve("client_cert_pem", m.ClientCertPEM, ""),
		ClientKeyPEM:  resolve("client_key_pem", m.ClientKeyPEM, ""),
	}
}

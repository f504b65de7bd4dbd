package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// certificateAttributes describes the certificates, under the names that the http data source has for them.
func certificateAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ca_cert_pem": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Certificates of authorities to trust besides those of the system, in PEM: the content of a file, as from `file()`. " +
				"For a server, or a proxy that inspects connections, whose certificate comes from a company's own authority. " +
				"Read from `RETAB_CA_CERT_PEM` when not set.",
		},
		"client_cert_pem": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Certificate to show to a server or a gateway that wants one of its clients, in PEM, followed by the certificates between it " +
				"and its authority, if any. Needs `client_key_pem`. Read from `RETAB_CLIENT_CERT_PEM` when not set.",
		},
		"client_key_pem": schema.StringAttribute{
			Optional:  true,
			Sensitive: true,
			MarkdownDescription: "Private key of `client_cert_pem`, in PEM and without a password. Can be an ephemeral value. " +
				"Read from `RETAB_CLIENT_KEY_PEM` when not set.",
		},
	}
}

// certificates resolves the certificates.
func (m configModel) certificates() client.Certificates {
	return client.Certificates{
		CACertPEM:     resolve("ca_cert_pem", m.CACertPEM, ""),
		ClientCertPEM: resolve("client_cert_pem", m.ClientCertPEM, ""),
		ClientKeyPEM:  resolve("client_key_pem", m.ClientKeyPEM, ""),
	}
}

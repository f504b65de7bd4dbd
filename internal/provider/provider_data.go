package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/provider/diagnose"
)

// providerData is shared by all data sources, ephemeral resources and actions of a configured provider.
type providerData struct {
	client   *client.Client
	edition  client.Edition   // the setting, which can differ from the edition of the server
	problems diag.Diagnostics // why there is no client: settings that are wrong, missing, or not known yet
	unknown  bool             // whether the problems are settings that are not known yet
}

// api returns the client, or the reasons why there is none. The provider data are nil before Configure.
func (p *providerData) api() (*client.Client, diag.Diagnostics) {
	switch {
	case p == nil:
		return nil, diag.Diagnostics{diagnose.Internal("something was read before the provider was configured")}
	case p.client == nil:
		return nil, p.problems
	default:
		return p.client, nil
	}
}

// read calls a function with the client, within the time that timeoutOf returns, and formats its error. The function
// can change the subject. Every read goes through it.
func (p *providerData) read(
	ctx context.Context, subject *diagnose.Subject, timeoutOf func(context.Context) (time.Duration, diag.Diagnostics),
	read func(ctx context.Context, api *client.Client) error,
) diag.Diagnostics {
	api, diags := p.api()
	timeout, moreDiags := timeoutOf(ctx)
	diags.Append(moreDiags...)
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := read(ctx, api)
	if err != nil {
		subject.Timeout, subject.Edition = timeout, p.edition
		diags.Append(diagnose.Read(err, *subject))
	}
	if names := api.UnreadMembers(); len(names) > 0 {
		diags.Append(diagnose.Unread(names))
	}
	return diags
}

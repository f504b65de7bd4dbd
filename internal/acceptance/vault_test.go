package acceptance

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// Terraform has no built-in resource with a write-only argument, and tests cannot download other providers. So a copy of this test
// binary serves as the Vault provider, with the one resource that an example uses. It writes the value that it receives to a file.

const (
	vaultAddress = "hashicorp/vault"
	// vaultFile is the environment variable with the path of that file. With it, this test binary serves the provider.
	vaultFile = "RETAB_TEST_VAULT_FILE"
)

// isVault reports whether this process is the provider.
func isVault() bool { return os.Getenv(vaultFile) != "" }

// serveVault serves the provider.
func serveVault() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/" + vaultAddress, ProtocolVersion: 6}
	if err := providerserver.Serve(context.Background(), func() provider.Provider { return vaultProvider{} }, options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// addVault adds that provider to a workspace. received returns the last value that the provider received, "" if there is none.
func (w *workspace) addVault(t *testing.T) (received func() string) {
	t.Helper()
	test, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	vault := filepath.Join(t.TempDir(), "terraform-provider-vault"+filepath.Ext(binary))
	copyFile(t, test, vault, 0o700)
	if w.Workspace, err = tfcli.NewWorkspaceWith(engine, w.Dir, map[string]string{"retab-dev/retab": binary, vaultAddress: vault}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "received")
	w.Setenv("RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+w.fake.URL, vaultFile+"="+file)
	return func() string {
		content, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return string(content)
	}
}

// copyFile copies a file.
func copyFile(t *testing.T, from, to string, mode os.FileMode) {
	t.Helper()
	source, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = source.Close() }()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(target, source)
	if closeErr := target.Close(); err != nil || closeErr != nil {
		t.Fatal(err, closeErr)
	}
}

// vaultProvider has only the resource vault_kv_secret_v2.
type vaultProvider struct{}

func (vaultProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "vault"
}
func (vaultProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (vaultProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (vaultProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (vaultProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return vaultSecret{} }}
}

// vaultSecret is a secret whose value is write-only.
type vaultSecret struct{}

func (vaultSecret) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "vault_kv_secret_v2"
}

func (vaultSecret) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"mount":                schema.StringAttribute{Required: true},
		"name":                 schema.StringAttribute{Required: true},
		"data_json_wo":         schema.StringAttribute{Optional: true, WriteOnly: true},
		"data_json_wo_version": schema.Int64Attribute{Optional: true},
	}}
}

func (vaultSecret) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var data types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("data_json_wo"), &data)...)
	if err := os.WriteFile(os.Getenv(vaultFile), []byte(data.ValueString()), 0o600); err != nil {
		resp.Diagnostics.AddError("Cannot write the secret", err.Error())
	}
	resp.State.Raw = req.Plan.Raw
}

func (vaultSecret) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (vaultSecret) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (vaultSecret) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

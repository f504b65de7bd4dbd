package plugin

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestServer_objectTooLarge checks that an object that does not fit into a message is an error that names its largest
// attribute and the argument that requested it, in place of an error of gRPC.
func TestServer_objectTooLarge(t *testing.T) {
	t.Parallel()
	s := newConfigured(t, fakeapi.New(fakeapi.RunScoped)).(*server)
	config := configOf(t, s, map[string]any{"run_id": fakeapi.SeedRunID, "document_id": fakeapi.SeedDocumentID, "include_handle_data": true})
	read := func() (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
		resp, err := s.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: resultType, Config: config})
		if err != nil {
			t.Fatal(err)
		}
		return resp.State, resp.Diagnostics
	}
	open := func() (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
		resp, err := s.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: resultType, Config: config})
		if err != nil {
			t.Fatal(err)
		}
		return resp.Result, resp.Diagnostics
	}
	for name, get := range map[string]func() (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic){"data source": read, "ephemeral resource": open} {
		s.maxObjectBytes = maxObjectBytes
		object, diags := get()
		if object == nil || len(object.MsgPack) == 0 || len(diags) > 0 {
			t.Fatalf("%s: got %v, %v", name, object, diags)
		}
		s.maxObjectBytes = len(object.MsgPack)
		if fitting, diags := get(); fitting == nil || len(diags) > 0 {
			t.Errorf("%s: an object that fits is refused: %v", name, diags)
		}
		s.maxObjectBytes--
		if object, diags = get(); object != nil || len(diags) != 1 || diags[0].Summary != "Read is too large for Terraform" {
			t.Errorf("%s: got %v, %v", name, object, diags)
		}
	}
}

func TestSizeDiagnostic(t *testing.T) {
	t.Parallel()
	// {"id": "x", "handle_data": {"a": "…"}, "exists": true}
	payloads := "\x83\xa2id\xa1x\xabhandle_data\x81\xa1a\xdb\x00\x20\x00\x00" + strings.Repeat("x", 2<<20) + "\xa6exists\xc3"
	rows := "\x81\xa4runs\xdb\x00\x20\x00\x00" + strings.Repeat("x", 2<<20)
	for name, test := range map[string]struct{ object, want string }{
		"an attribute on request": {payloads, "The read takes 2.0 MiB, and Terraform accepts at most 1.0 MiB from a provider. The attribute handle_data takes 2.0 MiB of it.\n\n" +
			"Remove include_handle_data = true, or read fewer documents in one block (with document_ids or statuses, where the block has them)."},
		"rows": {rows, "The read takes 2.0 MiB, and Terraform accepts at most 1.0 MiB from a provider. The attribute runs takes 2.0 MiB of it.\n\n" +
			"Read fewer rows in one block."},
		"not an object": {strings.Repeat("\xc1", 2<<20), "The read takes 2.0 MiB, and Terraform accepts at most 1.0 MiB from a provider.\n\nRead fewer rows in one block."},
	} {
		if got := sizeDiagnostic([]byte(test.object), 1<<20); got == nil || got.Detail != test.want {
			t.Errorf("%s: got %+v\nwant %s", name, got, test.want)
		}
		if got := sizeDiagnostic([]byte(test.object), len(test.object)); got != nil {
			t.Errorf("%s: an object that fits is refused: %+v", name, got)
		}
	}
}

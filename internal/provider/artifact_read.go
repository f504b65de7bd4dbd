package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
)

// artifactReadModel is a record with the arguments that the data source and the ephemeral resource share.
type artifactReadModel struct {
	artifactRecordModel
	waitModel
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// artifactReadAttributes returns the schema of the record and these arguments. condition says when the contents are
// there.
func artifactReadAttributes(ctx context.Context, condition string) map[string]schema.Attribute {
	return mergeAttributes(artifactRecordAttributes(condition), waitAttributes("the artifact has a final status"), map[string]schema.Attribute{
		"operation": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{operationName{}},
			MarkdownDescription: "Operation, such as `extraction`: `artifact.operation` of a result.",
		},
		"id": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{resourceID{}},
			MarkdownDescription: "Id of the artifact: `artifact.id` of a result.",
		},
		"timeouts": timeoutsAttribute(ctx, true),
	})
}

// loadRecord fills in the record, and waits for its end if requested. The timeout bounds both.
func (m *artifactReadModel) loadRecord(ctx context.Context, provider *providerData, includeContent, fresh bool) diag.Diagnostics {
	operation, id := m.Operation.ValueString(), m.ID.ValueString()
	status := func(record client.ArtifactRecord) string { return string(record.Status) }
	return provider.read(ctx, artifactSubject(operation, id), m.Timeouts.Read, m.timeout(), func(ctx context.Context, api *client.Client) error {
		isWaiting := m.WaitForCompletion.ValueBool()
		record, err := waiter[client.ArtifactRecord]{
			read: func(ctx context.Context, fresh bool) (client.ArtifactRecord, error) {
				return api.Artifact(ctx, operation, id, client.ArtifactOptions{IncludeContent: includeContent, Fresh: fresh, Waiting: isWaiting})
			},
			isDone:   func(record client.ArtifactRecord) bool { return record.Status.Terminal() || record.Status == "" },
			status:   status,
			onUpdate: logChange("Artifact changed its status", operation+"/"+id, status),
		}.readOrWait(ctx, m.waitModel, fresh)
		if err == nil {
			m.artifactRecordModel = newArtifactRecordModel(record)
		}
		return err
	})
}

// operationName accepts what can be a segment of a route, so that anything else is found before any request.
type operationName struct{}

func (operationName) Description(context.Context) string {
	return "value must be the name of an operation, such as extraction"
}

func (v operationName) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (operationName) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	var problem *transport.ArgumentError
	if err := client.CheckID(req.Path.String(), req.ConfigValue.ValueString()); errors.As(err, &problem) {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid operation", fmt.Sprintf(
			"The value of %s is %q, which is not the name of an operation. Use the artifact.operation of a result, such as extraction.",
			req.Path, sanitize.PlainText(req.ConfigValue.ValueString())))
	}
}

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// handleModel describes one input or output handle. The payloads of all handles are apart from it, in one sensitive attribute
// of the data source. Terraform looks for every sensitive path of an object at every node of it, so a sensitive attribute in
// each handle of a thousand rows makes a plan take seconds. It also forbids outputs that contain a row.
type handleModel struct {
	Type     types.String `tfsdk:"type"`
	FileID   types.String `tfsdk:"file_id"`
	Filename types.String `tfsdk:"filename"`
	MIMEType types.String `tfsdk:"mime_type"`
}

// handleDataModel holds the payloads of a result's handles, by handle name.
type handleDataModel struct {
	Inputs  map[string]types.String `tfsdk:"inputs"`
	Outputs map[string]types.String `tfsdk:"outputs"`
}

func handlesAttribute(description string) schema.Attribute {
	return computedObjectMap(description, map[string]schema.Attribute{
		"type":      computedString("`file`, `json`, or a newer kind."),
		"file_id":   computedString("Id of the file, or null."),
		"filename":  computedString("Name of the file, or null."),
		"mime_type": computedString("MIME type of the file, or null."),
	})
}

// handleDataAttributes describes the payloads of one result.
func handleDataAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"inputs":  computedStringMap("JSON payloads of `handle_inputs`, by handle name."),
		"outputs": computedStringMap("JSON payloads of `handle_outputs`, by handle name."),
	}
}

// includeHandleDataArgument describes the argument that requests payloads.
func includeHandleDataArgument() schema.Attribute {
	return optionalBool("Whether to read payloads into `handle_data`. Defaults to `false`.")
}

func newHandleModels(handles []client.Handle) map[string]handleModel {
	models := make(map[string]handleModel, len(handles))
	for _, handle := range handles {
		models[handle.Name] = handleModel{
			Type:     types.StringValue(handle.Type),
			FileID:   types.StringPointerValue(handle.FileID),
			Filename: types.StringPointerValue(handle.Filename),
			MIMEType: types.StringPointerValue(handle.MIMEType),
		}
	}
	return models
}

func newHandleDataModel(result client.ExperimentResult) handleDataModel {
	payloads := func(handles []client.Handle) map[string]types.String {
		texts := map[string]types.String{}
		for _, handle := range handles {
			if handle.Data != nil {
				texts[handle.Name] = types.StringPointerValue(handle.Data)
			}
		}
		return texts
	}
	return handleDataModel{Inputs: payloads(result.HandleInputs), Outputs: payloads(result.HandleOutputs)}
}

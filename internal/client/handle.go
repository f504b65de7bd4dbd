package client

import "github.com/retab-dev/terraform-provider-retab/internal/client/wire"

// Handle is one named input or output of the block: a file or a JSON payload.
//
// API: schemas FileHandleInput and JsonHandleInput. Storage addresses that the API may add are not kept.
type Handle struct {
	Name     string  `tfsdk:"-"`    // such as input-document-0
	Type     string  `tfsdk:"type"` // file, json, or a later value; inferred when the server left it out
	FileID   *string `tfsdk:"file_id"`
	Filename *string `tfsdk:"filename"`
	MIMEType *string `tfsdk:"mime_type"`
	// Data is compact JSON text, its keys sorted unless nested more than 100 deep. It is nil unless payloads were
	// requested.
	Data *string `tfsdk:"-"`
}

// convertHandles converts handles. Of two with the same name, the last one counts.
func convertHandles(handles wire.Handles) []Handle {
	var converted []Handle
	for i, h := range handles {
		if i+1 < len(handles) && handles[i+1].Name == h.Name {
			continue
		}
		converted = append(converted, Handle{
			Name:     h.Name,
			Type:     handleType(h.Handle),
			FileID:   firstPresent(h.Document.ID.Text, h.Document.OriginalID.Text),
			Filename: firstPresent(h.Document.Filename.Text, h.Filename.Text),
			MIMEType: h.Document.MIMEType.Pointer(),
			Data:     h.Data.Pointer(),
		})
	}
	return converted
}

// handleType returns the type. It infers one that was left out; both schemas have a default.
func handleType(h wire.Handle) string {
	switch {
	case h.Type.Text != nil:
		return h.Type.String()
	case h.Data.Present:
		return "json"
	case h.Filename.Text != nil || h.Document != wire.Document{}:
		return "file"
	default:
		return ""
	}
}

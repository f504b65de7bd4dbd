package plugin

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
)

// maxObjectBytes limits the object that one response carries. tf6server sends messages of at most 256 MiB and otherwise fails
// with an error of gRPC that names no cause. The rest is for the diagnostics of the response.
const maxObjectBytes = 256<<20 - 1<<20

// optIns maps the attributes that can be this large to the arguments that request them.
var optIns = map[string]string{
	"handle_data": "include_handle_data",
	"value_data":  "include_values",
	"output":      "include_output",
}

// sizeDiagnostic returns an error if an object in MessagePack has more than limit bytes, nil otherwise. The error names the
// attribute that takes most of them.
func sizeDiagnostic(object []byte, limit int) *tfprotov6.Diagnostic {
	if len(object) <= limit {
		return nil
	}
	detail := fmt.Sprintf("The read takes %s, and Terraform accepts at most %s from a provider.", mebibytes(len(object)), mebibytes(limit))
	remedy := "Read fewer rows in one block."
	if attribute, size := largestAttribute(object); attribute != "" {
		detail += fmt.Sprintf(" The attribute %s takes %s of it.", attribute, mebibytes(size))
		if optIn, found := optIns[attribute]; found {
			remedy = fmt.Sprintf("Remove %s = true, or read fewer documents in one block (with document_ids or statuses, where the block has them).", optIn)
		}
	}
	return &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Read is too large for Terraform", Detail: detail + "\n\n" + remedy,
	}
}

// largestAttribute returns the attribute of an object in MessagePack that takes most bytes, "" for an object that it cannot
// read.
func largestAttribute(object []byte) (name string, size int) {
	from := bytes.NewReader(object)
	decoder := msgpack.NewDecoder(from)
	count, err := decoder.DecodeMapLen()
	for ; err == nil && count > 0; count-- {
		var attribute string
		if attribute, err = decoder.DecodeString(); err != nil {
			break
		}
		before := from.Len()
		if err = decoder.Skip(); err == nil && before-from.Len() > size {
			name, size = attribute, before-from.Len()
		}
	}
	return name, size
}

func mebibytes(size int) string { return fmt.Sprintf("%.1f MiB", float64(size)/(1<<20)) }

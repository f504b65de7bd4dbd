package provider

import (
	"math/big"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// fullRecord has a value in every field.
var fullRecord = client.ArtifactRecord{
	Operation: "extraction", ID: "extr_1", Status: client.RecordFailed, ErrorMessage: "It broke.", ErrorCode: "E1", Model: new("m"), NConsensus: new(int64(3)),
	CreatedAt: new("c"), Credits: big.NewFloat(1.5), File: &retab.File{ID: new("f"), Filename: new("n"), MIMEType: new("t")},
	Likelihoods: map[string]*big.Float{"a": big.NewFloat(0.5), "b": nil}, HasOutput: true, Output: new("{}"), Metadata: map[string]string{"k": "v"},
}

package fakeapi

// Ids of records in the fixtures, with the prefixes of real ids. The vendor's documentation has other prefixes (ext_, cls_,
// split_, part_); most results in the fixtures refer to records with those.
const (
	ExtractionID     = "extr_V1StGXR8_Z5jdHi6B-myT"
	ClassificationID = "clss_LPjuee2tTZgfM_Km5yh_G"
	SplitID          = "splt_nNvJ6RGq86aH3LEXD-a_0"
	PartitionID      = "prtn_01G34H8J2K"

	// LiveExtractionID advances from pending through queued and in_progress to completed, by one stage per read.
	LiveExtractionID = "extr_live"
	// FailedExtractionID and CancelledSplitID ended without an output. Only the flat edition has such records.
	FailedExtractionID = "extr_failed"
	CancelledSplitID   = "splt_cancelled"
	// FunctionInvocationID is a record whose operation has only the generic route.
	FunctionInvocationID = "fninv_1"
)

// The contents of the extractions in the fixtures.
const (
	invoiceOutput      = `{"total": 1234.50, "vendor": {"name": "Acme"}, "line_items": [{"unit_price": 99.99}, {"unit_price": null}], "big": 12345678901234567890}`
	invoiceLikelihoods = `{"total": 0.99, "vendor": {"name": 0.78}, "line_items": [{"unit_price": 0.91}, {"unit_price": 0.67}], "big": 1}`
)

// fixtureArtifacts returns the records that the results in the fixtures refer to, one of each operation with a real prefix, one
// in each status, and one whose operation has only the generic route.
func fixtureArtifacts() []ArtifactRecord {
	records := []ArtifactRecord{
		extraction("ext_xyz", Handle{Filename: "invoice_q1.pdf"}),
		extraction("ext_schema", Handle{FileID: "file_LPjuee2tTZgfM_Km5yh_G", Filename: "invoice_q3.pdf", MIMEType: "application/pdf"}),
		extraction("ext_live", Handle{}),
		extraction(ExtractionID, Handle{Filename: "a.pdf"}),
		classification("cls_1"), classification(ClassificationID),
		split("split_1"), split(SplitID),
		partition("part_1"), partition(PartitionID),
		{
			Operation: "function_invocation", ID: FunctionInvocationID,
			Members: `{"run_id":"run_1","step_id":"step_1","inputs":{"a":1},"output":{"b":[1,2]},"duration_ms":12,"error":null}`,
		},
		{Operation: "extraction", ID: "extr_bare", Output: `{}`}, // without consensus, usage, metadata or instructions
	}
	staged := map[string][]ArtifactStage{
		LiveExtractionID:   {{Status: "pending"}, {Status: "queued"}, {Status: "in_progress"}, {Status: "completed"}},
		FailedExtractionID: {{Status: "failed", ErrorCode: "DOCUMENT_ENCRYPTED", Error: "The document is encrypted."}},
	}
	for id, stages := range staged {
		record := extraction(id, Handle{})
		record.Stages = stages
		records = append(records, record)
	}
	cancelled := split(CancelledSplitID)
	cancelled.Stages = []ArtifactStage{{Status: "cancelled"}}
	return append(records, cancelled)
}

func extraction(id string, file Handle) ArtifactRecord {
	return ArtifactRecord{
		Operation: "extraction", ID: id, File: file, Consensus: 3, Credits: new(1.5), Instructions: "Read the totals.",
		Metadata: map[string]string{"batch_id": "batch_2026_05"},
		Request:  `{"json_schema":{"type":"object","properties":{"total":{"type":"number"}}}}`,
		Output:   invoiceOutput, Likelihoods: invoiceLikelihoods,
	}
}

func classification(id string) ArtifactRecord {
	return ArtifactRecord{
		Operation: "classification", ID: id, Consensus: 3, Credits: new(0.5),
		Request: `{"categories":[{"name":"invoice","description":"Invoices"},{"name":"receipt","description":""}]}`,
		Output:  `{"category":"invoice","reasoning":"It has a total and a due date."}`, Likelihoods: `0.93`,
	}
}

func split(id string) ArtifactRecord {
	return ArtifactRecord{
		Operation: "split", ID: id, Consensus: 3, Credits: new(2.0),
		Request: `{"subdocuments":[{"name":"contract","description":""},{"name":"appendix","description":""}]}`,
		Output:  `[{"name":"contract","pages":[1,2]},{"name":"appendix","pages":[3]}]`,

		Likelihoods: `[{"name":0.99,"pages":[0.99,0.98]},{"name":0.81,"pages":[0.8]}]`,
	}
}

func partition(id string) ArtifactRecord {
	return ArtifactRecord{
		Operation: "partition", ID: id, Consensus: 3, Credits: new(3.0), Instructions: "One chunk per invoice number.",
		Request: `{"key":"invoice_number","allow_overlap":false}`,
		Output:  `[{"key":"INV-001","pages":[1,2]},{"key":"INV-002","pages":[3,4]}]`,

		Likelihoods: `[{"key":0.99,"pages":[0.99,0.98]},{"key":0.96,"pages":[0.95,0.95]}]`,
	}
}

package retab

import "math/big"

// ArtifactRecord is the record that an [Artifact] refers to.
//
// API: "Get Extraction", "Get Classification", "Get Split", "Get Partition" and "Get Workflow Artifact".
type ArtifactRecord struct {
	Operation string
	ID        string

	Status       RecordStatus // "" when the API does not say; see [ArtifactRecord.Derive]
	ErrorMessage string       // "" when the server gave none
	ErrorCode    string       // "" when the server gave none
	HasError     bool         // whether the server sent an error of any form, also one without a text
	Conflict     string       // a member that the server sent twice with different values, "" if there is none

	Model      *string // nil when the server left it out, like every pointer below
	NConsensus *int64  // how many passes there were
	CreatedAt  *string
	Credits    *big.Float
	File       *File

	// Likelihoods are how much the passes agree, from 0 to 1, by the path of what they agree on. A value is nil if the server
	// gave none for a path that has to have one. The map is nil if Terraform would take two of its paths for one.
	Likelihoods map[string]*big.Float

	Coverage  Coverage
	HasOutput bool    // whether the record has an output, kept or not
	Output    *string // compact JSON text with sorted keys; nil unless it was requested
	Metadata  map[string]string
}

// File refers to the file that a record was made from. Storage addresses that the API may add are not kept.
type File struct {
	ID       *string
	Filename *string
	MIMEType *string
}

// Derive sets the status of a record from an API that has none, where a record exists once it is completed. A record without
// an output, or with an error, gets none.
func (r *ArtifactRecord) Derive() {
	if r.Status == "" && r.HasOutput && !r.HasError {
		r.Status = RecordCompleted
	}
}

// Coverage says which values of an output have a likelihood: every scalar of an extraction, null ones included, but none of a
// reasoning; the category of a classification; every element of a split or a partition.
type Coverage struct {
	Scored        int64
	UnscoredCount int64
	Unscored      []string   // paths of the first values without a likelihood, sorted
	Lowest        *big.Float // of the values with a likelihood, like Highest
	Highest       *big.Float
}

// MaxUnscored is how many paths [Coverage.Unscored] has at most.
const MaxUnscored = 100

// RecordStatus is the status of a record, verbatim from the API. It has other words than the [Status] of a result: a record
// that ended without an output is failed.
type RecordStatus string

// The statuses the vendor has published.
const (
	RecordPending    RecordStatus = "pending"
	RecordQueued     RecordStatus = "queued"
	RecordInProgress RecordStatus = "in_progress"
	RecordCompleted  RecordStatus = "completed"
	RecordFailed     RecordStatus = "failed"
	RecordCancelled  RecordStatus = "cancelled"
)

// Terminal reports whether the status can no longer change. An unknown status is not terminal.
func (s RecordStatus) Terminal() bool {
	switch s {
	case RecordCompleted, RecordFailed, RecordCancelled:
		return true
	default:
		return false
	}
}

// The operations whose records have routes of their own. The four block kinds of experiments produce these.
const (
	Extraction     = "extraction"
	Classification = "classification"
	Split          = "split"
	Partition      = "partition"
)

// IsTyped reports whether the records of an operation have a route of their own.
func IsTyped(operation string) bool {
	switch operation {
	case Extraction, Classification, Split, Partition:
		return true
	default:
		return false
	}
}

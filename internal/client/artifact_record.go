package client

import (
	"maps"
	"math/big"
	"slices"

	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
)

// Artifact refers to the record a block produced: Operation is the kind of record, ID identifies it.
//
// API: schema StepArtifactRef.
type Artifact struct {
	Operation string `tfsdk:"operation"`
	ID        string `tfsdk:"id"`
}

// ArtifactRecord is the record that an [Artifact] refers to.
//
// API: "Get Extraction", "Get Classification", "Get Split", "Get Partition" and "Get Workflow Artifact".
type ArtifactRecord struct {
	Operation string `tfsdk:"operation"`
	ID        string `tfsdk:"id"`

	Status       RecordStatus `tfsdk:"status"`        // "" when the API does not say; derived in the run-scoped edition
	ErrorMessage string       `tfsdk:"error_message"` // "" when the server gave none
	ErrorCode    string       `tfsdk:"error_code"`    // "" when the server gave none
	HasError     bool         `tfsdk:"-"`             // whether the server sent an error of any form, even without a text
	Conflict     string       `tfsdk:"-"`             // a member that the server sent twice with different values, or ""

	Model      *string    `tfsdk:"model"`       // nil when the server left it out, like every pointer below
	NConsensus *int64     `tfsdk:"n_consensus"` // how many passes there were
	CreatedAt  *string    `tfsdk:"created_at"`
	Credits    *big.Float `tfsdk:"credits"`
	File       *File      `tfsdk:"file"`

	// Likelihoods are how much the passes agree, from 0 to 1, by the path of what they agree on. A value is nil if the server
	// gave none for a path that has to have one. The map is nil if Terraform would take two of its paths for one.
	Likelihoods map[string]*big.Float `tfsdk:"likelihoods"`

	Coverage
	HasOutput bool              `tfsdk:"-"`      // whether the record has an output, kept or not
	Output    *string           `tfsdk:"output"` // compact JSON text with sorted keys; nil unless it was requested
	Metadata  map[string]string `tfsdk:"metadata"`
}

// File refers to the file that a record was made from. Storage addresses that the API may add are not kept.
type File struct {
	ID       *string `tfsdk:"id"`
	Filename *string `tfsdk:"filename"`
	MIMEType *string `tfsdk:"mime_type"`
}

// Coverage says which values of an output have a likelihood: every scalar of an extraction, null ones included, but none of a
// reasoning; the category of a classification; every element of a split or a partition.
type Coverage struct {
	Scored        int64      `tfsdk:"-"`
	UnscoredCount int64      `tfsdk:"unscored_count"`
	Unscored      []string   `tfsdk:"unscored_paths"` // of the first values without a likelihood, sorted; never nil
	Lowest        *big.Float `tfsdk:"-"`              // of the values with a likelihood, like Highest
	Highest       *big.Float `tfsdk:"-"`
}

// MaxUnscored is how many paths [Coverage.Unscored] has at most.
const MaxUnscored = 100

// RecordStatus is the status of a record, verbatim from the API. It has other words than the [Status] of a result: a record
// that ended without an output is failed.
type RecordStatus string

// The statuses that the provider distinguishes. The vendor has also published queued and in_progress.
const (
	RecordPending   RecordStatus = "pending"
	RecordCompleted RecordStatus = "completed"
	RecordFailed    RecordStatus = "failed"
	RecordCancelled RecordStatus = "cancelled"
)

// Terminal reports whether the status can no longer change. An unknown status is not terminal.
func (s RecordStatus) Terminal() bool {
	return s == RecordCompleted || s == RecordFailed || s == RecordCancelled
}

func convertArtifact(a *wire.ArtifactRef) *Artifact {
	if a == nil {
		return nil
	}
	return &Artifact{Operation: a.Operation.String(), ID: a.ID.String()}
}

// convertRecord checks the required members; output says whether the output is kept.
func convertRecord(b wire.Record, output bool) (ArtifactRecord, error) {
	required := []member{{"id", b.ID}}
	if b.Status.String() != "" {
		required = append(required, member{"status", b.Status})
	}
	record := ArtifactRecord{
		ID:           b.ID.String(),
		Operation:    b.Operation.String(),
		Status:       RecordStatus(b.Status.String()),
		ErrorMessage: b.Error.Message,
		ErrorCode:    b.Error.Code,
		HasError:     b.Error.Present,
		Conflict:     b.Conflict,
		Model:        b.Model.Pointer(),
		NConsensus:   b.NConsensus.Pointer(),
		CreatedAt:    b.CreatedAt.Pointer(),
		Credits:      b.Usage.Credits.Float(),
		HasOutput:    b.Output.Present,
		Likelihoods:  map[string]*big.Float{},
		Coverage:     Coverage{Unscored: []string{}},
	}
	if b.File != (wire.Document{}) {
		record.File = &File{
			ID: firstPresent(b.File.ID.Text, b.File.OriginalID.Text), Filename: firstPresent(b.File.Filename.Text), MIMEType: firstPresent(b.File.MIMEType.Text),
		}
	}
	if output && b.Output.Present {
		record.Output = &b.Output.Text
	}
	return record, requireMembers(required...)
}

// convertTypedRecord also converts the members of the records that have a route of their own.
func convertTypedRecord(b wire.TypedRecord, operation string, output bool) (ArtifactRecord, error) {
	record, err := convertRecord(b.Record, output)
	if err != nil || record.Operation != "" && record.Operation != operation {
		return record, err // the caller refuses another operation, whose likelihoods have another form
	}
	if _, found := SameIdentity(slices.Collect(maps.Keys(b.Metadata))); output && !found {
		record.Metadata = b.Metadata
	}
	if record.Likelihoods, err = b.Likelihoods(operation); err != nil {
		return ArtifactRecord{}, err
	}
	record.Coverage = coverageOf(b, operation, record.Likelihoods)
	if _, found := SameIdentity(slices.Collect(maps.Keys(record.Likelihoods))); found {
		record.Likelihoods = nil
	}
	return record, nil
}

// coverageOf says which values of the output have one of the likelihoods. A likelihood of anything else covers nothing.
func coverageOf(b wire.TypedRecord, operation string, likelihoods map[string]*big.Float) Coverage {
	composed := make(map[string]*big.Float, len(likelihoods)) // as Terraform compares
	for path, likelihood := range likelihoods {
		composed[Identity(path)] = likelihood
	}
	paths, more := b.ValuePaths(operation)
	coverage := Coverage{UnscoredCount: more, Unscored: []string{}}
	var scored []*big.Float
	for _, path := range paths {
		if likelihood := composed[Identity(path)]; likelihood != nil {
			scored = append(scored, likelihood)
		} else {
			coverage.Unscored = append(coverage.Unscored, path)
		}
	}
	if coverage.Scored = int64(len(scored)); coverage.Scored > 0 {
		coverage.Lowest, coverage.Highest = slices.MinFunc(scored, (*big.Float).Cmp), slices.MaxFunc(scored, (*big.Float).Cmp)
	}
	coverage.UnscoredCount += int64(len(coverage.Unscored))
	slices.Sort(coverage.Unscored)
	coverage.Unscored = slices.Clone(coverage.Unscored[:min(len(coverage.Unscored), MaxUnscored)])
	return coverage
}

package retab

// ExperimentResult is what one experiment run produced for one document.
//
// API: "Get Experiment Run Result" (schema ExperimentResultPublic, run-scoped edition) and "List Experiment
// Results" (schema WorkflowExperimentResult, flat edition).
type ExperimentResult struct {
	ID           string
	RunID        string
	DocumentID   string
	ExperimentID *string // nil when the server left it out
	BlockKind    *string // extract, classifier, split, for_each, or a later value; nil when left out

	Lifecycle
	Artifact      *Artifact // nil until one was produced
	HandleInputs  []Handle  // sorted by name
	HandleOutputs []Handle  // sorted by name

	Attempt int64 // vendor-defined counter; 0 when left out
	// IsAttemptUnread reports that Attempt is not known, because the server sent something else than a number.
	IsAttemptUnread bool
	IsPlaceholder   *bool // nil when the server left it out, as the flat edition does
}

// PayloadBytes returns the size of the payloads that the result holds.
func (r ExperimentResult) PayloadBytes() (bytes int) {
	for _, handles := range [][]Handle{r.HandleInputs, r.HandleOutputs} {
		for _, handle := range handles {
			if handle.Data != nil {
				bytes += len(*handle.Data)
			}
		}
	}
	return bytes
}

// DropPayloads removes the payloads of all handles.
func (r *ExperimentResult) DropPayloads() {
	for _, handles := range [][]Handle{r.HandleInputs, r.HandleOutputs} {
		for i := range handles {
			handles[i].Data = nil
		}
	}
}

// Artifact refers to the record a block produced: Operation is the kind of record, ID identifies it.
//
// API: schema StepArtifactRef.
type Artifact struct {
	Operation string
	ID        string
}

// Handle is one named input or output of the block: a file or a JSON payload.
//
// API: schemas FileHandleInput and JsonHandleInput. Storage addresses that the API may add are not kept.
type Handle struct {
	Name     string // such as input-document-0
	Type     string // file, json, or a later value; inferred when the server left it out
	FileID   *string
	Filename *string
	MIMEType *string
	Data     *string // compact JSON text, its keys sorted unless nested more than 100 deep; nil unless payloads were requested
}

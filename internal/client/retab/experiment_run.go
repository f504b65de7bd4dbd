package retab

import "math/big"

// ExperimentRun is one execution of an experiment over its documents.
//
// API: "Get Experiment Run" (schemas ExperimentRunPublic, run-scoped edition, and WorkflowExperimentRun, flat edition).
type ExperimentRun struct {
	ID           string
	ExperimentID *string // nil when the server left it out, like every pointer below
	ParentRunID  *string
	TriggerType  *string // such as api or manual_run

	WorkflowID        *string
	WorkflowVersionID *string
	RequestedVersion  *string // such as draft; run-scoped edition only
	BlockID           *string
	BlockKind         *string // extract, classifier, split, for_each, or a later value
	NConsensus        *int64  // how many times each document is executed: 3, 5 or 7

	Lifecycle

	// Score is the consensus agreement from 0 to 1 over the documents that did not fail.
	Score              *big.Float
	HasTotal           bool  // whether the server sent a count of documents
	TotalDocuments     int64 // 0 when the server left it out
	DocumentCount      int64 // the server's second count of the same; 0 when left out
	CompletedDocuments int64
	FailedDocuments    int64

	DocumentsFingerprint      *string
	DefinitionFingerprint     *string // run-scoped edition only
	BlockExecutionFingerprint *string // flat edition only, like the rest
	BlockVersionID            *string
	MetricsFingerprint        *string // for the validity of the metrics
}

// DocumentsWithResult returns how many documents have a final result, successful or not, by the run's own counters.
func (r ExperimentRun) DocumentsWithResult() int64 {
	return min(r.TotalDocuments, r.CompletedDocuments+r.FailedDocuments)
}

// RunFilter narrows a list of runs; an empty field does not. The fields are the API's own query parameters.
type RunFilter struct {
	WorkflowID    string
	ExperimentID  string
	BlockID       string
	Status        string
	ExcludeStatus string
	TriggerType   string
	FromDate      string
	ToDate        string
}

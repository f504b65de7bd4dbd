package fakeapi

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ArtifactRecord describes the record that an artifact refers to.
//
// Records of the run-scoped edition have no status. The vendor does not document its answer for a record that is not
// completed, so the fake answers with a 404.
type ArtifactRecord struct {
	Operation    string
	ID           string
	File         Handle // FileID, Filename and MIMEType; scan.pdf without a FileID
	Model        string // "" for retab-small
	Consensus    int64  // number of passes; 0 for 1
	Instructions string
	CreatedAt    string            // RFC 3339; "" for a time in May 2026
	Credits      *float64          // nil for no usage
	Metadata     map[string]string // of an extraction
	Request      string            // JSON object with the members of the request, such as categories; required members have empty defaults
	Output       string            // JSON text
	Likelihoods  string            // JSON text; "" for none
	Stages       []ArtifactStage   // one per read; the last one repeats. Without stages, the record is completed

	// Members is a JSON object with the body of a record whose operation has only the generic route.
	Members string
}

// ArtifactStage describes a record at one moment.
type ArtifactStage struct {
	Status    string        // pending, queued, in_progress, completed, failed or cancelled
	After     time.Duration // see Stage
	ErrorCode string        // "" for no error
	Error     string
}

// scriptedArtifact is a record with its script.
type scriptedArtifact struct {
	ArtifactRecord
	script
}

// typedOperation describes an operation with a route of its own.
type typedOperation struct {
	prefix      string // of real ids
	notFound    string // the text of its 404
	emptyOutput string // the output while the record is not completed, and without include_output
	request     string // the members of the request that the schema requires
}

var typedOperations = map[string]typedOperation{
	"extraction":     {"extr_", "Extraction not found", `{}`, `{"json_schema":{"type":"object"}}`},
	"classification": {"clss_", "Classification not found", `{"reasoning":"","category":""}`, `{"categories":[]}`},
	"split":          {"splt_", "Split not found", `[]`, `{"subdocuments":[]}`},
	"partition":      {"prtn_", "Partition not found", `[]`, `{"key":"page","allow_overlap":true}`},
}

// operationFromID returns the operation for the prefix of an id, "" for an unknown prefix.
func operationFromID(id string) string {
	for operation, typed := range typedOperations {
		if strings.HasPrefix(id, typed.prefix) {
			return operation
		}
	}
	for prefix, operation := range map[string]string{
		"prs_": "parse", "edt_": "edit", "ceval_": "conditional_evaluation", "fninv_": "function_invocation",
	} {
		if strings.HasPrefix(id, prefix) {
			return operation
		}
	}
	return ""
}

// AddArtifact adds records, or replaces those with the same operation and id.
func (s *Server) AddArtifact(records ...ArtifactRecord) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, record := range records {
		if len(record.Stages) == 0 {
			record.Stages = []ArtifactStage{{Status: "completed"}}
		}
		s.store.artifacts[Artifact{record.Operation, record.ID}] = &scriptedArtifact{
			record, newScript(stageStarts(record.Stages, func(stage ArtifactStage) time.Duration { return stage.After })),
		}
	}
}

// artifact reads a record and returns its stage.
func (s *store) artifact(operation, id string) (ArtifactRecord, ArtifactStage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	artifact := s.artifacts[Artifact{operation, id}]
	if artifact == nil {
		return ArtifactRecord{}, ArtifactStage{}, false
	}
	artifact.reads++
	return artifact.ArtifactRecord, artifact.Stages[artifact.stageIndex(artifact.reads-1, s.elapsed())], true
}

// typedArtifactReply returns the function that serves the records of one operation.
func typedArtifactReply(operation string) func(*Server, call) Reply {
	return func(s *Server, c call) Reply {
		body, refusal := s.artifactBody(operation, c.ids[0], c.query, c.flat, typedOperations[operation].notFound)
		if refusal != nil {
			return *refusal
		}
		return ok(body)
	}
}

// genericOperations has the operations that the generic route of the run-scoped edition accepts.
var genericOperations = []string{
	"extraction", "split", "classification", "parse", "edit", "partition", "conditional_evaluation", "hil_evaluation",
	"while_loop_termination", "api_call_invocation", "function_invocation",
}

// Operations returns the operations whose artifacts the API has.
func Operations() []string { return slices.Clone(genericOperations) }

// artifactReply serves the generic route of the run-scoped edition.
func (s *Server) artifactReply(c call) Reply {
	if !slices.Contains(genericOperations, c.ids[0]) {
		return Unprocessable("path.operation", "Input should be '"+strings.Join(genericOperations, "', '")+"'")
	}
	return s.genericReply(c.ids[0], c.ids[1], c.query, false)
}

// flatArtifactReply serves the generic route of the flat edition, which derives the operation from the id.
func (s *Server) flatArtifactReply(c call) Reply {
	operation := operationFromID(c.ids[0])
	if operation == "" {
		return notFound("Unknown artifact id - prefix does not match any known workflow artifact operation")
	}
	return s.genericReply(operation, c.ids[0], c.query, true)
}

// genericReply serves a record with the name of its operation.
func (s *Server) genericReply(operation, id string, query url.Values, isFlat bool) Reply {
	query.Del("include_output") // only the typed routes have it
	body, refusal := s.artifactBody(operation, id, query, isFlat, "artifact not found")
	if refusal != nil {
		return *refusal
	}
	body["operation"] = operation
	return ok(body)
}

// artifactBody reads a record and returns its body in an edition. It returns a reply with the text notFoundText if there is no
// such record.
func (s *Server) artifactBody(operation, id string, query url.Values, isFlat bool, notFoundText string) (map[string]any, *Reply) {
	includeOutput, err := strconv.ParseBool(cmp.Or(query.Get("include_output"), "true"))
	if err != nil && isFlat {
		return nil, new(validationError("include_output", "Input should be a valid boolean, unable to interpret input"))
	}
	record, stage, found := s.store.artifact(operation, id)
	if !found || !isFlat && stage.Status != "completed" {
		return nil, new(notFound(notFoundText))
	}
	switch _, isTyped := typedOperations[operation]; {
	case !isTyped:
		return record.untyped(), nil
	case isFlat:
		return record.flat(stage, includeOutput), nil
	default:
		return record.runScoped(), nil
	}
}

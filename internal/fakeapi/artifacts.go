package fakeapi

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ArtifactRecord holds the facts of the record that an artifact refers to.
//
// The run-scoped edition has no status: there a record exists only while its stage is completed. How it answered for
// others is not documented.
type ArtifactRecord struct {
	Operation    string
	ID           string
	File         Handle // FileID, Filename and MIMEType; without a FileID, scan.pdf
	Model        string // "" for retab-small
	Consensus    int64  // passes; 0 for 1
	Instructions string
	CreatedAt    string            // RFC 3339; "" for a moment in May 2026
	Credits      *float64          // nil for no usage
	Metadata     map[string]string // of an extraction; only the flat edition has it
	Request      string            // JSON object of what was asked for, such as categories; what the schema requires and is not here is empty
	Output       string            // JSON text
	Likelihoods  string            // JSON text; "" for none
	Stages       []ArtifactStage   // one per read; the last one repeats. None: completed

	// Members is a JSON object, the whole body of a record whose operation has only the generic route.
	Members string
}

// ArtifactStage describes a record at one moment.
type ArtifactStage struct {
	Status    string        // pending, queued, in_progress, completed, failed or cancelled
	After     time.Duration // see Stage
	ErrorCode string        // "" for no error
	Error     string
}

// scriptedArtifact is a record whose stage changes with reads or with time.
type scriptedArtifact struct {
	ArtifactRecord
	script
}

// kind describes an operation that has a typed route.
type kind struct {
	prefix  string // of real ids
	absent  string // the text of its 404
	empty   string // its output before it is completed, and when the output is not wanted
	request string // what its schema requires
}

var kinds = map[string]kind{
	"extraction":     {"extr_", "Extraction not found", `{}`, `{"json_schema":{"type":"object"}}`},
	"classification": {"clss_", "Classification not found", `{"reasoning":"","category":""}`, `{"categories":[]}`},
	"split":          {"splt_", "Split not found", `[]`, `{"subdocuments":[]}`},
	"partition":      {"prtn_", "Partition not found", `[]`, `{"key":"page","allow_overlap":true}`},
}

// operationOf returns the operation that the flat edition derives from the prefix of an id, "" for an unknown prefix.
func operationOf(id string) string {
	for operation, kind := range kinds {
		if strings.HasPrefix(id, kind.prefix) {
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
			record, newScript(startsOf(record.Stages, func(stage ArtifactStage) time.Duration { return stage.After })),
		}
	}
}

// artifact reads one record.
func (s *store) artifact(operation, id string) (ArtifactRecord, ArtifactStage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	artifact := s.artifacts[Artifact{operation, id}]
	if artifact == nil {
		return ArtifactRecord{}, ArtifactStage{}, false
	}
	artifact.reads++
	return artifact.ArtifactRecord, artifact.Stages[artifact.at(artifact.reads-1, s.elapsed())], true
}

// typedArtifactReply returns the route of the records of one operation.
func typedArtifactReply(operation string) func(*Server, []string, url.Values) Reply {
	return func(s *Server, ids []string, query url.Values) Reply {
		body, refusal := s.artifactBody(operation, ids[0], query, s.isFlat(), kinds[operation].absent)
		if refusal != nil {
			return *refusal
		}
		return ok(body)
	}
}

// operations are those that the generic route of the run-scoped edition accepts.
var operations = []string{
	"extraction", "split", "classification", "parse", "edit", "partition", "conditional_evaluation", "hil_evaluation",
	"while_loop_termination", "api_call_invocation", "function_invocation",
}

// artifactReply is the generic route of the run-scoped edition.
func (s *Server) artifactReply(ids []string, query url.Values) Reply {
	if !slices.Contains(operations, ids[0]) {
		return Unprocessable("path.operation", "Input should be '"+strings.Join(operations, "', '")+"'")
	}
	return s.genericReply(ids[0], ids[1], query, false)
}

// flatArtifactReply is the generic route of the flat edition, which derives the operation from the id.
func (s *Server) flatArtifactReply(ids []string, query url.Values) Reply {
	operation := operationOf(ids[0])
	if operation == "" {
		return notFound("Unknown artifact id - prefix does not match any known workflow artifact operation")
	}
	return s.genericReply(operation, ids[0], query, true)
}

func (s *Server) genericReply(operation, id string, query url.Values, isFlat bool) Reply {
	query.Del("include_output") // only the typed routes have it
	body, refusal := s.artifactBody(operation, id, query, isFlat, "artifact not found")
	if refusal != nil {
		return *refusal
	}
	body["operation"] = operation
	return ok(body)
}

// artifactBody reads a record and returns its body in the spelling of an edition, or the refusal.
func (s *Server) artifactBody(operation, id string, query url.Values, isFlat bool, absent string) (map[string]any, *Reply) {
	includeOutput, err := strconv.ParseBool(cmp.Or(query.Get("include_output"), "true"))
	if err != nil && isFlat {
		return nil, new(validationError("include_output", "Input should be a valid boolean, unable to interpret input"))
	}
	record, stage, found := s.store.artifact(operation, id)
	if !found || !isFlat && stage.Status != "completed" {
		return nil, new(notFound(absent))
	}
	switch _, isTyped := kinds[operation]; {
	case !isTyped:
		return record.untyped(), nil
	case isFlat:
		return record.flat(stage, includeOutput), nil
	default:
		return record.runScoped(), nil
	}
}

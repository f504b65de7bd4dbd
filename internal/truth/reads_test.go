package truth_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// worldRead is one read of a world.
type worldRead struct {
	typeName     string
	arguments    values
	runID        string
	documentID   string   // of a read of one result
	documentIDs  []string // of a read of several results, nil for all
	experimentID string   // of the newest run of an experiment
	status       string   // the status of the runs that count
	objectID     string   // of an experiment, of metrics or of a record
	ignores      bool     // ignore_not_found
	ephemeral    bool     // whether the ephemeral resource of the same name is opened
	waits        time.Duration
}

func (r worldRead) String() string {
	var words []string
	for _, name := range []string{"run_id", "id", "experiment_id", "status_filter", "document_id", "ignore_not_found"} {
		if value, is := r.arguments[name]; is {
			words = append(words, fmt.Sprintf("%s = %v", name, value))
		}
	}
	if r.documentIDs != nil {
		words = append(words, fmt.Sprintf("document_ids = %v", r.documentIDs))
	}
	if r.waits > 0 {
		words = append(words, fmt.Sprintf("waits for %s", r.waits))
	}
	if r.ephemeral {
		words = append(words, "ephemeral")
	}
	return r.typeName + " {" + strings.Join(words, ", ") + "}"
}

// reads creates the reads of a world, in order.
func (r *worldGenerator) reads(f *worldFacts) []worldRead {
	var reads []worldRead
	for range 3 + r.IntN(5) {
		reads = append(reads, r.readResult(f))
	}
	for range 2 + r.IntN(2) {
		reads = append(reads, r.readResults(f))
	}
	for range 2 {
		reads = append(reads, r.readRun(f))
	}
	for range 2 {
		reads = append(reads, r.readObject(f))
	}
	r.Shuffle(len(reads), func(i, j int) { reads[i], reads[j] = reads[j], reads[i] })
	for i := range reads {
		if reads[i].objectID == "" && r.chance(25) {
			reads[i].waits = r.moment(2*time.Second, 50*time.Second)
			reads[i].arguments["wait_for_completion"] = true
			reads[i].arguments["timeouts"] = values{"read": reads[i].waits.String()}
		}
	}
	return reads
}

// documentOf chooses a document of the focused run, or one that the run does not have.
func (r *worldGenerator) documentOf(f *worldFacts) string {
	run := f.run(f.focus)
	if run == nil || len(run.documents) == 0 || r.chance(20) {
		return "expdoc_nowhere"
	}
	return run.documents[r.IntN(len(run.documents))].id
}

func (r *worldGenerator) readResult(f *worldFacts) worldRead {
	read := worldRead{typeName: resultType, runID: f.focus, documentID: r.documentOf(f), ignores: r.chance(60)}
	read.arguments = values{"run_id": read.runID, "document_id": read.documentID, "ignore_not_found": read.ignores}
	switch r.IntN(7) {
	case 0:
		read.ephemeral = true
		delete(read.arguments, "ignore_not_found")
		read.ignores = false
	case 1:
		read.arguments["include_handle_data"] = true
	}
	return read
}

func (r *worldGenerator) readResults(f *worldFacts) worldRead {
	read := worldRead{typeName: resultsType, runID: f.focus}
	read.arguments = values{"run_id": read.runID}
	if r.chance(40) {
		chosen := map[string]bool{}
		for range 1 + r.IntN(4) {
			if id := r.documentOf(f); !chosen[id] {
				chosen[id] = true
				read.documentIDs = append(read.documentIDs, id)
			}
		}
		read.arguments["document_ids"] = setOf(read.documentIDs...)
	}
	if r.chance(30) {
		read.arguments["statuses"] = setOf(r.text("completed", "running"), "error")
	}
	return read
}

func (r *worldGenerator) readRun(f *worldFacts) worldRead {
	read := worldRead{typeName: runType, ignores: r.chance(60)}
	read.arguments = values{"ignore_not_found": read.ignores}
	if r.chance(60) {
		read.runID = f.focus
		read.arguments["id"] = read.runID
		return read
	}
	read.experimentID, read.status = r.text("exp_a", "exp_b", "exp_nowhere"), r.text("any", "completed", "completed", "running", "error")
	read.arguments["experiment_id"], read.arguments["status_filter"] = read.experimentID, read.status
	return read
}

// readAnswer is the provider's answer to a read.
type readAnswer struct {
	state            attributes // nil with an error
	errors, warnings string
	from, to         time.Duration // when the read began and ended
	firstWait        time.Duration // when the first wait for the same run began, for a read that waits
}

// addFirstWaits sets when the first wait for each run began, because the waits for one run share one time limit.
func addFirstWaits(reads []worldRead, answers []readAnswer) {
	first := map[string]time.Duration{}
	for i, read := range reads {
		if began, found := first[read.runID]; read.waits > 0 && (!found || answers[i].from < began) {
			first[read.runID] = answers[i].from
		}
	}
	for i, read := range reads {
		answers[i].firstWait = first[read.runID]
		if read.runID == "" { // the newest run of an experiment, whose wait shares no limit
			answers[i].firstWait = answers[i].from
		}
	}
}

func (a readAnswer) String() string {
	if a.state == nil {
		return "error: " + a.errors
	}
	var words []string
	for _, name := range []string{
		"id", "exists", "status", "succeeded", "is_fresh", "state", "by_document", "status_by_document", "missing_document_ids", "total_count", "result_count", "document_count",
		"completed_count", "succeeded_count", "failed_count", "missing_count", "success_ratio", "all_terminal", "all_succeeded",
	} {
		value, is := a.state[name]
		if name == "by_document" {
			value = len(asMap(value))
		}
		if is {
			words = append(words, fmt.Sprintf("%s=%v", name, value))
		}
	}
	return strings.Join(words, " ") + "\nwarnings: " + a.warnings
}

// asMap returns a map attribute, empty when it is null.
func asMap(value any) attributes {
	members, _ := value.(attributes)
	return members
}

// schema returns the type of the object that is read.
func (r worldRead) schema(s server) tftypes.Type {
	if r.ephemeral {
		return s.Schema.EphemeralResourceSchemas[r.typeName].ValueType()
	}
	return s.Schema.DataSourceSchemas[r.typeName].ValueType()
}

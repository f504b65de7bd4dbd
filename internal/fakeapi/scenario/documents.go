package scenario

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// document reads an entry of the documents of a run: the result, the metrics and the record of the artifact. An entry with a
// count describes that number of documents.
func (b *builder) document(v value, run fakeapi.Run, metrics *fakeapi.Metrics) {
	o := v.object(append([]string{
		"id", "count", "result_id", "filename", "file_id", "mime_type", "status", "stages", "duration_ms", "attempt",
		"is_placeholder", "inputs", "input_files", "outputs", "output_files", "score", "targets", "artifact", "listed_after",
	}, ends.names()...)...)
	id := required(o, "id", value.id)
	copies := int(read(o, "count", func(v value) int64 { return v.integer(1, maxDocuments) }, 1))
	if o.has("count") && !strings.Contains(id, "{n}") {
		o.get("id").fail("must contain {n}, which is replaced by the number of the copy")
		return
	}
	template := document{
		result: b.result(o, id, run), scores: documentMetrics(o),
		file: fileOf(o, id),
	}
	template.artifact = b.artifactOf(o, template.result, run)
	if !b.addStages(v, copies*len(template.result.Stages)) {
		return
	}
	for n := range copies {
		one := template
		if o.has("count") {
			one = template.withNumber(strconv.Itoa(n + 1))
		}
		b.addDocument(o, one, metrics)
	}
}

// document has the objects of one document.
type document struct {
	result   fakeapi.Result
	file     fakeapi.Handle
	scores   fakeapi.DocumentMetrics
	artifact fakeapi.ArtifactRecord
}

// withNumber returns a copy with a number in place of {n} in its ids and file name.
func (d document) withNumber(number string) document {
	for _, text := range []*string{&d.result.ID, &d.result.DocumentID, &d.file.FileID, &d.file.Filename, &d.artifact.ID} {
		*text = strings.ReplaceAll(*text, "{n}", number)
	}
	return d
}

// addDocument adds the objects of a document to the scenario.
func (b *builder) addDocument(o object, d document, metrics *fakeapi.Metrics) {
	isUnique := b.unique("document of run "+d.result.RunID, o.get("id"), d.result.DocumentID) &&
		b.unique("result", cmp.Or(o.get("result_id"), o.get("id")), d.result.ID)
	if !isUnique {
		return
	}
	inputs := map[string]fakeapi.Handle{fileHandle: d.file}
	maps.Copy(inputs, d.result.Inputs)
	d.result.Inputs = inputs
	d.result.Stages = withArtifactReference(d.result.Stages, d.artifact)
	b.out.Results = append(b.out.Results, d.result)
	if d.artifact.ID != "" {
		d.artifact.File = d.file
		b.addArtifact(d.artifact, cmp.Or(o.get("artifact"), o.get("id")))
	}
	if isCompleted(d.result.Stages[len(d.result.Stages)-1]) {
		d.scores.ID, d.scores.Filename = d.result.DocumentID, d.file.Filename
		metrics.Documents = append(metrics.Documents, d.scores)
	}
}

// maxDocuments is the maximum of count.
const maxDocuments = 100_000

// fileHandle is the name of the input with the file of the document.
const fileHandle = "input-document-0"

// result reads the result of a document.
func (b *builder) result(o object, id string, run fakeapi.Run) fakeapi.Result {
	result := fakeapi.Result{
		ID:           read(o, "result_id", value.id, "expresult_"+run.ID+"_"+id),
		RunID:        run.ID,
		ExperimentID: run.ExperimentID,
		DocumentID:   id,
		BlockKind:    run.BlockKind,
		Attempt:      read(o, "attempt", func(v value) int64 { return v.integer(0, 1000) }, 0),
		ListedAfter:  read(o, "listed_after", count, 0),
		Inputs:       handles(o, "inputs", "input_files"),
		Outputs:      handles(o, "outputs", "output_files"),
	}
	result.Placeholder = new(read(o, "is_placeholder", value.boolean, false))
	stages := b.readStages(o, "completed", statuses, ends)
	checkMembers(o, stages, members{"score": "completed", "targets": "completed"}) // other documents are not in the metrics
	for _, stage := range stages {
		result.Stages = append(result.Stages, documentStage(o, stage, run))
	}
	if *result.Placeholder && slices.ContainsFunc(result.Stages, isCompleted) {
		o.get("is_placeholder").contradicts("is true, but the document is completed; a placeholder is a document that was never executed")
	}
	if len(result.Stages) == 0 { // the stages have a mistake, which is recorded
		result.Stages = []fakeapi.Stage{{Status: "completed"}}
	}
	return result
}

// documentStage reads a stage of a document.
func documentStage(o object, stage stage, run fakeapi.Run) fakeapi.Stage {
	one := stage.end(o, "The block failed.", "The run was cancelled.")
	created, err := time.Parse(time.RFC3339, run.CreatedAt)
	if err != nil {
		return one
	}
	at := func(after time.Duration) string { return created.Add(after).Format(time.RFC3339Nano) }
	duration := read(o, "duration_ms", func(v value) int64 { return v.integer(0, 1_000_000_000) }, 4000)
	one.Timing.CreatedAt = at(0)
	if stage.status != "pending" && stage.status != "queued" {
		one.Timing.StartedAt = at(time.Second)
	}
	if stage.status == "completed" || stage.status == "error" || stage.status == "cancelled" {
		one.Timing.CompletedAt = at(time.Second + time.Duration(duration)*time.Millisecond)
		one.Timing.DurationMS = &duration
	}
	return one
}

// handles reads JSON handles and file handles by name. It returns nil for none.
func handles(o object, jsonName, filesName string) map[string]fakeapi.Handle {
	var all map[string]fakeapi.Handle
	for _, handle := range read(o, jsonName, value.members, nil) {
		set(&all, handle.name, fakeapi.Handle{Data: handle.json()})
	}
	for _, handle := range read(o, filesName, value.members, nil) {
		set(&all, handle.name, fileOf(handle.object("file_id", "filename", "mime_type"), handle.name))
	}
	return all
}

// fileOf reads a file. Its defaults follow from a name.
func fileOf(o object, name string) fakeapi.Handle {
	return fakeapi.Handle{
		FileID: read(o, "file_id", value.text, "file_"+name), Filename: read(o, "filename", value.text, name+".pdf"),
		MIMEType: read(o, "mime_type", value.text, "application/pdf"),
	}
}

// set sets an entry of a map, which it makes first if necessary.
func set[T any](values *map[string]T, name string, value T) {
	if *values == nil {
		*values = map[string]T{}
	}
	(*values)[name] = value
}

// documentMetrics reads the score and the targets of a document.
func documentMetrics(o object) fakeapi.DocumentMetrics {
	scores := fakeapi.DocumentMetrics{Score: read(o, "score", value.score, nil)}
	var all []*float64
	for _, target := range read(o, "targets", value.members, nil) {
		one := fakeapi.TargetMetrics{Path: target.name}
		if target.Kind != yaml.MappingNode {
			one.Score = target.score()
		} else {
			t := target.object("score", "value", "votes")
			one.Score, one.Value = read(t, "score", value.score, nil), read(t, "value", value.json, "")
			if t.has("votes") {
				one.Votes = []fakeapi.VoteRow{votes(t.get("votes"), one)}
			}
		}
		all = append(all, one.Score)
		scores.Targets = append(scores.Targets, one)
	}
	scores.Score = cmp.Or(scores.Score, mean(all))
	return scores
}

// votes reads the votes of the passes for a target. null is a pass without a value.
func votes(v value, target fakeapi.TargetMetrics) fakeapi.VoteRow {
	row := fakeapi.VoteRow{Consensus: target.Value, Score: target.Score}
	present := 0
	for _, vote := range v.list() {
		text := vote.json()
		if text != "null" {
			present++
		}
		row.Votes = append(row.Votes, text)
	}
	total := len(row.Votes)
	row.PresentVoters, row.TotalVoters = &present, &total
	if total > 0 {
		row.RowPresenceScore = new(float64(present) / float64(total))
	}
	return row
}

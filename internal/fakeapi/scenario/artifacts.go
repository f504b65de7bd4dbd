package scenario

import (
	"cmp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// The operation of each kind of block, and the prefix of real ids and the default output of each operation.
var (
	operations = map[string]string{"extract": "extraction", "classifier": "classification", "split": "split", "for_each": "partition"}
	prefixes   = map[string]string{"extraction": "extr_", "classification": "clss_", "split": "splt_", "partition": "prtn_"}
	outputs    = map[string]string{
		"extraction": "{}", "classification": `{"category":"other","reasoning":"The scenario has no output."}`, "split": "[]", "partition": "[]",
	}

	artifactStatuses = []string{"pending", "queued", "in_progress", "completed", "failed", "cancelled"}
	recordMembers    = []string{
		"id", "status", "stages", "error", "error_code", "model", "n_consensus", "instructions", "created_at", "credits", "metadata", "request", "output", "likelihoods",
	}
)

// artifact reads a record that does not belong to a document.
func (b *builder) artifact(v value) {
	o := v.object(append([]string{"operation", "filename", "members"}, recordMembers...)...)
	operation := required(o, "operation", oneOf(fakeapi.Operations()...))
	id := required(o, "id", value.id)
	record := b.record(o, operation)
	record.ID = id
	record.File = fakeapi.Handle{Filename: read(o, "filename", value.text, "")}
	isTyped := prefixes[operation] != ""
	switch {
	case isTyped && o.has("members"):
		o.get("members").fail("is only for operations without a route of their own; use output, likelihoods and request for the operation %s", operation)
	case !isTyped && operation != "":
		for _, name := range slices.DeleteFunc(slices.Clone(recordMembers), func(name string) bool { return name == "id" || name == "created_at" }) {
			if o.has(name) {
				o.get(name).fail("is not supported for the operation %s; use members", operation)
			}
		}
	}
	if o.has("members") {
		record.Members = jsonObject(o.get("members"))
	}
	b.addArtifact(record, o.get("id"))
}

// addArtifact adds a record. A duplicate id is a mistake.
func (b *builder) addArtifact(record fakeapi.ArtifactRecord, at value) {
	b.unique(cmp.Or(record.Operation, "artifact"), at, record.ID)
	b.out.Artifacts = append(b.out.Artifacts, record)
}

// artifactOf reads the record that the result of a document refers to. The id is "" if there is no record.
func (b *builder) artifactOf(o object, result fakeapi.Result, run fakeapi.Run) fakeapi.ArtifactRecord {
	operation := operations[run.BlockKind]
	v := o.get("artifact")
	if v.isSet() && v.Kind != yaml.MappingNode {
		if !v.isScalar("!!str") || v.Value != "none" {
			v.fail("must be a mapping or none, but is %s", v.describe())
		}
		return fakeapi.ArtifactRecord{}
	}
	record := fakeapi.ArtifactRecord{Operation: operation, Output: outputs[operation]}
	id := ""
	if v.isSet() {
		a := v.object(recordMembers...)
		if !slices.ContainsFunc(result.Stages, isCompleted) {
			v.contradicts("needs status: completed")
		}
		record, id = b.record(a, operation), read(a, "id", value.id, "")
		if passes := cmp.Or(run.Consensus, 3); record.Consensus != 0 && record.Consensus != passes {
			a.get("n_consensus").contradicts("is %d, but that of the experiment is %d", record.Consensus, passes)
		}
	}
	record.Consensus = cmp.Or(record.Consensus, run.Consensus, 3)
	isNeeded := v.isSet() || slices.ContainsFunc(result.Stages, isCompleted)
	if isNeeded && operation != "" {
		record.ID = cmp.Or(id, prefixes[operation]+run.ID+"_"+result.DocumentID)
	}
	return record
}

func isCompleted(stage fakeapi.Stage) bool { return stage.Status == "completed" }

// withArtifactReference returns stages whose completed ones refer to a record.
func withArtifactReference(stages []fakeapi.Stage, record fakeapi.ArtifactRecord) []fakeapi.Stage {
	if record.ID == "" {
		return stages
	}
	with := slices.Clone(stages)
	reference := &fakeapi.Artifact{Operation: record.Operation, ID: record.ID}
	for i, stage := range with {
		if isCompleted(stage) || !slices.ContainsFunc(stages, isCompleted) { // the latter is a contradiction that the scenario wants
			with[i].Artifact = reference
		}
	}
	return with
}

// record reads the members that all records have.
func (b *builder) record(o object, operation string) fakeapi.ArtifactRecord {
	record := fakeapi.ArtifactRecord{
		Operation:    operation,
		Model:        read(o, "model", value.text, ""),
		Consensus:    read(o, "n_consensus", func(v value) int64 { return v.integer(1, 16) }, 0),
		Instructions: read(o, "instructions", value.text, ""),
		CreatedAt:    read(o, "created_at", value.timestamp, ""),
		Credits:      read(o, "credits", value.number, nil),
		Request:      read(o, "request", requestOf(operation), ""),
		Output:       read(o, "output", outputOf(operation), outputs[operation]),
		Likelihoods:  read(o, "likelihoods", likelihoodsOf(operation), ""),
	}
	for _, entry := range read(o, "metadata", value.members, nil) {
		set(&record.Metadata, entry.name, entry.text())
	}
	for _, stage := range b.readStages(o, "completed", artifactStatuses, members{"error": "failed", "error_code": "failed"}) {
		one := fakeapi.ArtifactStage{Status: stage.status, After: stage.after}
		var failure, code string
		if stage.status == "failed" {
			failure, code = "The operation failed.", "OPERATION_FAILED"
		}
		one.Error, one.ErrorCode = stageMember(stage, o, "error", value.text, failure), stageMember(stage, o, "error_code", value.text, code)
		record.Stages = append(record.Stages, one)
	}
	return record
}

// jsonObject reads a mapping as JSON.
func jsonObject(v value) string {
	if v.Kind != yaml.MappingNode {
		v.fail("must be a mapping, but is %s", v.describe())
		return "{}"
	}
	return v.json()
}

// requestOf returns a function that reads the members of the request in the schema of an operation.
func requestOf(operation string) func(value) string {
	return func(v value) string {
		switch operation {
		case "extraction":
			o := v.object("json_schema")
			return `{"json_schema":` + read(o, "json_schema", jsonObject, "{}") + `}`
		case "classification", "split":
			name := map[string]string{"classification": "categories", "split": "subdocuments"}[operation]
			o := v.object(name)
			return `{"` + name + `":` + read(o, name, labels, "[]") + `}`
		default:
			o := v.object("key", "allow_overlap")
			overlap := read(o, "allow_overlap", value.boolean, true)
			return `{"key":` + quote(read(o, "key", value.text, "page")) + `,"allow_overlap":` + strconv.FormatBool(overlap) + `}`
		}
	}
}

// labels reads categories or subdocuments.
func labels(v value) string {
	for _, item := range v.list() {
		o := item.object("name", "description")
		if item.Kind == yaml.MappingNode && !o.has("name") {
			item.fail("needs name")
		}
		read(o, "name", value.text, "")
		read(o, "description", value.text, "")
	}
	return v.json()
}

// outputOf returns a function that reads an output in the schema of an operation.
func outputOf(operation string) func(value) string {
	return func(v value) string {
		switch operation {
		case "classification":
			o := v.object("category", "reasoning")
			return `{"category":` + quote(read(o, "category", value.text, "other")) + `,"reasoning":` + quote(read(o, "reasoning", value.text, "")) + `}`
		case "split":
			return namedParts(v, "name")
		case "partition":
			return namedParts(v, "key")
		default:
			return jsonObject(v)
		}
	}
}

// namedParts reads a list of parts with a name or key, and their pages.
func namedParts(v value, name string) string {
	for _, item := range v.list() {
		o := item.object(name, "pages")
		if !o.has(name) && item.Kind == yaml.MappingNode {
			item.fail("needs %s", name)
		}
		read(o, name, value.text, "")
		for _, page := range read(o, "pages", value.list, nil) {
			page.integer(1, 1_000_000)
		}
		if !o.has("pages") && item.Kind == yaml.MappingNode {
			item.fail("needs pages")
		}
	}
	return v.json()
}

// likelihoodsOf returns a function that reads likelihoods in the schema of an operation.
func likelihoodsOf(operation string) func(value) string {
	return func(v value) string {
		switch operation {
		case "classification":
			v.score()
		case "split", "partition":
			name := map[string]string{"split": "name", "partition": "key"}[operation]
			for _, item := range v.list() {
				o := item.object(name, "pages")
				read(o, name, value.score, nil)
				for _, page := range read(o, "pages", value.list, nil) {
					page.score()
				}
			}
		default:
			return jsonObject(v)
		}
		return v.json()
	}
}

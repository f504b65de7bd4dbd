package scenario

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// stage describes a record at one read, or from a time on.
type stage struct {
	object // the members of the stage, or of the record if it has only a status
	status string
	after  time.Duration
}

// maxReads is the maximum number of reads of one stage, and maxStages the maximum number of stages of all records.
const (
	maxReads  = 1000
	maxStages = 500_000
)

// readStages reads the status or the list of stages of a record. It returns one stage per read, or one per time.
func (b *builder) readStages(o object, byDefault string, statuses, members []string) []stage {
	switch {
	case o.has("stages") && o.has("status"):
		o.get("status").fail("cannot be used with stages; put the status into a stage")
		return nil
	case o.has("stages"):
		return b.stageList(o.get("stages"), statuses, members)
	default:
		return []stage{{object: o, status: read(o, "status", oneOf(statuses...), byDefault)}}
	}
}

// stageList reads a list of stages.
func (b *builder) stageList(v value, statuses, members []string) []stage {
	items := v.list()
	if v.Kind == yaml.SequenceNode && len(items) == 0 {
		v.fail("must have at least one stage")
	}
	parsed := make([]stage, len(items))
	for i, item := range items {
		parsed[i] = parseStage(item, statuses, members)
	}
	checkTimes(v, parsed)
	var all []stage
	for i, one := range parsed {
		reads := int(read(one.object, "reads", func(v value) int64 { return v.integer(1, maxReads) }, 1))
		if !b.addStages(items[i], reads) {
			return all
		}
		all = append(all, slices.Repeat([]stage{one}, reads)...)
	}
	return all
}

// checkTimes checks that stages do not mix reads and times, and that the times ascend.
func checkTimes(v value, stages []stage) {
	isTimed := slices.ContainsFunc(stages, func(s stage) bool { return s.has("after") })
	if !isTimed {
		return
	}
	if slices.ContainsFunc(stages, func(s stage) bool { return s.has("reads") }) {
		v.fail("has stages with after and stages with reads; use one of the two")
	}
	for i, one := range stages {
		switch {
		case i == 0:
		case !one.has("after"):
			one.fail("needs after, like the other stages")
		case one.after >= 0 && one.after <= stages[i-1].after:
			one.get("after").fail("must be later than that of the previous stage")
		}
	}
}

// parseStage reads a status, or a mapping with a status and details.
func parseStage(item value, statuses, members []string) stage {
	if item.Kind != yaml.MappingNode {
		return stage{object: object{value: item}, status: item.oneOf(statuses...)}
	}
	o := item.object(append([]string{"status", "after", "reads"}, members...)...)
	if !o.has("status") {
		item.fail("needs status")
	}
	return stage{object: o, status: read(o, "status", oneOf(statuses...), ""), after: read(o, "after", value.duration, 0)}
}

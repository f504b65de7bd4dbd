package scenario

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// stage describes a record for some reads, or from a time on.
type stage struct {
	object // its other members
	status string
	after  time.Duration
}

// mostReads is the highest number of reads that one stage lasts, and mostStages that of all stages of all records.
const (
	mostReads  = 1000
	mostStages = 500_000
)

// stages reads how a record changes: one status, or a list of stages by reads or by time. It returns one stage per read,
// or one per time.
func (b *builder) stages(o object, byDefault string, statuses, members []string) []stage {
	switch {
	case o.has("stages") && o.has("status"):
		o.get("status").fail("cannot be beside stages, which has the statuses")
		return nil
	case o.has("stages"):
		return b.stageList(o.get("stages"), statuses, members)
	default:
		return []stage{{object: o, status: read(o, "status", oneOf(statuses...), byDefault)}}
	}
}

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
		reads := int(read(one.object, "reads", func(v value) int64 { return v.integer(1, mostReads) }, 1))
		if !b.spend(items[i], reads) {
			return all
		}
		all = append(all, slices.Repeat([]stage{one}, reads)...)
	}
	return all
}

// checkTimes checks that stages last either for reads or until a time, and that the times ascend.
func checkTimes(v value, stages []stage) {
	isTimed := slices.ContainsFunc(stages, func(s stage) bool { return s.has("after") })
	if !isTimed {
		return
	}
	if slices.ContainsFunc(stages, func(s stage) bool { return s.has("reads") }) {
		v.fail("has stages by time (after) and by reads (reads); choose one")
	}
	for i, one := range stages {
		switch {
		case i == 0:
		case !one.has("after"):
			one.fail("needs after, as the other stages have it")
		case one.after >= 0 && one.after <= stages[i-1].after:
			one.get("after").fail("must be later than in the stage before")
		}
	}
}

// parseStage reads a status, or a mapping with more.
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

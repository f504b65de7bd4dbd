package scenario

import (
	"maps"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// stage describes a record at one read, or from a time on.
type stage struct {
	object // the members of the stage, or of the record if it has only a status
	status string
	after  time.Duration
	about  members
}

// maxReads is the maximum number of reads of one stage, and maxStages the maximum number of stages of all records.
const (
	maxReads  = 1000
	maxStages = 500_000
)

// members maps the members of a stage to the status that they are about, "" for any.
type members map[string]string

// ends has the members that all stages have.
var ends = members{"error": "error", "error_code": "error", "cancel_reason": "cancelled"}

// names returns the names of members, in order.
func (m members) names() []string { return slices.Sorted(maps.Keys(m)) }

// readStages reads the status or the list of stages of a record. It returns one stage per read, or one per time. Members of the
// record are the defaults of those of its stages. A member without a stage in its status is a contradiction.
func (b *builder) readStages(o object, byDefault string, statuses []string, members members) []stage {
	var all []stage
	switch {
	case o.has("stages") && o.has("status"):
		o.get("status").fail("cannot be used with stages; put the status into a stage")
		return nil
	case o.has("stages"):
		all = b.stageList(o.get("stages"), statuses, members)
	default:
		all = []stage{{object: o, status: read(o, "status", vendorWord(statuses...), byDefault), about: members}}
	}
	checkMembers(o, all, members)
	return all
}

// checkMembers checks that members have a stage in the status that they are about.
func checkMembers(o object, all []stage, members members) {
	for _, name := range members.names() {
		isAbout := func(s stage) bool { return members[name] == "" || members[name] == s.status }
		if o.has(name) && len(all) > 0 && !slices.ContainsFunc(all, isAbout) {
			o.get(name).contradicts("needs status: %s, but the status is %s", members[name], all[len(all)-1].status)
		}
		for _, stage := range all {
			if o.has("stages") && stage.has(name) && !isAbout(stage) {
				stage.get(name).contradicts("needs status: %s, but the status is %s", members[name], stage.status)
			}
		}
	}
}

// isAbout reports whether a member is about the status of the stage.
func (s stage) isAbout(name string) bool { return s.about[name] == "" || s.about[name] == s.status }

// stageMember reads a member of a stage. If the member is about the status of the stage, its default is that of the record.
func stageMember[T any](s stage, o object, name string, parse func(value) T, byDefault T) T {
	if !s.has(name) && s.isAbout(name) {
		return read(o, name, parse, byDefault)
	}
	return read(s.object, name, parse, byDefault)
}

// end reads how a stage ends. The defaults are for the status that they are about.
func (s stage) end(o object, failure, cancelReason string) fakeapi.Stage {
	if s.status != "error" {
		failure = ""
	}
	if s.status != "cancelled" {
		cancelReason = ""
	}
	return fakeapi.Stage{
		Status: s.status, After: s.after, Error: stageMember(s, o, "error", value.text, failure),
		ErrorCode:    stageMember(s, o, "error_code", value.text, ""),
		CancelReason: stageMember(s, o, "cancel_reason", value.text, cancelReason),
	}
}

// stageList reads a list of stages.
func (b *builder) stageList(v value, statuses []string, members members) []stage {
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
func parseStage(item value, statuses []string, members members) stage {
	if item.Kind != yaml.MappingNode {
		return stage{object: object{value: item}, status: item.vendorWord(statuses...), about: members}
	}
	o := item.object(append([]string{"status", "after", "reads"}, members.names()...)...)
	if !o.has("status") {
		item.fail("needs status")
	}
	return stage{object: o, status: read(o, "status", vendorWord(statuses...), ""), after: read(o, "after", value.duration, 0), about: members}
}

package scenario

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// problems collects mistakes, so that users see all of them at once.
type problems struct {
	all        []Problem
	contradict bool // whether contradictions are no mistakes
}

// maxProblems is the maximum number of reported mistakes.
const maxProblems = 20

// sorted returns each mistake once, in the order of the lines.
func (p *problems) sorted() []Problem {
	slices.SortStableFunc(p.all, func(one, other Problem) int {
		return cmp.Or(cmp.Compare(one.Line, other.Line), cmp.Compare(one.Field, other.Field), cmp.Compare(one.Text, other.Text))
	})
	unique := slices.Compact(p.all)
	if more := len(unique) - maxProblems; more > 0 {
		return append(unique[:maxProblems:maxProblems], Problem{Text: fmt.Sprintf("and %d more problems", more)})
	}
	return unique
}

// value is a YAML value with the name of its field.
type value struct {
	*yaml.Node
	field    string
	problems *problems
}

// isSet reports whether the file has the value. The zero value is a missing member.
func (v value) isSet() bool { return v.Node != nil }

// fail records a mistake. It does nothing for a missing member.
func (v value) fail(format string, arguments ...any) {
	if !v.isSet() {
		return
	}
	v.problems.all = append(v.problems.all, Problem{Line: v.Line, Field: v.field, Text: fmt.Sprintf(format, arguments...)})
}

// contradicts records a contradiction, which is a mistake unless the scenario says contradict: true.
func (v value) contradicts(format string, arguments ...any) {
	if v.isSet() && !v.problems.contradict {
		v.fail(format+" (contradict: true serves it)", arguments...)
	}
}

// vendorWord reads one of some words of the vendor. With contradict: true it reads other words, too, as a newer API may send
// them.
func (v value) vendorWord(words ...string) string {
	if v.isScalar("!!str") && !slices.Contains(words, v.Value) {
		v.contradicts("must be one of %s, but is %s", strings.Join(words, ", "), v.describe())
		return v.text()
	}
	return v.oneOf(words...)
}

// describe describes a value in a message.
func (v value) describe() string {
	switch {
	case v.Kind == yaml.MappingNode:
		return "a mapping"
	case v.Kind == yaml.SequenceNode:
		return "a list"
	case v.Tag == "!!null":
		return "empty"
	case v.Kind == yaml.AliasNode:
		return "an alias, which scenarios do not support"
	case len(v.Value) > 60:
		return strconv.Quote(strings.ToValidUTF8(v.Value[:60], "")) + "…"
	default:
		return strconv.Quote(v.Value)
	}
}

// isScalar reports whether the value is a scalar with one of the tags.
func (v value) isScalar(tags ...string) bool {
	return v.Kind == yaml.ScalarNode && slices.Contains(tags, v.Tag)
}

// text reads text. It refuses numbers and booleans, because YAML changes them: 007 becomes 7, and 1e3 becomes 1000.
func (v value) text() string {
	switch {
	case !v.isScalar("!!str", "!!timestamp"):
		if v.Kind == yaml.ScalarNode && v.Tag != "!!null" {
			v.fail("must be text, but is %s; put it in quotes", v.describe())
		} else {
			v.fail("must be text, but is %s", v.describe())
		}
	case v.Value == "":
		v.fail("must not be empty")
	case strings.IndexFunc(v.Value, unicode.IsControl) >= 0:
		v.fail("must not have control characters")
	}
	return v.Value
}

// id reads text that can be a segment of a URL.
func (v value) id() string {
	text := v.text()
	if text == "." || text == ".." || strings.ContainsAny(text, `/\ `) || len(text) > 200 {
		v.fail("must be an id without slashes and spaces, of at most 200 characters, but is %s", v.describe())
	}
	return text
}

// oneOf reads one of some words.
func (v value) oneOf(words ...string) string {
	if !v.isScalar("!!str") || !slices.Contains(words, v.Value) {
		v.fail("must be one of %s, but is %s", strings.Join(words, ", "), v.describe())
	}
	return v.Value
}

// integer reads a whole number within bounds.
func (v value) integer(least, most int64) int64 {
	number, err := strconv.ParseInt(v.Value, 10, 64)
	if !v.isScalar("!!int") || err != nil || number < least || number > most {
		v.fail("must be a whole number from %d to %d, but is %s", least, most, v.describe())
		return least
	}
	return number
}

// score reads a number from 0 to 1.
func (v value) score() *float64 {
	number, err := strconv.ParseFloat(v.Value, 64)
	if !v.isScalar("!!int", "!!float") || err != nil || !(number >= 0 && number <= 1) {
		v.fail("must be a number from 0 to 1, but is %s", v.describe())
		return nil
	}
	return &number
}

// number reads a finite number.
func (v value) number() *float64 {
	number, err := strconv.ParseFloat(v.Value, 64)
	if !v.isScalar("!!int", "!!float") || err != nil || math.IsInf(number, 0) || math.IsNaN(number) {
		v.fail("must be a number, but is %s", v.describe())
		return nil
	}
	return &number
}

// boolean reads true or false.
func (v value) boolean() bool {
	if !v.isScalar("!!bool") {
		v.fail("must be true or false, but is %s", v.describe())
	}
	return strings.EqualFold(v.Value, "true")
}

// duration reads a duration that is not negative, such as 1m30s. It returns -1 if there is a mistake.
func (v value) duration() time.Duration {
	duration, err := time.ParseDuration(v.Value)
	if v.Kind != yaml.ScalarNode || err != nil || duration < 0 {
		v.fail("must be a duration such as 10s or 1m30s, but is %s", v.describe())
		return -1
	}
	return duration
}

// timestamp reads an RFC 3339 timestamp.
func (v value) timestamp() string {
	if _, err := time.Parse(time.RFC3339, v.Value); v.Kind != yaml.ScalarNode || err != nil {
		v.fail("must be a timestamp such as 2026-05-02T11:00:00Z, but is %s", v.describe())
	}
	return v.Value
}

// list reads a list.
func (v value) list() []value {
	if v.Kind != yaml.SequenceNode {
		v.fail("must be a list, but is %s", v.describe())
		return nil
	}
	items := make([]value, len(v.Content))
	for i, node := range v.Content {
		items[i] = value{node, fmt.Sprintf("%s[%d]", v.field, i), v.problems}
	}
	return items
}

// member is one entry of a mapping.
type member struct {
	name string
	value
}

// members reads a mapping, in the order of the file.
func (v value) members() []member {
	if v.Kind != yaml.MappingNode {
		v.fail("must be a mapping, but is %s", v.describe())
		return nil
	}
	seen := map[string]bool{}
	var all []member
	for i := 0; i+1 < len(v.Content); i += 2 {
		key := value{v.Content[i], v.field, v.problems}
		if key.Kind != yaml.ScalarNode || key.Value == "" || key.Tag == "!!null" || key.Tag == "!!merge" {
			key.fail("has a key that is empty or not text")
			continue
		}
		field := strings.TrimPrefix(v.field+"."+key.Value, ".")
		if seen[key.Value] {
			value{key.Node, field, v.problems}.fail("is a duplicate")
			continue
		}
		seen[key.Value] = true
		all = append(all, member{key.Value, value{v.Content[i+1], field, v.problems}})
	}
	return all
}

// object is a mapping with known members.
type object struct {
	value
	byName map[string]value
}

// object reads a mapping. Members that are not known are mistakes.
func (v value) object(known ...string) object {
	o := object{v, map[string]value{}}
	for _, member := range v.members() {
		if !slices.Contains(known, member.name) {
			member.fail("is not a known field; the known fields are %s", strings.Join(known, ", "))
			continue
		}
		o.byName[member.name] = member.value
	}
	return o
}

// get returns a member, the zero value if it is missing.
func (o object) get(name string) value { return o.byName[name] }

// has reports whether the mapping has a member.
func (o object) has(name string) bool { return o.byName[name].isSet() }

// required reads a member that the mapping must have with a function.
func required(o object, name string, parse func(value) string) string {
	if !o.has(name) {
		if o.Kind == yaml.MappingNode {
			o.fail("needs %s", name)
		}
		return ""
	}
	return parse(o.get(name))
}

// read reads a member with a function, or returns a default if the member is missing.
func read[T any](o object, name string, parse func(value) T, byDefault T) T {
	if !o.has(name) {
		return byDefault
	}
	return parse(o.get(name))
}

// oneOf returns a function that reads one of some words.
func oneOf(words ...string) func(value) string {
	return func(v value) string { return v.oneOf(words...) }
}

// vendorWord returns a function that reads one of some words of the vendor.
func vendorWord(words ...string) func(value) string {
	return func(v value) string { return v.vendorWord(words...) }
}

// count reads a number of objects.
func count(v value) int { return int(v.integer(0, 1_000_000)) }

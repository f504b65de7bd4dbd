package scenario

import (
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDepth is the maximum depth of nested values.
const maxDepth = 100

// json converts any value to JSON text. It keeps the digits of numbers.
func (v value) json() string {
	var text strings.Builder
	v.writeJSON(&text, maxDepth)
	return text.String()
}

// writeJSON writes a value with at most depth levels of nesting.
func (v value) writeJSON(text *strings.Builder, depth int) {
	switch {
	case depth == 0:
		v.fail("is nested more than %d levels deep", maxDepth)
		text.WriteString("null")
	case v.Kind == yaml.MappingNode:
		text.WriteString("{")
		for i, member := range v.members() {
			separate(text, i)
			text.WriteString(quote(member.name) + ":")
			member.writeJSON(text, depth-1)
		}
		text.WriteString("}")
	case v.Kind == yaml.SequenceNode:
		text.WriteString("[")
		for i, item := range v.list() {
			separate(text, i)
			item.writeJSON(text, depth-1)
		}
		text.WriteString("]")
	default:
		text.WriteString(v.scalarJSON())
	}
}

// separate writes a comma before every element except the first.
func separate(text *strings.Builder, i int) {
	if i > 0 {
		text.WriteString(",")
	}
}

// scalarJSON converts a scalar.
func (v value) scalarJSON() string {
	switch {
	case v.isScalar("!!null"):
		return "null"
	case v.isScalar("!!bool"):
		return map[bool]string{true: "true", false: "false"}[v.boolean()]
	case v.isScalar("!!int", "!!float"):
		if json.Valid([]byte(v.Value)) {
			return v.Value
		}
		v.fail("is a number that JSON does not support: %s", v.describe())
		return "null"
	case v.isScalar("!!str", "!!timestamp"):
		return quote(v.Value)
	default:
		v.fail("cannot be converted to JSON: %s", v.describe())
		return "null"
	}
}

// quote returns a JSON string.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // impossible for a string
	}
	return string(quoted)
}

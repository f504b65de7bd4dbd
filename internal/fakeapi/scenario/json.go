package scenario

import (
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// deepest is how deep a value may be nested.
const deepest = 100

// json renders any value as JSON text. The digits of a number stay as they are where JSON allows it.
func (v value) json() string {
	var text strings.Builder
	v.writeJSON(&text, deepest)
	return text.String()
}

func (v value) writeJSON(text *strings.Builder, depth int) {
	switch {
	case depth == 0:
		v.fail("is nested more than %d deep", deepest)
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

func separate(text *strings.Builder, i int) {
	if i > 0 {
		text.WriteString(",")
	}
}

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
		v.fail("is a number that JSON cannot have: %s", v.what())
		return "null"
	case v.isScalar("!!str", "!!timestamp"):
		return quote(v.Value)
	default:
		v.fail("cannot be in JSON: %s", v.what())
		return "null"
	}
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // which no string can cause
	}
	return string(quoted)
}

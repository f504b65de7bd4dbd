// Package scenario reads scenario files for the fake: YAML that says which experiments, runs, documents and artifacts a
// fake serves, how they change, and how the server fails. The commented example is the documentation of its schema.
package scenario

import (
	_ "embed" // for the example
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// Example is a commented scenario to start from.
//
//go:embed example.yaml
var Example string

// mostBytes is the largest scenario that is read.
const mostBytes = 32 << 20

// Scenario holds the facts that a file describes.
type Scenario struct {
	Experiments []fakeapi.Experiment
	Runs        []fakeapi.Run
	Results     []fakeapi.Result
	Metrics     []fakeapi.Metrics
	Artifacts   []fakeapi.ArtifactRecord
	Faults      []fakeapi.Fault
	PageSize    int
	ListFaults  fakeapi.ListFaults
}

// Problem is one mistake in a scenario.
type Problem struct {
	Line  int    // 0 for the whole file
	Field string // such as experiments[0].runs[2].status; "" for the whole file
	Text  string
}

func (p Problem) String() string {
	var words []string
	if p.Line > 0 {
		words = append(words, fmt.Sprintf("line %d", p.Line))
	}
	if p.Field != "" {
		words = append(words, p.Field)
	}
	return strings.Join(append(words, p.Text), ": ")
}

// InvalidError lists the mistakes of a scenario, in the order of its lines.
type InvalidError struct{ Problems []Problem }

func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, problem := range e.Problems {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// Parse reads a scenario. It returns an [*InvalidError] unless everything in it is valid.
func Parse(text []byte) (*Scenario, error) {
	root, err := decode(text)
	if err != nil {
		return nil, err
	}
	b := builder{seen: map[string]int{}}
	b.scenario(value{Node: root, problems: &b.problems})
	if len(b.problems.all) > 0 {
		return nil, &InvalidError{b.problems.sorted()}
	}
	return &b.out, nil
}

// decode parses the one YAML document of a scenario.
func decode(text []byte) (*yaml.Node, error) {
	if len(text) > mostBytes {
		return nil, invalid("The scenario has %d bytes; the most is %d.", len(text), mostBytes)
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, invalid("The scenario is empty.")
	case err != nil:
		return nil, syntaxError(err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, invalid("The file has more than one YAML document.")
	}
	return document.Content[0], nil
}

// syntaxError returns what is no YAML. The library leaves the line out when it is the first.
func syntaxError(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if !strings.HasPrefix(text, "line ") {
		text = "line 1: " + text
	}
	return invalid("%s", text)
}

func invalid(format string, arguments ...any) error {
	return &InvalidError{[]Problem{{Text: fmt.Sprintf(format, arguments...)}}}
}

// AddTo adds everything to a fake.
func (s *Scenario) AddTo(fake *fakeapi.Server) {
	for _, experiment := range s.Experiments {
		fake.AddExperiment(experiment)
	}
	for _, run := range s.Runs {
		fake.AddRun(run.In(fake.Edition()))
	}
	for _, result := range s.Results {
		fake.Add(result.In(fake.Edition()))
	}
	fake.SetMetrics(s.Metrics...)
	fake.AddArtifact(s.Artifacts...)
	for _, fault := range s.Faults {
		fake.AddFault(fault)
	}
	fake.SetPageSize(s.PageSize)
	fake.SetListFaults(s.ListFaults)
}

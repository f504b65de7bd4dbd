// Package scenario reads scenarios: YAML files that describe what a fake serves, how that changes, and how the server fails.
//
// Example documents every field. To add a field, read it in the function for its object (experiments.go, runs.go, documents.go,
// artifacts.go or faults.go) and add it to example.yaml.
package scenario

import (
	_ "embed" // for Example
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// Example is a scenario with comments on every field.
//
//go:embed example.yaml
var Example string

// maxBytes is the maximum size of a scenario.
const maxBytes = 32 << 20

// Scenario has the records and faults that a file describes.
type Scenario struct {
	Experiments []fakeapi.Experiment
	Runs        []fakeapi.Run
	Results     []fakeapi.Result
	Metrics     []fakeapi.Metrics
	Artifacts   []fakeapi.ArtifactRecord
	Workflows   []fakeapi.Workflow
	Evals       []fakeapi.Eval
	EvalRuns    []fakeapi.EvalRun
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

// InvalidError lists the mistakes in a scenario, in the order of their lines.
type InvalidError struct{ Problems []Problem }

func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, problem := range e.Problems {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// Parse reads a scenario. It returns an [*InvalidError] if the scenario has mistakes.
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
	if len(text) > maxBytes {
		return nil, invalid("The scenario has %d bytes; the maximum is %d.", len(text), maxBytes)
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

// syntaxError converts an error of the YAML library, which does not name the first line.
func syntaxError(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if !strings.HasPrefix(text, "line ") {
		text = "line 1: " + text
	}
	return invalid("%s", text)
}

// invalid returns an error about the whole file.
func invalid(format string, arguments ...any) error {
	return &InvalidError{[]Problem{{Text: fmt.Sprintf(format, arguments...)}}}
}

// AddTo adds the records and faults to a fake.
func (s *Scenario) AddTo(fake *fakeapi.Server) {
	fake.AddExperiment(s.Experiments...)
	fake.AddRun(s.Runs...)
	fake.Add(s.Results...)
	fake.SetMetrics(s.Metrics...)
	fake.AddArtifact(s.Artifacts...)
	fake.AddWorkflow(s.Workflows...)
	fake.AddEval(s.Evals...)
	fake.AddEvalRun(s.EvalRuns...)
	for _, fault := range s.Faults {
		fake.AddFault(fault)
	}
	fake.SetPageSize(s.PageSize)
	fake.SetListFaults(s.ListFaults)
}

package providertest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// SeedArguments are the arguments of a read of the vendor's example.
var SeedArguments = Values{"run_id": fakeapi.SeedRunID, "document_id": fakeapi.SeedDocumentID}

// SeedWith returns the vendor's example in short form, with some members replaced. The value "" removes a member.
func SeedWith(changes ...string) string {
	members := [][2]string{
		{"id", `"expresult_1"`},
		{"run_id", `"exprun_2"`},
		{"experiment_id", `"exp_abc"`},
		{"document_id", `"expdoc_xyz"`},
		{"block_kind", `"extract"`},
		{"lifecycle", `{"status":"completed"}`},
		{"timing", `{"duration_ms":4120}`},
		{"handle_inputs", `{}`},
		{"artifact", `{"operation":"extraction","id":"ext_xyz"}`},
		{"attempt", `0`},
	}
	for change := range slices.Chunk(changes, 2) {
		known := slices.IndexFunc(members, func(member [2]string) bool { return member[0] == change[0] })
		if known < 0 {
			members = append(members, [2]string(change))
		} else {
			members[known] = [2]string(change)
		}
	}
	var pairs []string
	for _, member := range members {
		if member[1] != "" {
			pairs = append(pairs, fmt.Sprintf("%q:%s", member[0], member[1]))
		}
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

// ConnectWithLongTimeout is Connect for reads that a slow machine could not finish within the default timeouts, such as that
// of a large payload.
func (e Env) ConnectWithLongTimeout(t *testing.T) Server {
	t.Helper()
	s := Serve(t)
	if problem := s.Configure(t, Values{"api_key": fakeapi.Key, "base_url": e.URL, "api_edition": e.Setting, "request_timeout": "1h"}); problem != "" {
		t.Fatal(problem)
	}
	return s
}

// WithLongTimeout returns the arguments with a timeout of five hours.
func WithLongTimeout(arguments Values) Values {
	changed := maps.Clone(arguments)
	changed["timeouts"] = Values{"read": "5h"}
	return changed
}

// ReadBlocks reads so many results, ten at a time as Terraform does, and returns the text of the diagnostics of each.
func (s Server) ReadBlocks(t *testing.T, blocks int, arguments func(block int) Values) []string {
	t.Helper()
	problems := make([]string, blocks)
	slots := make(chan struct{}, 10)
	var reads sync.WaitGroup
	for block := range blocks {
		slots <- struct{}{}
		reads.Go(func() {
			defer func() { <-slots }()
			_, problems[block] = s.Read(t.Context(), t, "retab_experiment_result", arguments(block))
		})
	}
	reads.Wait()
	return problems
}

// WaitArguments are the arguments of a wait for the result of AddScriptedResult.
var WaitArguments = Values{"run_id": "exprun_wait", "document_id": "expdoc_wait", "wait_for_completion": true}

// AddScriptedResult adds a result that goes to its next status with every read, in a run that is still running.
func (e Env) AddScriptedResult(statuses ...string) {
	var stages []fakeapi.Stage
	for _, status := range statuses {
		stages = append(stages, fakeapi.Stage{Status: status})
	}
	e.Add(fakeapi.Result{
		ID: "expresult_wait", RunID: "exprun_wait", ExperimentID: "exp_abc", DocumentID: "expdoc_wait", BlockKind: "extract", Stages: stages,
	})
}

// RecordContents are parts of the customer data in the records of the fixtures.
var RecordContents = []string{
	"Acme", "1234.50", "12345678901234567890", "99.99", "due date", "contract", "INV-001", "batch_2026_05", "Read the totals", "json_schema", "gs://", "One chunk",
}

// WantNoContents fails for a text that contains customer data.
func WantNoContents(t *testing.T, text string) {
	t.Helper()
	for _, content := range RecordContents {
		if strings.Contains(text, content) {
			t.Errorf("%q is in %s", content, text)
		}
	}
}

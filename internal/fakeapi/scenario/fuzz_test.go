package scenario_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
)

// FuzzParse checks that a scenario gives an error with problems, or that a fake can serve it.
func FuzzParse(f *testing.F) {
	f.Add(scenario.Example)
	f.Add(strings.ReplaceAll(scenario.Example, "\n# ", "\n"))
	for _, text := range []string{
		"", "a: [", "experiments: [{id: e, runs: [{id: r, documents: [{id: 'd{n}', count: 2}]}]}]", "artifacts: [{operation: split, id: splt_1}]",
		"experiments: [&x {id: a}, *x]", "a: &a [*a]", "experiments: [{id: e, runs: [{id: r, stages: [queued, {status: error, after: 1s}]}]}]",
		"experiments: [{id: e, block_kind: split, runs: [{id: r, targets: {a: 1}, flows: [{source: a, target: b, score: 0}], documents: [{id: d, targets: {a: {votes: [1, null]}}}]}]}]",
		"contradict: true\nworkflows: [{id: w, evals: [{id: a}], eval_runs: [{id: r, counts: {passed: 2}, results: [{eval_id: a, stages: [pending, {status: odd}]}]}]}]",
		"artifacts: [{operation: A, id: A}]", "artifacts: [{operation: parse, id: y, members: {a: {b: [1e5, 0x1, ~, !!set {a}]}}}]\nfaults: [{away_for: 1s}]\nlists: {cap: 3}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := scenario.Parse([]byte(text))
		if err != nil {
			var refused *scenario.InvalidError
			if !errors.As(err, &refused) || len(refused.Problems) == 0 || strings.TrimSpace(err.Error()) == "" {
				t.Errorf("got %v", err)
			}
			return
		}
		parsed.Faults = nil
		for _, edition := range []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat} {
			fake := serve(t, edition, parsed)
			for _, path := range pathsOf(edition, parsed) {
				if status, _ := get(t, fake, path); status != 200 && status != 404 {
					t.Errorf("%s: %d", path, status)
				}
			}
		}
	})
}

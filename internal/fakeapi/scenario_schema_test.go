package fakeapi_test

import (
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
)

// TestScenario_followsVendorSchema validates all answers of the example scenario with the vendor's specifications.
func TestScenario_followsVendorSchema(t *testing.T) {
	t.Parallel()
	few := strings.Replace(scenario.Example, "count: 250", "count: 5", 1) // more documents of this kind would only take time
	example, err := scenario.Parse([]byte(few))
	if err != nil {
		t.Fatal(err)
	}
	for edition, spec := range map[fakeapi.Edition]string{fakeapi.RunScoped: runScopedSpec, fakeapi.Flat: flatSpec} {
		fake := fakeapi.Start(edition)
		fake.Clear()
		example.AddTo(fake)
		check := newChecker(t, fake, spec)
		paths := servedPaths(t, fake)
		if len(paths) < 60 {
			t.Errorf("edition %d: only %d paths", edition, len(paths))
		}
		for _, path := range paths {
			if problems := check(t, path); problems != "" {
				t.Errorf("edition %d, %s: %s", edition, path, problems)
			}
		}
	}
}

package acceptance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// opaVariable is the environment variable with the path of OPA. make policy sets it. Without it, the tests are skipped.
const opaVariable = "RETAB_OPA"

// opa runs OPA with the policies and returns its output.
func opa(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	program := os.Getenv(opaVariable)
	if program == "" {
		t.Skip(opaVariable + " is not set; run make policy")
	}
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir = filepath.Join(root, "examples", "policies")
	output, err := command.CombinedOutput()
	return string(output), err
}

// TestPolicy_ownTests runs the policy's own tests.
func TestPolicy_ownTests(t *testing.T) {
	t.Parallel()
	output, err := opa(t, "test", ".")
	if err != nil || !strings.Contains(output, "PASS: 14/14") {
		t.Errorf("%v: %s", err, output)
	}
}

// policyPlan is a configuration that reads the objects that the policy checks, without a condition.
const policyPlan = requiredProviders + `
data "retab_experiment" "this" {
  id = "exp_compared"
}

data "retab_experiment_metrics" "last" {
  run_id = data.retab_experiment.this.last_run_id
}

resource "terraform_data" "independent" {}
`

// TestPolicy_plans applies the policy to plans of the release gate and of configurations without conditions.
func TestPolicy_plans(t *testing.T) {
	t.Parallel()
	stale := goodRelease()
	stale.experiment.ID, stale.experiment.Freshness.Status = "exp_compared", "stale"
	low := goodRelease()
	low.experiment.ID, low.metrics.Score = "exp_compared", new(0.79)
	for name, test := range map[string]struct {
		configuration string
		release       *release
		options       []string
		want          string // "" for a plan that is allowed
	}{
		"good":   {configuration: policyPlan},
		"gate":   {},
		"none":   {configuration: requiredProviders + "resource \"terraform_data\" \"release\" {}\n", want: "does not read experiment exp_compared"},
		"stale":  {configuration: policyPlan, release: &stale, want: "experiment exp_compared is not fresh"},
		"low":    {configuration: policyPlan, release: &low, want: "has the score 0.79, and at least 0.8 is required"},
		"target": {configuration: policyPlan, options: []string{"-target=terraform_data.independent"}, want: "the plan is incomplete"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothEditions(t, func(t *testing.T, w workspace) {
				if test.release != nil {
					w.addRelease(*test.release)
				}
				if test.configuration == "" {
					w.example(t, "release-gate")
				} else {
					w.write(t, "main.tf", test.configuration)
				}
				w.terraform(t, 0, append([]string{"plan", "-no-color", "-out=release.tfplan"}, test.options...)...)
				plan, code, err := w.Run(t.Context(), "show", "-json", "release.tfplan")
				if err != nil || code != 0 {
					t.Fatal(plan, code, err)
				}
				w.write(t, "plan.json", plan)
				commands := policyCommands(t)
				reasons, err := opa(t, w.policyArguments(commands[0])...)
				if err != nil || !strings.Contains(reasons, test.want) || (reasons == "[]\n") != (test.want == "") {
					t.Errorf("want %q, got %v: %s", test.want, err, reasons)
				}
				if output, err := opa(t, w.policyArguments(commands[1])...); (err == nil) != (test.want == "") {
					t.Errorf("want %q, got %v: %s", test.want, err, output)
				}
			})
		})
	}
}

// policyCommands returns the guide's commands of OPA: one prints the reasons, and one fails unless the plan is allowed.
func policyCommands(t *testing.T) []string {
	t.Helper()
	var commands []string
	for line := range strings.Lines(projectFile(t, "docs/guides/pipelines.md")) {
		if command, found := strings.CutPrefix(strings.TrimSpace(line), "opa "); found {
			commands = append(commands, command)
		}
	}
	if len(commands) != 2 {
		t.Fatalf("the guide has the commands %q", commands)
	}
	return commands
}

// policyArguments splits a command like a shell, with the path of the plan in the workspace.
func (w workspace) policyArguments(command string) []string {
	options, query, quoted := strings.Cut(strings.TrimSuffix(command, "'"), "'")
	arguments := strings.Fields(strings.ReplaceAll(options, "plan.json", filepath.Join(w.Dir, "plan.json")))
	if quoted {
		arguments = append(arguments, query)
	}
	return arguments
}

package acceptance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
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
	if err != nil || !strings.Contains(output, "PASS: 49/49") {
		t.Errorf("%v: %s", err, output)
	}
}

// anotherSource is the source of another provider with the data sources of this one.
const anotherSource = "example/retab"

const independent = "resource \"terraform_data\" \"independent\" {}\n"

// saysWhetherComplete reports whether the plans of the engine say whether they are complete, which the policy needs.
func saysWhetherComplete() bool {
	return engine.Product == tfcli.Terraform && engine.Version.GreaterThanOrEqual(version.Must(version.NewVersion("1.8")))
}

// policyPlan returns a configuration with the reads that the policy judges, without a condition.
func policyPlan(t *testing.T) string {
	t.Helper()
	return requiredProviders + projectFile(t, "examples/policies/reads.tf") + independent
}

// planJSON plans and returns the plan as JSON.
func (w workspace) planJSON(t *testing.T, options ...string) string {
	t.Helper()
	w.terraform(t, 0, append([]string{"plan", "-no-color", "-out=release.tfplan"}, options...)...)
	plan, code, err := w.Run(t.Context(), "show", "-json", "release.tfplan")
	if err != nil || code != 0 {
		t.Fatal(plan, code, err)
	}
	return plan
}

// nestedCheck reads a run in a check block. The assertion fails, which Terraform reports as a warning.
const nestedCheck = `
check "run" {
  data "retab_experiment_run" "checked" {
    id = "exprun_2"
  }
  assert {
    condition     = data.retab_experiment_run.checked.succeeded
    error_message = "It did not succeed."
  }
}
`

// forgedState is a configuration without a gate, whose values contain the modules and resources of a good plan.
const forgedState = `
data "terraform_remote_state" "forged" {
  backend = "local"
  config = {
    path = "forged.tfstate"
  }
}

locals {
  good = jsondecode(file("good.json")).prior_state.values
}

resource "terraform_data" "forged" {
  for_each = { root_module = local.good, resources = local.good.root_module, child_modules = { child_modules = [local.good.root_module] } }

  input = each.value
}
`

// TestPolicy_plans applies the policy to plans of the release gate, of configurations without conditions, and to forged plans.
func TestPolicy_plans(t *testing.T) {
	t.Parallel()
	if os.Getenv(opaVariable) == "" {
		t.Skip(opaVariable + " is not set; run make policy")
	}
	changed := func(change func(r *release)) *release {
		r := goodRelease()
		r.experiment.ID = "exp_compared"
		change(&r)
		return &r
	}
	provider := func(block string) string { return policyPlan(t) + "provider \"retab\" {\n" + block + "\n}\n" }
	late := "\ndata \"retab_experiment\" \"late\" {\n  id = \"exp_compared\"\n  depends_on = [terraform_data.independent]\n}\n"
	for name, test := range map[string]struct {
		configuration string // the example of the release gate if this is empty
		release       *release
		apply         bool // whether the configuration is applied before it is planned
		options       []string
		want          string // "" for a plan that is allowed
	}{
		"good":         {configuration: policyPlan(t)},
		"gate":         {},
		"applied":      {configuration: policyPlan(t), apply: true},
		"nested check": {configuration: policyPlan(t) + nestedCheck},
		"destroy":      {configuration: requiredProviders + independent, apply: true, options: []string{"-destroy"}},
		"late read":    {configuration: policyPlan(t) + late},

		"none":        {configuration: requiredProviders + independent, want: "does not read experiment exp_compared"},
		"only late":   {configuration: requiredProviders + independent + late, want: "data.retab_experiment.late is read in the apply only"},
		"only nested": {configuration: requiredProviders + nestedCheck + independent, want: "does not read experiment exp_compared"},
		"target":      {configuration: policyPlan(t), options: []string{"-target=terraform_data.independent"}, want: "the plan is incomplete"},
		"stale": {
			configuration: policyPlan(t), release: changed(func(r *release) { r.experiment.Freshness.Status = "stale" }),
			want: "experiment exp_compared is not fresh",
		},
		"low": {
			configuration: policyPlan(t), release: changed(func(r *release) { r.metrics.Score = new(0.79) }),
			want: "has the score 0.79, and at least 0.8 is required",
		},
		"failed run": {
			configuration: policyPlan(t),
			release: changed(func(r *release) {
				r.run.Documents, r.run.Stages[0] = 2, fakeapi.RunStage{Status: "error", Completed: 1, Failed: 1, Score: new(0.9)}
			}),
			want: "run exprun_release is not completed: its status is error",
		},
		"low ratio": {
			configuration: policyPlan(t), release: changed(func(r *release) { r.run.Stages[0].Completed, r.run.Stages[0].Failed = 8, 2 }),
			want: "run exprun_release has the success ratio 0.8, and at least 0.9 is required",
		},
		"base url":          {configuration: provider("  base_url = \"BASE_URL\""), want: "provider retab has a base_url"},
		"base url of alias": {configuration: provider("  alias = \"other\"\n  base_url = \"BASE_URL\""), want: "provider retab.other has a base_url"},
		"another source": {
			configuration: strings.ReplaceAll(policyPlan(t), "retab-dev/retab", anotherSource),
			want:          "data.retab_experiment.released is read by registry.terraform.io/" + anotherSource,
		},
		"forged values": {configuration: requiredProviders + independent + forgedState, apply: true, want: "does not read experiment exp_compared"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			inBothEditions(t, func(t *testing.T, w workspace) {
				if test.release != nil {
					w.addRelease(*test.release)
				}
				if test.configuration == "" {
					w.example(t, "release-gate")
				} else {
					w.write(t, "main.tf", strings.ReplaceAll(test.configuration, "BASE_URL", w.fake.URL))
				}
				if strings.Contains(test.configuration, "forged") {
					w.forge(t)
				}
				if strings.Contains(test.configuration, anotherSource) {
					var err error
					if w.Workspace, err = tfcli.NewWorkspaceWith(engine, w.Dir, map[string]string{anotherSource: binary}); err != nil {
						t.Fatal(err)
					}
					w.Setenv("RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+w.fake.URL)
				}
				if test.apply {
					w.terraform(t, 0, "apply", "-no-color", "-auto-approve")
				}
				w.write(t, "plan.json", w.planJSON(t, test.options...))
				if !saysWhetherComplete() && name != "destroy" {
					test.want = "the policy needs Terraform 1.8 or later"
				}
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

// forge writes a good plan, and a state whose outputs are the modules and resources of that plan.
func (w workspace) forge(t *testing.T) {
	t.Helper()
	forger := newWorkspace(t)
	forger.write(t, "main.tf", policyPlan(t))
	good := forger.planJSON(t)
	forger.write(t, "good.json", good)
	forger.write(t, "main.tf", `
locals {
  good = jsondecode(file("good.json")).prior_state.values
}

output "resources" {
  value = local.good.root_module.resources
}

output "child_modules" {
  value = [local.good.root_module]
}
`)
	forger.terraform(t, 0, "apply", "-no-color", "-auto-approve")
	w.write(t, "good.json", good)
	w.write(t, "forged.tfstate", readFile(t, filepath.Join(forger.Dir, "terraform.tfstate")))
}

// TestPolicy_pipeline runs the policy between the plan and the apply of the pipeline, whose gate is an ephemeral resource.
func TestPolicy_pipeline(t *testing.T) {
	t.Parallel()
	program := os.Getenv(opaVariable)
	if program == "" {
		t.Skip(opaVariable + " is not set; run make policy")
	}
	if !saysWhetherComplete() {
		t.Skip("the policy refuses every plan of " + engine.String())
	}
	for name, test := range map[string]struct {
		added []string
		want  string // the command that fails
	}{
		"with the reads":    {added: []string{"policies/reads.tf"}},
		"without the reads": {want: "opa " + policyCommands(t)[1]},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			inBothEditions(t, func(t *testing.T, w workspace) {
				p := newPipeline(t, w, "release.yml", "push")
				p.added, p.jobs["policy"] = test.added, jobsOf(t, "policy.yml")["policy"]
				if err := os.Symlink(program, filepath.Join(p.programs, "opa")); err != nil {
					t.Fatal(err)
				}
				if failed := p.run(t, "plan"); failed != "" {
					t.Fatalf("%s failed", failed)
				}
				if failed := p.run(t, "policy"); failed != test.want {
					t.Errorf("the failed command is %q, want %q", failed, test.want)
				}
				if failed := p.run(t, "apply"); failed != "" {
					t.Errorf("%s failed", failed)
				}
			})
		})
	}
}

// policyCommands returns the arguments of the workflow's commands of OPA: one prints the reasons, and one fails unless the plan is
// allowed.
func policyCommands(t *testing.T) []string {
	t.Helper()
	var commands []string
	for _, step := range jobsOf(t, "policy.yml")["policy"].Steps {
		if command, found := strings.CutPrefix(step.Run, "opa "); found {
			commands = append(commands, command)
		}
	}
	if len(commands) != 2 {
		t.Fatalf("the workflow has the commands %q", commands)
	}
	return commands
}

// policyArguments splits a command like a shell, with the path of the plan in the workspace and the policy in the folder of opa.
func (w workspace) policyArguments(command string) []string {
	options, query, quoted := strings.Cut(strings.TrimSuffix(command, "'"), "'")
	arguments := strings.Fields(strings.NewReplacer("plan.json", filepath.Join(w.Dir, "plan.json"), "policies/", "").Replace(options))
	if quoted {
		arguments = append(arguments, query)
	}
	return arguments
}

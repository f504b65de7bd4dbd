package acceptance

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// The tests of examples/pipelines. They run the workflows like the hosting service: each job has its own checkout, steps run in
// order until one fails, and artifacts pass from job to job.

// pipelineStep is a step of a workflow.
type pipelineStep struct {
	Uses, Run, If string
	With          map[string]any
	Env           map[string]string
}

type pipelineJob struct {
	If    string
	Steps []pipelineStep
}

// pipeline runs the jobs of a workflow for an event.
type pipeline struct {
	sandbox
	jobs    map[string]pipelineJob
	event   string
	shared  string   // the folder with uploaded artifacts
	summary string   // the file of job summaries
	added   []string // files of examples/ that the user has added to the repository
}

// newPipeline returns a pipeline for a workflow of the example that reads from the fake of a workspace.
func newPipeline(t *testing.T, w workspace, file, event string) pipeline {
	t.Helper()
	if err := engine.Check(projectFile(t, "examples/pipelines/main.tf")); err != nil {
		t.Skip(err)
	}
	p := pipeline{sandbox: newSandbox(t), jobs: jobsOf(t, file), event: event, shared: t.TempDir(), summary: filepath.Join(t.TempDir(), "summary.md")}
	p.environment = append(p.environment, "RETAB_API_BASE_URL="+w.fake.URL, "TF_INPUT=false", "TF_VAR_run_id=exprun_2", "TF_VAR_document_id=expdoc_xyz",
		"GITHUB_STEP_SUMMARY="+p.summary)
	return p
}

// jobsOf returns the jobs of a workflow of the example.
func jobsOf(t *testing.T, file string) map[string]pipelineJob {
	t.Helper()
	var workflow struct{ Jobs map[string]pipelineJob }
	if err := yaml.Unmarshal([]byte(projectFile(t, "examples/pipelines/github-actions/"+file)), &workflow); err != nil {
		t.Fatal(err)
	}
	return workflow.Jobs
}

// run runs a job and returns the command that failed, "" if the job succeeded.
func (p pipeline) run(t *testing.T, name string) (failed string) {
	t.Helper()
	job, exists := p.jobs[name]
	if !exists {
		t.Fatalf("there is no job %s", name)
	}
	if !p.matchesEvent(t, job.If) {
		t.Fatalf("job %s does not run for %s", name, p.event)
	}
	p.folder = t.TempDir()
	commands := 0
	for _, step := range job.Steps {
		if !p.matchesEvent(t, step.If) {
			continue
		}
		if step.Run == "" {
			p.runAction(t, step)
			continue
		}
		commands++
		if strings.Contains(step.Run, "${{") {
			t.Errorf("%s: the shell would execute the value of an expression", step.Run)
		}
		if output, err := p.command(t, step); err != nil {
			t.Logf("%s ended with %v:\n%s", step.Run, err, output)
			return step.Run
		}
	}
	if commands == 0 {
		t.Fatalf("job %s ran nothing", name)
	}
	return ""
}

// matchesEvent evaluates a condition on the event.
func (p pipeline) matchesEvent(t *testing.T, condition string) bool {
	t.Helper()
	if condition == "" {
		return true
	}
	event, found := strings.CutPrefix(condition, "github.event_name == ")
	if !found {
		t.Fatalf("the test does not know the condition %q", condition)
	}
	return strings.Trim(event, "'") == p.event
}

// runAction does the work of an action.
func (p pipeline) runAction(t *testing.T, step pipelineStep) {
	t.Helper()
	name, _, _ := strings.Cut(step.Uses, "@")
	var err error
	switch name {
	case "actions/checkout":
		if path, isSet := step.With["path"].(string); isSet { // another repository
			err = os.CopyFS(filepath.Join(p.folder, path), os.DirFS(filepath.Join(root, "examples", "policies")))
			break
		}
		err = os.CopyFS(p.folder, os.DirFS(filepath.Join(root, "examples", "pipelines")))
		for _, file := range p.added {
			copyFile(t, filepath.Join(root, "examples", filepath.FromSlash(file)), filepath.Join(p.folder, filepath.Base(file)), 0o600)
		}
	case "hashicorp/setup-terraform", "open-policy-agent/setup-opa":
	case "actions/upload-artifact":
		for path := range strings.Lines(step.With["path"].(string)) {
			copyFile(t, filepath.Join(p.folder, strings.TrimSpace(path)), filepath.Join(p.shared, strings.TrimSpace(path)), 0o600)
		}
	case "actions/download-artifact":
		err = os.CopyFS(p.folder, os.DirFS(p.shared))
	default:
		t.Fatalf("the test does not know the action %s", step.Uses)
	}
	if err != nil {
		t.Fatalf("%s: %v", step.Uses, err)
	}
}

// command runs the command of a step. Only a step with the secret in its environment gets the key.
func (p pipeline) command(t *testing.T, step pipelineStep) (string, error) {
	t.Helper()
	s := p.sandbox
	s.environment = slices.Clone(s.environment)
	if step.Env["RETAB_API_KEY"] == "${{ secrets.RETAB_API_KEY }}" {
		s.environment = append(s.environment, "RETAB_API_KEY="+fakeapi.Key)
	}
	if step.Env["PULL_REQUEST"] != "" {
		s.environment = append(s.environment, "PULL_REQUEST=7")
	}
	return s.output(t, step.Run)
}

// TestPipeline_release runs the plan of a push, and its apply after the approval.
func TestPipeline_release(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		p := newPipeline(t, w, "release.yml", "push")
		for _, job := range []string{"plan", "apply"} {
			if failed := p.run(t, job); failed != "" {
				t.Errorf("%s: %s failed", job, failed)
			}
		}
	})
}

// TestPipeline_releaseIsCheckedAgain checks that a plan is not applied if the result fails while the plan waits for approval.
func TestPipeline_releaseIsCheckedAgain(t *testing.T) {
	t.Parallel()
	inBothEditions(t, func(t *testing.T, w workspace) {
		p := newPipeline(t, w, "release.yml", "push")
		if failed := p.run(t, "plan"); failed != "" {
			t.Fatalf("%s failed", failed)
		}
		w.failResult()
		if failed := p.run(t, "apply"); failed != "terraform apply release.tfplan" {
			t.Errorf("the failed command is %q", failed)
		}
	})
}

// TestPipeline_pullRequest checks that a pull request is planned, and that its plan fails with the gate.
func TestPipeline_pullRequest(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	p := newPipeline(t, w, "release.yml", "pull_request")
	if failed := p.run(t, "plan"); failed != "" {
		t.Errorf("%s failed", failed)
	}
	if p.matchesEvent(t, p.jobs["apply"].If) {
		t.Error("a pull request is applied")
	}
	w.failResult()
	if failed := p.run(t, "plan"); failed != "terraform plan -out=release.tfplan" {
		t.Errorf("the failed command is %q", failed)
	}
}

// TestPipeline_report checks that the report of a run with a failed document is in the summary and in the pull request.
func TestPipeline_report(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t)
	w.failResult()
	p := newPipeline(t, w, "report.yml", "pull_request")
	comment := filepath.Join(p.shared, "comment.md")
	p.install(t, "gh", "#!/bin/sh\n[ \"$1 $2 $3\" = 'pr comment 7' ] && cp report.md '"+comment+"'\n")
	if failed := p.run(t, "report"); failed != "" {
		t.Fatalf("%s failed", failed)
	}
	for _, file := range []string{p.summary, comment} {
		wantText(t, readFile(t, file), "### Run <code>exprun&#95;2</code>", "| <code>expdoc&#95;xyz</code> |", "is encrypted.")
	}
}

// TestPipeline_schedule checks that the scheduled job fails because of the gate after it has written the report, and because of a
// change that is not released.
func TestPipeline_schedule(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(w workspace){"gate": workspace.failResult, "change": func(workspace) {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			prepare(w)
			p := newPipeline(t, w, "report.yml", "schedule")
			if failed := p.run(t, "report"); failed != "terraform plan -detailed-exitcode" {
				t.Errorf("the failed command is %q", failed)
			}
			if text, err := os.ReadFile(p.summary); err != nil || !strings.Contains(string(text), "### Run ") {
				t.Errorf("there is no report: %q, %v", text, err)
			}
		})
	}
}

package conventions

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// workflow is a file in .github/workflows, as far as the tests need it.
type workflow struct {
	Env         map[string]string
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Timeout     int `yaml:"timeout-minutes"`
		Strategy    struct{ Matrix map[string][]string }
		Steps       []struct {
			Uses, Run, If string
			With          map[string]any
		}
	}
}

func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	all := map[string]workflow{}
	for _, file := range find(t, ".github/workflows", ".yml") {
		var w workflow
		if err := yaml.Unmarshal([]byte(read(t, file)), &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[file] = w
	}
	return all
}

var (
	pinned     = regexp.MustCompile(`^[a-z0-9-]+/[a-z0-9-]+@[0-9a-f]{40}$`)
	pinComment = regexp.MustCompile(`uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+\n`)
	target     = regexp.MustCompile(`^make ([a-z-]+)( [A-Z_]+=\S.*)?$`)
)

// writePermission returns a permission other than to read the repository, "" if there is none.
func writePermission(permissions map[string]string) string {
	for scope, access := range permissions {
		if scope != "contents" || access != "read" {
			return access + " " + scope
		}
	}
	return ""
}

// TestHostedCI_isPinnedAndRestricted checks that actions are pinned by hash with their version, that only the release can write,
// that every job has a timeout, and that every command is a make target, which contributors can run, too.
func TestHostedCI_isPinnedAndRestricted(t *testing.T) {
	t.Parallel()
	makefile := read(t, "GNUmakefile")
	minor := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))[1]
	for file, w := range workflows(t) {
		if w.Permissions == nil {
			t.Errorf("%s does not declare permissions", file)
		}
		if write := writePermission(w.Permissions); write != "" {
			t.Errorf("%s: every job can %s", file, write)
		}
		uses := 0
		for jobName, job := range w.Jobs {
			privileged := writePermission(job.Permissions)
			if job.Timeout == 0 || job.Timeout > 60 {
				t.Errorf("%s: job %s has a timeout of %d minutes", file, jobName, job.Timeout)
			}
			for _, step := range job.Steps {
				switch {
				case step.Uses != "":
					uses++
					if !pinned.MatchString(step.Uses) {
						t.Errorf("%s: %s is not pinned by a commit's hash", file, step.Uses)
					}
					if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
						t.Errorf("%s: job %s leaves its token in the checkout", file, jobName)
					}
					// The newest patch release. The go directive of go.mod is the oldest version that works.
					if strings.HasPrefix(step.Uses, "actions/setup-go@") && step.With["go-version"] != minor+".x" {
						t.Errorf("%s: job %s uses Go %v, want %s.x", file, jobName, step.With["go-version"], minor)
					}
				case !target.MatchString(step.Run):
					t.Errorf("%s: job %s runs %q, not a make target", file, jobName, step.Run)
				default:
					name := target.FindStringSubmatch(step.Run)[1]
					if !strings.Contains(makefile, "\n"+name+":") {
						t.Errorf("%s: there is no make target %s", file, name)
					}
					if privileged != "" && name != "release-draft" && name != "release-publish" {
						t.Errorf("%s: make %s can %s", file, name, privileged)
					}
				}
			}
		}
		if commented := len(pinComment.FindAllString(read(t, file), -1)); commented != uses {
			t.Errorf("%s: %d of %d actions have a comment with their version", file, commented, uses)
		}
	}
}

// TestHostedCI_keepsLogsOfFailures checks that every job with acceptance tests makes them write debug logs, and uploads the logs
// if the job fails. See internal/acceptance/log_test.go.
func TestHostedCI_keepsLogsOfFailures(t *testing.T) {
	t.Parallel()
	w := workflows(t)[".github/workflows/test.yml"]
	if want := "${{ github.workspace }}/test-logs"; w.Env["TEST_LOG_DIR"] != want {
		t.Errorf("TEST_LOG_DIR is %q, want %q", w.Env["TEST_LOG_DIR"], want)
	}
	if !strings.Contains(read(t, ".gitignore"), "\n/test-logs/\n") {
		t.Error("Git does not ignore the logs")
	}
	for name, job := range w.Jobs {
		runsTests, uploads := false, false
		for _, step := range job.Steps {
			runsTests = runsTests || strings.HasPrefix(step.Run, "make test") || step.Run == "make check"
			if strings.HasPrefix(step.Uses, "actions/upload-artifact@") {
				uploads = runsTests && step.If == "failure()" && step.With["path"] == "test-logs" && step.With["if-no-files-found"] == "ignore"
			}
		}
		if runsTests != uploads {
			t.Errorf("job %s runs acceptance tests: %v, uploads their logs after a failure: %v", name, runsTests, uploads)
		}
	}
}

// TestHostedCI_runsTheDocumentedEngines checks that hosted CI tests the versions in the table of CONTRIBUTING.
func TestHostedCI_runsTheDocumentedEngines(t *testing.T) {
	t.Parallel()
	jobs := workflows(t)[".github/workflows/test.yml"].Jobs
	table := section(t, read(t, "CONTRIBUTING.md"), "## Compatibility")
	for product, versions := range map[string][]string{
		"Terraform": jobs["terraform"].Strategy.Matrix["terraform"],
		"OpenTofu":  jobs["opentofu"].Strategy.Matrix["opentofu"],
	} {
		if len(versions) < 4 {
			t.Fatalf("%s: the matrix has %q", product, versions)
		}
		row := regexp.MustCompile(`(?m)^\| ` + product + ` \|.*$`).FindString(table)
		documented := regexp.MustCompile(`\b\d+\.\d+\.\d+\b`).FindAllString(row, -1)
		slices.Sort(documented)
		slices.Sort(versions)
		if !slices.Equal(documented, versions) {
			t.Errorf("CONTRIBUTING has %s %q, the matrix %q", product, documented, versions)
		}
	}
}

// TestHostedCI_dependabot checks that Dependabot updates every module and the actions.
func TestHostedCI_dependabot(t *testing.T) {
	t.Parallel()
	var settings struct {
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, ".github/dependabot.yml")), &settings); err != nil {
		t.Fatal(err)
	}
	var updated []string
	for _, update := range settings.Updates {
		for _, directory := range append(update.Directories, update.Directory) {
			updated = append(updated, update.Ecosystem+" "+directory)
		}
	}
	wanted := []string{"github-actions /", "gomod /"}
	for _, module := range find(t, "tools", ".mod") {
		wanted = append(wanted, "gomod /"+path.Dir(module))
	}
	for _, want := range wanted {
		if !slices.Contains(updated, want) {
			t.Errorf("Dependabot does not update %s", want)
		}
	}
}

// TestTemplates_doNotAskForSecrets checks that issue forms warn against secrets and have no field for one.
func TestTemplates_doNotAskForSecrets(t *testing.T) {
	t.Parallel()
	forms := 0
	for _, file := range find(t, ".github/ISSUE_TEMPLATE", ".yml") {
		var form struct {
			Name, Description string
			Body              []struct {
				Type, ID   string
				Attributes struct {
					Label, Description, Value string
					Options                   []any
				}
			}
		}
		if err := yaml.Unmarshal([]byte(read(t, file)), &form); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if form.Body == nil {
			continue // config.yml
		}
		forms++
		secretWords := regexp.MustCompile(`(?i)\b(api.?key|token|password|secret|credential|tfstate|state file|debug log|TF_LOG)\b`)
		for _, field := range form.Body {
			if field.Type == "markdown" {
				continue
			}
			if text := field.Attributes.Label + " " + field.Attributes.Description; secretWords.MatchString(text) {
				t.Errorf("%s asks for a secret: %q", file, text)
			}
		}
	}
	if forms < 2 {
		t.Errorf("only %d forms found", forms)
	}
	for _, file := range []string{".github/ISSUE_TEMPLATE/bug_report.yml", ".github/PULL_REQUEST_TEMPLATE.md"} {
		if !regexp.MustCompile(`(?i)leave out.*keys|no keys`).MatchString(read(t, file)) {
			t.Errorf("%s does not warn against keys", file)
		}
	}
}

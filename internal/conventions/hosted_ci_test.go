package conventions

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// workflow is what matters of a file in .github/workflows.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Timeout     int `yaml:"timeout-minutes"`
		Strategy    struct{ Matrix map[string][]string }
		Steps       []struct {
			Uses, Run string
			With      map[string]any
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

// moreThanReading returns a permission beyond that to read the repository, "" when there is none.
func moreThanReading(permissions map[string]string) string {
	for scope, access := range permissions {
		if scope != "contents" || access != "read" {
			return access + " " + scope
		}
	}
	return ""
}

// TestHostedCI_isPinnedAndModest: actions are pinned by hash and say their version, nothing but the release itself may do
// more than read, no job runs for ever, and no step does what a contributor cannot do with make.
func TestHostedCI_isPinnedAndModest(t *testing.T) {
	t.Parallel()
	makefile := read(t, "GNUmakefile")
	minor := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))[1]
	for file, w := range workflows(t) {
		if w.Permissions == nil {
			t.Errorf("%s does not say its permissions", file)
		}
		if more := moreThanReading(w.Permissions); more != "" {
			t.Errorf("%s: every job may %s", file, more)
		}
		uses := 0
		for name, job := range w.Jobs {
			privileged := moreThanReading(job.Permissions)
			if job.Timeout == 0 || job.Timeout > 60 {
				t.Errorf("%s: job %s may take %d minutes", file, name, job.Timeout)
			}
			for _, step := range job.Steps {
				switch {
				case step.Uses != "":
					uses++
					if !pinned.MatchString(step.Uses) {
						t.Errorf("%s: %s is not pinned by a commit's hash", file, step.Uses)
					}
					if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
						t.Errorf("%s: job %s leaves its token in the checkout", file, name)
					}
					// The newest patch release, since a go directive names the oldest that will do.
					if strings.HasPrefix(step.Uses, "actions/setup-go@") && step.With["go-version"] != minor+".x" {
						t.Errorf("%s: job %s has Go %v, not %s.x", file, name, step.With["go-version"], minor)
					}
				case !target.MatchString(step.Run):
					t.Errorf("%s: job %s runs %q, not a make target", file, name, step.Run)
				default:
					made := target.FindStringSubmatch(step.Run)[1]
					if !strings.Contains(makefile, "\n"+made+":") {
						t.Errorf("%s: there is no make target %s", file, made)
					}
					if privileged != "" && made != "release-draft" && made != "release-publish" {
						t.Errorf("%s: make %s may %s", file, made, privileged)
					}
				}
			}
		}
		if said := len(pinComment.FindAllString(read(t, file), -1)); said != uses {
			t.Errorf("%s: %d of %d actions say their version", file, said, uses)
		}
	}
}

// TestHostedCI_runsTheEnginesOfREADME: what README calls tested is what is tested.
func TestHostedCI_runsTheEnginesOfREADME(t *testing.T) {
	t.Parallel()
	jobs := workflows(t)[".github/workflows/test.yml"].Jobs
	table := section(t, read(t, "README.md"), "## Compatibility")
	for product, versions := range map[string][]string{
		"Terraform": jobs["terraform"].Strategy.Matrix["terraform"],
		"OpenTofu":  jobs["opentofu"].Strategy.Matrix["opentofu"],
	} {
		if len(versions) < 4 {
			t.Fatalf("%s: the matrix has %q", product, versions)
		}
		row := regexp.MustCompile(`(?m)^\| ` + product + ` \|.*$`).FindString(table)
		told := regexp.MustCompile(`\b\d+\.\d+\.\d+\b`).FindAllString(row, -1)
		slices.Sort(told)
		slices.Sort(versions)
		if !slices.Equal(told, versions) {
			t.Errorf("README has %s %q, the matrix %q", product, told, versions)
		}
	}
}

// TestHostedCI_updatesItself: dependabot looks at every module and at the actions.
func TestHostedCI_updatesItself(t *testing.T) {
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
	var looked []string
	for _, update := range settings.Updates {
		for _, directory := range append(update.Directories, update.Directory) {
			looked = append(looked, update.Ecosystem+" "+directory)
		}
	}
	wanted := []string{"github-actions /", "gomod /"}
	for _, module := range find(t, "tools", ".mod") {
		wanted = append(wanted, "gomod /"+path.Dir(module))
	}
	for _, want := range wanted {
		if !slices.Contains(looked, want) {
			t.Errorf("nothing looks for updates of %s", want)
		}
	}
}

// TestTemplates_neverAskForAKey: a form warns of secrets, and has no field for one.
func TestTemplates_neverAskForAKey(t *testing.T) {
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
		asks := regexp.MustCompile(`(?i)\b(api.?key|token|password|secret|credential|tfstate|state file|debug log|TF_LOG)\b`)
		for _, field := range form.Body {
			if field.Type == "markdown" {
				continue
			}
			if text := field.Attributes.Label + " " + field.Attributes.Description; asks.MatchString(text) {
				t.Errorf("%s asks for what must not be told: %q", file, text)
			}
		}
	}
	if forms < 2 {
		t.Errorf("only %d forms found", forms)
	}
	for _, file := range []string{".github/ISSUE_TEMPLATE/bug_report.yml", ".github/PULL_REQUEST_TEMPLATE.md"} {
		if !regexp.MustCompile(`(?i)leave out.*keys|no keys`).MatchString(read(t, file)) {
			t.Errorf("%s does not warn of keys", file)
		}
	}
}

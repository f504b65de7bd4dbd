package acceptance

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

const (
	modulePath    = "github.com/retab-dev/terraform-provider-retab"
	moduleVersion = "v" + tfcli.PinnedVersion
	guideExample  = "testing-with-the-fake"
)

// TestGuide_testing runs the commands of the guide in an empty folder until the gate stops a plan, and then the commands of the
// guide's workflow. Local files replace the network: a Git repository, a Go module proxy, and a mirror of the registry.
func TestGuide_testing(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the local repository and proxy need Unix paths")
	}
	for _, program := range []string{"sh", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	if err := engine.Check(projectFile(t, "examples/"+guideExample+"/main.tf")); err != nil {
		t.Skip(err)
	}
	_, section, _ := strings.Cut(projectFile(t, "docs/guides/testing.md"), "\n## From an empty folder\n")
	section, _, _ = strings.Cut(section, "\n## ")
	shell := regexp.MustCompile("(?s)```shell\n(.*?)```").FindAllStringSubmatch(section, -1)
	outputs := regexp.MustCompile("(?s)```text\n(.*?)```").FindAllStringSubmatch(section, -1)
	if len(shell) != 1 || len(outputs) != 2 {
		t.Fatalf("the section has %d blocks of commands and %d of output", len(shell), len(outputs))
	}
	commands := strings.Split(strings.TrimSpace(shell[0][1]), "\n")
	if len(commands) >= 5 {
		t.Errorf("%d commands, want fewer than five", len(commands))
	}
	s := newSandbox(t)
	for i, want := range []struct {
		fails  bool
		output string
	}{{false, ""}, {true, outputs[0][1]}, {false, outputs[1][1]}} {
		s.run(t, commands[i], want.fails, want.output)
	}
	for _, command := range workflowCommands(t) {
		s.run(t, command, false, "")
	}
}

// TestGuide_testingFromClone runs the commands of the guide in this repository, with an empty home folder.
func TestGuide_testingFromClone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the commands need Unix paths")
	}
	for _, program := range []string{"sh", "make"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	if err := engine.Check(projectFile(t, "examples/"+guideExample+"/main.tf")); err != nil {
		t.Skip(err)
	}
	_, section, _ := strings.Cut(projectFile(t, "docs/guides/testing.md"), "\n## From a clone\n")
	_, block, _ := strings.Cut(section, "```shell\n")
	block, _, _ = strings.Cut(block, "```")
	home := t.TempDir()
	s := sandbox{folder: root, environment: userEnv(
		"PATH="+filepath.Join(home, "programs")+string(os.PathListSeparator)+filepath.Join(home, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"),
		"HOME="+home, "CHECKPOINT_DISABLE=1", "TF_CLI_ARGS=-no-color", "GOBIN="+filepath.Join(home, "bin"),
		"GOPATH="+goEnv(t, "GOPATH"), "GOCACHE="+goEnv(t, "GOCACHE"), "GOMODCACHE="+goEnv(t, "GOMODCACHE"), "GOFLAGS="+goEnv(t, "GOFLAGS"),
		"GOTOOLCHAIN=local",
	)}
	if err := os.MkdirAll(filepath.Join(home, "programs"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(engine.Path, filepath.Join(home, "programs", "terraform")); err != nil {
		t.Fatal(err)
	}
	commands := strings.Split(strings.TrimSpace(block), "\n")
	for _, command := range commands {
		s.run(t, command, strings.Contains(command, " plan "), "")
		if strings.HasSuffix(command, "cd ~/my-gates") {
			s.folder = filepath.Join(home, "my-gates")
		}
	}
	if len(commands) != 5 {
		t.Errorf("the section has %d commands", len(commands))
	}
}

// userEnv returns the environment of a user, with some variables and without the settings of Go, Git and this provider.
func userEnv(variables ...string) []string {
	kept := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return slices.ContainsFunc([]string{"RETAB_", "TF_", "GO", "GIT_", "MAKE", "MFLAGS"}, func(prefix string) bool {
			return strings.HasPrefix(variable, prefix)
		})
	})
	return append(kept, variables...)
}

// workflowCommands returns the commands of the guide's workflow.
func workflowCommands(t *testing.T) []string {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct{ Steps []struct{ Run string } }
	}
	if err := yaml.Unmarshal([]byte(projectFile(t, "examples/"+guideExample+"/github-actions.yml")), &workflow); err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, job := range workflow.Jobs {
		for _, step := range job.Steps {
			if step.Run != "" {
				commands = append(commands, step.Run)
			}
		}
	}
	if len(commands) != 2 {
		t.Fatalf("the workflow has the commands %q", commands)
	}
	return commands
}

// sandbox is an empty folder where a user with Terraform, Go and Git runs commands, without the network.
type sandbox struct {
	folder      string
	programs    string
	environment []string
}

// newSandbox returns a sandbox with the compiled provider in its mirror of the registry.
func newSandbox(t *testing.T) sandbox {
	t.Helper()
	home := t.TempDir()
	programs, mirror := filepath.Join(home, "programs"), filepath.Join(home, "mirror")
	plugin := filepath.Join(mirror, engine.Registry(), "retab-dev", "retab", tfcli.PinnedVersion, runtime.GOOS+"_"+runtime.GOARCH)
	for _, folder := range []string{programs, plugin, filepath.Join(home, "work")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		filepath.Join(programs, "terraform"):         engine.Path,
		filepath.Join(plugin, filepath.Base(binary)): binary,
	} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(home, "terraform.rc")
	if err := os.WriteFile(config, []byte(fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := userEnv("PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"), "HOME="+home,
		"TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_CLI_ARGS=-no-color")
	environment = append(environment, goProxyEnv(t, home)...)
	return sandbox{filepath.Join(home, "work"), programs, append(environment, gitEnv(t, home)...)}
}

// run runs a command and checks whether it fails and that its output has the lines that the guide shows.
func (s sandbox) run(t *testing.T, line string, fails bool, want string) {
	t.Helper()
	output, err := s.output(t, line)
	if (err != nil) != fails {
		t.Fatalf("%s ended with %v:\n%s", line, err, output)
	}
	if engine.Product == tfcli.OpenTofu {
		want = strings.ReplaceAll(want, "Terraform", "OpenTofu")
	}
	for wanted := range strings.Lines(want) {
		wantText(t, output, strings.TrimSpace(wanted))
	}
}

// output runs a command and returns what it printed.
func (s sandbox) output(t *testing.T, line string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-c", line)
	command.Dir, command.Env = s.folder, s.environment
	output, err := command.CombinedOutput()
	return string(output), err
}

// install adds a program to the PATH of the commands.
func (s sandbox) install(t *testing.T, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.programs, name), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
}

// gitEnv creates a repository with the examples, and returns environment variables that make Git use it instead of GitHub.
func gitEnv(t *testing.T, home string) []string {
	t.Helper()
	repository := filepath.Join(home, "github")
	if err := os.CopyFS(filepath.Join(repository, "examples"), os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{
		{"init", "--quiet"},
		{"add", "."},
		{"-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message=Add the example"},
		{"tag", moduleVersion},
	} {
		command := exec.CommandContext(t.Context(), "git", arguments...)
		command.Dir, command.Env = repository, append(os.Environ(), "HOME="+home)
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", arguments, err, output)
		}
	}
	return []string{"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url.file://" + repository + ".insteadOf", "GIT_CONFIG_VALUE_0=https://" + modulePath + ".git"}
}

// goProxyEnv creates a module proxy with this module, and returns environment variables that make Go use it and the modules that
// the build of this test has downloaded.
func goProxyEnv(t *testing.T, home string) []string {
	t.Helper()
	versions := filepath.Join(home, "proxy", modulePath, "@v")
	if err := os.MkdirAll(versions, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"list":                  moduleVersion + "\n",
		moduleVersion + ".info": `{"Version":"` + moduleVersion + `"}`,
		moduleVersion + ".mod":  projectFile(t, "go.mod"),
	} {
		if err := os.WriteFile(filepath.Join(versions, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	zipModule(t, filepath.Join(versions, moduleVersion+".zip"))
	downloaded := goEnv(t, "GOMODCACHE")
	return []string{
		"GOPROXY=file://" + filepath.Join(home, "proxy") + ",file://" + filepath.Join(downloaded, "cache", "download"),
		"GOSUMDB=off", "GOTOOLCHAIN=local", "GOFLAGS=-modcacherw", "GOPATH=" + filepath.Join(home, "go"), "GOCACHE=" + goEnv(t, "GOCACHE"),
	}
}

// zipModule writes the zip file of the module for a proxy, without the files of other modules and of Git.
func zipModule(t *testing.T, file string) {
	t.Helper()
	created, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = created.Close() }()
	archive := zip.NewWriter(created)
	err = fs.WalkDir(os.DirFS(root), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{".git", "bin", "dist", "test-logs", "tools"}, path) || entry.Name() == ".terraform" {
				return fs.SkipDir
			}
			return nil
		}
		if path == ".git" || !entry.Type().IsRegular() { // a worktree has a file instead of the folder
			return nil
		}
		member, err := archive.Create(modulePath + "@" + moduleVersion + "/" + path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		_, err = member.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
}

// goEnv returns a variable of go env.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(output))
}

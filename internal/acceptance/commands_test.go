package acceptance

import (
	"debug/buildinfo"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// commands has a test for each command in the shell blocks of the documents.
var commands = map[string]func(t *testing.T){
	"make demo": func(t *testing.T) {
		if err := engine.Check(`"terraform_data"`); err != nil {
			t.Skip(err)
		}
		wantText(t, makeTarget(t, nil, "demo"), "Building the provider and the demo.", `status = "completed"`, "Error: Resource precondition failed")
	},
	"make fake": func(t *testing.T) {
		wantText(t, makeTarget(t, nil, "fake", "FAKE=-for 1ms"), "Building retab-fake.", "export RETAB_API_BASE_URL=http://127.0.0.1:", "export RETAB_API_KEY=")
		// It serves from the folder of the caller, which make has in PWD.
		folder, err := filepath.Abs(filepath.Join(root, "examples", "testing-with-the-fake"))
		if err != nil {
			t.Fatal(err)
		}
		wantText(t, makeTarget(t, []string{"PWD=" + folder}, "fake", "FAKE=-for 1ms -scenario scenario.yaml"), "retab-fake serves scenario.yaml")
	},
	// These targets run this test itself, so it checks only what they would run.
	"make test": func(t *testing.T) { wantText(t, makeTarget(t, nil, "-n", "test"), "bin/gotestsum ", " ./...") },
	"make quick": func(t *testing.T) {
		wantText(t, makeTarget(t, nil, "-n", "quick"), "go vet ./...", "go test ", " ./...")
	},
	"make check": func(t *testing.T) { wantText(t, makeTarget(t, nil, "-n", "check"), "golangci-lint", " run ", " ./...") },
	// Building all tools takes too long for a test.
	"make tools": func(t *testing.T) {
		wantText(t, makeTarget(t, nil, "-n", "--always-make", "tools"), "bin/golangci-lint", "bin/goreleaser")
	},
	"make help": func(t *testing.T) {
		help := makeTarget(t, nil, "help")
		wantText(t, help, "make demo", "make check")
		if strings.Index(help, "make fuzz") < strings.Index(help, "Maintain it") {
			t.Errorf("the targets for maintainers are not in their own section:\n%s", help)
		}
	},
	"make install": func(t *testing.T) {
		bin := t.TempDir()
		output := makeTarget(t, []string{"GOBIN=" + bin}, "install", "PLUGINS="+filepath.ToSlash(t.TempDir()))
		wantText(t, output, "Installed terraform-provider-retab in "+bin, `dev_overrides { "retab-dev/retab" = "`+bin+`" }`)
		if installed, err := filepath.Glob(filepath.Join(bin, "terraform-provider-retab*")); err != nil || len(installed) != 1 {
			t.Errorf("installed files: %q, %v", installed, err)
		} else if ours, theirs := compilerSettings(t, binary), compilerSettings(t, installed[0]); !maps.Equal(ours, theirs) {
			t.Errorf("make install compiles all packages again: its settings are %v, those of the tests and the demo %v", theirs, ours)
		}
	},
	"make install-mirror": func(t *testing.T) {
		mirror := t.TempDir()
		bin := t.TempDir()
		output := makeTarget(t, []string{"GOBIN=" + bin}, "install-mirror", "PLUGINS="+filepath.ToSlash(mirror))
		wantText(t, output, "Installed retab-fake in "+filepath.ToSlash(bin), "Now run terraform init.")
		fake := fakeapi.Start(fakeapi.Flat)
		defer fake.Close()
		mirrored, err := tfcli.NewMirrorWorkspace(engine, t.TempDir(), mirror)
		if err != nil {
			t.Fatal(err)
		}
		mirrored.Setenv("RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+fake.URL)
		w := workspace{mirrored, fake}
		w.example(t, "quickstart")
		w.terraform(t, 0, "init", "-no-color")
		wantText(t, w.terraform(t, 0, "plan", "-no-color"), `"completed"`)
	},
	"make live": func(t *testing.T) {
		fake := fakeapi.Start(fakeapi.Flat)
		defer fake.Close()
		wantText(t, makeTarget(t, []string{
			"RETAB_API_KEY=" + fakeapi.Key, "RETAB_API_BASE_URL=" + fake.URL, "RETAB_RUN_ID=" + fakeapi.SeedRunID, "RETAB_DOCUMENT_ID=" + fakeapi.SeedDocumentID,
		}, "live"), "plan -var run_id="+fakeapi.SeedRunID, `+ status = "completed"`)
	},
}

// compilerSettings returns the settings of a binary that Go's build cache depends on.
func compilerSettings(t *testing.T, binary string) map[string]string {
	t.Helper()
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		if setting.Key != "-ldflags" && !strings.HasPrefix(setting.Key, "vcs") {
			settings[setting.Key] = setting.Value
		}
	}
	return settings
}

// TestDocuments_commands runs the commands of the documents, except those of TestGuide_testing. TestRelease_signature runs those of
// SECURITY.
func TestDocuments_commands(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip(err)
	}
	documented := map[string]bool{}
	for _, document := range append(documents(t), "CONTRIBUTING.md") {
		if document == "docs/guides/testing.md" {
			continue
		}
		for _, block := range regexp.MustCompile("(?s)```shell\n(.*?)```").FindAllStringSubmatch(projectFile(t, document), -1) {
			for line := range strings.Lines(block[1]) {
				line, _, _ = strings.Cut(line, "#")
				if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "export RETAB_") {
					continue
				}
				if commands[line] == nil {
					t.Errorf("%s has the command %q, which has no test", document, line)
				}
				documented[line] = true
			}
		}
	}
	for line, command := range commands {
		if !documented[line] {
			t.Errorf("no document has the command %q", line)
		}
		t.Run(strings.ReplaceAll(line, " ", "_"), func(t *testing.T) {
			t.Parallel()
			command(t)
		})
	}
}

// makeTarget runs make in the project's folder and returns its output on one line.
func makeTarget(t *testing.T, environment []string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "make", append(arguments, "TF="+filepath.ToSlash(engine.Path))...)
	command.Dir = root
	command.Env = append(slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		// The variables of an outer make, and the settings of the developer.
		return strings.HasPrefix(name, "MAKE") || name == "MFLAGS" || strings.HasPrefix(name, "RETAB_")
	}), environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("make %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return strings.Join(strings.Fields(string(output)), " ")
}

// TestInstall_leftovers checks that each way of installing the provider warns about files of the other one.
func TestInstall_leftovers(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip(err)
	}
	folder := t.TempDir()
	mirror, config := filepath.ToSlash(filepath.Join(folder, "plugins")), filepath.Join(folder, "terraform.rc")
	environment := []string{"GOBIN=" + filepath.Join(folder, "bin"), "TF_CLI_CONFIG_FILE=" + config}
	install := makeTarget(t, environment, "install", "PLUGINS="+mirror)
	block := regexp.MustCompile(`provider_installation \{.*? direct \{\} \}`).FindString(install)
	if block == "" || strings.Contains(install, "left builds") {
		t.Errorf("got %s", install)
	}
	const warning = "has a provider_installation block"
	if output := makeTarget(t, environment, "install-mirror", "PLUGINS="+mirror); strings.Contains(output, warning) {
		t.Errorf("got %s", output)
	}
	wantText(t, makeTarget(t, environment, "install", "PLUGINS="+mirror),
		"make install-mirror left builds in "+mirror, `rm -r "`+mirror+`/`+engine.Registry()+`/retab-dev/retab"`)
	if err := os.WriteFile(config, []byte(block), 0o600); err != nil {
		t.Fatal(err)
	}
	wantText(t, makeTarget(t, environment, "install-mirror", "PLUGINS="+mirror), config+" "+warning, "Remove the block to use the mirror.")
}

// TestDocuments_liveWithoutKey checks that make live without a key names the missing variable.
func TestDocuments_liveWithoutKey(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the shell prints the message")
	}
	command := exec.CommandContext(t.Context(), "make", "live")
	command.Dir = root
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "RETAB_") || strings.HasPrefix(variable, "MAKE") || strings.HasPrefix(variable, "MFLAGS=")
	})
	output, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "RETAB_API_KEY: set it to your API key") {
		t.Errorf("got %v: %s", err, output)
	}
}

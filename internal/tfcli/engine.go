package tfcli

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hashicorp/go-version"
)

// The products that run configurations.
const (
	Terraform = "Terraform"
	OpenTofu  = "OpenTofu"
)

// Engine is a CLI and what it is.
type Engine struct {
	Path    string
	Product string // Terraform or OpenTofu
	Version *version.Version
}

func (e Engine) String() string { return e.Product + " " + e.Version.String() }

// Registry is the host of the registry that providers come from when their source names none.
func (e Engine) Registry() string {
	if e.Product == OpenTofu {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)$`)

// identifyCLI asks a CLI what it is.
func identifyCLI(ctx context.Context, cli string) (Engine, error) {
	command := exec.CommandContext(ctx, cli, "version")
	command.Env = append(shielded(os.Environ()), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	output, err := command.Output()
	if err != nil {
		return Engine{}, fmt.Errorf("asking %s for its version: %w", cli, err)
	}
	return identify(cli, string(output))
}

func identify(cli, output string) (Engine, error) {
	told := versionLine.FindStringSubmatch(output)
	if told == nil {
		return Engine{}, fmt.Errorf("%s is neither Terraform nor OpenTofu: its version is %q", cli, output)
	}
	parsed, err := version.NewVersion(told[2])
	if err != nil {
		return Engine{}, fmt.Errorf("asking %s for its version: %w", cli, err)
	}
	return Engine{cli, told[1], parsed}, nil
}

// feature is something that not every engine has.
type feature struct {
	name  string
	shown *regexp.Regexp    // how a configuration shows that it uses it
	since map[string]string // the first version of each product that has it; a product that is not here has it not
}

// features are those that examples and documents use, beside what every engine has since Terraform 1.0.
var features = []feature{
	{"preconditions and postconditions", regexp.MustCompile(`(?m)^\s*(pre|post)condition \{`), map[string]string{Terraform: "1.2", OpenTofu: "1.6"}},
	{"terraform_data", regexp.MustCompile(`"terraform_data"`), map[string]string{Terraform: "1.4", OpenTofu: "1.6"}},
	{"checks", regexp.MustCompile(`(?m)^check "`), map[string]string{Terraform: "1.5", OpenTofu: "1.6"}},
	{"mocked providers", regexp.MustCompile(`(?m)^mock_provider "`), map[string]string{Terraform: "1.7", OpenTofu: "1.8"}},
	{"ephemeral resources", regexp.MustCompile(`(?m)^ephemeral "`), map[string]string{Terraform: "1.10", OpenTofu: "1.11"}},
	{"ephemeral variables", regexp.MustCompile(`(?m)^\s*ephemeral\s*=`), map[string]string{Terraform: "1.10", OpenTofu: "1.11"}},
	{"write-only arguments", regexp.MustCompile(`(?m)^\s*\w+_wo\s*=`), map[string]string{Terraform: "1.11", OpenTofu: "1.11"}},
	{"actions", regexp.MustCompile(`(?m)^action "`), map[string]string{Terraform: "1.14"}},
}

// LackError says that an engine does not have a feature.
type LackError struct {
	Engine  Engine
	Feature string
	Needed  string // the engines that have it
}

func (e *LackError) Error() string {
	return fmt.Sprintf("%s has no %s: use %s", e.Engine, e.Feature, e.Needed)
}

// Check returns a [*LackError] if a configuration uses a feature that the engine does not have.
func (e Engine) Check(configuration string) error {
	for _, f := range features {
		if f.shown.MatchString(configuration) && !e.has(f) {
			var needed []string
			for _, product := range []string{Terraform, OpenTofu} {
				if since, known := f.since[product]; known {
					needed = append(needed, product+" "+since)
				}
			}
			return &LackError{e, f.name, strings.Join(needed, " or ") + ", or later"}
		}
	}
	return nil
}

// checkFolder checks the configurations and tests in a folder.
func (e Engine) checkFolder(dir string) error {
	for _, pattern := range []string{"*.tf", "tests/*.tftest.hcl"} {
		files, err := fs.Glob(os.DirFS(dir), pattern)
		if err != nil {
			return err
		}
		for _, file := range files {
			text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
			if err != nil {
				return err
			}
			if err := e.Check(string(text)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e Engine) has(f feature) bool {
	since, known := f.since[e.Product]
	return known && e.Version.Core().GreaterThanOrEqual(version.Must(version.NewVersion(since)))
}

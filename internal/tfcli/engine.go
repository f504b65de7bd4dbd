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

// The supported products.
const (
	Terraform = "Terraform"
	OpenTofu  = "OpenTofu"
)

// Engine is an installed CLI.
type Engine struct {
	Path    string
	Product string // Terraform or OpenTofu
	Version *version.Version
}

// String returns the product and the version.
func (e Engine) String() string { return e.Product + " " + e.Version.String() }

// Registry returns the host of the product's default registry.
func (e Engine) Registry() string {
	if e.Product == OpenTofu {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)$`)

// identifyCLI runs a CLI to get its product and version.
func identifyCLI(ctx context.Context, cli string) (Engine, error) {
	command := exec.CommandContext(ctx, cli, "version")
	command.Env = append(isolated(os.Environ()), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	output, err := command.Output()
	if err != nil {
		return Engine{}, fmt.Errorf("getting the version of %s: %w", cli, err)
	}
	return identify(cli, string(output))
}

// identify parses the output of the version command.
func identify(cli, output string) (Engine, error) {
	line := versionLine.FindStringSubmatch(output)
	if line == nil {
		return Engine{}, fmt.Errorf("%s is neither Terraform nor OpenTofu: its version is %q", cli, output)
	}
	parsed, err := version.NewVersion(line[2])
	if err != nil {
		return Engine{}, fmt.Errorf("getting the version of %s: %w", cli, err)
	}
	return Engine{cli, line[1], parsed}, nil
}

// feature is a language feature that some engines lack.
type feature struct {
	name  string
	used  *regexp.Regexp    // matches a configuration that uses the feature
	since map[string]string // the first version with the feature, by product; products not listed lack the feature
}

// features has the features that examples and documents use and that Terraform 1.0 lacks.
var features = []feature{
	{"preconditions and postconditions", regexp.MustCompile(`(?m)^\s*(pre|post)condition \{`), map[string]string{Terraform: "1.2", OpenTofu: "1.6"}},
	{"terraform_data", regexp.MustCompile(`"terraform_data"`), map[string]string{Terraform: "1.4", OpenTofu: "1.6"}},
	{"checks", regexp.MustCompile(`(?m)^check "`), map[string]string{Terraform: "1.5", OpenTofu: "1.6"}},
	{"tests", regexp.MustCompile(`(?m)^run "`), map[string]string{Terraform: "1.6", OpenTofu: "1.6"}},
	{"mocked providers", regexp.MustCompile(`(?m)^mock_provider "`), map[string]string{Terraform: "1.7", OpenTofu: "1.8"}},
	{"ephemeral resources", regexp.MustCompile(`(?m)^ephemeral "`), map[string]string{Terraform: "1.10", OpenTofu: "1.11"}},
	{"ephemeral variables", regexp.MustCompile(`(?m)^\s*ephemeral\s*=`), map[string]string{Terraform: "1.10", OpenTofu: "1.11"}},
	{"write-only arguments", regexp.MustCompile(`(?m)^\s*\w+_wo\s*=`), map[string]string{Terraform: "1.11", OpenTofu: "1.11"}},
	{"actions", regexp.MustCompile(`(?m)^action "`), map[string]string{Terraform: "1.14"}},
}

// UnsupportedFeatureError reports that a configuration uses a feature that the engine lacks.
type UnsupportedFeatureError struct {
	Engine  Engine
	Feature string
	Needed  string // the engines with the feature
}

func (e *UnsupportedFeatureError) Error() string {
	return fmt.Sprintf("%s does not support %s: use %s", e.Engine, e.Feature, e.Needed)
}

// Check returns an [*UnsupportedFeatureError] if a configuration uses a feature that the engine lacks.
func (e Engine) Check(configuration string) error {
	for _, f := range features {
		if f.used.MatchString(configuration) && !e.has(f) {
			var needed []string
			for _, product := range []string{Terraform, OpenTofu} {
				if since, known := f.since[product]; known {
					needed = append(needed, product+" "+since)
				}
			}
			return &UnsupportedFeatureError{e, f.name, strings.Join(needed, " or ") + ", or later"}
		}
	}
	return nil
}

// checkFolder applies Check to the configurations and tests in a folder.
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

// has reports whether the engine supports a feature.
func (e Engine) has(f feature) bool {
	since, known := f.since[e.Product]
	return known && e.Version.Core().GreaterThanOrEqual(version.Must(version.NewVersion(since)))
}

package conventions

import (
	"regexp"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

var (
	released        = regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+) `)
	providerSource  = regexp.MustCompile(`\bsource += "([a-z-]+/[a-z-]+)"(?:\n +|, )?(version += "[^"]+")?`)
	ownModule       = regexp.MustCompile(`github\.com/retab-dev/terraform-provider-retab//[\w/-]*(\?ref=v[\d.]+)?`)
	ownProgram      = regexp.MustCompile(`github\.com/retab-dev/terraform-provider-retab/cmd/[\w-]+(@[\w.]+)?`)
	fileOfARelease  = regexp.MustCompile(`terraform-provider-retab_v?(\d+\.\d+\.\d+)`)
	action          = regexp.MustCompile(`(?m)\buses: ([a-z0-9-]+/[a-z0-9-]+)@(.+)$`)
	pinnedAction    = regexp.MustCompile(`^[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	mirroredVersion = regexp.MustCompile(`(?m)^PINNED := (.*)$`)
)

// TestPins checks that users copy no provider, module or program without a version, and that every version is the newest one of the
// changelog.
func TestPins(t *testing.T) {
	t.Parallel()
	version := released.FindStringSubmatch(read(t, "CHANGELOG.md"))[1]
	if tfcli.PinnedVersion != version {
		t.Errorf("the tests install version %s, and the changelog has %s", tfcli.PinnedVersion, version)
	}
	if mirrored := mirroredVersion.FindStringSubmatch(read(t, "GNUmakefile")); mirrored == nil || mirrored[1] != version {
		t.Errorf("make install-mirror installs %q, want %s", mirrored, version)
	}
	pins := 0
	for _, file := range copiedFiles(t) {
		text := read(t, file)
		for _, match := range providerSource.FindAllStringSubmatch(text, -1) {
			pins++
			want := `version = "~> ` + version + `"`
			if strings.HasPrefix(file, "examples/modules/") {
				want = `version = ">= ` + version + `"` // the configuration that uses the module has the upper bound
			}
			if match[2] == "" || match[1] == "retab-dev/retab" && match[2] != want {
				t.Errorf("%s: %s has %q, want a version such as %q", file, match[1], match[2], want)
			}
		}
		for pattern, want := range map[*regexp.Regexp]string{ownModule: "?ref=v" + version, ownProgram: "@v" + version, fileOfARelease: version} {
			for _, match := range pattern.FindAllStringSubmatch(text, -1) {
				pins++
				if match[1] != want {
					t.Errorf("%s: %s, want %s", file, match[0], want)
				}
			}
		}
	}
	if pins < 40 {
		t.Errorf("only %d pins found", pins)
	}
}

// TestPins_actions checks that workflows that users copy pin actions as hosted CI does: by a commit's hash, with its version, and at the
// same commit. Dependabot updates only hosted CI, so this test names what to update after it.
func TestPins_actions(t *testing.T) {
	t.Parallel()
	hosted := map[string]string{}
	for _, file := range find(t, ".github/workflows", ".yml") {
		for _, match := range action.FindAllStringSubmatch(read(t, file), -1) {
			hosted[match[1]] = match[2]
		}
	}
	checked := 0
	for _, file := range copiedFiles(t) {
		for _, match := range action.FindAllStringSubmatch(read(t, file), -1) {
			checked++
			if want := hosted[match[1]]; !pinnedAction.MatchString(match[2]) || want != "" && match[2] != want {
				t.Errorf("%s: %s@%s is not pinned by a hash and its version (hosted CI: %q)", file, match[1], match[2], want)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d actions found", checked)
	}
}

// copiedFiles returns the files that users copy configurations and commands from.
func copiedFiles(t *testing.T) []string {
	t.Helper()
	files := append(find(t, "docs", ".md"), "README.md", "SECURITY.md")
	for _, extension := range []string{".tf", ".hcl", ".yml", ".yaml"} {
		files = append(files, find(t, "examples", extension)...)
	}
	return files
}

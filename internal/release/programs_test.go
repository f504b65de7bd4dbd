package release

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
)

// maxBinary is the maximum size of a binary in bytes.
const maxBinary = 21 << 20

// program is a program of a release. Each has an archive per platform and a list of its modules.
type program struct {
	archive func(d dist, platform string) string
	sbom    func(d dist) string
	binary  func(d dist) string // without an extension
	module  string              // a module that its list must have
	lacks   []string            // packages that it must not contain
}

const internal = "terraform-provider-retab/internal/"

var (
	provider = program{
		archive: func(d dist, platform string) string { return d.file(platform + ".zip") },
		sbom:    func(d dist) string { return d.file("sbom.cdx.json") },
		binary:  func(d dist) string { return name + "_v" + d.version },
		module:  "github.com/hashicorp/terraform-plugin-framework",
		lacks:   []string{internal + "fakeapi"},
	}
	fake = program{
		archive: func(d dist, platform string) string {
			return "retab-fake-" + d.version + "-" + strings.ReplaceAll(platform, "_", "-") + ".zip"
		},
		sbom:   func(d dist) string { return "retab-fake-" + d.version + "-sbom.cdx.json" },
		binary: func(dist) string { return "retab-fake" },
		module: "go.yaml.in/yaml/v3",
		lacks:  []string{internal + "client", internal + "provider"},
	}
	programs = map[string]program{"provider": provider, "fake": fake}
)

// binaryFor returns the name of the binary for a platform.
func (p program) binaryFor(d dist, platform string) string {
	if strings.HasPrefix(platform, "windows_") {
		return p.binary(d) + ".exe"
	}
	return p.binary(d)
}

// TestRelease_archives checks that every archive has the license and the binary for its platform, built from the commit.
func TestRelease_archives(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, p := range programs {
		for _, platform := range d.platforms {
			t.Run(name+"_"+platform, func(t *testing.T) {
				t.Parallel()
				archive := d.read(t, p.archive(d, platform))
				files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
				if err != nil {
					t.Fatal(err)
				}
				binary := p.binaryFor(d, platform)
				var names []string
				for _, file := range files.File {
					names = append(names, file.Name)
					if file.Name == binary {
						p.check(t, d, platform, file)
					}
				}
				if want := []string{"LICENSE", binary}; !slices.Equal(want, names) {
					t.Errorf("the archive has %q, want %q", names, want)
				}
			})
		}
	}
}

// check checks the mode, size, build settings and packages of a binary.
func (p program) check(t *testing.T, d dist, platform string, file *zip.File) {
	t.Helper()
	if file.Mode()&0o111 == 0 {
		t.Errorf("%s is not executable", file.Name)
	}
	if file.UncompressedSize64 > maxBinary {
		t.Errorf("%s has %d bytes, more than %d", file.Name, file.UncompressedSize64, maxBinary)
	}
	binary := unpack(t, file)
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	goos, goarch, _ := strings.Cut(platform, "_")
	for key, want := range map[string]string{"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "-trimpath": "true", "vcs.revision": d.commit} {
		if settings[key] != want {
			t.Errorf("%s: %s is %q, want %q", file.Name, key, settings[key], want)
		}
	}
	for _, unwanted := range p.lacks {
		if bytes.Contains(binary, []byte(unwanted)) {
			t.Errorf("%s contains %s", file.Name, unwanted)
		}
	}
}

func unpack(t *testing.T, file *zip.File) []byte {
	t.Helper()
	opened, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	content, err := io.ReadAll(opened)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// registryArchive matches the names that registries take for an archive of a provider. The Terraform registry and today's
// OpenTofu registry also compare what is before the platform; registries that do not would offer a wrong archive.
var registryArchive = regexp.MustCompile(`_[a-zA-Z0-9]+_[a-zA-Z0-9]+\.zip$`)

// TestRelease_registriesIgnoreTheFake checks that only archives of the provider, its manifest and its checksums have names that
// a registry looks for.
func TestRelease_registriesIgnoreTheFake(t *testing.T) {
	t.Parallel()
	d := dist{version: "1.2.3-dev"}
	for _, platform := range platforms {
		if archive := provider.archive(d, platform); !registryArchive.MatchString(archive) {
			t.Errorf("a registry ignores %s", archive)
		}
		if archive := fake.archive(d, platform); registryArchive.MatchString(archive) || strings.HasPrefix(archive, name) {
			t.Errorf("a registry may take %s for the provider", archive)
		}
	}
}

// TestRelease_sbom checks that the list of modules of each program includes a module that it needs, and that the fake's list lacks
// the provider's modules.
func TestRelease_sbom(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, p := range programs {
		var sbom struct {
			Format     string `json:"bomFormat"`
			Components []struct{ Name string }
		}
		if err := json.Unmarshal(d.read(t, p.sbom(d)), &sbom); err != nil {
			t.Fatal(err)
		}
		var modules []string
		for _, component := range sbom.Components {
			modules = append(modules, component.Name)
		}
		if sbom.Format != "CycloneDX" || !slices.Contains(modules, p.module) {
			t.Errorf("%s: the list has the format %q and the modules %q, want CycloneDX with %s", name, sbom.Format, modules, p.module)
		}
		if name == "fake" && slices.Contains(modules, provider.module) {
			t.Errorf("the fake's list has %s", provider.module)
		}
	}
}

// TestRelease_fakeRuns checks that the released retab-fake runs on this platform.
func TestRelease_fakeRuns(t *testing.T) {
	t.Parallel()
	d := open(t)
	platform := runtime.GOOS + "_" + runtime.GOARCH
	archive := d.read(t, fake.archive(d, platform))
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), fake.binaryFor(d, platform))
	for _, file := range files.File {
		if file.Name == filepath.Base(binary) {
			if err := os.WriteFile(binary, unpack(t, file), 0o700); err != nil { //nolint:gosec // the test runs the file
				t.Fatal(err)
			}
		}
	}
	output, err := exec.CommandContext(t.Context(), binary, "-example").Output()
	if err != nil || string(output) != scenario.Example {
		t.Errorf("got %v, %s", err, output)
	}
}

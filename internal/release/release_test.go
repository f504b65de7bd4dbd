// Package release tests the files of a release. The folder in RELEASE_DIST has the release, which make release-check and
// make release-dry-run write. Without the variable, the tests are skipped.
package release

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const (
	root = "../.."
	name = "terraform-provider-retab"

	// maxBinary is the maximum size of a binary in bytes.
	maxBinary = 20 << 20
)

// platforms are the platforms of a release.
var platforms = []string{
	"darwin_amd64", "darwin_arm64",
	"freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
	"linux_386", "linux_amd64", "linux_arm", "linux_arm64",
	"windows_386", "windows_amd64", "windows_arm64",
}

// dist is a folder with a release.
type dist struct {
	folder, version, commit string
	platforms               []string // that the release must have
}

// open returns the release, or skips the test if there is none.
func open(t *testing.T) dist {
	t.Helper()
	folder := os.Getenv("RELEASE_DIST")
	if folder == "" {
		t.Skip("no release: make release-check and make release-dry-run build one")
	}
	text, err := os.ReadFile(filepath.Join(folder, "metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := dist{folder: folder, platforms: platforms}
	var metadata struct{ Version, Commit string }
	if err := json.Unmarshal(text, &metadata); err != nil || metadata.Version == "" || len(metadata.Commit) != 40 {
		t.Fatal(err, string(text))
	}
	d.version, d.commit = metadata.Version, metadata.Commit
	if os.Getenv("RELEASE_PLATFORMS") == "host" {
		d.platforms = []string{runtime.GOOS + "_" + runtime.GOARCH}
	}
	return d
}

// file returns the name of a file of the release.
func (d dist) file(rest string) string { return name + "_" + d.version + "_" + rest }

// read returns a file of the release.
func (d dist) read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(d.folder, file))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestRelease_files checks that the release has the files that the registries expect, with correct checksums.
func TestRelease_files(t *testing.T) {
	t.Parallel()
	d := open(t)
	var summed []string
	for line := range strings.Lines(string(d.read(t, d.file("SHA256SUMS")))) {
		sum, file, found := strings.Cut(strings.TrimSpace(line), "  ")
		if !found {
			t.Fatalf("malformed line of checksums: %q", line)
		}
		source := filepath.Join(d.folder, file)
		if file == d.file("manifest.json") {
			source = filepath.Join(root, "terraform-registry-manifest.json") // released under this name
		}
		content, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if got := sha256.Sum256(content); hex.EncodeToString(got[:]) != sum {
			t.Errorf("the checksum of %s is wrong", file)
		}
		summed = append(summed, file)
	}
	want := []string{d.file("manifest.json")}
	for _, platform := range d.platforms {
		want = append(want, d.file(platform+".zip"))
	}
	slices.Sort(want)
	slices.Sort(summed)
	if !slices.Equal(want, summed) {
		t.Errorf("files with checksums: %q, want %q", summed, want)
	}
}

// TestRelease_manifest checks the protocol version in the manifest.
func TestRelease_manifest(t *testing.T) {
	t.Parallel()
	var manifest struct {
		Version  int
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		}
	}
	text, err := os.ReadFile(filepath.Join(root, "terraform-registry-manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != 1 || !slices.Equal(manifest.Metadata.Protocols, []string{"6.0"}) {
		t.Errorf("the manifest says %+v", manifest)
	}
}

// TestRelease_archives checks that every archive has the license and the binary for its platform, built from the commit.
func TestRelease_archives(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, platform := range d.platforms {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			archive := d.read(t, d.file(platform+".zip"))
			files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
			if err != nil {
				t.Fatal(err)
			}
			program := name + "_v" + d.version
			if strings.HasPrefix(platform, "windows_") {
				program += ".exe"
			}
			var names []string
			for _, file := range files.File {
				names = append(names, file.Name)
				if file.Name == program {
					checkProgram(t, d, platform, file)
				}
			}
			if want := []string{"LICENSE", program}; !slices.Equal(want, names) {
				t.Errorf("the archive has %q, want %q", names, want)
			}
		})
	}
}

// checkProgram checks the mode, size and build settings of a binary.
func checkProgram(t *testing.T, d dist, platform string, file *zip.File) {
	t.Helper()
	if file.Mode()&0o111 == 0 {
		t.Errorf("%s is not executable", file.Name)
	}
	if file.UncompressedSize64 > maxBinary {
		t.Errorf("%s has %d bytes, more than %d", file.Name, file.UncompressedSize64, maxBinary)
	}
	opened, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	program, err := io.ReadAll(opened)
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
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
	if bytes.Contains(program, []byte("internal/fakeapi")) {
		t.Errorf("%s contains the fake", file.Name)
	}
}

// TestNotes checks that the release notes are the section of the changelog, and that a missing section is an error.
func TestNotes(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs(filepath.Join(root, "tools/release/notes"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write(t, filepath.Join(folder, "CHANGELOG.md"), "# Changelog\n\n## 0.3.0 (Unreleased)\n\nnew\n\n## 0.2.0 (May 1, 2026)\n\nsecond\n\n## 0.1.0 (April 1, 2026)\n\nfirst\n")
	for version, want := range map[string]string{
		"0.2.0": "\nsecond\n\n", "0.1.0": "\nfirst\n",
		"0.3.0": "CHANGELOG.md has no section \"## 0.3.0 (date)\": write it before the tag.\n",
		"9.9.9": "CHANGELOG.md has no section \"## 9.9.9 (date)\": write it before the tag.\n",
	} {
		command := exec.CommandContext(t.Context(), "sh", script, version)
		command.Dir = folder
		output, err := command.CombinedOutput()
		if string(output) != want || (err != nil) != strings.HasPrefix(want, "CHANGELOG") {
			t.Errorf("%s: got %v, %q", version, err, output)
		}
	}
}

// TestRelease_sbom checks that the list of modules includes the framework.
func TestRelease_sbom(t *testing.T) {
	t.Parallel()
	d := open(t)
	var sbom struct {
		Format     string `json:"bomFormat"`
		Components []struct{ Name string }
	}
	if err := json.Unmarshal(d.read(t, d.file("sbom.cdx.json")), &sbom); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, component := range sbom.Components {
		found = found || component.Name == "github.com/hashicorp/terraform-plugin-framework"
	}
	if sbom.Format != "CycloneDX" || !found {
		t.Errorf("the list has the format %q and %d components, want CycloneDX with the framework", sbom.Format, len(sbom.Components))
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

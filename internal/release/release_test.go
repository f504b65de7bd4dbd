// Package release tests the files of a release, which make release-check and make release-dry-run build.
//
// The environment variable RELEASE_DIST has the path of the folder. Without it, the tests are skipped.
package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const (
	root = "../.."
	name = "terraform-provider-retab"
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
		want = append(want, provider.archive(d, platform), fake.archive(d, platform))
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

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

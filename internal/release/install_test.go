package release

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// TestRelease_installs checks that terraform init installs the release from a mirror and locks it, that an example runs with it,
// that the User-Agent has its version, and that init refuses a different archive afterwards.
func TestRelease_installs(t *testing.T) {
	t.Parallel()
	d := open(t)
	engine, err := tfcli.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mirror := t.TempDir()
	archive := provider.archive(d, runtime.GOOS+"_"+runtime.GOARCH)
	content := d.read(t, archive)
	mirrored := filepath.Join(mirror, engine.Registry(), "retab-dev", "retab", archive)
	if err := os.MkdirAll(filepath.Dir(mirrored), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, mirrored, string(content))
	server := fakeapi.Start(fakeapi.RunScoped)
	defer server.Close()
	w, err := tfcli.NewMirrorWorkspace(engine, t.TempDir(), mirror)
	if err != nil {
		t.Fatal(err)
	}
	w.Setenv("RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+server.URL)
	if err := w.Copy(filepath.Join(root, "examples", "quickstart")); err != nil {
		t.Fatal(err)
	}
	// A snapshot is a prerelease, which only an exact version constraint selects.
	write(t, filepath.Join(w.Dir, "version_override.tf"), fmt.Sprintf(
		"terraform {\n  required_providers {\n    retab = {\n      source  = \"retab-dev/retab\"\n      version = %q\n    }\n  }\n}\n", d.version))

	run(t, w, 0, "init", "-no-color", "-input=false")
	lock, err := os.ReadFile(filepath.Join(w.Dir, ".terraform.lock.hcl"))
	if err != nil || !strings.Contains(string(lock), `version     = "`+d.version+`"`) || !strings.Contains(string(lock), `"h1:`) {
		t.Errorf("the lock file is %q, %v", lock, err)
	}
	if output := run(t, w, 0, "apply", "-no-color", "-input=false", "-auto-approve"); !statusLine.MatchString(output) {
		t.Errorf("the result is not in:\n%s", output)
	}
	requests := server.Journal()
	if len(requests) == 0 || !strings.Contains(requests[0].Header.Get("User-Agent"), name+"/"+d.version) {
		t.Errorf("requests: %v, want the version in their User-Agent", requests)
	}

	// The lock file must protect against a different archive in the mirror.
	write(t, mirrored, string(withExtraFile(t, content)))
	if err := os.RemoveAll(filepath.Join(w.Dir, ".terraform")); err != nil {
		t.Fatal(err)
	}
	if output := run(t, w, 1, "init", "-no-color", "-input=false"); !strings.Contains(output, "checksum") {
		t.Errorf("the output lacks a checksum error:\n%s", output)
	}
}

var statusLine = regexp.MustCompile(`(?m)^status\s+= "completed"$`)

// withExtraFile returns a copy of an archive with an additional file.
func withExtraFile(t *testing.T, archive []byte) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var buffer bytes.Buffer
	to := zip.NewWriter(&buffer)
	for _, file := range from.File {
		if err := to.Copy(file); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := to.Create("README"); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func run(t *testing.T, w *tfcli.Workspace, wantCode int, arguments ...string) string {
	t.Helper()
	output, code, err := w.Run(context.WithoutCancel(t.Context()), arguments...)
	if err != nil || code != wantCode {
		t.Fatalf("terraform %s ended with %d, %v:\n%s", strings.Join(arguments, " "), code, err, output)
	}
	return output
}

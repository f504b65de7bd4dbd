package acceptance

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// logDirVariable names the folder for the debug logs of failed tests. Without it, tests write no log, which is the default of
// Terraform's users.
const logDirVariable = "TEST_LOG_DIR"

var notInFileName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// keepLogOfFailure makes the CLI write a debug log, and copies the log to dir if the test fails. It does nothing if dir is "".
func keepLogOfFailure(tb testing.TB, w *tfcli.Workspace, dir string) {
	tb.Helper()
	if dir == "" {
		return
	}
	log := filepath.Join(tb.TempDir(), "terraform.log")
	w.Setenv("TF_LOG=DEBUG", "TF_LOG_PATH="+log)
	tb.Cleanup(func() {
		if !tb.Failed() {
			return
		}
		if err := copyLog(log, dir, tb.Name()); err != nil {
			tb.Errorf("keeping the debug log: %v", err)
		}
	})
}

// copyLog copies a log to a new file in dir whose name starts with the name of the test. One test can have several logs.
func copyLog(log, dir, test string) error {
	content, err := os.ReadFile(log)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, notInFileName.ReplaceAllString(test, "_")+"-*.log")
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		return err
	}
	return file.Close()
}

// endedTest is a test that has passed or failed. It collects the cleanup functions.
type endedTest struct {
	*testing.T
	failed   bool
	cleanups []func()
}

func (e *endedTest) Failed() bool           { return e.failed }
func (e *endedTest) Cleanup(cleanup func()) { e.cleanups = append(e.cleanups, cleanup) }

func TestKeepLogOfFailure(t *testing.T) {
	t.Parallel()
	for _, failed := range []bool{true, false} {
		w := newWorkspace(t)
		w.example(t, "quickstart")
		dir := filepath.Join(t.TempDir(), "logs")
		test := &endedTest{T: t, failed: failed}
		keepLogOfFailure(test, w.Workspace, dir)
		w.terraform(t, 0, "plan", "-no-color")
		for _, cleanup := range test.cleanups {
			cleanup()
		}
		logs, err := filepath.Glob(filepath.Join(dir, "TestKeepLogOfFailure-*.log"))
		if err != nil || (len(logs) == 1) != failed {
			t.Fatalf("failed %v: the logs are %q, %v", failed, logs, err)
		}
		if !failed {
			continue
		}
		if text := readFile(t, logs[0]); !strings.Contains(text, "Retab API request") || strings.Contains(text, fakeapi.Key) {
			t.Error("the log lacks the provider's requests, or has the key")
		}
	}
}

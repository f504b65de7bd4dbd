package acceptance

import (
	"bufio"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

var reattachLine = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.+)'`)

// TestDebug_terraformAttaches starts the provider as a debugger does, and plans with it. The workspace has no other provider.
func TestDebug_terraformAttaches(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be interrupted there")
	}
	fake := fakeapi.Start(fakeapi.RunScoped)
	t.Cleanup(fake.Close)
	empty, err := tfcli.NewMirrorWorkspace(engine, t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// Terraform's own environment has no key, because the provider reads its own.
	empty.Setenv("TF_REATTACH_PROVIDERS=" + startForDebugger(t, fake.URL))
	w := workspace{empty, fake}
	w.example(t, "quickstart")
	wantText(t, w.terraform(t, 0, "plan", "-no-color"), `"completed"`)
}

// startForDebugger starts the provider with -debug until the test ends, and returns the value of TF_REATTACH_PROVIDERS.
func startForDebugger(t *testing.T, baseURL string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), binary, "-debug")
	command.Env = append(os.Environ(), "RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+baseURL)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // so that it removes its socket
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() }) // the context has ended by then
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if value := reattachLine.FindStringSubmatch(lines.Text()); value != nil {
			return strings.ReplaceAll(value[1], "registry.terraform.io", engine.Registry())
		}
	}
	t.Fatalf("the provider printed no TF_REATTACH_PROVIDERS: %v", lines.Err())
	return ""
}

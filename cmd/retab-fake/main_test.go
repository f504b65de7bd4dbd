package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
)

// runAsCommand is an environment variable that makes this test binary run retab-fake.
const runAsCommand = "RETAB_FAKE_TEST_RUN_AS_COMMAND"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(runAsCommand) == "":
	case len(os.Args) == 2 && os.Args[1] == childArgument:
		os.Exit(child())
	default:
		main()
	}
	os.Exit(m.Run())
}

// process is a running retab-fake.
type process struct {
	*exec.Cmd
	url, key string
	stdout   *bufio.Reader
	log      *bytes.Buffer
}

// testBinary returns the path of this test binary.
func testBinary(t *testing.T) string {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return executable
}

// buildFake builds retab-fake without the race detector of this test, which multiplies the memory of a process.
func buildFake(t *testing.T) string {
	t.Helper()
	executable := filepath.Join(t.TempDir(), "retab-fake")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", executable, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return executable
}

// newProcess returns a process that has not started.
func newProcess(t *testing.T, executable string, arguments ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), executable, arguments...), log: &bytes.Buffer{}}
	p.Env = append(os.Environ(), runAsCommand+"=1")
	p.Stderr = p.log
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewReader(out)
	return p
}

// startProcess starts retab-fake and reads its address and key from its output.
func startProcess(t *testing.T, executable string, arguments ...string) *process {
	t.Helper()
	p := newProcess(t, executable, arguments...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	for p.url == "" || p.key == "" {
		line, err := p.stdout.ReadString('\n')
		if err != nil {
			_ = p.Wait()
			t.Fatalf("%v: %s", err, p.log)
		}
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch name {
		case "export RETAB_API_BASE_URL":
			p.url = value
		case "export RETAB_API_KEY":
			p.key = value
		}
	}
	return p
}

// get reads a path from the process. It returns the status and the body.
func (p *process) get(t *testing.T, path, header, value string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set(header, value)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// interrupt interrupts the process like Ctrl-C, and returns the rest of its output.
func (p *process) interrupt(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" { // which has no signals
		_ = p.Process.Kill()
		_ = p.Wait()
		return ""
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(p.stdout)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("the command ended with %v: %s", err, p.log)
	}
	return string(rest)
}

// TestProcess starts retab-fake, reads from it and interrupts it.
func TestProcess(t *testing.T) {
	t.Parallel()
	const result = "/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz"
	p := startProcess(t, testBinary(t), "-log", "-key", "my_own_key")
	if p.key != "my_own_key" || !strings.HasPrefix(p.url, "http://127.0.0.1:") {
		t.Errorf("got %s %s", p.url, p.key)
	}
	if status, body := p.get(t, result, "Api-Key", p.key); status != http.StatusOK || !strings.Contains(body, `"id":"expresult_1"`) {
		t.Errorf("got %d %s", status, body)
	}
	if status, _ := p.get(t, result+"?key=my_own_key", "Api-Key", fakeapi.Key); status != http.StatusUnauthorized {
		t.Errorf("another key: got %d", status)
	}
	rest := p.interrupt(t)
	if runtime.GOOS == "windows" {
		return
	}
	if want := "\nA result to start with: run_id = \"exprun_2\", document_id = \"expdoc_xyz\"\nPress Ctrl-C to stop.\n"; rest != want {
		t.Errorf("got %q", rest)
	}
	lines := strings.Split(strings.TrimSpace(p.log.String()), "\n")
	if len(lines) != 2 || !strings.HasSuffix(lines[0], " 200 GET "+result) || !strings.HasSuffix(lines[1], " 401 GET "+result+"?key=[key]") {
		t.Errorf("the log is\n%s", p.log)
	}
	if strings.Contains(p.log.String(), "my_own_key") || strings.Contains(p.log.String(), fakeapi.Key) {
		t.Errorf("the log has a key:\n%s", p.log)
	}
}

// TestProcess_memory checks that serving ten thousand documents takes at most 200 MiB. Only Linux reports the peak.
func TestProcess_memory(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux reports the peak memory of a process")
	}
	const documents, maxKiB = 10_000, 200 << 10
	var text strings.Builder
	text.WriteString("experiments:\n- id: e\n  runs:\n  - id: r\n    documents:\n")
	for i := range documents {
		fmt.Fprintf(&text, "    - {id: doc_%d, filename: invoice_%d.pdf, score: 0.9, targets: {total: 0.95}, inputs: {json: {text: %s}}}\n", i, i, strings.Repeat("x", 200))
	}
	p := startProcess(t, buildFake(t), "-edition", "flat", "-scenario", write(t, text.String()))
	read, cursor := 0, ""
	for range documents / 1000 {
		_, body := p.get(t, "/v1/workflows/experiments/results?run_id=r&limit=1000"+cursor, "Authorization", "Bearer "+p.key)
		read += strings.Count(body, `"document_id"`)
		_, after, _ := strings.Cut(body, `"after":"`)
		after, _, _ = strings.Cut(after, `"`)
		cursor = "&after=" + after
	}
	if _, body := p.get(t, "/v1/workflows/experiments/metrics?run_id=r", "Authorization", "Bearer "+p.key); strings.Count(body, `"filename"`) != documents {
		t.Error("the metrics lack documents")
	}
	if read != documents {
		t.Errorf("got %d documents", read)
	}
	status, err := os.ReadFile("/proc/" + strconv.Itoa(p.Process.Pid) + "/status")
	p.interrupt(t)
	if err != nil {
		t.Fatal(err)
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.Atoi(strings.TrimSpace(strings.Split(peak, "kB")[0]))
	if err != nil || kib > maxKiB {
		t.Errorf("the process used up to %d MiB (%v)", kib>>10, err)
	}
}

// write writes a scenario and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "scenario.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestRun_timeLimit checks that retab-fake stops at the time limit and closes the listener.
func TestRun_timeLimit(t *testing.T) {
	t.Parallel()
	for edition, kind := range editions {
		var stdout, stderr bytes.Buffer
		status := run(t.Context(), []string{"-edition", edition, "-for", "1ms", "-scenario", write(t, scenario.Example)}, &stdout, &stderr)
		if status != exitOK || stderr.Len() > 0 {
			t.Errorf("got %d: %s", status, &stderr)
		}
		for _, want := range []string{
			kind.text, "scenario.yaml", "export RETAB_API_KEY=" + fakeapi.Key + "\n", `run_id = "exprun_1", document_id = "expdoc_1"`, "It stops after 1ms.",
		} {
			if !strings.Contains(stdout.String(), want) {
				t.Errorf("%s: %q is not in\n%s", edition, want, &stdout)
			}
		}
	}
}

func TestRun_example(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), []string{"-example"}, &stdout, &stderr); status != exitOK || stdout.String() != scenario.Example {
		t.Errorf("got %d %s", status, &stderr)
	}
}

// TestRun_invalidArguments checks that retab-fake reports mistakes before it serves anything.
func TestRun_invalidArguments(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	invalid := write(t, "experiments:\n- id: e\n  score: 2\n")
	for name, test := range map[string]struct {
		arguments []string
		status    int
		want      string
	}{
		"edition":  {[]string{"-edition", "new"}, exitUsage, `retab-fake: -edition is "new"; it must be run_scoped, flat or both`},
		"command":  {[]string{"scenario.yaml"}, exitUsage, `retab-fake: cannot run "scenario.yaml": executable file not found`},
		"flag":     {[]string{"-colour"}, exitUsage, "flag provided but not defined: -colour"},
		"duration": {[]string{"-for", "soon"}, exitUsage, `invalid value "soon" for flag -for`},
		"negative": {[]string{"-latency", "-1s"}, exitUsage, "retab-fake: -latency and -for must not be negative"},
		"no key":   {[]string{"-key", ""}, exitUsage, "retab-fake: -key must be printable ASCII without spaces"},
		"bad key":  {[]string{"-key", "a\nb"}, exitUsage, "retab-fake: -key must be printable ASCII without spaces"},
		"no file":  {[]string{"-scenario", "no-such-file.yaml"}, exitUsage, "retab-fake: open no-such-file.yaml"},
		"scenario": {[]string{"-scenario", invalid}, exitUsage, "retab-fake: " + invalid + " is not a valid scenario:\nline 3: experiments[0].score: must be a number from 0 to 1, but is \"2\""},
		"address":  {[]string{"-listen", taken.Addr().String()}, exitFailure, "retab-fake: listen tcp " + taken.Addr().String()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // so that a mistake that is not reported ends the test, too
			if name == "address" {
				ctx = t.Context() // with an ended context, listening fails for another reason
			}
			var stdout, stderr bytes.Buffer
			status := run(ctx, test.arguments, &stdout, &stderr)
			if status != test.status || !strings.HasPrefix(stderr.String(), test.want) || stdout.Len() > 0 {
				t.Errorf("got %d\nstderr: %s\nstdout: %s", status, &stderr, &stdout)
			}
		})
	}
}

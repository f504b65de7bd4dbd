package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// childArgument makes this test binary the command that retab-fake runs. Its exit status is childStatus.
const (
	childArgument = "child"
	childStatus   = 3
)

// child reads the documented result from the fake in the environment and prints the key and the status. It ends at the end of
// its standard input.
func child() int {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet,
		os.Getenv("RETAB_API_BASE_URL")+"/v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz", nil)
	if err != nil {
		panic(err)
	}
	request.Header.Set("Api-Key", os.Getenv("RETAB_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	_ = response.Body.Close()
	fmt.Println(os.Getenv("RETAB_API_KEY"), response.Status)
	_, _ = io.Copy(io.Discard, os.Stdin)
	fmt.Println("the command ends")
	return childStatus
}

// startChild starts retab-fake with child as its command.
func startChild(t *testing.T, flags ...string) (p *process, stdin io.Closer) {
	t.Helper()
	p = newProcess(t, testBinary(t), append(flags, testBinary(t), childArgument)...)
	p.Env = append(p.Env, "RETAB_API_KEY=the_developers_key", "RETAB_API_BASE_URL=https://api.retab.example")
	stdin, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p, stdin
}

// wantEnd waits for the end of the process and checks its exit status, the end of its output, and its log.
func (p *process) wantEnd(t *testing.T, status int, output, log string) {
	t.Helper()
	rest, err := io.ReadAll(p.stdout)
	if err != nil {
		t.Fatal(err)
	}
	err = p.Wait()
	if ended := new(*exec.ExitError); !errors.As(err, ended) || (*ended).ExitCode() != status {
		t.Errorf("the command ended with %v, want status %d", err, status)
	}
	if !strings.HasSuffix(string(rest), output) || !strings.Contains(p.log.String(), log) {
		t.Errorf("the output is %q, want %q; the log is %q, want %q", rest, output, p.log, log)
	}
}

// TestCommand checks that the variables for the command replace those of the developer, and that retab-fake returns the exit
// status of the command. An interrupt of retab-fake alone does not stop the command, because a terminal interrupts both.
func TestCommand(t *testing.T) {
	t.Parallel()
	p, stdin := startChild(t, "-key", "my_own_key", "-log")
	if line, err := p.stdout.ReadString('\n'); line != "my_own_key 200 OK\n" {
		t.Fatalf("got %q, %v: %s", line, err, p.log)
	}
	if runtime.GOOS != "windows" { // which has no signals
		if err := p.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	p.wantEnd(t, childStatus, "the command ends\n", " 200 GET /v1/workflows/experiments/runs/exprun_2/results/expdoc_xyz\n")
}

// TestCommand_limit checks that a command is stopped at the time limit. The command itself does not end.
func TestCommand_limit(t *testing.T) {
	t.Parallel()
	p, stdin := startChild(t, "-for", "1ms")
	p.wantEnd(t, exitFailure, "", " was stopped after 1ms\n")
	_ = stdin.Close()
}

// TestCommand_defaults checks that only the output of the command is on standard output.
func TestCommand_defaults(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"go", "version"}, &stdout, &stderr)
	if status != exitOK || !strings.HasPrefix(stdout.String(), "go version ") || strings.Count(stdout.String(), "\n") != 1 || stderr.Len() > 0 {
		t.Errorf("got %d %s %s", status, &stdout, &stderr)
	}
	if status := run(t.Context(), []string{"-key", fakeapi.Key, "go", "no-such-command"}, &stdout, &stderr); status != 2 {
		t.Errorf("got %d %s", status, &stderr)
	}
}

func TestRun_help(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), []string{"-help"}, &stdout, &stderr); status != exitOK || !strings.HasPrefix(stderr.String(), usage+"\n  -edition") {
		t.Errorf("got %d %s", status, &stderr)
	}
}

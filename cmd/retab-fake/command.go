package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// killDelay is the time between the interrupt of a command after the time limit and its kill.
const killDelay = 30 * time.Second

// checkCommand returns an error if the program of the command does not exist.
func checkCommand(command []string) error {
	if len(command) == 0 {
		return nil
	}
	if _, err := exec.LookPath(command[0]); err != nil {
		return fmt.Errorf("cannot run %q: %w; run retab-fake -help for the flags", command[0], errors.Unwrap(err))
	}
	return nil
}

// runCommand runs the command with the environment variables that make the provider use the fake. It returns the exit status
// of the command, or an error if the command did not start or was stopped.
//
// A terminal sends Ctrl-C to both processes. runCommand does not send it again, because Terraform stops at once after a second
// interrupt.
func (s settings) runCommand(ctx context.Context, url string, stdout, stderr io.Writer) (int, error) {
	ctx = context.WithoutCancel(ctx)
	if s.limit > 0 {
		limited, cancel := context.WithTimeout(ctx, s.limit)
		defer cancel()
		ctx = limited
	}
	command := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, stdout, stderr
	command.Env = append(os.Environ(), "RETAB_API_BASE_URL="+url, "RETAB_API_KEY="+s.key)
	command.WaitDelay = killDelay
	command.Cancel = func() error {
		if err := command.Process.Signal(os.Interrupt); err != nil { // Windows has no signals
			return command.Process.Kill()
		}
		return nil
	}
	err := command.Run()
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, fmt.Errorf("%s was stopped after %s", s.command[0], s.limit)
	case errors.As(err, &ended) && ended.Exited():
		return ended.ExitCode(), nil
	case err != nil:
		return 0, err
	}
	return exitOK, nil
}

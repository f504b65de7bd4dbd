// Command retab-fake serves a fake Retab API on this machine, to try and test configurations without an account.
//
// It prints the environment variables that make the provider use the fake, and stops on Ctrl-C. With a command, such as
// terraform test, it runs the command with these variables and stops when the command ends. Without a scenario, it serves the
// vendor's documented example and a run in every state.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"
	"unicode"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi/scenario"
)

// Exit statuses.
const (
	exitOK = iota
	exitFailure
	exitUsage // also for a scenario that is not valid
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run runs retab-fake and returns the exit status.
func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	settings, err := parseFlags(arguments, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintln(stderr, "retab-fake:", err)
		return exitUsage
	case settings.example:
		fmt.Fprintf(stdout, "%s", scenario.Example)
		return exitOK
	}
	fake, first, err := settings.newFake(stderr)
	if err != nil {
		fmt.Fprintln(stderr, "retab-fake:", err)
		return exitUsage
	}
	status, err := settings.serve(ctx, fake, first, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "retab-fake:", err)
		return exitFailure
	}
	return status
}

// settings has the values of the flags.
type settings struct {
	edition  string
	listen   string
	key      string
	scenario string
	latency  time.Duration
	limit    time.Duration // 0 for none
	log      bool
	example  bool
	command  []string // empty to serve until Ctrl-C
}

// usage is the text that -help prints before the flags.
const usage = `usage: retab-fake [flags] [command [argument ...]]

Serves a fake Retab API until Ctrl-C or, with a command, until the command ends. The command gets the address and the
key of the fake in RETAB_API_BASE_URL and RETAB_API_KEY.
`

// editions has the values of -edition.
var editions = map[string]struct {
	serves fakeapi.Edition
	text   string
}{
	"run_scoped": {fakeapi.RunScoped, "run-scoped edition, header Api-Key"},
	"flat":       {fakeapi.Flat, "flat edition, header Authorization: Bearer"},
	"both":       {fakeapi.Both, "both editions, header Api-Key or Authorization: Bearer"},
}

// parseFlags parses and checks the arguments.
func parseFlags(arguments []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("retab-fake", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintf(stderr, "%s\n", usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&s.edition, "edition", "run_scoped", "`edition` of the API: run_scoped, flat or both")
	flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "`address` to listen on; port 0 picks a free one")
	flags.StringVar(&s.key, "key", fakeapi.Key, "API `key` to accept")
	flags.StringVar(&s.scenario, "scenario", "", "YAML `file` that describes what to serve (see -example)")
	flags.DurationVar(&s.latency, "latency", 0, "`delay` of every answer, such as 200ms")
	flags.DurationVar(&s.limit, "for", 0, "`duration` after which to stop, such as 10m (default: no limit)")
	flags.BoolVar(&s.log, "log", false, "print one line per request to standard error")
	flags.BoolVar(&s.example, "example", false, "print an example of a scenario, with comments, and exit")
	if err := flags.Parse(arguments); err != nil {
		return s, flagError(err)
	}
	s.command = flags.Args()
	switch _, known := editions[s.edition]; {
	case !known:
		return s, fmt.Errorf("-edition is %q; it must be run_scoped, flat or both", s.edition)
	case s.key == "" || strings.ContainsFunc(s.key, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) || r == ' ' }):
		return s, errors.New("-key must be printable ASCII without spaces")
	case s.latency < 0 || s.limit < 0:
		return s, errors.New("-latency and -for must not be negative")
	}
	return s, checkCommand(s.command)
}

// flagError shortens an error of package flag, because that package has already printed the error and the usage.
func flagError(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return errors.New("the flags are not valid")
}

// firstResult has the ids of a result for the user to read first.
type firstResult struct{ runID, documentID string }

// newFake returns the fake and a result to read first.
func (s settings) newFake(stderr io.Writer) (*fakeapi.Server, firstResult, error) {
	first := firstResult{fakeapi.SeedRunID, fakeapi.SeedDocumentID}
	fake := fakeapi.New(editions[s.edition].serves)
	if s.scenario != "" {
		text, err := os.ReadFile(s.scenario)
		if err != nil {
			return nil, first, err
		}
		parsed, err := scenario.Parse(text)
		if err != nil {
			return nil, first, fmt.Errorf("%s is not a valid scenario:\n%w", s.scenario, err)
		}
		fake.Clear()
		parsed.AddTo(fake)
		first = firstResult{}
		if len(parsed.Results) > 0 {
			first = firstResult{parsed.Results[0].RunID, parsed.Results[0].DocumentID}
		}
	}
	fake.ServeAtRoot()
	fake.SetKey(s.key)
	fake.SetLatency(s.latency)
	fake.SetLog(s.logger(stderr))
	return fake, first, nil
}

// logger returns a function that prints a request if -log is set. It prints no headers, and redacts the key in paths and
// queries.
func (s settings) logger(stderr io.Writer) func(fakeapi.Request) {
	if !s.log {
		return func(fakeapi.Request) {}
	}
	lines := log(stderr)
	return func(request fakeapi.Request) {
		target := request.Path
		if request.Query != "" {
			target += "?" + request.Query
		}
		lines.Printf("%s %s %s", statusText(request.Status), request.Method, redact(target, s.key))
	}
}

// serve listens until the command ends. Without a command it listens until the context ends or the time limit is reached. The
// exit status is valid only without an error.
func (s settings) serve(ctx context.Context, fake *fakeapi.Server, first firstResult, stdout, stderr io.Writer) (int, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return 0, err
	}
	server := &http.Server{Handler: fake, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log(stderr)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if warning := exposureWarning(listener.Addr()); warning != "" {
		fmt.Fprintln(stderr, warning)
	}
	url := "http://" + localAddress(listener.Addr())
	if len(s.command) > 0 {
		status, err := s.runCommand(ctx, url, stdout, stderr)
		return status, errors.Join(err, stop(server, served))
	}
	if s.limit > 0 {
		limited, cancel := context.WithTimeout(ctx, s.limit)
		defer cancel()
		ctx = limited
	}
	s.announce(stdout, url, first)
	select {
	case err := <-served:
		return 0, err
	case <-ctx.Done():
		return exitOK, stop(server, served)
	}
}

// stop closes the server and its listener.
func stop(server *http.Server, served <-chan error) error {
	err := server.Close()
	if serveErr := <-served; !errors.Is(serveErr, http.ErrServerClosed) { // wait for Serve, which closes the listener
		err = errors.Join(err, serveErr)
	}
	return err
}

// announce prints the address, the environment variables and a result to read first.
func (s settings) announce(stdout io.Writer, url string, first firstResult) {
	content := "the documented example and a run in every state"
	if s.scenario != "" {
		content = s.scenario
	}
	fmt.Fprintf(stdout, "retab-fake serves %s (%s) at\n%s\n\n", content, editions[s.edition].text, url)
	fmt.Fprintf(stdout, "export RETAB_API_BASE_URL=%s\nexport RETAB_API_KEY=%s\n\n", url, shellQuote(s.key))
	if first.runID != "" {
		fmt.Fprintf(stdout, "A result to start with: run_id = %q, document_id = %q\n", first.runID, first.documentID)
	}
	if s.limit > 0 {
		fmt.Fprintf(stdout, "It stops after %s. Press Ctrl-C to stop now.\n", s.limit)
	} else {
		fmt.Fprintf(stdout, "Press Ctrl-C to stop.\n")
	}
}

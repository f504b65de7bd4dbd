// Command bench measures what a plan costs: it runs the real Terraform CLI against the fake API, for growing numbers of
// documents, and prints medians of wall time, CPU, peak memory of the provider, requests and connections. With
// HTTP_PROVIDER=/path/to/terraform-provider-http it runs the same work through the http data source, in turn with ours
// in one run, and prints the ratios. Absolute numbers depend on the machine; ratios much less.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

func main() {
	documents := flag.String("documents", "1,10,100,1000", "numbers of documents to plan")
	latencies := flag.String("latencies", "0s,50ms", "how long the API takes to answer")
	rounds := flag.Int("rounds", 5, "how often everything is measured")
	root := flag.String("root", ".", "the project's folder")
	flag.Parse()
	if err := run(context.Background(), *root, *documents, *latencies, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// variant is a way to read the documents.
type variant struct {
	name    string
	edition fakeapi.Edition
	hcl     func(documents int, fake *fakeapi.Server) string
}

func run(ctx context.Context, root, documents, latencies string, rounds int) (err error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	cli, err := tfcli.Find()
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "retab-bench-")
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, os.RemoveAll(temp)) }()
	binary, err := tfcli.BuildProvider(ctx, root, temp)
	if err != nil {
		return err
	}
	b := &bench{cli: cli, temp: temp, binaries: map[string]string{"retab-dev/retab": binary}}
	variants := []variant{
		{"singular, run-scoped", fakeapi.RunScoped, singular},
		{"singular, flat", fakeapi.Flat, singular},
		{"plural, run-scoped", fakeapi.RunScoped, plural},
		{"plural, flat", fakeapi.Flat, plural},
	}
	if http := os.Getenv("HTTP_PROVIDER"); http != "" {
		b.binaries["hashicorp/http"] = http
		variants = append([]variant{{"http", fakeapi.RunScoped, httpDataSource}}, variants...)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "documents\tlatency\tvariant\twall\tratio\tCPU\tprovider memory\trequests\tconnections\t")
	for _, text := range strings.Split(latencies, ",") {
		latency, err := time.ParseDuration(text)
		if err != nil {
			return err
		}
		for _, text := range strings.Split(documents, ",") {
			number, err := strconv.Atoi(text)
			if err != nil {
				return err
			}
			if err := b.measure(ctx, table, variants, number, latency, rounds); err != nil {
				return err
			}
		}
	}
	return nil
}

type bench struct {
	cli      string
	temp     string
	binaries map[string]string
}

// measure runs all variants in turn, round after round, and prints a line for each.
func (b *bench) measure(ctx context.Context, table *tabwriter.Writer, variants []variant, documents int, latency time.Duration, rounds int) error {
	samples := map[string][]sample{}
	for range rounds {
		for _, v := range variants {
			s, err := b.plan(ctx, v, documents, latency)
			if err != nil {
				return fmt.Errorf("%s, %d documents: %w", v.name, documents, err)
			}
			samples[v.name] = append(samples[v.name], s)
		}
	}
	reference := median(samples[variants[0].name]).wall
	for _, v := range variants {
		m := median(samples[v.name])
		fmt.Fprintf(table, "%d\t%v\t%s\t%d ms\t%.2f\t%d ms\t%d MiB\t%d\t%d\t\n", documents, latency, v.name,
			m.wall.Milliseconds(), float64(m.wall)/float64(reference), m.cpu.Milliseconds(), m.memory>>20, m.requests, m.connections)
	}
	return table.Flush()
}

// sample is what one plan cost.
type sample struct {
	wall, cpu             time.Duration
	memory                int64 // bytes, the provider's peak
	requests, connections int
}

// median takes the median of every quantity by itself.
func median(samples []sample) sample {
	return sample{
		wall:        middle(samples, func(s sample) time.Duration { return s.wall }),
		cpu:         middle(samples, func(s sample) time.Duration { return s.cpu }),
		memory:      middle(samples, func(s sample) int64 { return s.memory }),
		requests:    middle(samples, func(s sample) int { return s.requests }),
		connections: middle(samples, func(s sample) int { return s.connections }),
	}
}

func middle[T cmp.Ordered](samples []sample, of func(sample) T) T {
	var values []T
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// plan runs one plan in a folder of its own, against a fake of its own.
func (b *bench) plan(ctx context.Context, v variant, documents int, latency time.Duration) (sample, error) {
	fake := fakeapi.Start(v.edition)
	defer fake.Close()
	for i := range documents {
		fake.Add(fakeapi.Result{
			ID: fmt.Sprintf("expresult_%d", i), RunID: "exprun_big", ExperimentID: "exp_abc", DocumentID: fmt.Sprintf("expdoc_%d", i), BlockKind: "extract",
			Stages: []fakeapi.Stage{{Status: "completed", Artifact: &fakeapi.Artifact{Operation: "extraction", ID: "ext_1"}}},
			Inputs: map[string]fakeapi.Handle{"input-document-0": {FileID: "file_1", Filename: "invoice.pdf", MIMEType: "application/pdf"}},
		})
	}
	fake.SetLatency(latency)
	dir, err := os.MkdirTemp(b.temp, "plan-")
	if err != nil {
		return sample{}, err
	}
	workspace, err := tfcli.NewWorkspaceWith(b.cli, dir, b.binaries)
	if err != nil {
		return sample{}, err
	}
	workspace.Setenv("RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+fake.URL)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(v.hcl(documents, fake)), 0o600); err != nil {
		return sample{}, err
	}
	command := workspace.Command(ctx, "plan", "-no-color", "-input=false")
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	watching, stop := context.WithCancel(ctx)
	peak := watchMemory(watching)
	began := time.Now()
	err = command.Run()
	took := time.Since(began)
	stop()
	s := sample{wall: took, memory: <-peak, requests: len(fake.Journal()), connections: fake.Connections()}
	if err != nil {
		return s, fmt.Errorf("%w\n%s", err, &output)
	}
	s.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return s, nil
}

func singular(documents int, _ *fakeapi.Server) string {
	return required("retab", "retab-dev/retab") + fmt.Sprintf(`
data "retab_experiment_result" "all" {
  for_each    = toset([for i in range(%d) : "expdoc_${i}"])
  run_id      = "exprun_big"
  document_id = each.key
}
`, documents)
}

func plural(int, *fakeapi.Server) string {
	return required("retab", "retab-dev/retab") + `
data "retab_experiment_results" "all" {
  run_id = "exprun_big"
}
`
}

func httpDataSource(documents int, fake *fakeapi.Server) string {
	return required("http", "hashicorp/http") + fmt.Sprintf(`
data "http" "all" {
  for_each        = toset([for i in range(%d) : "expdoc_${i}"])
  url             = "%s/v1/workflows/experiments/runs/exprun_big/results/${each.key}"
  request_headers = { "Api-Key" = %q }
}
`, documents, fake.URL, fakeapi.Key)
}

func required(name, source string) string {
	return fmt.Sprintf("terraform {\n  required_providers {\n    %s = {\n      source = %q\n    }\n  }\n}\n", name, source)
}

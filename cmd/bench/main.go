// Command bench measures the cost of the provider. It runs the real Terraform CLI with the fake API, and prints medians of wall
// time, CPU, peak memory of the provider, requests and connections. With HTTP_PROVIDER=/path/to/terraform-provider-http it
// alternates with the http data source and prints ratios, which depend less on the machine than times.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// settings holds the values of the flags.
type settings struct {
	documents  []int
	latencies  []time.Duration
	largeRun   int
	rounds     int
	benchmarks *regexp.Regexp
	variants   *regexp.Regexp
	root       string
}

func main() {
	documents := flag.String("documents", "1,10,100,1000", "numbers of documents in a plan")
	latencies := flag.String("latencies", "0s,50ms", "latencies of the API")
	largeRun := flag.Int("large-run", 100_000, "documents of the large run, whose list is read completely; 0 skips it")
	rounds := flag.Int("rounds", 5, "how many times to run each benchmark, except the large run")
	benchmarks := flag.String("benchmarks", "", "regular expression for the names of the benchmarks")
	variants := flag.String("variants", "", "regular expression for the names of the variants")
	root := flag.String("root", ".", "the project's folder")
	flag.Parse()

	s := settings{largeRun: *largeRun, rounds: *rounds, root: *root}
	var err error
	if s.documents, err = list(*documents, strconv.Atoi); err == nil {
		s.latencies, err = list(*latencies, time.ParseDuration)
	}
	if err == nil {
		s.benchmarks, err = regexp.Compile(*benchmarks)
	}
	if err == nil {
		s.variants, err = regexp.Compile(*variants)
	}
	if err == nil {
		err = run(context.Background(), s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// list parses values that are separated by commas.
func list[T any](text string, parse func(string) (T, error)) (values []T, err error) {
	for _, part := range strings.Split(text, ",") {
		value, err := parse(part)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func run(ctx context.Context, s settings) (err error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	engine, err := tfcli.Find(ctx)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "retab-bench-")
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, os.RemoveAll(temp)) }()
	m := &measurement{engine: engine, temp: temp}
	built, err := tfcli.BuildRelease(ctx, s.root, temp)
	if err != nil {
		return err
	}
	size, err := m.add("retab-dev/retab", built)
	if err != nil {
		return err
	}
	fmt.Printf("provider binary, stripped: %.1f MiB\n\n", float64(size)/(1<<20))
	peer := os.Getenv("HTTP_PROVIDER")
	if peer != "" {
		if _, err := m.add("hashicorp/http", peer); err != nil {
			return err
		}
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "benchmark\tdocuments\tlatency\tvariant\twall\tratio\tCPU\tprovider memory\trequests\tconnections\t")
	for _, b := range s.selected(peer != "") {
		if err := m.measure(ctx, table, b); err != nil {
			return err
		}
	}
	return nil
}

// selected returns the selected benchmarks with the selected variants.
func (s settings) selected(withPeer bool) []benchmark {
	all := []benchmark{
		{name: "validate", arguments: []string{"validate"}, documents: 1, rounds: s.rounds, variants: []variant{peer, singular}},
		{name: "schema", arguments: []string{"providers", "schema", "-json"}, documents: 1, rounds: s.rounds, variants: []variant{peer, singular}},
	}
	plan := benchmark{name: "plan", arguments: []string{"plan", "-no-color", "-input=false"}, rounds: s.rounds}
	for _, latency := range s.latencies {
		for _, documents := range s.documents {
			b := plan
			b.documents, b.latency = documents, latency
			b.variants = []variant{peer, singular, singularSet, singularFlat, singularFlatSet, plural, pluralFlat, pluralFlatSet}
			if latency == 0 {
				b.variants = append(b.variants, singularMap, singularCount)
			}
			all = append(all, b)
		}
	}
	if s.largeRun > 0 {
		b := plan
		b.name, b.rounds, b.documents, b.payload, b.variants = "large run", 1, s.largeRun, 10<<10, []variant{largeSingular, largePayload, largePlural}
		all = append(all, b)
	}
	all = slices.DeleteFunc(all, func(b benchmark) bool { return !s.benchmarks.MatchString(b.name) })
	for i := range all {
		all[i].variants = slices.DeleteFunc(all[i].variants, func(v variant) bool {
			return !s.variants.MatchString(v.name) || v.provider == peer.provider && !withPeer
		})
	}
	return all
}

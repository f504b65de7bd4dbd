// Command bench measures the cost of the provider with the real Terraform CLI and the fake API.
//
// It prints medians of wall time, CPU, peak memory of the provider, requests and connections. It runs the variants of a benchmark
// in turn and prints medians of their ratios, which depend less on the machine than times.
//
// It compares a detected edition with one that is set. With HTTP_PROVIDER=/path/to/terraform-provider-http it also compares
// the provider with the http data source, and with BASE_PROVIDER=/path/to/terraform-provider-retab with another build.
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
	largeRun := flag.Int("large-run", 100_000, "number of documents of the large run; 0 skips it")
	rounds := flag.Int("rounds", 5, "number of runs of each benchmark, except the large run")
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
	size, err := m.add(sourceOfRetab, built)
	if err != nil {
		return err
	}
	fmt.Printf("provider binary, stripped: %.1f MiB\n\n", float64(size)/(1<<20))
	for source, variable := range map[string]string{sourceOfHTTP: "HTTP_PROVIDER", sourceOfBase: "BASE_PROVIDER"} {
		if binary := os.Getenv(variable); binary != "" {
			if _, err := m.add(source, binary); err != nil {
				return err
			}
		}
	}
	benchmarks := s.selected(m.has(sourceOfHTTP), m.has(sourceOfBase))
	table := newTable(benchmarks)
	table.printHeader()
	for _, b := range benchmarks {
		samples, err := m.measure(ctx, b)
		if err != nil {
			return err
		}
		table.print(b, samples)
	}
	return nil
}

// selected returns the selected benchmarks with the selected variants.
func (s settings) selected(withHTTP, withBase bool) []benchmark {
	all := []benchmark{
		{name: "validate", arguments: []string{"validate"}, documents: 1, rounds: s.rounds, variants: []variant{peer, singular}},
		{name: "schema", arguments: []string{"providers", "schema", "-json"}, documents: 1, rounds: s.rounds, variants: []variant{peer, singular}},
	}
	plan := benchmark{name: "plan", arguments: []string{"plan", "-no-color", "-input=false"}, rounds: s.rounds}
	for _, latency := range s.latencies {
		for _, documents := range s.documents {
			b := plan
			b.documents, b.latency = documents, latency
			b.variants = []variant{
				peer, singular, singularSet, singularFlat, singularFlatSet,
				peerList, peerListJSON, plural, pluralSet, pluralNoRows, peerFlatList, peerFlatListJSON, pluralFlat, pluralFlatSet,
			}
			if latency == 0 {
				b.variants = append(b.variants, singularMap, singularCount)
			}
			all = append(all, b)
		}
		b := plan
		b.name, b.latency, b.documents, b.targets, b.variants = "metrics", latency, 1000, 500, []variant{plural, metrics, pluralFlat, metricsFlat}
		all = append(all, b)
	}
	if s.largeRun > 0 {
		b := plan
		b.name, b.rounds, b.documents, b.payload, b.variants = "large run", 1, s.largeRun, 10<<10, []variant{largeSingular, largePayload, largePlural}
		all = append(all, b)
	}
	all = slices.DeleteFunc(all, func(b benchmark) bool { return !s.benchmarks.MatchString(b.name) })
	for i := range all {
		all[i].variants = s.selectedVariants(all[i].variants, withHTTP, withBase)
	}
	return all
}

// selectedVariants returns the selected variants that have a provider.
func (s settings) selectedVariants(variants []variant, withHTTP, withBase bool) (selected []variant) {
	for _, v := range variants {
		switch {
		case !s.variants.MatchString(v.name) || v.provider == http && !withHTTP:
		case v.provider == retab && withBase:
			base := v.base()
			selected = append(selected, v, base)
		default:
			selected = append(selected, v)
		}
	}
	return selected
}

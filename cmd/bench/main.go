// Command bench measures what the provider costs: it runs the real Terraform CLI against the fake API, and prints medians
// of wall time, CPU, peak memory of the provider, requests and connections.
//
// It runs all variants of a work in turn and prints the medians of their ratios, because absolute numbers depend on the
// machine, and ratios much less. It compares a detected edition with one that is set, with
// HTTP_PROVIDER=/path/to/terraform-provider-http the provider with the http data source, and with
// BASE_PROVIDER=/path/to/terraform-provider-retab the provider with another build of it.
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

// settings are what the flags say.
type settings struct {
	documents []int
	latencies []time.Duration
	walk      int
	rounds    int
	works     *regexp.Regexp
	variants  *regexp.Regexp
	root      string
}

func main() {
	documents := flag.String("documents", "1,10,100,1000", "numbers of documents to plan")
	latencies := flag.String("latencies", "0s,50ms", "how long the API takes to answer")
	walk := flag.Int("walk", 100_000, "documents of the run that is walked to its end, 0 for no walk")
	rounds := flag.Int("rounds", 5, "how often everything is measured, but for the walk, which is done once")
	works := flag.String("works", "", "the works to do, as a regular expression")
	variants := flag.String("variants", "", "the ways to do them, as a regular expression")
	root := flag.String("root", ".", "the project's folder")
	flag.Parse()

	s := settings{walk: *walk, rounds: *rounds, root: *root}
	var err error
	if s.documents, err = list(*documents, strconv.Atoi); err == nil {
		s.latencies, err = list(*latencies, time.ParseDuration)
	}
	if err == nil {
		s.works, err = regexp.Compile(*works)
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

// list reads values with commas between them.
func list[T any](text string, read func(string) (T, error)) (values []T, err error) {
	for _, part := range strings.Split(text, ",") {
		value, err := read(part)
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
	built, err := tfcli.BuildProvider(ctx, s.root, temp)
	if err != nil {
		return err
	}
	size, err := m.add(sourceOfRetab, built)
	if err != nil {
		return err
	}
	fmt.Printf("provider binary, stripped: %.1f MiB\n\n", float64(size)/(1<<20))
	for source, variable := range map[string]string{sourceOfHTTP: "HTTP_PROVIDER", sourceOfBase: "BASE_PROVIDER"} {
		binary := os.Getenv(variable)
		if binary == "" {
			continue
		}
		if _, err := m.add(source, binary); err != nil {
			return err
		}
	}
	works := s.all(m.has(sourceOfHTTP), m.has(sourceOfBase))
	table := newTable(works)
	table.printHeader()
	for _, w := range works {
		samples, err := m.measure(ctx, w)
		if err != nil {
			return err
		}
		table.print(w, samples)
	}
	return nil
}

// all returns the works that were asked for, each with the variants that were.
func (s settings) all(withHTTP, withBase bool) []work {
	works := []work{
		{name: "validate", arguments: []string{"validate"}, documents: 1, rounds: s.rounds, variants: []variant{peer, singular}},
		{name: "schema", arguments: []string{"providers", "schema", "-json"}, documents: 1, rounds: s.rounds, variants: []variant{peer, singular}},
	}
	plan := work{name: "plan", arguments: []string{"plan", "-no-color", "-input=false"}, rounds: s.rounds}
	for _, latency := range s.latencies {
		for _, documents := range s.documents {
			w := plan
			w.documents, w.latency = documents, latency
			w.variants = []variant{
				peer, singular, singularSet, singularFlat, singularFlatSet,
				peerList, peerListJSON, plural, pluralSet, peerFlatList, peerFlatListJSON, pluralFlat, pluralFlatSet,
			}
			if latency == 0 {
				w.variants = append(w.variants, singularMap, singularCount)
			}
			works = append(works, w)
		}
	}
	if s.walk > 0 {
		w := plan
		w.name, w.rounds, w.documents, w.payload, w.variants = "walk", 1, s.walk, 10<<10, []variant{walkSingular, walkPayload, walkPlural}
		works = append(works, w)
	}
	works = slices.DeleteFunc(works, func(w work) bool { return !s.works.MatchString(w.name) })
	for i := range works {
		works[i].variants = s.choose(works[i].variants, withHTTP, withBase)
	}
	return works
}

// choose returns the variants that were asked for and can be run.
func (s settings) choose(variants []variant, withHTTP, withBase bool) (chosen []variant) {
	for _, v := range variants {
		if !s.variants.MatchString(v.name) || v.provider == http && !withHTTP {
			continue
		}
		if withBase && v.provider == retab {
			base := v.base()
			chosen = append(chosen, v, base)
			continue
		}
		chosen = append(chosen, v)
	}
	return chosen
}

// Command bench measures what the provider costs: it runs the real Terraform CLI against the fake API, and prints medians
// of wall time, CPU, peak memory of the provider, requests and connections. With
// HTTP_PROVIDER=/path/to/terraform-provider-http it does the same work with the http data source, in turn with ours in one
// run, and prints the ratios. Absolute numbers depend on the machine; ratios much less.
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
	fmt.Fprintln(table, "work\tdocuments\tlatency\tvariant\twall\tratio\tCPU\tprovider memory\trequests\tconnections\t")
	for _, w := range s.all(peer != "") {
		if err := m.measure(ctx, table, w); err != nil {
			return err
		}
	}
	return nil
}

// all returns the works that were asked for, each with the variants that were.
func (s settings) all(withPeer bool) []work {
	works := []work{
		{name: "validate", arguments: []string{"validate"}, documents: 1, rounds: s.rounds, variants: []variant{peer, singular}},
		{name: "schema", arguments: []string{"providers", "schema", "-json"}, documents: 1, rounds: s.rounds, variants: []variant{peer, singular}},
	}
	plan := work{name: "plan", arguments: []string{"plan", "-no-color", "-input=false"}, rounds: s.rounds}
	for _, latency := range s.latencies {
		for _, documents := range s.documents {
			w := plan
			w.documents, w.latency = documents, latency
			w.variants = []variant{peer, singular, singularSaid, singularFlat, singularFlatSaid, plural, pluralFlat, pluralFlatSaid}
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
		works[i].variants = slices.DeleteFunc(works[i].variants, func(v variant) bool {
			return !s.variants.MatchString(v.name) || v.provider == peer.provider && !withPeer
		})
	}
	return works
}

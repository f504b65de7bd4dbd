package truth_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/provider"
	"github.com/retab-dev/terraform-provider-retab/internal/providertest"
)

// worldSettings saves these variables before TestMain clears the environment.
var worldSettings = struct{ worlds, seed string }{os.Getenv("TRUTH_WORLDS"), os.Getenv("TRUTH_SEED")}

// defaultWorlds is how many worlds the test reads unless TRUTH_WORLDS says otherwise.
const defaultWorlds = 800

// TestTruth reads random worlds and compares the answers with their facts: an answer must be the truth or an error. The seed n
// creates world n, so every run of the test reads the same worlds; make truth reads more of them. TRUTH_SEED repeats one world
// and logs its facts, requests and answers. Pauses between retries are random, so an answer that depends on them may need a
// few repetitions.
func TestTruth(t *testing.T) {
	t.Parallel()
	shared := serve(t)
	report := &worldReport{kinds: map[string]*kindCounts{}, rules: map[string]*brokenRule{}}
	if worldSettings.seed != "" {
		seed, err := strconv.ParseUint(worldSettings.seed, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		readWorld(t, shared, seed, report, func(line string) { t.Log(line) })
		report.show(t)
		return
	}
	worlds := defaultWorlds
	if worldSettings.worlds != "" {
		number, err := strconv.Atoi(worldSettings.worlds)
		if err != nil {
			t.Fatal(err)
		}
		worlds = number
	}
	t.Cleanup(func() {
		report.show(t)
		report.requireShares(t)
	})
	const parts = 40
	for part := range parts {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			for seed := part + 1; seed <= worlds; seed += parts {
				readWorld(t, shared, uint64(seed), report, nil) //nolint:gosec // not negative
			}
		})
	}
}

// readWorld creates a world and reads it with a provider of its own, on a fake clock.
func readWorld(t *testing.T, shared server, seed uint64, report *worldReport, log func(string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		random := newRandom(seed)
		facts := random.facts(seed)
		reads := random.reads(facts)
		atOnce := random.chance(25) // as Terraform does, which makes the order of requests random
		world := &worldServer{worldFacts: facts, start: time.Now(), log: log}
		if log != nil {
			log(facts.String())
		}
		s := server{ProviderServer: providertest.NewServer(provider.WithTransport(world), provider.WithBackoff(transport.Backoff{})), Schema: shared.Schema}
		if problem := s.Configure(t, values{"api_key": worldKey, "base_url": worldHost, "api_edition": facts.setting}); problem != "" {
			t.Fatal(problem)
		}
		answers := readAll(t, s, world, reads, atOnce, func() { <-time.After(random.moment(0, 4*time.Second)) })
		addFirstWaits(reads, answers)
		for i, answer := range answers {
			broken := facts.check(reads[i], answer)
			report.add(facts, reads[i], answer, broken)
			if log != nil {
				log(fmt.Sprintf("%s to %s: %s\n%s\nbroken rules: %q", answer.from, answer.to, reads[i], answer, broken))
			}
		}
	})
}

// readAll reads everything in order, with pauses, or everything at the same time.
func readAll(t *testing.T, s server, world *worldServer, reads []worldRead, atOnce bool, pause func()) []readAnswer {
	t.Helper()
	answers, states := make([]readAnswer, len(reads)), make([]*tfprotov6.DynamicValue, len(reads))
	var all sync.WaitGroup
	for i, read := range reads {
		config := dynamic(t, read.schema(s), read.arguments)
		readOne := func() {
			answer := readAnswer{from: time.Since(world.start)}
			if read.ephemeral {
				states[i], answer.errors, answer.warnings = s.OpenRaw(context.Background(), read.typeName, config)
			} else {
				states[i], answer.errors, answer.warnings = s.ReadRaw(context.Background(), read.typeName, config)
			}
			answer.to = time.Since(world.start)
			answers[i] = answer
		}
		if atOnce {
			all.Go(readOne)
			continue
		}
		if i > 0 && i%3 == 0 {
			pause()
		}
		readOne()
	}
	all.Wait()
	for i, state := range states {
		if answers[i].errors != "" {
			continue
		}
		value, err := state.Unmarshal(reads[i].schema(s))
		if err != nil {
			t.Fatal(err)
		}
		answers[i].state = plain(t, value).(attributes)
	}
	return answers
}

// String describes the facts.
func (f *worldFacts) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "world %d: %s, api_edition = %q, serves %s", f.seed, f.kind, f.setting, f.serves)
	if f.changesAfter > 0 {
		fmt.Fprintf(&text, " and %s after %d requests", f.later, f.changesAfter)
	}
	fmt.Fprintf(&text, ", either credential %t, gate %d, page size %d, cursors %d, 404 for the list of an unknown run %t, latency %s",
		f.lenient, f.gate, f.pageSize, f.cursors, f.unknownRun404, f.latency)
	if f.everything != nil {
		fmt.Fprintf(&text, "\n  every request is answered %d %s", f.everything.status, f.everything.body)
	}
	for route, reply := range f.missing {
		if reply != nil {
			fmt.Fprintf(&text, "\n  the route %s is answered %d %s", routeGroup(route), reply.status, reply.body)
		}
	}
	for name, evidence := range map[string]*evidence{"experiment": f.freshness, "metrics": f.metrics, "record": f.record} {
		fmt.Fprintf(&text, "\n  %s: %s", name, evidence)
	}
	for _, run := range f.runs {
		if run.counters != nil {
			fmt.Fprintf(&text, "\n  counters of %s: %s", run.id, run.counters)
		}
		fmt.Fprintf(&text, "\n  run %s of %s: %d documents, running from %s, %s from %s", run.id, run.experimentID, len(run.documents), run.begins, run.outcome, run.ends)
		for i, document := range run.documents {
			if run.id != f.focus || i == 45 {
				break
			}
			for _, a := range document.attempts {
				fmt.Fprintf(&text, "\n    %s attempt %d: there from %s, running from %s, %s from %s, placeholder %t, shown late by %v",
					document.id, a.number, a.appears, a.starts, a.outcome, a.ends, a.placeholder, a.lag[1:])
			}
		}
	}
	return text.String()
}

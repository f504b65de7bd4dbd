package truth_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// worldReport has the results of all worlds.
type worldReport struct {
	mu    sync.Mutex
	kinds map[string]*kindCounts
	rules map[string]*brokenRule
}

// kindCounts has the results of the worlds of one kind.
type kindCounts struct {
	worlds, brokenWorlds            map[uint64]bool
	reads, truths, errors, warnings int
	broken                          int    // answers that break a rule
	certain, asWanted               int    // reads with a certain outcome, and those of them that had it
	failedExample                   string // the last read that did not have it
}

// brokenRule is a rule that answers have broken.
type brokenRule struct {
	answers int
	kinds   map[string]*brokenCount
}

// brokenCount is how often answers have broken a rule in worlds of one kind, with an example from the smallest of them.
type brokenCount struct {
	answers, size int
	seed          uint64
	example       string
}

// add counts an answer.
func (r *worldReport) add(facts *worldFacts, read worldRead, answer readAnswer, broken []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	counts := r.kinds[facts.kind]
	if counts == nil {
		counts = &kindCounts{worlds: map[uint64]bool{}, brokenWorlds: map[uint64]bool{}}
		r.kinds[facts.kind] = counts
	}
	counts.worlds[facts.seed] = true
	counts.reads++
	switch {
	case answer.state == nil:
		counts.errors++
	case len(broken) > 0:
		counts.broken++
		counts.brokenWorlds[facts.seed] = true
	default:
		counts.truths++
	}
	if answer.warnings != "" {
		counts.warnings++
	}
	if want := facts.want(read, answer); want != wantEither {
		counts.certain++
		if (answer.state != nil) == (want == wantState) {
			counts.asWanted++
		} else {
			counts.failedExample = exampleOf(facts, read, answer)
		}
	}
	for _, rule := range broken {
		r.addBroken(rule, facts, read, answer)
	}
}

// addBroken counts a broken rule.
func (r *worldReport) addBroken(rule string, facts *worldFacts, read worldRead, answer readAnswer) {
	if r.rules[rule] == nil {
		r.rules[rule] = &brokenRule{kinds: map[string]*brokenCount{}}
	}
	r.rules[rule].answers++
	broken := r.rules[rule].kinds[facts.kind]
	if broken == nil {
		broken = &brokenCount{}
		r.rules[rule].kinds[facts.kind] = broken
	}
	broken.answers++
	size := 10 * len(facts.runs)
	for _, run := range facts.runs {
		size += len(run.documents)
	}
	if broken.example == "" || size < broken.size {
		broken.size, broken.seed, broken.example = size, facts.seed, exampleOf(facts, read, answer)
	}
}

// exampleOf describes a read and its answer, with the facts.
func exampleOf(facts *worldFacts, read worldRead, answer readAnswer) string {
	return fmt.Sprintf("TRUTH_SEED=%d repeats it\n%s\n%s, from %s to %s\n%s", facts.seed, facts, read, answer.from, answer.to, answer)
}

// show logs the counts of all kinds, and fails for every broken rule.
func (r *worldReport) show(t *testing.T) {
	t.Helper()
	var table strings.Builder
	line := func(name string, c kindCounts) {
		fmt.Fprintf(&table, "\n%-28s %7d %7d %8d %8d %8d %9d %7d %8d/%d", name, len(c.worlds), len(c.brokenWorlds), c.reads, c.truths, c.errors, c.warnings, c.broken, c.asWanted, c.certain)
	}
	fmt.Fprintf(&table, "%-28s %7s %7s %8s %8s %8s %9s %7s %s", "kind", "worlds", "broken", "reads", "truths", "errors", "warnings", "broken", "as wanted")
	total := kindCounts{worlds: map[uint64]bool{}, brokenWorlds: map[uint64]bool{}}
	for _, kind := range worldKinds {
		counts := r.kinds[kind.name]
		if counts == nil {
			continue
		}
		line(kind.name, *counts)
		maps.Copy(total.worlds, counts.worlds)
		maps.Copy(total.brokenWorlds, counts.brokenWorlds)
		total.reads += counts.reads
		total.truths += counts.truths
		total.errors += counts.errors
		total.warnings += counts.warnings
		total.broken += counts.broken
		total.certain += counts.certain
		total.asWanted += counts.asWanted
	}
	line("all", total)
	t.Log("\n" + table.String())
	for _, rule := range slices.Sorted(maps.Keys(r.rules)) {
		var smallest *brokenCount
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(r.rules[rule].kinds)) {
			broken := r.rules[rule].kinds[kind]
			kinds = append(kinds, fmt.Sprintf("%s: %d, such as %d", kind, broken.answers, broken.seed))
			if smallest == nil || broken.size < smallest.size {
				smallest = broken
			}
		}
		t.Errorf("%d answers break the rule %q, in worlds of these kinds: %s. %s", r.rules[rule].answers, rule, strings.Join(kinds, "; "), smallest.example)
	}
}

// requireShares fails for a kind of world in which too few reads had the required outcome.
func (r *worldReport) requireShares(t *testing.T) {
	t.Helper()
	for kind, least := range shares {
		counts := r.kinds[kind]
		if counts == nil || counts.certain == 0 {
			t.Errorf("no read of a world of the kind %q has a certain outcome", kind)
			continue
		}
		if float64(counts.asWanted) < least*float64(counts.certain) {
			t.Errorf("in worlds of the kind %q, only %d of %d reads had the required outcome, and %.0f %% must. %s",
				kind, counts.asWanted, counts.certain, 100*least, counts.failedExample)
		}
	}
}

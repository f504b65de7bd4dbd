package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// table prints one line per variant, with the same columns for all benchmarks.
type table struct {
	comparisons []comparison
	width       int // of the longest name of a variant
}

// newTable returns a table for benchmarks. It has a column for every comparison that any of them has.
func newTable(benchmarks []benchmark) table {
	t := table{width: len("variant")}
	for _, c := range []comparison{toHTTP, toJSON, toPlural, toSet, toBase} {
		for _, b := range benchmarks {
			if b.has(c) {
				t.comparisons = append(t.comparisons, c)
				break
			}
		}
	}
	for _, b := range benchmarks {
		for _, v := range b.variants {
			t.width = max(t.width, len(v.name))
		}
	}
	return t
}

// printHeader prints the names of the columns.
func (t table) printHeader() {
	ratios := ""
	for _, c := range t.comparisons {
		ratios += fmt.Sprintf(" %11s %10s", "wall/"+string(c), "CPU/"+string(c))
	}
	fmt.Printf("%-9s %9s %7s  %-*s %9s %9s %8s %8s %11s%s\n", "benchmark", "documents", "latency", t.width, "variant", "wall", "CPU", "memory", "requests", "connections", ratios)
}

// print prints the medians and ratios of a benchmark.
func (t table) print(b benchmark, samples map[string][]sample) {
	for _, v := range b.variants {
		s := median(samples[v.name])
		var ratios strings.Builder
		for _, c := range t.comparisons {
			reference, isCompared := samples[v.against[c]]
			if !isCompared {
				fmt.Fprintf(&ratios, " %11s %10s", "", "")
				continue
			}
			fmt.Fprintf(&ratios, " %11.2f %10.2f",
				ratio(samples[v.name], reference, func(s sample) time.Duration { return s.wall }),
				ratio(samples[v.name], reference, func(s sample) time.Duration { return s.cpu }))
		}
		fmt.Printf("%-9s %9d %7s  %-*s %6d ms %6d ms %4d MiB %8d %11d%s\n", b.name, b.documents, b.latency, t.width, v.name,
			s.wall.Milliseconds(), s.cpu.Milliseconds(), s.memory>>20, s.requests, s.connections, strings.TrimRight(ratios.String(), " "))
	}
}

// has reports whether the benchmark has a variant to compare with another one.
func (b benchmark) has(c comparison) bool {
	return slices.ContainsFunc(b.variants, func(v variant) bool {
		return slices.ContainsFunc(b.variants, func(other variant) bool { return other.name == v.against[c] })
	})
}

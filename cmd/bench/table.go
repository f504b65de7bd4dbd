package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// table prints a line for each variant, with the same columns for all works.
type table struct {
	comparisons []comparison
	width       int // of the longest name of a variant
}

// newTable returns a table for works, with the comparisons that any of their variants has.
func newTable(works []work) table {
	t := table{width: len("variant")}
	for _, c := range []comparison{toHTTP, toJSON, toSet, toBase} {
		for _, w := range works {
			if w.has(c) {
				t.comparisons = append(t.comparisons, c)
				break
			}
		}
	}
	for _, w := range works {
		for _, v := range w.variants {
			t.width = max(t.width, len(v.name))
		}
	}
	return t
}

// printHeader prints the names of the columns.
func (t table) printHeader() {
	ratios := ""
	for _, c := range t.comparisons {
		ratios += fmt.Sprintf(" %9s %9s", "wall/"+string(c), "CPU/"+string(c))
	}
	fmt.Printf("%-8s %9s %7s  %-*s %9s %9s %8s %8s %11s%s\n", "work", "documents", "latency", t.width, "variant", "wall", "CPU", "memory", "requests", "connections", ratios)
}

// print prints the medians and ratios of a work.
func (t table) print(w work, samples map[string][]sample) {
	for _, v := range w.variants {
		s := median(samples[v.name])
		var ratios strings.Builder
		for _, c := range t.comparisons {
			reference, isCompared := samples[v.against[c]]
			if !isCompared {
				fmt.Fprintf(&ratios, " %9s %9s", "", "")
				continue
			}
			fmt.Fprintf(&ratios, " %9.2f %9.2f",
				ratio(samples[v.name], reference, func(s sample) time.Duration { return s.wall }),
				ratio(samples[v.name], reference, func(s sample) time.Duration { return s.cpu }))
		}
		fmt.Printf("%-8s %9d %7s  %-*s %6d ms %6d ms %4d MiB %8d %11d%s\n", w.name, w.documents, w.latency, t.width, v.name,
			s.wall.Milliseconds(), s.cpu.Milliseconds(), s.memory>>20, s.requests, s.connections, ratios.String())
	}
}

// has reports whether the work has a variant to compare with another one.
func (w work) has(c comparison) bool {
	return slices.ContainsFunc(w.variants, func(v variant) bool {
		return slices.ContainsFunc(w.variants, func(other variant) bool { return other.name == v.against[c] })
	})
}

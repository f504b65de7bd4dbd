package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
	"github.com/retab-dev/terraform-provider-retab/internal/tfcli"
)

// measurement has the state that all benchmarks share.
type measurement struct {
	engine    tfcli.Engine
	temp      string
	providers []provider
}

// provider is a provider to compare.
type provider struct {
	source, name string
	binary       []byte
}

// add reads a provider's binary and returns its size in bytes.
func (m *measurement) add(source, binary string) (size int, err error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return 0, err
	}
	m.providers = append(m.providers, provider{source, filepath.Base(binary), content})
	return len(content), nil
}

// write writes all providers into a new folder and returns their paths by source. Every round uses new copies, because the
// start of a program takes up to a tenth more or less, depending on where the file is stored.
func (m *measurement) write() (folder string, binaries map[string]string, err error) {
	if folder, err = os.MkdirTemp(m.temp, "providers-"); err != nil {
		return "", nil, err
	}
	binaries = map[string]string{}
	for _, p := range m.providers {
		binaries[p.source] = filepath.Join(folder, filepath.FromSlash(p.source), p.name)
		if err := os.MkdirAll(filepath.Dir(binaries[p.source]), 0o700); err != nil {
			return folder, nil, err
		}
		if err := os.WriteFile(binaries[p.source], p.binary, 0o700); err != nil { //nolint:gosec // a program has to be executable
			return folder, nil, err
		}
	}
	return folder, binaries, nil
}

// measure runs all variants of a benchmark in turn, in every round, and prints one line per variant.
func (m *measurement) measure(ctx context.Context, table *tabwriter.Writer, b benchmark) error {
	if len(b.variants) == 0 {
		return nil
	}
	samples := map[string][]sample{}
	for range b.rounds {
		folder, binaries, err := m.write()
		if err != nil {
			return err
		}
		for _, v := range b.variants {
			s, err := m.sample(ctx, b, v, binaries)
			if err != nil {
				return fmt.Errorf("%s, %d documents, %s: %w", b.name, b.documents, v.name, err)
			}
			samples[v.name] = append(samples[v.name], s)
		}
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	reference := median(samples[b.variants[0].name]).wall
	for _, v := range b.variants {
		s := median(samples[v.name])
		fmt.Fprintf(table, "%s\t%d\t%v\t%s\t%d ms\t%.3f\t%d ms\t%d MiB\t%d\t%d\t\n", b.name, b.documents, b.latency, v.name,
			s.wall.Milliseconds(), float64(s.wall)/float64(reference), s.cpu.Milliseconds(), s.memory>>20, s.requests, s.connections)
	}
	return table.Flush()
}

// sample is the cost of one run of Terraform.
type sample struct {
	wall                  time.Duration
	cpu                   time.Duration // of Terraform and the provider
	memory                int64         // the provider's peak, in bytes
	requests, connections int
}

// median returns the median of each quantity.
func median(samples []sample) sample {
	return sample{
		wall:        medianOf(samples, func(s sample) time.Duration { return s.wall }),
		cpu:         medianOf(samples, func(s sample) time.Duration { return s.cpu }),
		memory:      medianOf(samples, func(s sample) int64 { return s.memory }),
		requests:    medianOf(samples, func(s sample) int { return s.requests }),
		connections: medianOf(samples, func(s sample) int { return s.connections }),
	}
}

// medianOf returns the median of one quantity.
func medianOf[T cmp.Ordered](samples []sample, quantity func(sample) T) T {
	var values []T
	for _, s := range samples {
		values = append(values, quantity(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// sample runs Terraform once, with a new folder and a new fake.
func (m *measurement) sample(ctx context.Context, b benchmark, v variant, binaries map[string]string) (sample, error) {
	fake := fakeapi.Start(v.serves)
	defer fake.Close()
	b.addRun(fake)
	fake.SetLatency(b.latency)
	dir, err := os.MkdirTemp(m.temp, "workspace-")
	if err != nil {
		return sample{}, err
	}
	workspace, err := tfcli.NewWorkspaceWith(m.engine, dir, binaries)
	if err != nil {
		return sample{}, err
	}
	workspace.Setenv("RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+fake.URL)
	hcl := "terraform {\n  required_providers {\n    " + v.provider + "\n  }\n}\n" + v.hcl(b.documents, fake.URL)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(hcl), 0o600); err != nil {
		return sample{}, err
	}
	command := workspace.Command(ctx, b.arguments...)
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	started := time.Now()
	if err := command.Start(); err != nil {
		return sample{}, err
	}
	peak, stop := watchMemory(command.Process.Pid)
	err = command.Wait()
	s := sample{wall: time.Since(started)}
	stop()
	s.memory, s.requests, s.connections = <-peak, len(fake.Journal()), fake.Connections()
	if err != nil {
		return s, fmt.Errorf("%w\n%s", err, &output)
	}
	s.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return s, nil
}

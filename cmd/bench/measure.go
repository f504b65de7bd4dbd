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

// measurement is what all measuring shares.
type measurement struct {
	engine    tfcli.Engine
	temp      string
	providers []provider
}

// provider is one of those that are compared.
type provider struct {
	source, name string
	binary       []byte
}

// add reads a provider, and returns its size in bytes.
func (m *measurement) add(source, binary string) (size int, err error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return 0, err
	}
	m.providers = append(m.providers, provider{source, filepath.Base(binary), content})
	return len(content), nil
}

// write puts all providers into a new folder, and returns their paths by source. A program starts faster or slower by a
// tenth depending on where its pages came to lie when it was written, so every round has copies of its own.
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

// measure does a work in all its variants in turn, round after round, and prints a line for each variant.
func (m *measurement) measure(ctx context.Context, table *tabwriter.Writer, w work) error {
	if len(w.variants) == 0 {
		return nil
	}
	samples := map[string][]sample{}
	for range w.rounds {
		folder, binaries, err := m.write()
		if err != nil {
			return err
		}
		for _, v := range w.variants {
			s, err := m.sample(ctx, w, v, binaries)
			if err != nil {
				return fmt.Errorf("%s, %d documents, %s: %w", w.name, w.documents, v.name, err)
			}
			samples[v.name] = append(samples[v.name], s)
		}
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	reference := median(samples[w.variants[0].name]).wall
	for _, v := range w.variants {
		s := median(samples[v.name])
		fmt.Fprintf(table, "%s\t%d\t%v\t%s\t%d ms\t%.3f\t%d ms\t%d MiB\t%d\t%d\t\n", w.name, w.documents, w.latency, v.name,
			s.wall.Milliseconds(), float64(s.wall)/float64(reference), s.cpu.Milliseconds(), s.memory>>20, s.requests, s.connections)
	}
	return table.Flush()
}

// sample is what one run of Terraform cost.
type sample struct {
	wall                  time.Duration
	cpu                   time.Duration // of Terraform and the provider
	memory                int64         // bytes, the provider's peak
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

// sample runs Terraform once, in a folder of its own, against a fake of its own.
func (m *measurement) sample(ctx context.Context, w work, v variant, binaries map[string]string) (sample, error) {
	fake := fakeapi.Start(v.serves)
	defer fake.Close()
	w.add(fake)
	fake.SetLatency(w.latency)
	dir, err := os.MkdirTemp(m.temp, "work-")
	if err != nil {
		return sample{}, err
	}
	workspace, err := tfcli.NewWorkspaceWith(m.engine, dir, binaries)
	if err != nil {
		return sample{}, err
	}
	workspace.Setenv("RETAB_API_KEY="+fakeapi.Key, "RETAB_API_BASE_URL="+fake.URL)
	hcl := "terraform {\n  required_providers {\n    " + v.provider + "\n  }\n}\n" + v.hcl(w.documents, fake.URL)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(hcl), 0o600); err != nil {
		return sample{}, err
	}
	command := workspace.Command(ctx, w.arguments...)
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	began := time.Now()
	if err := command.Start(); err != nil {
		return sample{}, err
	}
	peak, stop := watchMemory(command.Process.Pid)
	err = command.Wait()
	s := sample{wall: time.Since(began)}
	stop()
	s.memory, s.requests, s.connections = <-peak, len(fake.Journal()), fake.Connections()
	if err != nil {
		return s, fmt.Errorf("%w\n%s", err, &output)
	}
	s.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return s, nil
}

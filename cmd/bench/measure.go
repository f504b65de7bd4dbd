package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// The sources of the providers. No configuration requires that of another build of this provider.
const (
	sourceOfRetab = "retab-dev/retab"
	sourceOfBase  = "retab-dev/base"
	sourceOfHTTP  = "hashicorp/http"
)

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

// has reports whether a provider was added.
func (m *measurement) has(source string) bool {
	return slices.ContainsFunc(m.providers, func(p provider) bool { return p.source == source })
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

// measure runs all variants of a benchmark in turn, in every round, and returns the samples of each variant by its name.
func (m *measurement) measure(ctx context.Context, b benchmark) (map[string][]sample, error) {
	samples := map[string][]sample{}
	for range b.rounds {
		folder, binaries, err := m.write()
		if err != nil {
			return nil, err
		}
		for _, v := range b.variants {
			s, err := m.sample(ctx, b, v, binaries)
			if err != nil {
				return nil, fmt.Errorf("%s, %d documents, %s: %w", b.name, b.documents, v.name, err)
			}
			samples[v.name] = append(samples[v.name], s)
		}
		if err := os.RemoveAll(folder); err != nil {
			return nil, err
		}
	}
	return samples, nil
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
		wall:        medianOf(samples, func(_ int, s sample) time.Duration { return s.wall }),
		cpu:         medianOf(samples, func(_ int, s sample) time.Duration { return s.cpu }),
		memory:      medianOf(samples, func(_ int, s sample) int64 { return s.memory }),
		requests:    medianOf(samples, func(_ int, s sample) int { return s.requests }),
		connections: medianOf(samples, func(_ int, s sample) int { return s.connections }),
	}
}

// ratio returns the median of the ratios of each round. A busy machine is about as busy for both variants of a round.
func ratio(samples, references []sample, quantity func(sample) time.Duration) float64 {
	return medianOf(samples, func(round int, s sample) float64 { return float64(quantity(s)) / float64(quantity(references[round])) })
}

// medianOf returns the median of one quantity.
func medianOf[T cmp.Ordered](samples []sample, quantity func(round int, s sample) T) T {
	var values []T
	for round, s := range samples {
		values = append(values, quantity(round, s))
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
	if v.isBase {
		binaries = map[string]string{sourceOfRetab: binaries[sourceOfBase]}
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

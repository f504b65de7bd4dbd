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

// measurement is what all measuring shares.
type measurement struct {
	engine    tfcli.Engine
	temp      string
	providers []provider
}

// The sources of the providers. That of another build of this provider is never in a configuration.
const (
	sourceOfRetab = "retab-dev/retab"
	sourceOfBase  = "retab-dev/base"
	sourceOfHTTP  = "hashicorp/http"
)

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

// has reports whether there is a provider to measure.
func (m *measurement) has(source string) bool {
	return slices.ContainsFunc(m.providers, func(p provider) bool { return p.source == source })
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

// measure does a work in all its variants in turn, round after round, and returns the samples of each variant.
func (m *measurement) measure(ctx context.Context, w work) (map[string][]sample, error) {
	samples := map[string][]sample{}
	for range w.rounds {
		folder, binaries, err := m.write()
		if err != nil {
			return nil, err
		}
		for _, v := range w.variants {
			s, err := m.sample(ctx, w, v, binaries)
			if err != nil {
				return nil, fmt.Errorf("%s, %d documents, %s: %w", w.name, w.documents, v.name, err)
			}
			samples[v.name] = append(samples[v.name], s)
		}
		if err := os.RemoveAll(folder); err != nil {
			return nil, err
		}
	}
	return samples, nil
}

// sample is what one run of Terraform cost.
type sample struct {
	wall                  time.Duration
	cpu                   time.Duration // of Terraform and the provider
	memory                int64         // bytes, the provider's peak
	requests, connections int
}

// median returns the median of every quantity by itself.
func median(samples []sample) sample {
	return sample{
		wall:        middle(samples, func(_ int, s sample) time.Duration { return s.wall }),
		cpu:         middle(samples, func(_ int, s sample) time.Duration { return s.cpu }),
		memory:      middle(samples, func(_ int, s sample) int64 { return s.memory }),
		requests:    middle(samples, func(_ int, s sample) int { return s.requests }),
		connections: middle(samples, func(_ int, s sample) int { return s.connections }),
	}
}

// ratio returns the median of the ratios of each round, since a busy machine is as busy for both variants of a round.
func ratio(samples, references []sample, of func(sample) time.Duration) float64 {
	return middle(samples, func(round int, s sample) float64 { return float64(of(s)) / float64(of(references[round])) })
}

func middle[T cmp.Ordered](samples []sample, of func(round int, s sample) T) T {
	var values []T
	for round, s := range samples {
		values = append(values, of(round, s))
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
	if v.isBase {
		binaries = map[string]string{sourceOfRetab: binaries[sourceOfBase]}
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

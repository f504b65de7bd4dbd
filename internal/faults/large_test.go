//go:build !race

package faults_test

import (
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// These tests read bodies of 50 MiB and more. The race detector multiplies their time and memory, so make test runs them
// without it, one after the other.

// TestLarge_payload checks that a payload of 50 MiB is read.
func TestLarge_payload(t *testing.T) { //nolint:paralleltest // takes much memory
	row := fault{situation: "a payload of fifty mebibytes", result: seedWith("handle_inputs", `{"h":{"type":"json","data":"`+strings.Repeat("x", 50<<20)+`"}}`), requests: 1}
	for _, c := range editionCases {
		e := c.Start(t)
		row.script(e)
		got, problem := e.ConnectWithLongTimeout(t).Read(t.Context(), t, resultType, withLongTimeout(seedArguments))
		row.check(t, e, got, problem)
	}
}

// TestLarge_records checks that a record of 60 MiB is read, and the error for one of 64 MiB.
func TestLarge_records(t *testing.T) { //nolint:paralleltest // takes much memory
	record := func(size int) []fakeapi.Reply {
		return recordBody(`,"output":{"vendor":"Acme","text":"` + strings.Repeat("x", size) + `"}`)
	}
	route := artifactRoutes[0]
	for _, row := range []fault{
		{situation: "a record of sixty mebibytes", replies: record(60 << 20), requests: 1},
		{
			situation: "a record of 64 MiB", replies: record(64 << 20), requests: 1,
			wantText: []string{"ERROR: Artifact is too large to read", "The record is larger than the 64 MiB that this provider reads.", "attempts: 1"},
		},
	} {
		for _, c := range editionCases {
			e := c.Start(t)
			row.scriptAt(e, route.path(e))
			s := e.ConnectWithLongTimeout(t)
			got, problem := s.Read(t.Context(), t, artifactType, withLongTimeout(route.arguments))
			row.checkArtifact(t, e, route, got, problem)
			if len(row.wantText) > 0 {
				row.scriptAt(e, route.path(e))
				_, problem = s.Open(t.Context(), t, artifactType, withLongTimeout(route.arguments))
				wantContains(t, problem, row.wantText...)
				wantNoContents(t, problem)
			}
		}
	}
}

// TestLarge_endless checks that a body is read up to a limit only.
func TestLarge_endless(t *testing.T) { //nolint:paralleltest // takes much memory
	metrics := faultRoutes["metrics"]
	for _, c := range editionCases {
		e := c.Start(t)
		for range 3 { // the flat edition retries with smaller pages
			e.ScriptSeed(fakeapi.Reply{Status: 200, Body: "{", Endless: true})
		}
		s := e.ConnectWithLongTimeout(t)
		_, problem := s.Read(t.Context(), t, resultType, withLongTimeout(seedArguments))
		wantContains(t, problem, "ERROR: Retab sent too large an answer", "The answer is larger than this provider reads.", "Check that base_url")
		e.Script(metrics.path(e), fakeapi.Reply{Status: 200, Body: "{", Endless: true})
		_, problem = s.Read(t.Context(), t, metrics.typeName, withLongTimeout(metrics.arguments))
		wantContains(t, problem, "ERROR: Retab sent too large an answer")
	}
}

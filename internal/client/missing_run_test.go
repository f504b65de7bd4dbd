package client_test

import (
	"context"
	"errors"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

const unknownRunPath = runsPath + "/exprun_404"

func readUnknownRun(ctx context.Context, api *client.Client) error {
	_, err := api.ExperimentResult(ctx, "exprun_404", "expdoc_xyz", client.ResultOptions{})
	return err
}

// TestMissing_runNotFound checks that a run whose route answers 404 is absent only if the API answers with its list of
// runs.
func TestMissing_runNotFound(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]fakeapi.Reply{
		"a gateway's 404":                   {Status: 404, Body: `{"message":"no Route matched with those values"}`},
		"a missing route":                   {Status: 404, Body: `{"detail":"Workflow not found"}`},
		"a missing method":                  {Status: 405, Body: "405 method not allowed"},
		"a forbidden list":                  {Status: 403, Body: `{"detail":"Missing scope"}`},
		"a fault":                           {Status: 501, Body: `{"detail":"Oops"}`},
		"a list that any server could send": {Status: 200, Body: `[]`},
		"an object that is not a list":      {Status: 200, Body: `{"ok":true}`},
		"a list that has the run":           {Status: 200, Body: `{"data":[{"id":"exprun_404","lifecycle":{"status":"running"}}],"list_metadata":{"after":null}}`},
		"a list without its metadata":       {Status: 200, Body: `{"data":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				fake.Script(runsPath, list, list, list, list)
				if err := readUnknownRun(t.Context(), api); err == nil || client.IsAbsent(err) {
					t.Errorf("result: got %v", err)
				}
				if _, err := api.ExperimentRun(t.Context(), "exprun_404", false); err == nil || client.IsAbsent(err) {
					t.Errorf("run: got %v", err)
				}
				fake.Forget(runsPath)
				wantAbsence(t, readUnknownRun(t.Context(), api), client.NoSuchRun)
				_, err := api.ExperimentRun(t.Context(), "exprun_404", false)
				wantAbsence(t, err, client.NoSuchRun)
				if absent := new(client.AbsentError); !errors.As(err, &absent) || absent.Message != "Experiment run not found: exprun_404" {
					t.Errorf("got the message %q", absent.Message)
				}
			})
		})
	}
}

// TestMissing_messageOfA404 checks that the message of a 404 can rule out an absence.
func TestMissing_messageOfA404(t *testing.T) {
	t.Parallel()
	for body, mayBeAbsent := range map[string]bool{
		`{"detail":"Experiment run not found: exprun_404"}`: true,
		`{"detail":"No such run"}`:                          true,
		`{"detail":"Workflow not found"}`:                   false,
		`{"detail":"Not Found"}`:                            false,
		`{"detail":"Not found."}`:                           false,
		`{"detail":""}`:                                     false,
		"<html><title>404</title>":                          false,
		"Experiment run not found: exprun_404":              false,
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			forEachEdition(t, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
				notFound := fakeapi.Reply{Status: 404, Body: body}
				fake.Script(unknownRunPath, notFound, notFound)
				if err := readUnknownRun(t.Context(), api); err == nil || client.IsAbsent(err) != mayBeAbsent {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// TestAbsence_unknownRun checks that an unknown run is absent whether its list of results answers 404 or has no rows.
func TestAbsence_unknownRun(t *testing.T) {
	t.Parallel()
	for _, serves := range []fakeapi.Edition{fakeapi.RunScoped, fakeapi.Flat, fakeapi.FlatBehindGate, fakeapi.Both} {
		for _, notFound := range []bool{false, true} {
			fake := startEdition(t, serves)
			fake.SetUnknownRunIsNotFound(notFound)
			_, err := newEditionClient(t, fake, client.EditionAuto).ExperimentResult(t.Context(), "exprun_404", "expdoc_xyz", client.ResultOptions{})
			var absent *client.AbsentError
			if !errors.As(err, &absent) || absent.Reason != client.NoSuchRun {
				t.Errorf("server %v, list answers 404: %v: got %v", serves, notFound, err)
			}
		}
	}
}

// TestAbsence_deletedRun checks that a run that was read before and is deleted is absent.
func TestAbsence_deletedRun(t *testing.T) {
	t.Parallel()
	for serves, setting := range map[fakeapi.Edition]client.Edition{fakeapi.RunScoped: client.EditionRunScoped, fakeapi.Flat: client.EditionFlat} {
		fake := startEdition(t, serves)
		api := newEditionClient(t, fake, setting)
		if _, err := readSeed(t.Context(), api); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{seedPath, resultsPath, runPath} {
			fake.Script(path, fakeapi.Reply{Status: 404, Body: `{"detail":"Experiment run not found: exprun_2"}`})
		}
		fake.Script(runsPath, fakeapi.Reply{Status: 200, Body: `{"data":[],"list_metadata":{"before":null,"after":null}}`})
		_, err := api.ExperimentResult(t.Context(), fakeapi.SeedRunID, fakeapi.SeedDocumentID, client.ResultOptions{Fresh: true})
		var absent *client.AbsentError
		if !errors.As(err, &absent) || absent.Reason != client.NoSuchRun {
			t.Errorf("%s: got %v", setting, err)
		}
	}
}

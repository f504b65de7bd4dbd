package client

import "testing"

// TestEditionState_forget checks that only the edition which does not answer any more is discarded.
func TestEditionState_forget(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		configured, detected, runs Edition
		forget                     Edition
		isForgotten                bool
		wantDetected, wantRuns     Edition
	}{
		"the detected edition":       {EditionAuto, EditionFlat, EditionRunScoped, EditionFlat, true, EditionAuto, EditionRunScoped},
		"the credential of runs":     {EditionAuto, EditionFlat, EditionRunScoped, EditionRunScoped, true, EditionFlat, ""},
		"both":                       {EditionAuto, EditionFlat, EditionFlat, EditionFlat, true, EditionAuto, ""},
		"an edition that is no more": {EditionAuto, EditionAuto, "", EditionFlat, true, EditionAuto, ""},
		"the configured edition":     {EditionFlat, EditionFlat, "", EditionFlat, false, EditionFlat, ""},
	} {
		state := &editionState{configured: test.configured, detected: test.detected, runs: test.runs}
		if got := state.forget(test.forget); got != test.isForgotten || state.detected != test.wantDetected || state.runs != test.wantRuns {
			t.Errorf("%s: got %v, %q and %q", name, got, state.detected, state.runs)
		}
	}
}

// TestEditionState_detect checks that the first edition that answers is remembered.
func TestEditionState_detect(t *testing.T) {
	t.Parallel()
	state := &editionState{configured: EditionAuto, detected: EditionAuto}
	if got := state.runCredential(); got != EditionAuto {
		t.Errorf("at first: got %q", got)
	}
	state.setRunCredential(EditionRunScoped)
	if got := state.runCredential(); got != EditionRunScoped || state.detected != EditionAuto {
		t.Errorf("after an answer about runs: got %q", got)
	}
	state.detect(EditionFlat)
	state.detect(EditionRunScoped)
	if got := state.runCredential(); got != EditionFlat || state.detected != EditionFlat {
		t.Errorf("after answers of both: got %q", got)
	}
}

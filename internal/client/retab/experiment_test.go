package retab

import "testing"

func TestExperiment_isFresh(t *testing.T) {
	t.Parallel()
	fresh := Experiment{LastRunID: new("exprun_1"), Freshness: Freshness{Status: Fresh}, Drift: Drift{Status: NoDrift}}
	for name, test := range map[string]struct {
		change func(*Experiment)
		want   bool
	}{
		"the server says so":            {func(*Experiment) {}, true},
		"a drift that is not known":     {func(e *Experiment) { e.Drift.Status = "unknown" }, true},
		"a drift that was left out":     {func(e *Experiment) { e.Drift.Status = "" }, true},
		"stale":                         {func(e *Experiment) { e.Freshness.Status = Stale }, false},
		"unknown":                       {func(e *Experiment) { e.Freshness.Status = UnknownFreshness }, false},
		"left out":                      {func(e *Experiment) { e.Freshness.Status = "" }, false},
		"a later word":                  {func(e *Experiment) { e.Freshness.Status = "fresh_enough" }, false},
		"never run":                     {func(e *Experiment) { e.LastRunID = nil }, false},
		"is_stale contradicts it":       {func(e *Experiment) { e.IsStale = true }, false},
		"a drift contradicts it":        {func(e *Experiment) { e.Drift.Status = "drifted" }, false},
		"a broken schema contradicts":   {func(e *Experiment) { e.Drift.Status = "broken" }, false},
		"a later word of drift may too": {func(e *Experiment) { e.Drift.Status = "reordered" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := fresh
			test.change(&changed)
			if got := changed.IsFresh(); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

package client

import "testing"

func TestArtifactRecord_derive(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		record ArtifactRecord
		want   RecordStatus
	}{
		"an output":             {ArtifactRecord{HasOutput: true}, RecordCompleted},
		"no output":             {ArtifactRecord{}, ""},
		"an error":              {ArtifactRecord{HasOutput: true, HasError: true}, ""},
		"a status":              {ArtifactRecord{HasOutput: true, Status: RecordPending}, RecordPending},
		"a status, and no more": {ArtifactRecord{Status: RecordInProgress}, RecordInProgress},
	} {
		test.record.deriveStatus()
		if got := test.record.Status; got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

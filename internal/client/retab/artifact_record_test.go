package retab

import "testing"

func TestArtifactRecord_derive(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		record ArtifactRecord
		want   RecordStatus
	}{
		"an output":             {ArtifactRecord{HasOutput: true}, RecordCompleted},
		"no output":             {ArtifactRecord{}, ""},
		"an error message":      {ArtifactRecord{HasOutput: true, ErrorMessage: "boom"}, ""},
		"an error code":         {ArtifactRecord{HasOutput: true, ErrorCode: "E"}, ""},
		"a status":              {ArtifactRecord{HasOutput: true, Status: RecordPending}, RecordPending},
		"a status, and no more": {ArtifactRecord{Status: RecordInProgress}, RecordInProgress},
	} {
		test.record.Derive()
		if got := test.record.Status; got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestArtifactRecord_succeeded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		record ArtifactRecord
		want   bool
	}{
		"completed":                       {ArtifactRecord{Status: RecordCompleted}, true},
		"pending":                         {ArtifactRecord{Status: RecordPending}, false},
		"without a status":                {ArtifactRecord{}, false},
		"completed with an error message": {ArtifactRecord{Status: RecordCompleted, ErrorMessage: "boom"}, false},
		"completed with an error code":    {ArtifactRecord{Status: RecordCompleted, ErrorCode: "E"}, false},
	} {
		if got := test.record.Succeeded(); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

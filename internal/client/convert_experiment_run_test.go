package client

import (
	"strings"
	"testing"
)

// TestDecodeRun_total checks the count of documents in the spellings of both editions.
func TestDecodeRun_total(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]struct {
		hasTotal bool
		total    int64
	}{
		``: {false, 0},
		`,"total_document_count":null,"document_count":null`: {false, 0},
		`,"total_document_count":3`:                          {true, 3},
		`,"document_count":4`:                                {true, 4},
		`,"total_document_count":3,"document_count":4`:       {true, 3},
		`,"total_document_count":0,"document_count":4`:       {true, 4},
		`,"total_document_count":0`:                          {true, 0},
	} {
		run, err := decode(newTestDecoder(), strings.NewReader(`{"id":"r","lifecycle":{"status":"completed"}`+members+"}"), false, convertRun)
		if err != nil || run.HasTotal != want.hasTotal || run.TotalDocuments != want.total {
			t.Errorf("%s: got %v, %d, %v", members, run.HasTotal, run.TotalDocuments, err)
		}
	}
}

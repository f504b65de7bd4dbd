package transport

import "testing"

func TestErrorInSuccess(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"detail":"Experiment run not found"}`: "Experiment run not found",
		`{"detail":{"code":"HTTP_EXCEPTION","message":"An HTTP exception occurred.","details":{"error":"No"}}}`: "No",
		`{"error":"Over quota"}`:                                        "Over quota",
		`{"id":"expresult_1","error":"The document's own words"}`:       "", // a failed result
		`{"document_id":"expdoc_1","error":"The document's own words"}`: "",
		`{"data":[],"detail":"a list"}`:                                 "",
		`{"state":"completed"}`:                                         "",
		`["detail"]`:                                                    "",
		`"detail"`:                                                      "",
		`{"detail":`:                                                    "",
		"":                                                              "",
	} {
		if got := errorInSuccess([]byte(body)); got != want {
			t.Errorf("%.80s: got %q, want %q", body, got, want)
		}
	}
}

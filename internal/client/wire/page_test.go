package wire

import (
	"errors"
	"strings"
	"testing"
)

// TestDecodePage checks every shape of a list.
func TestDecodePage(t *testing.T) {
	t.Parallel()
	run := func(id string) string { return `{"id":"` + id + `","lifecycle":{"status":"completed"}}` }
	for name, test := range map[string]struct {
		body string
		ids  string
		page Page
		want string // the start of the error
	}{
		"an envelope with a cursor":      {`{"data":[` + run("r1") + "," + run("r2") + `],"list_metadata":{"before":"b","after":"r2"}}`, "r1 r2", Page{After: "r2", IsEnvelope: true}, ""},
		"an envelope without a cursor":   {`{"data":[],"list_metadata":{"after":null}}`, "", Page{IsEnvelope: true}, ""},
		"metadata that is null":          {`{"data":[` + run("r1") + `],"list_metadata":null}`, "r1", Page{IsEnvelope: true}, ""},
		"no metadata":                    {`{"data":[` + run("r1") + `]}`, "r1", Page{}, ""},
		"data that is null":              {`{"data":null,"list_metadata":{"after":null}}`, "", Page{IsEnvelope: true}, ""},
		"a bare array":                   {`[` + run("r1") + `]`, "r1", Page{}, ""},
		"no data":                        {`{"list_metadata":{"after":"x"}}`, "", Page{}, "data is missing"},
		"data of another kind":           {`{"data":{}}`, "", Page{}, "data is an object, not an array"},
		"metadata of another kind":       {`{"data":[],"list_metadata":7}`, "", Page{}, "list_metadata is a number, not an object"},
		"a cursor of another kind":       {`{"data":[],"list_metadata":{"after":7}}`, "", Page{}, "list_metadata.after is a number, not a string"},
		"a row that lacks its id":        {`{"data":[` + run("r1") + "," + run("") + `]}`, "", Page{}, "data.1.id is missing"},
		"a row of another kind":          {`{"data":[` + run("r1") + `,7]}`, "", Page{}, "data.1 is a number, not an object"},
		"a body that ends after its row": {`{"data":[` + run("r1"), "", Page{}, "the body is JSON that ends too early"},
	} {
		ids, page, err := DecodePage(newTestDecoder(), strings.NewReader(test.body), false, func(run ExperimentRun) (string, error) {
			if run.ID.String() == "" {
				return "", errors.New("id is missing")
			}
			return run.ID.String(), nil
		})
		if test.want != "" {
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || ids != nil {
				t.Errorf("%s: got %v, %v, want %q", name, ids, err, test.want)
			}
			continue
		}
		if err != nil || page != test.page || strings.Join(ids, " ") != test.ids {
			t.Errorf("%s: got %q, %+v, %v", name, ids, page, err)
		}
	}
}

// TestPage_GoesOn checks which lists may have more rows although they have no cursor.
func TestPage_GoesOn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		page        Page
		rows, limit int
		want        bool
	}{
		{Page{HasMore: true, IsEnvelope: true}, 1, 0, true},
		{Page{Total: 3, IsEnvelope: true}, 2, 0, true},
		{Page{Total: 3}, 3, 0, false},
		{Page{IsEnvelope: true}, 4, 2, false},
		{Page{}, 4, 2, true},
		{Page{}, 3, 2, false},
		{Page{}, 0, 2, false},
		{Page{}, 4, 0, false},
	} {
		if got := test.page.GoesOn(test.rows, test.limit); got != test.want {
			t.Errorf("%+v, %d rows, limit %d: got %v", test.page, test.rows, test.limit, got)
		}
	}
}

package wire

import (
	"fmt"
	"strings"
	"testing"
)

// TestLikelihoodTree_limits checks that a tree at the limits is read, and one that is larger is refused. The values of
// an output have the same limits. Further values are only counted.
func TestLikelihoodTree_limits(t *testing.T) {
	t.Parallel()
	const length = 4096
	var names strings.Builder // whose paths have the maximum size
	for i := range maxLikelihoodPaths / length {
		fmt.Fprintf(&names, `"%0*d":1,`, length, i)
	}
	numbers := strings.Repeat("1,", maxLikelihoods-1) + "1"
	for name, test := range map[string]struct {
		tree   string
		values int
		more   int64 // how many values are beyond the limits
	}{
		"paths":            {"{" + strings.TrimSuffix(names.String(), ",") + "}", maxLikelihoodPaths / length, 0},
		"paths, and more":  {"{" + names.String() + `"a":1}`, maxLikelihoodPaths / length, 1},
		"values":           {`{"a":[` + numbers + "]}", maxLikelihoods, 0},
		"values, and more": {`{"a":[` + numbers + ",1]}", maxLikelihoods, 1},
	} {
		_, err := decode[TypedRecord](newTestDecoder(), strings.NewReader(`{"id":"x_1","consensus":{"likelihoods":`+test.tree+`}}`))
		if (err != nil) != (test.more > 0) || err != nil && !strings.Contains(err.Error(), "has more values than this provider keeps") {
			t.Errorf("%s: got %.200v", name, err)
		}
		record, err := decode[TypedRecord](newTestDecoder(), strings.NewReader(`{"id":"x_1","output":`+test.tree+`}`))
		if paths, more := record.ValuePaths(Extraction); err != nil || len(paths) != test.values || more != test.more {
			t.Errorf("%s in the output: got %d values and %d more, %v", name, len(paths), more, err)
		}
	}
}

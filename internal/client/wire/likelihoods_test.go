package wire

import (
	"fmt"
	"strings"
	"testing"
)

// TestLikelihoodTree_limits checks that a tree at the limits is read, and one that is larger is refused.
func TestLikelihoodTree_limits(t *testing.T) {
	t.Parallel()
	const length = 4096
	var names strings.Builder // whose paths have the maximum size
	for i := range maxLikelihoodPaths / length {
		fmt.Fprintf(&names, `"%0*d":1,`, length, i)
	}
	numbers := strings.Repeat("1,", maxLikelihoods-1) + "1"
	for name, test := range map[string]struct {
		operation, tree string
		isTooLarge      bool
	}{
		"paths":            {"extraction", "{" + strings.TrimSuffix(names.String(), ",") + "}", false},
		"paths, and more":  {"extraction", "{" + names.String() + `"a":1}`, true},
		"values":           {"partition", "[" + numbers + "]", false},
		"values, and more": {"partition", "[" + numbers + ",1]", true},
	} {
		_, err := decode[TypedRecord](newTestDecoder(), strings.NewReader(`{"id":"x_1","consensus":{"likelihoods":`+test.tree+`}}`))
		if (err != nil) != test.isTooLarge || err != nil && !strings.Contains(err.Error(), "has more values than this provider keeps") {
			t.Errorf("%s: got %.200v", name, err)
		}
	}
}

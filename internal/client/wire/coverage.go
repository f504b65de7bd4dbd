package wire

import (
	"strings"
)

// valuePaths are the paths of the values of an output, without the values.
type valuePaths struct {
	paths     []string
	pathBytes int
	more      int64 // values beyond the limits of a LikelihoodTree, so that they cannot have a likelihood
}

// reasoningPrefix begins the names of the members that explain another member. They are not data.
const reasoningPrefix = "reasoning___"

// read accepts any value, and adds the paths of its scalars.
func (p *valuePaths) read(r *reader) error {
	isData := func(name string) bool { return !strings.HasPrefix(name, reasoningPrefix) }
	return r.eachScalar(nil, isData, func(path []byte) error {
		if p.pathBytes += len(path); p.pathBytes > maxLikelihoodPaths || len(p.paths) >= maxLikelihoods {
			p.more++
		} else {
			p.paths = append(p.paths, string(path))
		}
		return r.SkipValue()
	})
}

// ValuePaths returns the paths of the values of the output, and how many more values there are.
func (b TypedRecord) ValuePaths(operation string) (paths []string, more int64) {
	switch {
	case operation == Extraction:
		return b.Output.values.paths, b.Output.values.more
	case operation == Classification && b.Output.Present:
		return []string{"category"}, 0
	case operation == Classification:
		return nil, 0
	}
	for i := range b.Output.pages {
		paths = append(paths, string(appendIndex(nil, i)))
	}
	return paths, 0
}

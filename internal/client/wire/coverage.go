package wire

import (
	"math/big"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
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

// coverage says which values of the output have one of the likelihoods. A likelihood of anything else covers nothing.
func (b TypedRecord) coverage(operation string, likelihoods map[string]*big.Float) retab.Coverage {
	composed := make(map[string]*big.Float, len(likelihoods)) // as Terraform compares
	for path, likelihood := range likelihoods {
		composed[norm.NFC.String(path)] = likelihood
	}
	coverage := retab.Coverage{UnscoredCount: b.Output.values.more}
	for _, path := range b.valuePaths(operation) {
		likelihood := composed[norm.NFC.String(path)]
		if likelihood == nil {
			coverage.Unscored = append(coverage.Unscored, path)
			continue
		}
		if coverage.Scored++; coverage.Scored == 1 {
			coverage.Lowest, coverage.Highest = likelihood, likelihood
		}
		if likelihood.Cmp(coverage.Lowest) < 0 {
			coverage.Lowest = likelihood
		}
		if likelihood.Cmp(coverage.Highest) > 0 {
			coverage.Highest = likelihood
		}
	}
	coverage.UnscoredCount += int64(len(coverage.Unscored))
	slices.Sort(coverage.Unscored)
	coverage.Unscored = slices.Clone(coverage.Unscored[:min(len(coverage.Unscored), retab.MaxUnscored)])
	return coverage
}

// valuePaths returns the paths of the values of the output.
func (b TypedRecord) valuePaths(operation string) (paths []string) {
	switch {
	case operation == retab.Extraction:
		return b.Output.values.paths
	case operation == retab.Classification && b.Output.Present:
		return []string{"category"}
	case operation == retab.Classification:
		return nil
	}
	for i := range b.Output.pages {
		paths = append(paths, string(appendIndex(nil, i)))
	}
	return paths
}

package wire

import (
	"math/big"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"

	"github.com/retab-dev/terraform-provider-retab/internal/client/retab"
)

// valuePaths are the paths of the values of an output, without the values.
type valuePaths struct {
	paths     []string
	pathBytes int
	more      int64 // values beyond the limits of a likelihoodTree, so that they cannot have a likelihood
}

// reasoningPrefix begins the names of the members that explain another member. They are not data.
const reasoningPrefix = "reasoning___"

// UnmarshalJSONFrom accepts any value.
func (p *valuePaths) UnmarshalJSONFrom(decoder *jsontext.Decoder) error { return p.add(decoder, nil) }

// add adds the paths of the scalars below a value.
func (p *valuePaths) add(decoder *jsontext.Decoder, path []byte) error {
	switch decoder.PeekKind() {
	case '{':
		return eachMember(decoder, func(name string) error {
			if strings.HasPrefix(name, reasoningPrefix) {
				return decoder.SkipValue()
			}
			return p.add(decoder, appendName(path, name))
		})
	case '[':
		return eachElement(decoder, func(i int) error { return p.add(decoder, appendIndex(path, i)) })
	default: // a scalar
	}
	if p.pathBytes += len(path); p.pathBytes > maxLikelihoodPaths || len(p.paths) >= maxLikelihoods {
		p.more++
	} else {
		p.paths = append(p.paths, string(path))
	}
	return decoder.SkipValue()
}

// objectBody is an output that is no array, such as that of an extraction.
type objectBody struct {
	payload
	values valuePaths
}

// UnmarshalJSONFrom keeps the output. A decoder that skips payloads only collects the paths, see [skipObject].
func (o *objectBody) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if err := json.UnmarshalDecode(decoder, &o.payload); err != nil {
		return err
	}
	return json.Unmarshal([]byte(o.text), &o.values, decoder.Options())
}

// skipObject collects the paths of the values of an output without keeping it.
func skipObject() *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *objectBody) error {
		target.present = true
		return json.UnmarshalDecode(decoder, &target.values)
	})
}

// coverage says which values of the output have one of the likelihoods. A likelihood of anything else covers nothing.
func (b typedRecordBody) coverage(operation string, likelihoods map[string]*big.Float) retab.Coverage {
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
func (b typedRecordBody) valuePaths(operation string) (paths []string) {
	switch {
	case operation == retab.Extraction:
		return b.Output.values.paths
	case operation == retab.Classification && b.Output.present:
		return []string{"category"}
	case operation == retab.Classification:
		return nil
	}
	for i := range b.Output.pages {
		paths = append(paths, string(appendIndex(nil, i)))
	}
	return paths
}

package wire

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// Consensus says how much the passes of an operation agree.
type Consensus struct {
	Likelihoods LikelihoodTree `json:"likelihoods"`
	Likelihood  Number         `json:"likelihood"` // of a classification in the run-scoped edition
}

// LikelihoodTree is a tree of numbers that mirrors the output of a record, flattened.
type LikelihoodTree struct {
	kind jsontext.Kind // of the root; 0 if the server left it out
	// byPath has nil for null. A path is written as in an expression: vendor.name, line_items[0].price, ["a.b"].
	byPath map[string]*big.Float
}

// These limit a tree, whose paths could otherwise need far more memory than its body.
const (
	maxLikelihoods     = 100_000
	maxLikelihoodPaths = 4 << 20 // bytes
)

// read flattens a tree. Its leaves are numbers or null. A duplicate path would hide a number, so it is an error.
func (t *LikelihoodTree) read(r *reader) error {
	if t.kind = r.PeekKind(); t.kind == 'n' {
		return r.SkipValue()
	}
	tree, pathBytes := r.StackPointer(), 0
	t.byPath = map[string]*big.Float{}
	return r.eachScalar(nil, func(string) bool { return true }, func(path []byte) error {
		var leaf Number
		if err := leaf.read(r); err != nil {
			return err
		}
		if _, isDuplicate := t.byPath[string(path)]; isDuplicate {
			return refuse(tree, fmt.Errorf("has two values for %q", sanitize.PlainText(string(path))))
		}
		t.byPath[string(path)] = leaf.value
		if pathBytes += len(path); pathBytes > maxLikelihoodPaths || len(t.byPath) > maxLikelihoods {
			return refuse(tree, errors.New("has more values than this provider keeps"))
		}
		return nil
	})
}

// eachScalar calls read with the path of each scalar of a value at a path; read must read the scalar. It skips members
// that are not included.
func (r *reader) eachScalar(path []byte, included func(name string) bool, read func(path []byte) error) error {
	switch r.PeekKind() {
	case '{':
		return r.eachMember(func(name string) error {
			if !included(name) {
				return r.SkipValue()
			}
			return r.eachScalar(appendName(path, name), included, read)
		})
	case '[':
		return r.eachElement(func(i int) error { return r.eachScalar(append(path, indexPath(i)...), included, read) })
	default:
		return read(path)
	}
}

// appendName appends a member to a path. A name that could be taken for something else is quoted, so that two members
// never have the same path.
func appendName(path []byte, name string) []byte {
	if name == "" || strings.ContainsAny(name, `.[]"\`) {
		return append(strconv.AppendQuote(append(path, '['), name), ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, name...)
}

func indexPath(i int) string { return "[" + strconv.Itoa(i) + "]" }

// Likelihoods returns the likelihoods of a record by path: all of an extraction, the one of a classification, and one
// for each element of the output of a split or a partition.
func (b TypedRecord) Likelihoods(operation string) (map[string]*big.Float, error) {
	tree := b.Consensus.Likelihoods
	root := map[string]jsontext.Kind{Extraction: '{', Classification: '0', Split: '[', Partition: '['}[operation]
	label := map[string]string{Split: "name", Partition: "key"}[operation] // names a subdocument or a chunk
	isMissing := tree.kind == 0 || tree.kind == 'n'
	switch {
	case !isMissing && tree.kind != root:
		return nil, fmt.Errorf("consensus.likelihoods %w", mismatch(tree.kind, kindNames[root]))
	case operation == Classification:
		return b.Consensus.ofCategory()
	case isMissing:
		return map[string]*big.Float{}, nil
	case operation == Extraction:
		return tree.byPath, nil
	default:
		return tree.byElement(label, b.Output.pages), nil
	}
}

// ofCategory returns the likelihood of a classification. Each edition has a member of its own for it.
func (c Consensus) ofCategory() (map[string]*big.Float, error) {
	one, other := c.Likelihood.value, c.Likelihoods.byPath[""]
	switch likelihood := cmp.Or(one, other); {
	case one != nil && other != nil && one.Cmp(other) != 0:
		return nil, errors.New("consensus.likelihood and consensus.likelihoods are different numbers")
	case likelihood == nil:
		return map[string]*big.Float{}, nil
	default:
		return map[string]*big.Float{"category": likelihood}, nil
	}
}

// byElement returns one likelihood for each element of the output of a split or a partition, by index: the lowest of
// those of its label and its pages. It is nil if one of them is missing: a number would let a gate pass an element
// without a score. pages is the number of pages of each element. The API's schema lets the likelihoods of pages be left
// out and does not say what that means, so it does not mean that the pages agree. An element without pages needs only
// that of its label.
func (t LikelihoodTree) byElement(label string, pages []pageCount) map[string]*big.Float {
	type element struct {
		values   []*big.Float
		hasLabel bool
		unjudged pageCount // how many pages have no likelihood
	}
	elements := map[string]*element{}
	for i, count := range pages {
		elements[indexPath(i)] = &element{unjudged: count}
	}
	for path, value := range t.byPath {
		index, member, _ := strings.Cut(path, "]")
		index += "]"
		if elements[index] == nil {
			elements[index] = &element{}
		}
		e := elements[index]
		e.values = append(e.values, value)
		e.hasLabel = e.hasLabel || member == "."+label
		if isPage(member) {
			e.unjudged--
		}
	}
	lowest := make(map[string]*big.Float, len(elements))
	for index, e := range elements {
		lowest[index] = nil
		if e.hasLabel && e.unjudged <= 0 && !slices.Contains(e.values, nil) {
			lowest[index] = slices.MinFunc(e.values, (*big.Float).Cmp)
		}
	}
	return lowest
}

// isPage reports whether the path of a member is that of one page, such as .pages[2].
func isPage(member string) bool {
	index, isOfPages := strings.CutPrefix(member, ".pages[")
	return isOfPages && !strings.ContainsAny(index, "[.")
}

package wire

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// LikelihoodTree is a tree of numbers that mirrors the output of a record, flattened.
type LikelihoodTree struct {
	kind      jsontext.Kind // of the root; 0 if the server left it out
	leaves    []likelihood
	pathBytes int
}

// likelihood is a leaf of the tree. Its path is written as in an expression: vendor.name, line_items[0].price, ["a.b"].
type likelihood struct {
	path  string
	value *big.Float // nil for null
}

// These limit a tree, whose paths could otherwise need far more memory than its body.
const (
	maxLikelihoods     = 100_000
	maxLikelihoodPaths = 4 << 20 // bytes
)

var errTooManyLikelihoods = errors.New("has more values than this provider keeps")

// read flattens a tree. Its leaves are numbers or null.
func (t *LikelihoodTree) read(r *reader) error {
	if t.kind = r.PeekKind(); t.kind == 'n' {
		return r.SkipValue()
	}
	pointer := r.StackPointer()
	return r.eachScalar(nil, func(string) bool { return true }, func(path []byte) error {
		var value Number
		if err := value.read(r); err != nil {
			return err
		}
		t.leaves = append(t.leaves, likelihood{string(path), value.value})
		if t.pathBytes += len(path); t.pathBytes > maxLikelihoodPaths || len(t.leaves) > maxLikelihoods {
			return refuse(pointer, errTooManyLikelihoods)
		}
		return nil
	})
}

// eachScalar calls read with the path of each scalar of a value at a path; read must read the scalar. It skips
// members that are not included.
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
		return r.eachElement(func(i int) error { return r.eachScalar(appendIndex(path, i), included, read) })
	default:
		return read(path)
	}
}

// appendName appends a member to a path. A name that could be taken for something else is quoted, so that two members never
// have the same path.
func appendName(path []byte, name string) []byte {
	if name == "" || strings.ContainsAny(name, `.[]"\`) {
		return append(strconv.AppendQuote(append(path, '['), name), ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, name...)
}

func appendIndex(path []byte, i int) []byte {
	return append(strconv.AppendInt(append(path, '['), int64(i), 10), ']')
}

// byPath returns the leaves by path. A duplicate path would hide a number, so it is an error.
func (t LikelihoodTree) byPath() (map[string]*big.Float, error) {
	values := make(map[string]*big.Float, len(t.leaves))
	for _, leaf := range t.leaves {
		if _, isDuplicate := values[leaf.path]; isDuplicate {
			return nil, fmt.Errorf("consensus.likelihoods has two values for %q", sanitize.PlainText(leaf.path))
		}
		values[leaf.path] = leaf.value
	}
	return values, nil
}

// expect returns an error if the root is of another kind; null and a tree that was left out are accepted.
func (t LikelihoodTree) expect(kind jsontext.Kind) error {
	if t.kind == kind || t.isEmpty() {
		return nil
	}
	return fmt.Errorf("consensus.likelihoods %w", mismatch(t.kind, kindNames[kind]))
}

// isEmpty reports whether the server sent no tree.
func (t LikelihoodTree) isEmpty() bool { return t.kind == 0 || t.kind == 'n' }

// element collects the likelihoods of one element of the output.
type element struct {
	lowest   *big.Float
	hasLabel bool // whether there is a likelihood of its label
	hasNull  bool // whether a likelihood is null
	pages    pageCount
	judged   pageCount // how many likelihoods of pages there are
}

// byElement returns one likelihood for each element of the output of a split or a partition, by index: the lowest of those
// of its label and its pages. It is nil if one of them is missing: a number would let a gate pass an element without a score.
// pages is the number of pages of each element. The API's schema lets the likelihoods of pages be left out and does not say
// what that means, so it does not mean that the pages agree. An element without pages needs only that of its label.
func (t LikelihoodTree) byElement(label string, pages []pageCount) map[string]*big.Float {
	if t.isEmpty() {
		return map[string]*big.Float{}
	}
	found := map[string]*element{}
	for i, count := range pages {
		found[string(appendIndex(nil, i))] = &element{pages: count}
	}
	for _, leaf := range t.leaves {
		index, member, _ := strings.Cut(leaf.path, "]")
		index += "]"
		if found[index] == nil {
			found[index] = &element{}
		}
		found[index].add(leaf, member == "."+label, isPage(member))
	}
	numbers := make(map[string]*big.Float, len(found))
	for index, element := range found {
		numbers[index] = element.number()
	}
	return numbers
}

// isPage reports whether the path of a member is that of one page, such as .pages[2].
func isPage(member string) bool {
	index, isOfPages := strings.CutPrefix(member, ".pages[")
	return isOfPages && !strings.ContainsAny(index, "[.")
}

func (e *element) add(leaf likelihood, isLabel, isPage bool) {
	switch {
	case leaf.value == nil:
		e.hasNull = true
	case e.lowest == nil || leaf.value.Cmp(e.lowest) < 0:
		e.lowest = leaf.value
	}
	e.hasLabel = e.hasLabel || isLabel
	if isPage {
		e.judged++
	}
}

// number returns the lowest likelihood, nil if one is missing.
func (e *element) number() *big.Float {
	if e.hasNull || !e.hasLabel || e.judged < e.pages {
		return nil
	}
	return e.lowest
}

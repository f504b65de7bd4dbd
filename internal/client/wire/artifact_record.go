package wire

import (
	"errors"
	"math"
	"math/big"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Record has the members of every record in the spellings of both editions.
type Record struct {
	ID         *Text        `json:"id"`
	Operation  *Text        `json:"operation"` // generic routes only
	Status     *Text        `json:"status"`    // flat edition
	Error      Failure      `json:"error"`     // flat edition
	Model      Note         `json:"model"`
	NConsensus Figure       `json:"n_consensus"`
	CreatedAt  Note         `json:"created_at"`
	Usage      Group[Usage] `json:"usage"`
	File       Document     `json:"file"`
	Output     Output       `json:"output"`

	Conflict string // a member that the body has twice with different values
}

func (b *Record) read(r *reader) error {
	r.conflict = &b.Conflict
	return r.readMembers(b)
}

// Usage is what an operation has cost.
type Usage struct {
	Credits Measure `json:"credits"`
}

// TypedRecord adds the members of the records that this provider knows.
type TypedRecord struct {
	Record
	Consensus Consensus `json:"consensus"`
	Metadata  Metadata  `json:"metadata"` // of an extraction
}

func (b *TypedRecord) read(r *reader) error {
	r.conflict = &b.Conflict
	return r.readMembers(b)
}

// Consensus says how much the passes of an operation agree.
type Consensus struct {
	Likelihoods LikelihoodTree `json:"likelihoods"`
	Likelihood  *Number        `json:"likelihood"` // of a classification in the run-scoped edition
}

// Output is the output of a record: a customer's data. Which values an object has, and how many pages each element of an
// array, is kept even if the output itself is not.
type Output struct {
	Payload // present unless null
	pages   []pageCount
	values  valuePaths
	offset  int64 // in the body, so that two outputs are never the same
}

// read accepts any value.
func (o *Output) read(r *reader) error {
	if r.PeekKind() == 'n' {
		return r.SkipValue()
	}
	o.Present, o.offset = true, r.InputOffset()
	if r.keepPayloads {
		if err := o.Payload.read(r); err != nil {
			return err
		}
		r = &reader{Decoder: jsontext.NewDecoder(strings.NewReader(o.Text), payloadOptions), settings: r.settings}
	}
	if r.PeekKind() != '[' {
		return o.values.read(r)
	}
	return r.eachElement(func(int) error { // a subdocument of a split, a chunk of a partition, or any other value
		var pages pageCount
		err := pages.read(r)
		o.pages = append(o.pages, pages)
		return err
	})
}

// pageCount is the length of the member pages of an element, 0 if there is none.
type pageCount int

// unknownPages is for an element whose pages have another shape, so that no likelihoods can be shown to cover them.
const unknownPages pageCount = math.MaxInt

// read accepts any value.
func (c *pageCount) read(r *reader) error {
	if r.PeekKind() != '{' {
		*c = unknownPages
		return r.SkipValue()
	}
	return r.eachMember(func(name string) error {
		switch {
		case name != "pages":
			return r.SkipValue()
		case r.PeekKind() != '[':
			*c = unknownPages
			return r.SkipValue()
		}
		return r.eachElement(func(i int) error {
			if *c = max(*c, pageCount(i+1)); r.PeekKind() != '0' {
				*c = unknownPages
			}
			return r.SkipValue()
		})
	})
}

// Likelihoods returns the likelihoods of a record by path: all of an extraction, the one of a classification, and one for
// each element of the output of a split or a partition.
func (b TypedRecord) Likelihoods(operation string) (map[string]*big.Float, error) {
	tree := b.Consensus.Likelihoods
	switch operation {
	case Extraction:
		if err := tree.expect('{'); err != nil {
			return nil, err
		}
		return tree.byPath()
	case Classification:
		return b.categoryLikelihood()
	default:
		if err := tree.expect('['); err != nil {
			return nil, err
		}
		if _, err := tree.byPath(); err != nil {
			return nil, err
		}
		return tree.byElement(labels[operation], b.Output.pages), nil
	}
}

// labels are the members that name a subdocument of a split and a chunk of a partition.
var labels = map[string]string{Split: "name", Partition: "key"}

// categoryLikelihood returns the likelihood of a classification. Each edition has a member of its own for it.
func (b TypedRecord) categoryLikelihood() (map[string]*big.Float, error) {
	tree, likelihood := b.Consensus.Likelihoods, b.Consensus.Likelihood.Float()
	if err := tree.expect('0'); err != nil {
		return nil, err
	}
	if !tree.isEmpty() {
		other := tree.leaves[0].value
		if likelihood != nil && likelihood.Cmp(other) != 0 {
			return nil, errors.New("consensus.likelihood and consensus.likelihoods are different numbers")
		}
		likelihood = other
	}
	if likelihood == nil {
		return map[string]*big.Float{}, nil
	}
	return map[string]*big.Float{"category": likelihood}, nil
}

// The operations whose records have routes of their own. The four block kinds of experiments produce these.
const (
	Extraction     = "extraction"
	Classification = "classification"
	Split          = "split"
	Partition      = "partition"
)

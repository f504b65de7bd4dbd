package wire

import (
	"cmp"
	"errors"
	"math"
	"math/big"
	"strings"

	"github.com/go-json-experiment/json"
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

// UnmarshalJSONFrom accepts an object.
func (b *Record) UnmarshalJSONFrom(decoder *jsontext.Decoder) (err error) {
	b.Conflict, err = decodeMembers(decoder, b)
	return err
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

// UnmarshalJSONFrom accepts an object.
func (b *TypedRecord) UnmarshalJSONFrom(decoder *jsontext.Decoder) (err error) {
	b.Conflict, err = decodeMembers(decoder, b)
	b.Conflict = cmp.Or(b.Conflict, b.Consensus.conflict)
	return err
}

// Consensus says how much the passes of an operation agree.
type Consensus struct {
	Likelihoods LikelihoodTree `json:"likelihoods"`
	Likelihood  *Number        `json:"likelihood"` // of a classification in the run-scoped edition

	conflict string
}

// UnmarshalJSONFrom accepts an object or null.
func (b *Consensus) UnmarshalJSONFrom(decoder *jsontext.Decoder) (err error) {
	b.conflict, err = decodeMembers(decoder, b)
	return err
}

// Output is the output of a record: a customer's data. Which values an object has, and how many pages each element of an
// array, is kept even if the output itself is not.
type Output struct {
	Payload // present unless null
	pages   []pageCount
	values  valuePaths
}

// UnmarshalJSONFrom accepts any value.
func (o *Output) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*o = Output{}
	switch decoder.PeekKind() {
	case 'n':
		return decoder.SkipValue()
	case '[':
	default:
		var object scanned[valuePaths]
		err := json.UnmarshalDecode(decoder, &object)
		o.Payload, o.values = object.Payload, object.found
		return err
	}
	var kept strings.Builder
	separator := "["
	err := eachElement(decoder, func(int) error {
		var element scanned[pageCount] // a subdocument of a split, a chunk of a partition, or any other value
		err := json.UnmarshalDecode(decoder, &element)
		o.pages = append(o.pages, element.found)
		if element.Text != "" { // otherwise the payload is not kept
			kept.WriteString(separator + element.Text)
			separator = ","
		}
		return err
	})
	o.Present, o.Text = true, cmp.Or(kept.String(), "[")+"]"
	return err
}

// scanned is a payload and what is found in it, which is kept even if the payload is not.
type scanned[T any] struct {
	Payload
	found T
}

// UnmarshalJSONFrom keeps the payload. A decoder that skips payloads calls [skipScanned] instead.
func (s *scanned[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if err := json.UnmarshalDecode(decoder, &s.Payload); err != nil {
		return err
	}
	return json.Unmarshal([]byte(s.Text), &s.found, decoder.Options())
}

// skipScanned finds what is in a payload without keeping it.
func skipScanned[T any]() *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, target *scanned[T]) error {
		target.Present = true
		return json.UnmarshalDecode(decoder, &target.found)
	})
}

// pageCount is the length of the member pages of an element, 0 if there is none.
type pageCount int

// unknownPages is for an element whose pages have another shape, so that no likelihoods can be shown to cover them.
const unknownPages pageCount = math.MaxInt

// UnmarshalJSONFrom accepts any value.
func (c *pageCount) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != '{' {
		*c = unknownPages
		return decoder.SkipValue()
	}
	return eachMember(decoder, func(name string) error {
		switch {
		case name != "pages":
			return decoder.SkipValue()
		case decoder.PeekKind() != '[':
			*c = unknownPages
			return decoder.SkipValue()
		}
		return eachElement(decoder, func(i int) error {
			if *c = max(*c, pageCount(i+1)); decoder.PeekKind() != '0' {
				*c = unknownPages
			}
			return decoder.SkipValue()
		})
	})
}

// Likelihoods returns the likelihoods of a record by path: all of an extraction, the one of a classification, and one for
// each element of the output of a split or a partition.
func (b TypedRecord) Likelihoods(operation string) (map[string]*big.Float, error) {
	tree := b.Consensus.Likelihoods
	switch operation {
	case Extraction:
		if err := tree.expect('{', map[string]float64{}); err != nil {
			return nil, err
		}
		return tree.byPath()
	case Classification:
		return b.categoryLikelihood()
	default:
		if err := tree.expect('[', []float64{}); err != nil {
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
	if err := tree.expect('0', 0.0); err != nil {
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

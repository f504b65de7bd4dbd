package wire

import (
	"cmp"
	"math"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Record has the members of every record in the spellings of both editions.
type Record struct {
	ID         *Text    `json:"id"`
	Operation  *Text    `json:"operation"` // generic routes only
	Status     *Text    `json:"status"`    // flat edition
	Error      Failure  `json:"error"`     // flat edition
	Model      Note     `json:"model"`
	NConsensus Figure   `json:"n_consensus"`
	CreatedAt  Note     `json:"created_at"`
	Usage      Usage    `json:"usage"`
	File       Document `json:"file"`
	Output     Output   `json:"output"`

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

func (u *Usage) read(r *reader) error { return r.readDescriptive(u) }

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

// Metadata are the names and values that a customer has given a record. Other values, which the API does not send, are
// skipped.
type Metadata map[string]string

// read accepts any value.
func (m *Metadata) read(r *reader) error {
	if r.PeekKind() != '{' {
		return r.SkipValue()
	}
	*m = Metadata{}
	return r.eachMember(func(name string) error {
		if r.PeekKind() != '"' {
			return r.SkipValue()
		}
		var value Text
		err := value.read(r)
		(*m)[name] = value.value
		return cmp.Or(err, r.checkCount(len(*m)))
	})
}

// Output is the output of a record: a customer's data. The paths of an object's values, and the number of pages of each
// element of an array, are kept even if the output itself is not.
type Output struct {
	Payload   // present unless null
	paths     []string
	pathBytes int
	more      int64 // how many values are beyond the limits of likelihoods, so that they cannot have one
	pages     []pageCount
	offset    int64 // in the body, so that two outputs are never the same
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
	if r.PeekKind() == '[' {
		return r.eachElement(func(int) error { // a subdocument of a split, a chunk of a partition, or any other value
			var pages pageCount
			err := pages.read(r)
			o.pages = append(o.pages, pages)
			return err
		})
	}
	isData := func(name string) bool { return !strings.HasPrefix(name, "reasoning___") } // which explains another member
	return r.eachScalar(nil, isData, func(path []byte) error {
		if o.pathBytes += len(path); o.pathBytes > maxLikelihoodPaths || len(o.paths) >= maxLikelihoods {
			o.more++
		} else {
			o.paths = append(o.paths, string(path))
		}
		return r.SkipValue()
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

// ValuePaths returns the paths of the values of the output, and how many more values there are.
func (b TypedRecord) ValuePaths(operation string) (paths []string, more int64) {
	switch {
	case operation == Extraction:
		return b.Output.paths, b.Output.more
	case operation == Classification && b.Output.Present:
		return []string{"category"}, 0
	case operation == Classification:
		return nil, 0
	}
	for i := range b.Output.pages {
		paths = append(paths, indexPath(i))
	}
	return paths, 0
}

// The operations whose records have routes of their own. The four block kinds of experiments produce these.
const (
	Extraction     = "extraction"
	Classification = "classification"
	Split          = "split"
	Partition      = "partition"
)

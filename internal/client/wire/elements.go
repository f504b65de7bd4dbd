package wire

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxElements is how many elements of one kind a body may have. It is far more than the API returns; without it, a body of 64 MiB
// could need gigabytes of memory.
const maxElements = 300_000

// checkCount returns an error if there are too many elements.
func checkCount(count int) error {
	if count > maxElements {
		return valueError(fmt.Sprintf("has more than %d elements, which is more than this provider reads", maxElements))
	}
	return nil
}

// Elements is an array of limited length.
type Elements[T any] []T

// UnmarshalJSONFrom accepts an array or null.
func (e *Elements[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*e = nil
	return eachElement(decoder, func(i int) error {
		var element T
		if err := json.UnmarshalDecode(decoder, &element); err != nil {
			return err
		}
		*e = append(*e, element)
		return checkCount(i + 1)
	})
}

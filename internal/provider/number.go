package provider

import (
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// numberValue returns null for a number that the API left out.
func numberValue(number *big.Float) types.Number {
	if number == nil {
		return types.NumberNull()
	}
	return types.NumberValue(number)
}

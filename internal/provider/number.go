package provider

import (
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// terraformPrecision is how many bits Terraform keeps of a number.
const terraformPrecision = 512

// numberValue returns null for a number that the API left out.
func numberValue(number *big.Float) types.Number {
	if number == nil {
		return types.NumberNull()
	}
	return types.NumberValue(number)
}

// digits writes a number as a person does, "no score" if there is none.
func digits(score *big.Float) string {
	if score == nil {
		return "no score"
	}
	return score.Text('f', -1)
}

package provider

import (
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// terraformPrecision is how many bits Terraform keeps of a number.
const terraformPrecision = 512

// computedNumber describes a number that keeps every digit. Float64Attribute does not: it gives Terraform the float64
// closest to 0.7, which is less than the 0.7 of a configuration.
func computedNumber(description string) schema.Attribute {
	return schema.NumberAttribute{Computed: true, MarkdownDescription: description}
}

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

func computedStrings(description string) schema.Attribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

package provider

import (
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// This file converts Go values to Terraform values where package types has no function.

// numberValue returns null for a number that the API left out.
func numberValue(number *big.Float) types.Number {
	if number == nil {
		return types.NumberNull()
	}
	return types.NumberValue(number)
}

func stringValues(texts []string) []types.String {
	values := make([]types.String, len(texts))
	for i, text := range texts {
		values[i] = types.StringValue(text)
	}
	return values
}

// notNull returns an empty list for nil, which would be null in Terraform.
func notNull[Element any](list []Element) []Element { return append([]Element{}, list...) }

// mapValues converts the values of a map. A nil map stays nil, which is null in Terraform.
func mapValues[From, To any](from map[string]From, convert func(From) To) map[string]To {
	if from == nil {
		return nil
	}
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}

// mapBy converts a list into a map, which is not null if the list is nil.
func mapBy[From, To any](from []From, convert func(From) (key string, to To)) map[string]To {
	to := make(map[string]To, len(from))
	for _, element := range from {
		key, value := convert(element)
		to[key] = value
	}
	return to
}

// nullIfEmpty returns nil for an empty map, because alltrue over no scores is true.
func nullIfEmpty[Value any](values map[string]Value) map[string]Value {
	if len(values) == 0 {
		return nil
	}
	return values
}

// orEmpty returns "" for a text that is not set.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

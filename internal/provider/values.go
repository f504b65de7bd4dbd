package provider

// This file converts lists and maps to those of models.

// notNull returns an empty list for nil, which would be null in Terraform.
func notNull[Element any](list []Element) []Element { return append([]Element{}, list...) }

// mapBy converts a list into a map, which is not null if the list is nil.
func mapBy[From, To any](from []From, convert func(From) (key string, to To)) map[string]To {
	to := make(map[string]To, len(from))
	for _, element := range from {
		key, value := convert(element)
		to[key] = value
	}
	return to
}

package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// This file has the computed attributes of all schemas.

// attributeMap has the attributes of a schema or of a nested object, by name.
type attributeMap = map[string]schema.Attribute

func computedString(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func computedBool(description string) schema.Attribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

func computedInt64(description string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

// computedNumber describes a number that keeps every digit. Float64Attribute does not: it gives Terraform the float64
// closest to 0.7, which is less than the 0.7 of a configuration.
func computedNumber(description string) schema.Attribute {
	return schema.NumberAttribute{Computed: true, MarkdownDescription: description}
}

func computedStrings(description string) schema.Attribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

func computedStringMap(description string) schema.Attribute {
	return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

func computedNumberMap(description string) schema.Attribute {
	return schema.MapAttribute{Computed: true, ElementType: types.NumberType, MarkdownDescription: description}
}

func computedObject(description string, attributes attributeMap) schema.Attribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: attributes}
}

func computedObjectList(description string, attributes attributeMap) schema.Attribute {
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

func computedObjectMap(description string, attributes attributeMap) schema.MapNestedAttribute {
	return schema.MapNestedAttribute{
		Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

// sensitiveObjectMap describes a map of objects that contain customer data.
func sensitiveObjectMap(description string, attributes attributeMap) schema.Attribute {
	attribute := computedObjectMap(description, attributes)
	attribute.Sensitive = true
	return attribute
}

// mergeAttributes returns all attributes in one map. Of two with the same name, the later one counts.
func mergeAttributes(all ...attributeMap) attributeMap {
	attributes := attributeMap{}
	for _, some := range all {
		maps.Copy(attributes, some)
	}
	return attributes
}

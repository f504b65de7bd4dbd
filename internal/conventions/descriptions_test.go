package conventions

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

const (
	maxSentences   = 2
	maxDescription = 58 // bytes per attribute, on average
)

var (
	quoted        = regexp.MustCompile("`[^`]*`")
	endOfSentence = regexp.MustCompile(`[.!?]\**( |$)`)
)

// TestSchema_descriptionsAreShort checks that a description has at most two sentences, and limits the average size. Terraform
// reads all of them in every plan, and pages repeat them.
func TestSchema_descriptionsAreShort(t *testing.T) {
	t.Parallel()
	provider, kinds := served(t)
	attributes, bytes := 0, 0
	check := func(name string, schema *tfprotov6.Schema) {
		descriptions := map[string]string{name: schema.Block.Description}
		for _, a := range walk(schema.Block.Attributes) {
			attributes++
			bytes += len(a.Description)
			descriptions[name+"."+a.String()] = a.Description
		}
		for described, description := range descriptions {
			if sentences := len(endOfSentence.FindAllString(quoted.ReplaceAllString(description, "x"), -1)); sentences > maxSentences {
				t.Errorf("the description of %s has %d sentences, want at most %d: %q", described, sentences, maxSentences, description)
			}
		}
	}
	check("provider", provider)
	for _, kind := range kinds {
		for name, schema := range kind.schemas {
			check(name, schema)
		}
	}
	if average := bytes / attributes; average > maxDescription {
		t.Errorf("the %d descriptions have %d bytes each on average, want at most %d", attributes, average, maxDescription)
	}
	t.Logf("%d descriptions have %.1f bytes each on average", attributes, float64(bytes)/float64(attributes))
}

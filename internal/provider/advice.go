package provider

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// This file finds what is strange about the arguments of a read that found nothing. Ids are opaque, so the result is advice
// in a diagnostic, and no read is refused because of it.

// idValue is an id that something is read by.
type idValue struct {
	argument string // such as run_id
	kind     string // what the argument names: a run, a document, an experiment
	value    string
}

// idPrefixes are the prefixes that the vendor's ids have, and what they are ids of.
var idPrefixes = []struct{ prefix, kind string }{
	{"exprun_", "run"},
	{"expdoc_", "document"},
	{"expresult_", "result"},
	{"expjob_", "result"},
	{"exp_", "experiment"},
	{"wexp_", "experiment"},
	{"extr_", "extraction"},
	{"ext_", "extraction"},
	{"clss_", "classification"},
	{"cls_", "classification"},
	{"splt_", "split"},
	{"split_", "split"},
	{"prtn_", "partition"},
	{"part_", "partition"},
}

// idAdvice returns sentences about the ids of a target, each after a space, "" when nothing is strange about them.
func (t readTarget) idAdvice() string {
	advice := ""
	for _, id := range t.ids {
		value := client.PlainText(id.value)
		if kind := kindOf(id.value); kind != "" && kind != id.kind {
			advice += fmt.Sprintf(" %s %q looks like the id of %s, not of %s.", id.argument, value, withArticle(kind), withArticle(id.kind))
		}
		if strings.ContainsFunc(id.value, unicode.IsSpace) {
			advice += fmt.Sprintf(" %s %q contains a space.", id.argument, value)
		}
	}
	return advice
}

func kindOf(id string) string {
	for _, known := range idPrefixes {
		if strings.HasPrefix(id, known.prefix) {
			return known.kind
		}
	}
	return ""
}

func withArticle(noun string) string {
	if strings.HasPrefix(noun, "e") {
		return "an " + noun
	}
	return "a " + noun
}

// editionAdvice returns a sentence about api_edition, "" unless it is set to one edition.
func (t readTarget) editionAdvice() string {
	if t.edition == "" || t.edition == client.EditionAuto {
		return ""
	}
	return fmt.Sprintf(` api_edition is %q: try "auto", since the server may have the other edition of the API.`, t.edition)
}

// credentialAdvice says what to do if the credential of one edition was refused, as by a gateway that lets only the other through.
func (t readTarget) credentialAdvice() string {
	if t.edition != client.EditionAuto {
		return ""
	}
	return ` api_edition is "auto", which tries the credential of the flat edition first: if the server has the run-scoped edition, set "run_scoped".`
}

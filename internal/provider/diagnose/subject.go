package diagnose

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// Subject describes the object of a read, for the diagnostics of its failures.
type Subject struct {
	Noun            string // "experiment result"
	Description     string // `the result of document "…" in experiment run "…"`
	IDs             []ID   // the ids that it is read by
	TimeoutArgument string // the argument that bounds the read, timeouts.read if empty
	Ignore          string // the advice for when it may legitimately be absent, "" when there is none

	Timeout time.Duration  // the bound of the read
	Edition client.Edition // the provider's setting
}

// ID is an id that something is read by.
type ID struct {
	Argument string // such as run_id
	Kind     string // what the argument names: a run, a document, an experiment
	Value    string
}

// idKinds has the prefixes of the vendor's ids, before an underscore, and what they are ids of.
var idKinds = map[string]string{
	"exprun": "run", "expdoc": "document", "expresult": "result", "expjob": "result", "exp": "experiment", "wexp": "experiment",
	"extr": "extraction", "ext": "extraction", "clss": "classification", "cls": "classification",
	"splt": "split", "split": "split", "prtn": "partition", "part": "partition",
}

// idAdvice returns sentences about what is strange about the ids, each after a space, "" when nothing is. Ids are
// opaque, so this is only advice after a read that found nothing: no read is refused because of it.
func (s Subject) idAdvice() (advice string) {
	for _, id := range s.IDs {
		value := client.PlainText(id.Value)
		prefix, _, hasPrefix := strings.Cut(id.Value, "_")
		if kind := idKinds[prefix]; hasPrefix && kind != "" && kind != id.Kind {
			advice += fmt.Sprintf(" %s %q looks like the id of %s, not of %s.", id.Argument, value, withArticle(kind), withArticle(id.Kind))
		}
		if strings.ContainsFunc(id.Value, unicode.IsSpace) {
			advice += fmt.Sprintf(" %s %q contains a space.", id.Argument, value)
		}
	}
	return advice
}

func withArticle(noun string) string {
	if strings.HasPrefix(noun, "e") {
		return "an " + noun
	}
	return "a " + noun
}

// argumentOf returns the argument that has an id. None has that of a run which a wait has found by other ids.
func (s Subject) argumentOf(value string) string {
	for _, id := range s.IDs {
		if id.Value == value {
			return id.Argument
		}
	}
	return "the ids"
}

func (s Subject) timeoutArgument() string { return cmp.Or(s.TimeoutArgument, "timeouts.read") }

// editionAdvice returns a sentence about api_edition, "" unless it is set to one edition.
func (s Subject) editionAdvice() string {
	if s.Edition == "" || s.Edition == client.EditionAuto {
		return ""
	}
	return fmt.Sprintf(` api_edition is %q: try "auto", since the server may have the other edition of the API.`, s.Edition)
}

// credentialAdvice says what to do if a gateway refused the credential of one edition and would accept the other's.
func (s Subject) credentialAdvice() string {
	if s.Edition != client.EditionAuto {
		return ""
	}
	return ` api_edition is "auto", which tries the credential of the flat edition first: if the server has the run-scoped edition, set "run_scoped".`
}

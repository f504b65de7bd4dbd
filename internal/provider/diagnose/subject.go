package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// Subject describes the object of a read for diagnostics.
type Subject struct {
	Noun            string // "experiment result"
	Description     string // `the result of document "…" in experiment run "…"`
	IDs             []ID   // the arguments that identify it
	TimeoutArgument string // the argument with the limit of the read, timeouts.read if empty
	Hint            string // a sentence for when it is absent, after a space; "" for none
	Ignorable       string // what may be absent with ignore_not_found, such as run; "" without this argument

	Timeout time.Duration  // the limit of the read
	Edition client.Edition // the provider's setting
}

// ID is an argument that identifies an object.
type ID struct {
	Argument string // such as run_id
	Kind     string // what the argument identifies, such as run
	Value    string
}

// idKinds maps the prefixes of the vendor's ids, up to the underscore, to what they identify.
var idKinds = map[string]string{
	"exprun": "run", "expdoc": "document", "expresult": "result", "expjob": "result", "exp": "experiment", "wexp": "experiment",
	"extr": "extraction", "ext": "extraction", "clss": "classification", "cls": "classification",
	"splt": "split", "split": "split", "prtn": "partition", "part": "partition",
}

// idAdvice returns sentences about ids that look wrong, each after a space. Ids are opaque, so it is only advice after
// a read that found nothing: no id is refused because of its form.
func (s Subject) idAdvice() (advice string) {
	for _, id := range s.IDs {
		value := sanitize.PlainText(id.Value)
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

// absenceAdvice returns sentences about an object that was not found, each after a space.
func (s Subject) absenceAdvice() string {
	advice := s.idAdvice() + s.Hint
	if s.Ignorable != "" {
		advice += fmt.Sprintf(" If the %s may legitimately be absent, set ignore_not_found = true and use exists.", s.Ignorable)
	}
	return advice
}

func withArticle(noun string) string {
	if strings.HasPrefix(noun, "e") {
		return "an " + noun
	}
	return "a " + noun
}

// argumentOf returns the name of the argument with an id. No argument has the id of a run that was found by its
// experiment.
func (s Subject) argumentOf(value string) string {
	if i := slices.IndexFunc(s.IDs, func(id ID) bool { return id.Value == value }); i >= 0 {
		return s.IDs[i].Argument
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

// credentialAdvice returns a sentence for a gateway that may accept only the credential of the other edition, "" unless
// api_edition is auto.
func (s Subject) credentialAdvice() string {
	if s.Edition != client.EditionAuto {
		return ""
	}
	return ` api_edition is "auto", which tries the credential of the flat edition first: if the server has the run-scoped edition, set "run_scoped".`
}

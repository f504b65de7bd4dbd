// Package prose has helpers for the sentences of summaries and diagnostics.
package prose

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// Sentence appends a full stop unless the text already ends a sentence.
func Sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// Because formats a reason as ": reason", "" if there is none.
func Because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// UpperFirst converts the first letter to upper case.
func UpperFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// Counted formats a number with its noun: 0 errors, 1 error, 2 errors.
func Counted[N int | int64](number N, noun string) string {
	if number == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", number, noun)
}

// Agree puts a phrase that begins with a verb into the plural, unless the number is 1: is late, are late.
func Agree[N int | int64](number N, phrase string) string {
	if number == 1 {
		return phrase
	}
	verb, _, _ := strings.Cut(phrase, " ")
	plural := map[string]string{"is": "are", "was": "were", "has": "have"}[verb]
	return cmp.Or(plural, verb) + strings.TrimPrefix(phrase, verb)
}

// Paragraph joins the sentences that are not empty.
func Paragraph(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, func(text string) bool { return text == "" }), " ")
}

// IDs lists up to limit ids, and how many more there are: "a, b and 3 more".
func IDs(ids []string, limit int) string {
	named := make([]string, min(len(ids), limit))
	for i := range named {
		named[i] = sanitize.PlainText(ids[i])
	}
	text := strings.Join(named, ", ")
	if more := len(ids) - limit; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Parentheses formats strings as " (a, b)", "" if there are none.
func Parentheses(texts ...string) string {
	if len(texts) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s)", strings.Join(texts, ", "))
}

// Score formats a number with all its digits, "no score" if there is none.
func Score(score *big.Float) string {
	if score == nil {
		return "no score"
	}
	return score.Text('f', -1)
}

// Duration formats a duration as 30s or 10m, where Go has 10m0s.
func Duration(d time.Duration) string {
	return strings.NewReplacer("h0m0s", "h", "m0s", "m").Replace(d.String())
}

// Package prose has helpers for the sentences of summaries and diagnostics.
package prose

import (
	"fmt"
	"math/big"
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
func Counted(number int64, noun string) string {
	if number == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", number, noun)
}

// Agree chooses the form of a verb: one for the number 1, many for all others.
func Agree(number int64, one, many string) string {
	if number == 1 {
		return one
	}
	return many
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
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Package prose builds the sentences of summaries and diagnostics from parts. It knows no object.
package prose

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// Sentence appends a full stop to a text that does not end like a sentence.
func Sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// Because formats a reason as the end of a sentence, "" when there is none.
func Because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// UpperFirst returns a text with its first letter in upper case.
func UpperFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// Counted writes 0 errors, 1 error, 2 errors.
func Counted(number int64, noun string) string {
	if number == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", number, noun)
}

// Agree chooses the form of a verb: one for a number of 1, many for any other.
func Agree(number int64, one, many string) string {
	if number == 1 {
		return one
	}
	return many
}

// IDs lists at most that many ids, and says how many more there are: "a, b and 3 more".
func IDs(ids []string, most int) string {
	named := make([]string, min(len(ids), most))
	for i := range named {
		named[i] = sanitize.PlainText(ids[i])
	}
	text := strings.Join(named, ", ")
	if more := len(ids) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Parentheses returns " (a, b)", "" when there are no texts.
func Parentheses(texts ...string) string {
	if len(texts) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s)", strings.Join(texts, ", "))
}

// Score writes a number with its own digits, "no score" if there is none.
func Score(score *big.Float) string {
	if score == nil {
		return "no score"
	}
	return score.Text('f', -1)
}

// Duration writes 30s and 10m instead of Go's 10m0s.
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

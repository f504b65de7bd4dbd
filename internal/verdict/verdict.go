// Package verdict says what the objects of the API prove: whether an experiment is fresh, whether a run, a result, an
// artifact or an eval succeeded, whether metrics are available, and which documents are missing. Its functions are
// pure.
//
// A judgement is true only if all required evidence is present and positive, and no evidence that is present contradicts
// it. DESIGN.md has the table of evidence. A function named Why… returns the first reason why a judgement is false, in the order of
// that table, or "" if it is true.
package verdict

import (
	"cmp"
	"fmt"
	"math/big"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/client/wire"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// reason is a row of the table of evidence: if it holds, the judgement is false.
type reason struct {
	holds bool
	text  string
}

// first returns the first reason that holds, "" if none does.
func first(reasons ...reason) string {
	for _, one := range reasons {
		if one.holds {
			return one.text
		}
	}
	return ""
}

// completedBut begins every reason against a completed run.
const completedBut = "is completed, but "

// notFraction returns a reason that holds if a number is present and not between 0 and 1. The sentence starts with start,
// such as "its score is".
func notFraction(start string, number *big.Float) reason {
	return reason{!IsFraction(number), fmt.Sprintf("%s %s, which is not between 0 and 1", start, prose.Score(number))}
}

// IsFraction reports whether a number is missing or between 0 and 1.
func IsFraction(number *big.Float) bool {
	return number == nil || number.Sign() >= 0 && number.Cmp(big.NewFloat(1)) <= 0
}

// ratio returns the quotient that Terraform computes from the two literals, nil for a total of 0: 2 of 3 is its 2 / 3.
func ratio(part, total int64) *big.Float {
	if total <= 0 {
		return nil
	}
	number := func(n int64) *big.Float { return new(big.Float).SetPrec(wire.NumberPrecision).SetInt64(n) }
	return number(0).Quo(number(part), number(total))
}

// HasEnded reports whether a run or a result has ended: its status is final, or it has a time of completion.
func HasEnded(lifecycle client.Lifecycle) bool {
	return lifecycle.Status.Terminal() || client.OrZero(lifecycle.Timing.CompletedAt) != ""
}

// failure returns the message of a failure, "" when there is none.
func failure(lifecycle client.Lifecycle) string {
	message := sanitize.PlainText(cmp.Or(lifecycle.ErrorMessage, lifecycle.ErrorCode))
	if message == client.NoMessage {
		return ""
	}
	return message
}

// describe returns the state of a result or a run that did not succeed, as the end of a sentence.
func describe(lifecycle client.Lifecycle) string {
	switch lifecycle.Status {
	case client.StatusError:
		return prose.Sentence(failed + prose.Because(failure(lifecycle)))
	case client.StatusCancelled:
		return prose.Sentence(wasCancelled + prose.Because(sanitize.PlainText(cmp.Or(lifecycle.CancelReason, lifecycle.ErrorMessage))))
	case client.StatusCompleted:
		return prose.Sentence(completedBut + "reports an error" + prose.Because(failure(lifecycle)))
	default:
		return notFinished + prose.Parentheses(sanitize.PlainText(string(lifecycle.Status))) + "."
	}
}

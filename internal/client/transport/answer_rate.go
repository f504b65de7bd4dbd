package transport

import "time"

// answerRate counts the answers of the last 10 to 20 seconds.
type answerRate struct {
	current, previous period
}

// period is a time in which attempts were answered.
type period struct {
	start, end time.Time
	answers    int
}

// longestPeriod is after how long a new period begins.
const longestPeriod = 10 * time.Second

// add counts the answer to an attempt.
func (t *answerRate) add(startedAt, answeredAt time.Time) {
	if answeredAt.Sub(t.current.start) > longestPeriod { // also at the first answer
		t.previous, t.current = t.current, period{start: startedAt}
	}
	t.current.end = answeredAt
	t.current.answers++
}

// isRecent reports whether the last answer was not long ago.
func (t *answerRate) isRecent(now time.Time) bool { return now.Sub(t.current.end) <= longestPeriod }

// since returns the time since the first of these answers was requested, and their number.
func (t *answerRate) since(now time.Time) (time.Duration, int) {
	if t.current.answers == 0 {
		return 0, 0
	}
	start, answers := t.current.start, t.current.answers
	if start.Sub(t.previous.end) <= longestPeriod {
		start, answers = t.previous.start, answers+t.previous.answers
	}
	return now.Sub(start), answers
}

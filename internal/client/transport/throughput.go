package transport

import "time"

// throughput counts the answers of two periods, so that what was long ago does not count.
type throughput struct {
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
func (t *throughput) add(startedAt, answeredAt time.Time) {
	if answeredAt.Sub(t.current.start) > longestPeriod { // also at the first answer
		t.previous, t.current = t.current, period{start: startedAt}
	}
	t.current.end = answeredAt
	t.current.answers++
}

// isRecent reports whether the last answer was not long ago.
func (t *throughput) isRecent(now time.Time) bool { return now.Sub(t.current.end) <= longestPeriod }

// since returns how long ago the first answer was that counts, and how many there were.
func (t *throughput) since(now time.Time) (time.Duration, int) {
	if t.current.answers == 0 {
		return 0, 0
	}
	start, answers := t.current.start, t.current.answers
	if start.Sub(t.previous.end) <= longestPeriod {
		start, answers = t.previous.start, answers+t.previous.answers
	}
	return now.Sub(start), answers
}

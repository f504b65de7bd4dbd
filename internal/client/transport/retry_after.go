package transport

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// maxPause is the longest pause that is plausible.
const maxPause = 366 * 24 * time.Hour

// retryAfter returns the pause that a response asks for, 0 if it asks for none: its Retry-After (RFC 9110, section
// 10.2.3), or RateLimit-Reset and X-RateLimit-Reset of a 429 without one. The API documents none of them, so other
// values are ignored. A time counts against the response's own Date, because the clocks of server and client can
// differ.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		now = date
	}
	names := []string{"Retry-After"}
	if resp.StatusCode == http.StatusTooManyRequests {
		names = append(names, "RateLimit-Reset", "X-RateLimit-Reset")
	}
	for _, name := range names {
		if pause, ok := parsePause(resp.Header.Get(name), now); ok {
			return pause
		}
	}
	return 0
}

// parsePause reads seconds, an HTTP date, or a Unix time in seconds or milliseconds.
func parsePause(value string, now time.Time) (pause time.Duration, ok bool) {
	if date, err := http.ParseTime(value); err == nil {
		return min(max(0, date.Sub(now)), maxPause), true
	}
	seconds, err := strconv.ParseFloat(value, 64)
	if seconds > 1e12 {
		seconds /= 1000
	}
	if seconds > 1e9 { // later than 2001 as a time, and longer than 30 years as a pause
		seconds = max(0, seconds-float64(now.Unix()))
	}
	if err != nil || !(seconds >= 0 && seconds <= maxPause.Seconds()) { // also false for NaN
		return 0, false
	}
	return time.Duration(math.Ceil(seconds)) * time.Second, true
}

package transport

import (
	"net/http"
	"testing"
	"time"
)

// TestRetryAfter checks which pause a response asks for. The clock of the server is ten minutes ahead of this one.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 1, 11, 50, 0, 0, time.UTC)
	const noon = "Mon, 01 Jun 2026 12:00:00 GMT"
	for name, test := range map[string]struct {
		status int
		header map[string]string
		want   time.Duration
	}{
		"absent":                          {429, nil, 0},
		"seconds":                         {429, map[string]string{"Retry-After": "7"}, 7 * time.Second},
		"zero":                            {429, map[string]string{"Retry-After": "0"}, 0},
		"a fraction":                      {429, map[string]string{"Retry-After": "1.5"}, 2 * time.Second},
		"a small fraction":                {429, map[string]string{"Retry-After": "0.01"}, time.Second},
		"negative":                        {429, map[string]string{"Retry-After": "-5"}, 0},
		"garbage":                         {429, map[string]string{"Retry-After": "soon"}, 0},
		"not a number":                    {429, map[string]string{"Retry-After": "NaN"}, 0},
		"infinite":                        {429, map[string]string{"Retry-After": "Inf"}, 0},
		"a year":                          {429, map[string]string{"Retry-After": "31622400"}, 366 * 24 * time.Hour},
		"a date beyond a year":            {429, map[string]string{"Retry-After": "Wed, 01 Sep 2027 11:50:00 GMT"}, 366 * 24 * time.Hour},
		"a billion, and a reset":          {429, map[string]string{"Retry-After": "1000000000", "RateLimit-Reset": "60"}, time.Minute},
		"zero, and a reset":               {429, map[string]string{"Retry-After": "0", "RateLimit-Reset": "60"}, 0},
		"beyond a year":                   {429, map[string]string{"Retry-After": "99999999"}, 0},
		"a date":                          {429, map[string]string{"Retry-After": "Mon, 01 Jun 2026 11:50:30 GMT"}, 30 * time.Second},
		"a date in the past":              {429, map[string]string{"Retry-After": "Mon, 01 Jun 2026 11:00:00 GMT"}, 0},
		"a date, by the server's clock":   {429, map[string]string{"Retry-After": "Mon, 01 Jun 2026 12:00:30 GMT", "Date": noon}, 30 * time.Second},
		"a date, and a Date that is none": {429, map[string]string{"Retry-After": "Mon, 01 Jun 2026 11:50:30 GMT", "Date": "today"}, 30 * time.Second},
		"seconds, by any clock":           {429, map[string]string{"Retry-After": "7", "Date": noon}, 7 * time.Second},
		"a reset":                         {429, map[string]string{"RateLimit-Reset": "9"}, 9 * time.Second},
		"an older reset":                  {429, map[string]string{"X-RateLimit-Reset": "9.2"}, 10 * time.Second},
		"a reset as a Unix time":          {429, map[string]string{"X-RateLimit-Reset": "1780315205", "Date": noon}, 5 * time.Second},
		"a reset in milliseconds":         {429, map[string]string{"X-RateLimit-Reset": "1780315205000", "Date": noon}, 5 * time.Second},
		"a reset in the past":             {429, map[string]string{"X-RateLimit-Reset": "1780315195", "Date": noon}, 0},
		"both, the first counts":          {429, map[string]string{"Retry-After": "3", "RateLimit-Reset": "60"}, 3 * time.Second},
		"garbage, and a reset":            {429, map[string]string{"Retry-After": "soon", "RateLimit-Reset": "60"}, time.Minute},
		"a pause of a 503":                {503, map[string]string{"Retry-After": "7"}, 7 * time.Second},
		"the reset of a 503":              {503, map[string]string{"RateLimit-Reset": "60"}, 0},
	} {
		header := http.Header{}
		for key, value := range test.header {
			header.Set(key, value)
		}
		if got := retryAfter(&http.Response{StatusCode: test.status, Header: header}, now); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

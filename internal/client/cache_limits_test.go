package client

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestCache_isBounded checks that nothing is kept for longer than it can be used, that large answers push others out, and that the
// newest one stays whatever its size.
func TestCache_isBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCache()
		payload := new(strings.Repeat("x", 40<<20))
		for i, large := range []any{
			listOfRows(&ExperimentResult{HandleInputs: []Handle{{Data: payload}}}), listOfRows(&ExperimentResult{HandleOutputs: []Handle{{Data: payload}}}),
			ArtifactRecord{Output: payload},
			Metrics{Targets: []TargetScore{{Value: payload}}},
			Metrics{TargetDocuments: []DocumentScore{{Value: payload}}},
			[]EvalResult{{Values: EvalValues{ActualValue: payload}}},
			[]EvalResult{{Values: EvalValues{HandleOutputs: payload}}},
			make([]EvalResult, 40<<10),
		} {
			key := cacheKey{subject: subject{EditionFlat, fmt.Sprint(i), ""}}
			_, err := cached(t.Context(), c, key, freshness{}, never, func(context.Context) (any, error) { return large, nil })
			bytes := 0
			for _, answer := range c.answers {
				bytes += answer.bytes
			}
			if err != nil || len(c.answers) != 1 || c.answers[key] == nil || bytes < len(*payload) || bytes > maxCachedBytes {
				t.Errorf("%T: %d answers of %d bytes, %v", large, len(c.answers), bytes, err)
			}
		}
		refuseRun(404, runKey)(c)
		<-time.After(maxFinalAge + 1)
		synctest.Wait()
		if len(c.answers) != 0 {
			t.Errorf("%d answers are left", len(c.answers))
		}
	})
}

// TestCache_dropsWhatDoesNotFit checks that a full cache drops the answers that do not fit beside the new one,
// and no others.
func TestCache_dropsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	small := slices.Repeat([]int{5 * mb}, 10)
	output := strings.Repeat("x", maxCachedBytes)
	for name, test := range map[string]struct {
		before []int // the sizes of the answers
		added  int
		want   []int
	}{
		"the cache is exactly full": {[]int{24 * mb}, 40 * mb, []int{24 * mb, 40 * mb}},
		"one byte too many":         {[]int{24 * mb}, 40*mb + 1, []int{40*mb + 1}},
		"one large answer":          {slices.Concat(small, []int{60 * mb}), 5 * mb, slices.Concat(small, []int{5 * mb})},
	} {
		for range 20 { // the order of a map is random
			c := newCache()
			for i, bytes := range test.before {
				key := cacheKey{subject: subject{EditionFlat, fmt.Sprint(i), ""}}
				c.answers[key] = &fetch{key: key, bytes: bytes}
			}
			c.keep(&fetch{key: runKey, value: ArtifactRecord{Output: new(output[:test.added-1<<10])}})
			var got []int
			for _, answer := range c.answers {
				got = append(got, answer.bytes)
			}
			if slices.Sort(got); !slices.Equal(got, test.want) {
				t.Fatalf("%s: got %v, want %v", name, got, test.want)
			}
		}
	}
}

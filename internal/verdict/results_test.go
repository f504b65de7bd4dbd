package verdict

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// randomResults returns a run and a list that can contradict each other, and possibly names of documents.
func randomResults(random *rand.Rand) (client.RunResults, []string) {
	statuses := []client.Status{
		client.StatusCompleted, client.StatusCompleted, client.StatusCompleted, client.StatusError, client.StatusCancelled, client.StatusRunning, "hibernating",
	}
	pick := func(from []client.Status) client.Status { return from[random.IntN(len(from))] }
	all := client.RunResults{Run: client.ExperimentRun{
		ID: "exprun_1", HasTotal: true, TotalDocuments: random.Int64N(6) - 1, CompletedDocuments: random.Int64N(6) - 1, FailedDocuments: random.Int64N(3) - 1,
		Lifecycle: client.Lifecycle{Status: pick(statuses)},
	}}
	if random.IntN(5) == 0 {
		all.Run.HasTotal, all.Run.TotalDocuments = false, 0
	}
	for i := range random.IntN(5) {
		all.Results = append(all.Results, &client.ExperimentResult{
			DocumentID: fmt.Sprintf("expdoc_%d", i), Lifecycle: client.Lifecycle{Status: pick(statuses)}, IsPlaceholder: new(random.IntN(20) == 0),
		})
	}
	if random.IntN(2) == 0 {
		return all, nil
	}
	named := []string{}
	for range random.IntN(4) {
		named = append(named, fmt.Sprintf("expdoc_%d", random.IntN(6)))
	}
	return all, named
}

// TestResults_isProved checks for random counters and rows that only what they prove is said.
func TestResults_isProved(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same cases every time
	proved := 0
	for range 50_000 {
		all, named := randomResults(random)
		got := NewResults(all, named)
		succeeded := map[string]bool{}
		for _, result := range all.Results {
			succeeded[result.DocumentID] = ResultSucceeded(result)
		}
		everyDocument := int64(len(succeeded)) == all.Run.TotalDocuments && all.Run.FailedDocuments <= 0 && all.Run.Status == client.StatusCompleted
		for _, ok := range succeeded {
			everyDocument = everyDocument && (ok || named != nil)
		}
		if named != nil {
			everyDocument = len(named) > 0
			for _, id := range named {
				everyDocument = everyDocument && succeeded[id]
			}
		}
		ratio := got.Ratio()
		failed, unfinished := int64(len(got.NotSucceeded)), int64(len(documents(got.Rows, notFinished)))
		for what, wrong := range map[string]bool{
			"all_succeeded is not proved":            got.AllSucceeded() && !everyDocument,
			"a ratio of 1 is not proved":             float64Of(ratio) == 1 && !everyDocument,
			"a ratio is out of bounds":               float64Of(ratio) < 0 || float64Of(ratio) > 1,
			"the ratio and all_succeeded differ":     (float64Of(ratio) == 1) != got.AllSucceeded(),
			"the counts do not add up":               got.isProved() && got.Succeeded+failed+unfinished+got.NoResult != got.Documents,
			"all_terminal in spite of a gap":         got.Gap() != "" && got.AllTerminal(),
			"all_terminal in spite of an active run": got.AllTerminal() && !all.Run.Status.Terminal() && (unfinished > 0 || got.NoResult > 0),
			"rows are missing without a warning":     all.Run.Status == client.StatusCompleted && named == nil && int64(len(succeeded)) < all.Run.TotalDocuments && got.Gap() == "",
			"no count without a warning":             all.Run.Status == client.StatusCompleted && !all.Run.HasTotal && (named == nil || got.NoResult > 0) && got.Gap() == "",
			"the summary counts without a count":     named == nil && !all.Run.HasTotal && !strings.Contains(got.Summary(), "does not say how many"),
			"the summary says that nothing is there": strings.Contains(got.Summary(), "has no documents") && (!all.Run.HasTotal || all.Run.Status != client.StatusCompleted),
			"the summary is no sentence":             !strings.HasSuffix(got.Summary(), "."),
			"the summary says success":               strings.HasSuffix(got.Summary(), " succeeded.") && !got.AllSucceeded() && got.isProved(),
		} {
			if wrong {
				t.Fatalf("%s: run %+v, %d rows, named %v: %s", what, all.Run, len(all.Results), named, got.Summary())
			}
		}
		if got.AllSucceeded() {
			proved++
		}
	}
	if proved < 1000 {
		t.Errorf("only %d cases succeeded, so little was proved", proved)
	}
}

func float64Of(number *big.Float) float64 {
	if number == nil {
		return 0
	}
	value, _ := number.Float64()
	return value
}

// TestRatio_isTheQuotient checks that a ratio is the number that Terraform computes from two literals or reads as a decimal, and that "at
// most one document may fail" holds exactly where it holds. 1 - 1 / 7 is rounded up by Terraform, so it is left out.
func TestRatio_isTheQuotient(t *testing.T) {
	t.Parallel()
	literal := func(n int64) *big.Float { return new(big.Float).SetPrec(512).SetInt64(n) }
	for n := int64(1); n <= 200; n++ {
		got := ratio(n-1, n)
		if want := literal(0).Quo(literal(n-1), literal(n)); got.Cmp(want) != 0 {
			t.Errorf("%d of %d is %s", n-1, n, got.Text('f', -1))
		}
		if oneMayFail := literal(0).Sub(literal(1), literal(0).Quo(literal(1), literal(n))); n != 7 && got.Cmp(oneMayFail) < 0 {
			t.Errorf("%d of %d is less than 1 - 1 / %d", n-1, n, n)
		}
	}
	if got := ratio(98, 100); got.Cmp(score("0.98")) != 0 || ratio(0, 0) != nil {
		t.Errorf("98 of 100 is %s", got.Text('f', -1))
	}
}

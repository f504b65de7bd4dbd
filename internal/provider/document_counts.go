package provider

import (
	"fmt"
	"math/big"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
)

// documentCounts are a run's own counters of its documents.
type documentCounts struct{ total, completed, failed int64 }

func countsOf(run client.ExperimentRun) documentCounts {
	return documentCounts{total: run.TotalDocuments, completed: run.CompletedDocuments, failed: run.FailedDocuments}
}

// areConsistent reports whether the counters can be true together. The API promises nothing of the kind, and what follows
// from counters that contradict each other is not proved.
func (c documentCounts) areConsistent() bool {
	return c.total >= 0 && c.completed >= 0 && c.failed >= 0 && c.completed <= c.total-c.failed
}

// missing returns how many documents have neither completed nor failed, 0 where the counters contradict each other.
func (c documentCounts) missing() int64 {
	if !c.areConsistent() {
		return 0
	}
	return c.total - c.completed - c.failed
}

// ratio returns the success ratio, null where the counters contradict each other.
func (c documentCounts) ratio() types.Number {
	if !c.areConsistent() {
		return types.NumberNull()
	}
	return successRatio(c.completed, c.total)
}

func (c documentCounts) String() string {
	return fmt.Sprintf("%s, %d completed and %d failed", counted(c.total, "document"), c.completed, c.failed)
}

// runSucceeded reports whether a run is completed and its counters prove that every document is, too.
func runSucceeded(run client.ExperimentRun) bool {
	return run.Succeeded() && countsOf(run).areConsistent()
}

// successRatio returns the part of the documents that succeeded, null where there are none. 98 of 100 is the number 0.98 of
// a configuration; the float64 of it is less than that.
func successRatio(succeeded, documents int64) types.Number {
	if documents <= 0 {
		return types.NumberNull()
	}
	decimal := strconv.FormatFloat(float64(succeeded)/float64(documents), 'f', -1, 64)
	ratio, _, err := big.ParseFloat(decimal, 10, terraformPrecision, big.ToNearestEven)
	if err != nil {
		return types.NumberNull() // not reached: the text is a number
	}
	return types.NumberValue(ratio)
}

// counted writes 0 errors, 1 error, 2 errors.
func counted(number int64, noun string) string {
	if number == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", number, noun)
}

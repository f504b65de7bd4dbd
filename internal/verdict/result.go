package verdict

import (
	"fmt"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
)

// ResultSucceeded reports whether the block ran for a document and completed. A placeholder stands for a document that was
// never executed.
func ResultSucceeded(result *client.ExperimentResult) bool {
	return result.Status == client.StatusCompleted && !result.HasError && !value(result.IsPlaceholder)
}

// ResultSummary describes a result that exists.
func ResultSummary(result *client.ExperimentResult) string {
	document := "Document " + sanitize.PlainText(result.DocumentID)
	switch {
	case ResultSucceeded(result):
		return document + " succeeded."
	case result.Status == client.StatusCompleted && !result.HasError:
		return document + " was never executed: its result is a placeholder."
	default:
		return document + " " + Outcome(result.Lifecycle)
	}
}

// AbsentResultSummary describes the absence of a result.
func AbsentResultSummary(absent *client.AbsentError) string {
	document, run := "Document "+sanitize.PlainText(absent.DocumentID), "run "+sanitize.PlainText(absent.RunID)
	switch {
	case absent.Reason == client.NoSuchRun:
		return fmt.Sprintf("%s has no result: %s", document, nonexistent(run))
	case absent.Reason == client.RunActive:
		return fmt.Sprintf("%s has no result yet: %s %s", document, run, Outcome(absent.Run.Lifecycle))
	case absent.Run.Status == client.StatusCancelled:
		return fmt.Sprintf("%s has no result: %s was cancelled.", document, run)
	case absent.Run.Status == client.StatusError:
		return fmt.Sprintf("%s has no result: %s failed.", document, run)
	default:
		return fmt.Sprintf("%s is not part of %s.", document, run)
	}
}

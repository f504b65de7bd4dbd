package verdict

import (
	"cmp"
	"fmt"
	"math/big"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/sanitize"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// ArtifactSucceeded reports whether a record is completed, without an error and without a contradiction.
func ArtifactSucceeded(record client.ArtifactRecord) bool {
	return record.Status == client.RecordCompleted && !record.HasError && record.Conflict == ""
}

// IsScored reports whether a record succeeded and every value has a likelihood, whether high or low.
func IsScored(record client.ArtifactRecord) bool {
	return ArtifactSucceeded(record) && record.HasOutput && record.Scored > 0 && hasLikelihoods(record)
}

// LowestLikelihood returns the lowest likelihood of a record, or 0 if a value has none or one that is not between 0 and
// 1.
func LowestLikelihood(record client.ArtifactRecord) *big.Float {
	if record.Lowest == nil || !hasLikelihoods(record) {
		return new(big.Float)
	}
	return record.Lowest
}

// hasLikelihoods reports whether no value lacks a likelihood, and all likelihoods are between 0 and 1.
func hasLikelihoods(record client.ArtifactRecord) bool {
	return record.Likelihoods != nil && record.UnscoredCount == 0 && IsFraction(record.Lowest) && IsFraction(record.Highest)
}

// ArtifactSummary describes a record.
func ArtifactSummary(record client.ArtifactRecord) string {
	artifact, verb := "Artifact "+sanitize.PlainText(record.ID), failed // also if it is completed with an error
	switch {
	case ArtifactSucceeded(record):
		return artifact + " succeeded."
	case record.Status == client.RecordCancelled:
		verb = wasCancelled
	case record.Status == client.RecordCompleted && !record.HasError:
		return fmt.Sprintf("%s is completed, but its answer has two different values of %s.", artifact, record.Conflict)
	case record.Status == "":
		verb = "has no status"
	case !record.Status.Terminal():
		verb = notFinished + prose.Parentheses(sanitize.PlainText(string(record.Status)))
	}
	message := sanitize.PlainText(cmp.Or(record.ErrorMessage, record.ErrorCode))
	return prose.Sentence(artifact + " " + verb + prose.Because(message))
}

package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/prose"
)

// This file formats the failures that only reads of artifacts have.

const artifactNoun = "artifact"

// artifactDiagnostic formats such a failure. It returns nil for every other error.
func artifactDiagnostic(err error, target readTarget) diag.Diagnostic {
	var absent *client.ArtifactAbsentError
	var noRoute *client.NoRouteError
	var transport *client.TransportError
	switch {
	case errors.As(err, &absent):
		return failure("Artifact not found", target, "Retab has no such artifact for this API key: "+prose.Sentence(absent.Message),
			"Check operation and id, and that the API key belongs to the Retab environment of the artifact: artifacts of another environment are not found."+
				target.idAdvice(), absent.RequestInfo)
	case errors.As(err, &noRoute):
		return failure("Retab has no route for this artifact", target,
			fmt.Sprintf("Retab reads experiments with this API key, but not an artifact of this operation with this id. It answered %s", answered(noRoute.Refusal)),
			"Check operation: it is the artifact.operation of a result. The block kinds extract, classifier, split and for_each produce the operations "+
				"extraction, classification, split and partition."+target.idAdvice(), noRoute.Refusal.RequestInfo)
	case target.noun == artifactNoun && errors.Is(err, client.ErrBodyTooLarge) && errors.As(err, &transport):
		return failure("Artifact is too large to read", target, "The record is larger than the 64 MiB that this provider reads.",
			"Check that base_url is the address of the Retab API. If it is, read the record with Retab's own tools.", transport.RequestInfo)
	default:
		return nil
	}
}

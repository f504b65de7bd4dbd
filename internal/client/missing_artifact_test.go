package client_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// TestArtifact_absent checks that a missing record, a missing route and a server that is not the API are distinguished by
// more than the message of the 404.
func TestArtifact_absent(t *testing.T) {
	t.Parallel()
	notFound := func(detail string) fakeapi.Reply {
		return fakeapi.Reply{Status: http.StatusNotFound, Body: `{"detail":"` + detail + `"}`}
	}
	isAbsent := client.IsAbsent
	hasNoRoute := func(err error) bool { return errors.As(err, new(*client.NoRouteError)) }
	isForbidden := func(err error) bool {
		var refused *transport.APIError
		return errors.As(err, &refused) && refused.StatusCode == http.StatusForbidden
	}
	isUndecided := func(err error) bool { return client.IsNotFound(err) && !isAbsent(err) && !hasNoRoute(err) }
	for name, test := range map[string]struct {
		operation, id string
		script        func(s recordServer)
		want          func(error) bool
	}{
		"an unknown id":          {"extraction", "extr_404", nil, isAbsent},
		"an id without a prefix": {"split", "404", nil, isAbsent},
		"a missing route": {"extraction", "extr_404", func(s recordServer) {
			s.fake.AddFault(fakeapi.Fault{Path: "/v1/extractions", Reply: notFound("Not Found")})
		}, hasNoRoute},
		"a route that answers 405": {"extraction", "extr_404", func(s recordServer) {
			s.fake.AddFault(fakeapi.Fault{Path: "/v1/extractions", Reply: fakeapi.Reply{Status: http.StatusMethodNotAllowed}})
		}, hasNoRoute},
		"a route that does not find another object": {"extraction", "extr_404", func(s recordServer) {
			s.fake.AddFault(fakeapi.Fault{Path: "/v1/extractions", Reply: notFound("Document not found")})
		}, hasNoRoute},
		"a gateway with the API's message": {"extraction", "extr_404", func(s recordServer) {
			s.fake.AddFault(fakeapi.Fault{Reply: notFound("Extraction not found")})
		}, isUndecided},
		"a list of runs that any server could send": {"extraction", "extr_404", func(s recordServer) {
			s.fake.AddFault(fakeapi.Fault{Path: runsPath, Reply: fakeapi.Reply{Status: 200, Body: `[]`}})
		}, isUndecided},
		"a list of runs that is unavailable": {"extraction", "extr_404", func(s recordServer) {
			s.fake.AddFault(fakeapi.Fault{Path: runsPath, Reply: fakeapi.Reply{Status: 503}})
		}, client.IsTemporary},
		"a generic route that is unavailable": {"extraction", "extr_404", func(s recordServer) {
			s.fake.AddFault(fakeapi.Fault{Path: "/v1/workflows/artifacts", Reply: fakeapi.Reply{Status: 503}})
		}, client.IsTemporary},
		"a generic route that is forbidden": {"extraction", "extr_404", func(s recordServer) {
			s.fake.AddFault(fakeapi.Fault{Path: "/v1/workflows/artifacts", Reply: fakeapi.Reply{Status: 403, Body: `{"detail":"No"}`}})
		}, isForbidden},
		"an operation without a route": {"dream", "dream_1", nil, hasNoRoute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			forEachRecordServer(t, func(t *testing.T, s recordServer) {
				if test.script != nil {
					test.script(s)
				}
				record, err := s.api.Artifact(t.Context(), test.operation, test.id, client.ArtifactOptions{})
				if err == nil || !test.want(err) {
					t.Errorf("got %+v, %v", record, err)
				}
				var absent *client.AbsentError
				if errors.As(err, &absent) && (absent.Artifact != (client.Artifact{Operation: test.operation, ID: test.id}) || !strings.Contains(absent.Message, "not found") || absent.URL == "") {
					t.Errorf("got %+v", absent)
				}
			})
		})
	}
}

// TestArtifact_unprocessable checks that 422 means a missing route only if the generic route of the run-scoped edition
// answers it.
func TestArtifact_unprocessable(t *testing.T) {
	t.Parallel()
	forEachRecordServer(t, func(t *testing.T, s recordServer) {
		for _, path := range []string{"/v1/extractions", "/v1/workflows/artifacts"} {
			s.fake.AddFault(fakeapi.Fault{Path: path, Reply: fakeapi.Reply{Status: http.StatusUnprocessableEntity}})
		}
		_, typed := s.api.Artifact(t.Context(), "extraction", "extr_404", client.ArtifactOptions{})
		_, generic := s.api.Artifact(t.Context(), "dream", "dream_1", client.ArtifactOptions{})
		isRunScoped := s.setting == client.EditionRunScoped // otherwise the flat edition answers first
		if transport.StatusOf(typed) != 422 || errors.As(generic, new(*client.NoRouteError)) != isRunScoped {
			t.Errorf("got %v and %v", typed, generic)
		}
	})
}

// TestArtifact_anotherOperation checks that a record that only the generic route has is returned, and that one of another
// operation is an error.
func TestArtifact_anotherOperation(t *testing.T) {
	t.Parallel()
	forEachRecordServer(t, func(t *testing.T, s recordServer) {
		s.fake.AddFault(fakeapi.Fault{Path: "/v1/partitions", Reply: fakeapi.Reply{Status: http.StatusNotFound, Body: `{"detail":"Not Found"}`}})
		record, err := s.api.Artifact(t.Context(), "partition", fakeapi.PartitionID, client.ArtifactOptions{IncludeContent: true})
		if err != nil || record.ID != fakeapi.PartitionID || record.Status != client.RecordCompleted || len(record.Likelihoods) != 2 || record.Output == nil {
			t.Errorf("got %+v, %v", record, err)
		}
		_, err = s.api.Artifact(t.Context(), "split", fakeapi.ExtractionID, client.ArtifactOptions{})
		var malformed *transport.ResponseError
		switch {
		case s.isFlat() && (!errors.As(err, &malformed) || malformed.Problem != `operation is "extraction", but "split" was requested`):
			t.Errorf("got %v", err)
		case !s.isFlat() && !client.IsAbsent(err):
			t.Errorf("got %v", err)
		}
	})
}

package client_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retab-dev/terraform-provider-retab/internal/client"
	"github.com/retab-dev/terraform-provider-retab/internal/client/transport"
	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// recordServer is a server case with its fake and its client.
type recordServer struct {
	serverCase
	fake *fakeapi.Server
	api  *client.Client
}

// forEachRecordServer is [forEachServer] with a [recordServer].
func forEachRecordServer(t *testing.T, test func(t *testing.T, s recordServer)) {
	t.Helper()
	forEachServer(t, func(t *testing.T, server serverCase, fake *fakeapi.Server, api *client.Client) {
		test(t, recordServer{server, fake, api})
	})
}

// isFlat reports whether the flat edition is read. A server with both is read in the flat edition.
func (s recordServer) isFlat() bool {
	return s.serves != fakeapi.RunScoped
}

// detection returns how many more requests detection can take: it asks the flat edition first.
func (s recordServer) detection() int {
	if s.setting == client.EditionAuto {
		return 1
	}
	return 0
}

// TestArtifact_everyOperation reads a record of each operation with ids in both spellings.
func TestArtifact_everyOperation(t *testing.T) {
	t.Parallel()
	forEachRecordServer(t, func(t *testing.T, s recordServer) {
		for _, test := range []struct {
			operation, id string
			likelihoods   map[string]string
			output        string
		}{
			{"extraction", fakeapi.ExtractionID, map[string]string{
				"total": "0.99", "vendor.name": "0.78", "line_items[0].unit_price": "0.91", "line_items[1].unit_price": "0.67", "big": "1",
			}, `{"big":12345678901234567890,"line_items":[{"unit_price":99.99},{"unit_price":null}],"total":1234.50,"vendor":{"name":"Acme"}}`},
			{"extraction", "ext_xyz", map[string]string{
				"total": "0.99", "vendor.name": "0.78", "line_items[0].unit_price": "0.91", "line_items[1].unit_price": "0.67", "big": "1",
			}, `{"big":12345678901234567890,"line_items":[{"unit_price":99.99},{"unit_price":null}],"total":1234.50,"vendor":{"name":"Acme"}}`},
			{"classification", fakeapi.ClassificationID, map[string]string{"category": "0.93"}, `{"category":"invoice","reasoning":"It has a total and a due date."}`},
			{"classification", "cls_1", map[string]string{"category": "0.93"}, `{"category":"invoice","reasoning":"It has a total and a due date."}`},
			{"split", fakeapi.SplitID, map[string]string{"[0]": "0.98", "[1]": "0.8"}, `[{"name":"contract","pages":[1,2]},{"name":"appendix","pages":[3]}]`},
			{"split", "split_1", map[string]string{"[0]": "0.98", "[1]": "0.8"}, `[{"name":"contract","pages":[1,2]},{"name":"appendix","pages":[3]}]`},
			{"partition", fakeapi.PartitionID, map[string]string{"[0]": "0.98", "[1]": "0.95"}, `[{"key":"INV-001","pages":[1,2]},{"key":"INV-002","pages":[3,4]}]`},
			{"partition", "part_1", map[string]string{"[0]": "0.98", "[1]": "0.95"}, `[{"key":"INV-001","pages":[1,2]},{"key":"INV-002","pages":[3,4]}]`},
			{"extraction", "extr_bare", map[string]string{}, `{}`},
			{"function_invocation", fakeapi.FunctionInvocationID, map[string]string{}, `{"b":[1,2]}`},
		} {
			record, err := s.api.Artifact(t.Context(), test.operation, test.id, client.ArtifactOptions{IncludeContent: true})
			if err != nil {
				t.Fatalf("%s: %v", test.id, err)
			}
			likelihoods := map[string]string{}
			for path, value := range record.Likelihoods {
				likelihoods[path] = value.Text('f', -1)
			}
			isKnown := test.operation != "function_invocation"
			if fmt.Sprint(likelihoods) != fmt.Sprint(test.likelihoods) || *record.Output != test.output ||
				(record.Status == client.RecordCompleted) != isKnown || record.Operation != test.operation {
				t.Errorf("%s: got %+v with %v and %s", test.id, record, likelihoods, *record.Output)
			}
			if without, err := s.api.Artifact(t.Context(), test.operation, test.id, client.ArtifactOptions{}); err != nil || without.Output != nil ||
				without.Metadata != nil || len(without.Likelihoods) != len(test.likelihoods) || without.Status != record.Status {
				t.Errorf("%s, without the output: got %+v, %v", test.id, without, err)
			}
		}
	})
}

// TestArtifact_typedRouteFirst checks that a typed record is not read by the generic route, which in the flat edition
// refuses ids as the documentation spells them.
func TestArtifact_typedRouteFirst(t *testing.T) {
	t.Parallel()
	forEachRecordServer(t, func(t *testing.T, s recordServer) {
		if s.setting == client.EditionAuto {
			return
		}
		for _, read := range [][2]string{{"extraction", "ext_xyz"}, {"classification", "cls_1"}, {"split", "split_1"}, {"partition", "part_1"}} {
			if _, err := s.api.Artifact(t.Context(), read[0], read[1], client.ArtifactOptions{}); err != nil {
				t.Error(err)
			}
		}
		wantRequests(t, s.fake, map[string]int{
			"/v1/extractions/ext_xyz 200": 1, "/v1/classifications/cls_1 200": 1, "/v1/splits/split_1 200": 1, "/v1/partitions/part_1 200": 1,
		})
	})
}

// TestArtifact_sharesReads counts the requests of reads of one record in one second, and of polls.
func TestArtifact_sharesReads(t *testing.T) {
	t.Parallel()
	forEachRecordServer(t, func(t *testing.T, s recordServer) {
		read := func(options client.ArtifactOptions) {
			t.Helper()
			if _, err := s.api.Artifact(t.Context(), "split", fakeapi.SplitID, options); err != nil {
				t.Error(err)
			}
		}
		var wait sync.WaitGroup
		for range 10 {
			wait.Go(func() { read(client.ArtifactOptions{}) })
		}
		wait.Wait()
		read(client.ArtifactOptions{})
		if got := len(s.fake.Journal()); got < 1 || got > 1+s.detection() {
			t.Errorf("%d requests for eleven reads, want %d: %v", got, 1+s.detection(), requestCounts(s.fake))
		}
		for _, again := range []struct {
			name    string
			options client.ArtifactOptions
			after   time.Duration
			want    int
		}{
			{"ten seconds later", client.ArtifactOptions{}, 11 * time.Second, 1},
			{"with the output", client.ArtifactOptions{IncludeContent: true}, 0, 1},
			{"a poll of a completed record", client.ArtifactOptions{Waiting: true, Fresh: true}, 0, map[bool]int{true: 2, false: 1}[s.isFlat()]},
		} {
			<-time.After(again.after)
			before := len(s.fake.Journal())
			read(again.options)
			if got := len(s.fake.Journal()) - before; got != again.want {
				t.Errorf("%s: %d requests, want %d", again.name, got, again.want)
			}
		}
	})
}

// TestArtifact_hundred reads a hundred records ten at a time: one request each, and one more for detection.
func TestArtifact_hundred(t *testing.T) {
	t.Parallel()
	forEachRecordServer(t, func(t *testing.T, s recordServer) {
		for i := range 100 {
			s.fake.AddArtifact(fakeapi.ArtifactRecord{Operation: "split", ID: fmt.Sprintf("splt_%d", i), Output: `[]`})
		}
		var wait sync.WaitGroup
		slots := make(chan struct{}, 10)
		for i := range 100 {
			slots <- struct{}{}
			wait.Go(func() {
				defer func() { <-slots }()
				id := fmt.Sprintf("splt_%d", i)
				if record, err := s.api.Artifact(t.Context(), "split", id, client.ArtifactOptions{}); err != nil || record.ID != id {
					t.Errorf("%s: got %+v, %v", id, record, err)
				}
			})
		}
		wait.Wait()
		if got, most := len(s.fake.Journal()), 100+10*s.detection(); got < 100 || got > most { // ten reads begin at the same time
			t.Errorf("%d requests, want at most %d", got, most)
		}
	})
}

// TestArtifact_polls checks that the flat edition is asked for the status alone until a record has a final status.
func TestArtifact_polls(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Flat, client.EditionFlat, func(t *testing.T, fake *fakeapi.Server, api *client.Client) {
		var statuses []string
		for range 4 {
			record, err := api.Artifact(t.Context(), "extraction", fakeapi.LiveExtractionID, client.ArtifactOptions{Waiting: true, Fresh: true, IncludeContent: true})
			if err != nil {
				t.Fatal(err)
			}
			statuses = append(statuses, string(record.Status))
			if isDone := record.Status == client.RecordCompleted; (record.Output != nil) != isDone || (len(record.Likelihoods) > 0) != isDone {
				t.Errorf("got %+v", record)
			}
		}
		if got := strings.Join(statuses, " "); got != "pending queued in_progress completed" {
			t.Errorf("got %s", got)
		}
		var queries []string
		for _, request := range fake.Journal() {
			queries = append(queries, request.Query)
		}
		if got := strings.Join(queries, " "); got != strings.Repeat("include_output=false ", 4) {
			t.Errorf("got the queries %q", got)
		}
	})
}

// TestArtifact_temporaryFailureIsNotShared checks that a read after a temporary failure sends requests again.
func TestArtifact_temporaryFailureIsNotShared(t *testing.T) {
	t.Parallel()
	forEachRecordServer(t, func(t *testing.T, s recordServer) {
		s.fake.AddFault(fakeapi.Fault{Path: "/v1/splits", Requests: 6, Reply: fakeapi.Reply{Status: 503}}) // three attempts in each edition
		_, first := s.api.Artifact(t.Context(), "split", fakeapi.SplitID, client.ArtifactOptions{})
		_, second := s.api.Artifact(t.Context(), "split", fakeapi.SplitID, client.ArtifactOptions{})
		_, third := s.api.Artifact(t.Context(), "split", fakeapi.SplitID, client.ArtifactOptions{})
		if !client.IsTemporary(first) || third != nil {
			t.Errorf("got %v, %v, %v", first, second, third)
		}
	})
}

func TestArtifact_refusesIDsBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	forEachRecordServer(t, func(t *testing.T, s recordServer) {
		for _, id := range []string{"", ".", "..", "a/b", `a\b`, "a\nb", " a", "a\t"} {
			for argument, read := range map[string][2]string{"operation": {id, "x"}, "id": {"split", id}} {
				_, err := s.api.Artifact(t.Context(), read[0], read[1], client.ArtifactOptions{})
				var refused *transport.ArgumentError
				if !errors.As(err, &refused) || refused.Argument != argument {
					t.Errorf("%q: got %v", read, err)
				}
			}
		}
		if got := len(s.fake.Journal()); got != 0 {
			t.Errorf("%d requests were made", got)
		}
	})
}

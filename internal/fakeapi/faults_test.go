package fakeapi_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retab-dev/terraform-provider-retab/internal/fakeapi"
)

// sendOnce sends one request to the run-scoped edition and returns the status, 0 without an answer.
func sendOnce(t *testing.T, fake *fakeapi.Server, path string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fake.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Api-Key", fakeapi.Key)
	response, err := fake.RoundTrip(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

// rateLimited is a 429 with Retry-After, which the vendor does not document.
var rateLimited = func() fakeapi.Reply {
	reply := fakeapi.Refused(http.StatusTooManyRequests, "")
	reply.Header = http.Header{"Retry-After": {"7"}}
	return reply
}()

func TestFaults_byRequests(t *testing.T) {
	t.Parallel()
	fake := fakeapi.New(fakeapi.RunScoped)
	fake.AddFault(fakeapi.Fault{Path: runsPath + "/exprun_2", After: 1, Requests: 2, Reply: rateLimited})
	var got []int
	for range 5 {
		got = append(got, sendOnce(t, fake, runsPath+"/exprun_2"), sendOnce(t, fake, runsPath+"/exprun_empty"))
	}
	if diff := cmp.Diff([]int{200, 200, 429, 200, 429, 200, 200, 200, 200, 200}, got); diff != "" {
		t.Error(diff)
	}
	fake.AddFault(fakeapi.Fault{Requests: 1, Reply: rateLimited})
	if got := get(t, fake, runsPath); got.header.Get("Retry-After") != "7" || got.body != `{"detail":"Rate limit exceeded. Please try again later."}` {
		t.Errorf("got %+v", got)
	}
}

// TestFaults_byTime checks that the time of a fault begins with the first request that fails.
func TestFaults_byTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New(fakeapi.RunScoped)
		fake.AddFault(fakeapi.Fault{After: 1, For: 10 * time.Second, Reply: fakeapi.Reply{Reset: true}})
		<-time.After(time.Hour)
		var got []int
		for range 6 {
			got = append(got, sendOnce(t, fake, runsPath))
			<-time.After(4 * time.Second)
		}
		if diff := cmp.Diff([]int{200, 0, 0, 0, 200, 200}, got); diff != "" { // after 0, 4 and 8 seconds, not after 12
			t.Error(diff)
		}
	})
}

func TestServer_keyAndLog(t *testing.T) {
	t.Parallel()
	fake := fakeapi.NewEmpty(fakeapi.RunScoped)
	var logged []string
	fake.SetLog(func(request fakeapi.Request) {
		logged = append(logged, request.Method+" "+request.Path+"?"+request.Query)
	})
	fake.SetKey("another key")
	if got := get(t, fake, runsPath+"?limit=1"); got.status != http.StatusUnauthorized {
		t.Errorf("got %d", got.status)
	}
	fake.SetKey(fakeapi.Key)
	if got := get(t, fake, runsPath); got.status != http.StatusOK || !strings.Contains(got.body, `"data":[]`) {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff([]string{"GET " + runsPath + "?limit=1", "GET " + runsPath + "?limit=1", "GET " + runsPath + "?"}, logged); diff != "" {
		t.Error(diff)
	}
	if got := fake.Journal(); len(got) != 0 {
		t.Errorf("the journal has %d requests", len(got))
	}
}

package truth_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	worldKey  = "rt_test_truth_key"
	worldHost = "https://truth.example"
)

// worldServer is a transport that answers requests from the facts of a world, without a network.
type worldServer struct {
	*worldFacts
	start time.Time
	log   func(line string) // if not nil, is called for every request

	mu       sync.Mutex
	requests int
	lists    int // the number of requested pages of results
	stored   map[string]cachedAnswer
}

// RoundTrip answers one request.
func (s *worldServer) RoundTrip(request *http.Request) (*http.Response, error) {
	timer := time.NewTimer(s.latency)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-request.Context().Done():
		return nil, request.Context().Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := time.Since(s.start)
	reply, age, isCached := s.cached(request, at)
	if !isCached {
		reply = s.answer(request)
	}
	if s.cache != noCache && !isCached && reply.status == http.StatusOK {
		if s.stored == nil {
			s.stored = map[string]cachedAnswer{}
		}
		s.stored[request.URL.String()] = cachedAnswer{at, reply}
	}
	s.requests++
	if s.log != nil {
		s.log(fmt.Sprintf("  %8s  GET %s -> %d %.300s", time.Since(s.start).Round(time.Millisecond), request.URL.RequestURI(), reply.status, reply.body))
	}
	contentType := "application/json"
	if !strings.HasPrefix(reply.body, "{") {
		contentType = "text/html"
	}
	response := response(request, contentType, strings.NewReader(reply.body), int64(len(reply.body)))
	response.StatusCode = reply.status
	if isCached {
		response.Header.Set("Age", strconv.Itoa(int(age/time.Second)))
	}
	return response, nil
}

// response returns a 200 with a body.
func response(request *http.Request, contentType string, body io.Reader, length int64) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: request, ContentLength: length,
		Header: http.Header{"Content-Type": {contentType}, "X-Request-Id": {"req_truth"}}, Body: io.NopCloser(body),
	}
}

// answer returns the answer to a request.
func (s *worldServer) answer(request *http.Request) cannedReply {
	if s.everything != nil {
		return *s.everything
	}
	edition := s.serves
	if s.changesAfter > 0 && s.requests >= s.changesAfter {
		edition = s.later
	}
	refusal := s.refuse(request, edition)
	if s.gate != 0 && refusal != nil {
		return *refusal
	}
	route, answer := s.route(request, edition)
	switch {
	case answer == nil:
		return s.noRoute
	case s.missing[route] != nil:
		return *s.missing[route]
	case refusal != nil:
		return *refusal
	default:
		return answer(time.Since(s.start))
	}
}

// refuse returns the refusal of a request without the right credential, nil if it has it.
func (s *worldServer) refuse(request *http.Request, edition editionSet) *cannedReply {
	apiKey, bearer := request.Header.Get("Api-Key"), request.Header.Get("Authorization")
	status := max(http.StatusUnauthorized, s.gate)
	absent := detailReply(status, "Not authenticated")
	switch {
	case apiKey != "" && bearer != "":
		refusal := exceptionReply(status, "Two credentials")
		return &refusal
	case apiKey == worldKey && (edition.runScoped || s.lenient), bearer == "Bearer "+worldKey && (edition.flat || s.lenient):
		return nil
	default:
		return &absent
	}
}

// route returns the group of the route of a request, and the function that answers it, nil if the edition has no such route.
func (s *worldServer) route(request *http.Request, edition editionSet) (routeGroup, func(at time.Duration) cannedReply) {
	if route, answer := s.objectRoute(request, edition); answer != nil {
		return route, answer
	}
	path, isAPI := strings.CutPrefix(request.URL.Path, "/v1/workflows/experiments/")
	segments, query := strings.Split(path, "/"), request.URL.Query()
	flat := !edition.runScoped
	switch {
	case !isAPI || request.Method != http.MethodGet:
		return 0, nil
	case path == "runs":
		return routeRuns, func(at time.Duration) cannedReply { return s.runs(query, at, flat) }
	case segments[0] == "runs" && len(segments) == 2:
		return routeRun, func(at time.Duration) cannedReply { return s.oneRun(segments[1], at, flat) }
	case segments[0] == "runs" && len(segments) == 3 && segments[2] == "results" && edition.runScoped:
		return routeOfRun, func(at time.Duration) cannedReply { return s.results(segments[1], query, at, false) }
	case segments[0] == "runs" && len(segments) == 4 && segments[2] == "results" && edition.runScoped:
		return routeScoped, func(at time.Duration) cannedReply { return s.oneResult(segments[1], segments[3], at) }
	case path == "results" && edition.flat:
		return routeResults, func(at time.Duration) cannedReply { return s.results(query.Get("run_id"), query, at, true) }
	case segments[0] == "results" && len(segments) == 2 && edition.flat:
		return routeByID, func(at time.Duration) cannedReply { return s.resultByID(segments[1], at) }
	default:
		return 0, nil
	}
}

func (s *worldServer) oneRun(id string, at time.Duration, flat bool) cannedReply {
	run := s.runAt(id, at)
	if run == nil {
		return exceptionReply(http.StatusNotFound, "Experiment run not found: "+id)
	}
	return cannedReply{http.StatusOK, runBody(run, at, flat)}
}

func (s *worldServer) runs(query url.Values, at time.Duration, flat bool) cannedReply {
	runs := slices.DeleteFunc(slices.Clone(s.worldFacts.runs), func(run *worldRun) bool {
		return s.runAt(run.id, at) == nil || query.Has("experiment_id") && query.Get("experiment_id") != run.experimentID ||
			query.Has("status") && query.Get("status") != run.status(at) ||
			query.Get("exclude_status") == run.status(at)
	})
	slices.SortFunc(runs, func(one, other *worldRun) int { return one.age - other.age })
	if s.unsorted {
		rand.New(rand.NewPCG(s.seed, 1)).Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] }) //nolint:gosec // a world that can be repeated
	}
	start := 1 + slices.IndexFunc(runs, func(run *worldRun) bool { return run.id == query.Get("after") })
	end := min(len(runs), start+s.limit(query, 20, 100))
	var rows []string
	for _, run := range runs[start:end] {
		rows = append(rows, runBody(run, at, flat))
	}
	after := ""
	if end < len(runs) {
		after = runs[end-1].id
	}
	if !slices.IsSortedFunc(runs[start:end], func(one, other *worldRun) int { return one.age - other.age }) {
		s.disorder[query.Get("experiment_id")+" "+query.Get("status")] = true
	}
	return cannedReply{http.StatusOK, pageBody(rows, after, s.metadata(end, len(runs)))}
}

// limit returns how many rows a page has.
func (s *worldServer) limit(query url.Values, byDefault, most int) int {
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = byDefault
	}
	return min(limit, most, s.pageSize)
}

func (s *worldServer) oneResult(runID, documentID string, at time.Duration) cannedReply {
	if run := s.runAt(runID, at); run != nil {
		if document := run.document(documentID); document != nil {
			if attempt, status := document.latest(viewSingle, at); attempt != nil {
				return cannedReply{http.StatusOK, rowBody(run, document, attempt, status, false)}
			}
		}
	}
	return detailReply(http.StatusNotFound, "Experiment result not found: document_id="+documentID)
}

func (s *worldServer) resultByID(id string, at time.Duration) cannedReply {
	for _, run := range s.worldFacts.runs {
		if s.runAt(run.id, at) == nil {
			continue
		}
		for _, document := range run.documents {
			for _, attempt := range document.attempts {
				if status := attempt.statusIn(viewSingle, at); attempt.id == id && status != "" {
					return cannedReply{http.StatusOK, rowBody(run, document, attempt, status, true)}
				}
			}
		}
	}
	return detailReply(http.StatusNotFound, "Experiment result not found: "+id)
}

// results returns a page of the results of a run.
func (s *worldServer) results(runID string, query url.Values, at time.Duration, flat bool) cannedReply {
	run := s.runAt(runID, at)
	if run == nil && s.unknownRun404 {
		return exceptionReply(http.StatusNotFound, "Experiment run not found: "+runID)
	}
	var rows []string
	if run != nil {
		for _, document := range run.documents {
			for _, attempt := range document.attempts {
				if status := attempt.statusIn(viewList, at); status != "" {
					rows = append(rows, rowBody(run, document, attempt, status, flat))
				}
			}
		}
	}
	if s.unsorted {
		rand.New(rand.NewPCG(s.seed, 2)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] }) //nolint:gosec // a world that can be repeated
	}
	if s.cursors == cursorsShuffle {
		s.shuffle(rows)
	}
	s.lists++
	cursors := s.cursors
	if !flat {
		cursors = cursorsNone
	}
	all := len(rows)
	rows, after := s.page(rows, query.Get("after"), s.limit(query, 100, 1000), cursors)
	return cannedReply{http.StatusOK, pageBody(rows, after, s.metadata(len(rows), all))}
}

// shuffle swaps some rows, different ones for every page.
func (s *worldServer) shuffle(rows []string) {
	random := rand.New(rand.NewPCG(s.seed, uint64(s.lists))) //nolint:gosec // a world that can be repeated
	for range 3 {
		if len(rows) > 1 {
			from, to := random.IntN(len(rows)), random.IntN(len(rows))
			rows[from], rows[to] = rows[to], rows[from]
		}
	}
}

// page returns a page of the rows and the cursor of the next one. A cursor is an index into the list.
func (s *worldServer) page(rows []string, cursor string, limit int, cursors cursorKind) (page []string, after string) {
	start, err := strconv.Atoi(strings.TrimPrefix(cursor, "row_"))
	if err != nil || start > len(rows) {
		start = min(len(rows), max(0, start))
	}
	end := min(len(rows), start+limit)
	next := end
	switch cursors {
	case cursorsNone:
		return rows[start:end], ""
	case cursorsSkip:
		next = min(len(rows), end+1+int(s.seed%2))
	case cursorsOverlap:
		next = max(start+1, end-1-int(s.seed%2))
	case cursorsLoop:
		if end == len(rows) && len(rows) > limit {
			return rows[start:end], "row_0"
		}
	default:
	}
	if end == len(rows) && (!s.lastEmpty || start == end) {
		return rows[start:end], ""
	}
	return rows[start:end], fmt.Sprintf("row_%d", next)
}

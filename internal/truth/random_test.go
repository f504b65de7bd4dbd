package truth_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// worldKind is a kind of world: the faults that it has. Everything else is random.
type worldKind struct {
	name         string
	share        int  // the percentage of worlds of this kind
	losesRows    bool // whether rows can be delayed or lost
	injectFaults func(r *worldGenerator, f *worldFacts)
}

var worldKinds = []worldKind{
	{"healthy", 12, false, func(*worldGenerator, *worldFacts) {}},
	{"credential gate", 3, false, func(r *worldGenerator, f *worldFacts) { f.gate = r.pick(401, 403) }},
	{"overlapping cursors", 5, false, func(r *worldGenerator, f *worldFacts) { r.smallPages(f, cursorsOverlap) }},
	{"gateway answers everything", 4, false, func(r *worldGenerator, f *worldFacts) { f.everything = new(r.reply(gatewayReplies)) }},
	{"missing routes", 8, false, (*worldGenerator).dropRoutes},
	{"wrong edition", 3, false, func(_ *worldGenerator, f *worldFacts) {
		f.setting = map[string]string{"run_scoped": "flat", "flat": "run_scoped"}[f.serves.String()]
	}},
	{"edition changes", 4, false, func(r *worldGenerator, f *worldFacts) {
		f.later = editionSet{runScoped: f.serves.flat, flat: f.serves.runScoped}
		f.changesAfter = 1 + r.IntN(30)
	}},
	{"unsorted lists", 4, false, func(_ *worldGenerator, f *worldFacts) { f.unsorted = true }},
	{"growing runs", 5, false, (*worldGenerator).grow},
	{"lists that go on", 5, false, (*worldGenerator).cutLists},
	{"full lists", 1, false, (*worldGenerator).fillList},
	{"executed again", 5, false, (*worldGenerator).executeAgain},
	{"deleted runs", 4, false, (*worldGenerator).deleteRuns},
	{"HTTP cache", 4, false, (*worldGenerator).cacheAnswers},
	{"contradictions", 8, false, (*worldGenerator).contradict},
	{"rows lag", 6, true, (*worldGenerator).delayRows},
	{"short pages without cursors", 5, true, func(r *worldGenerator, f *worldFacts) { r.smallPages(f, cursorsNone) }},
	{"skipping cursors", 5, true, func(r *worldGenerator, f *worldFacts) { r.smallPages(f, cursorsSkip) }},
	{"looping cursors", 2, true, func(r *worldGenerator, f *worldFacts) { r.smallPages(f, cursorsLoop) }},
	{"moving rows", 5, true, func(r *worldGenerator, f *worldFacts) { r.smallPages(f, cursorsShuffle) }},
	{"several faults", 3, true, func(r *worldGenerator, f *worldFacts) {
		r.dropRoutes(f)
		r.delayRows(f)
		r.smallPages(f, cursorKind(1+r.IntN(5)))
	}},
}

// worldGenerator creates random worlds and reads.
type worldGenerator struct{ *rand.Rand }

// newRandom returns the random numbers of a world.
func newRandom(seed uint64) *worldGenerator {
	return &worldGenerator{rand.New(rand.NewPCG(seed, 0x7e7ab))} //nolint:gosec // a world that can be repeated
}

// chance returns true with a probability in percent.
func (r *worldGenerator) chance(percent int) bool { return r.IntN(100) < percent }

func (r *worldGenerator) pick(values ...int) int { return values[r.IntN(len(values))] }

func (r *worldGenerator) text(values ...string) string { return values[r.IntN(len(values))] }

func (r *worldGenerator) reply(replies []cannedReply) cannedReply {
	return replies[r.IntN(len(replies))]
}

// moment returns a random moment between two, a whole number of milliseconds after the first one.
func (r *worldGenerator) moment(from, to time.Duration) time.Duration {
	if to-from < time.Millisecond {
		return from
	}
	return from + time.Duration(r.Int64N(int64((to-from)/time.Millisecond)))*time.Millisecond
}

// facts creates a world.
func (r *worldGenerator) facts(seed uint64) *worldFacts {
	f := &worldFacts{seed: seed, disorder: map[string]bool{}, pageSize: 1000, lastEmpty: r.chance(10), noRoute: r.reply(noRouteReplies)}
	kind := worldKinds[0]
	for dice, i := r.IntN(100), 0; dice >= 0; i++ {
		kind = worldKinds[i]
		dice -= kind.share
	}
	f.kind = kind.name
	f.lenient, f.unknownRun404 = r.chance(15), r.chance(50)
	f.latency = time.Duration(r.pick(0, 0, 3, 150)) * time.Millisecond
	r.chooseEdition(f)
	for i := range 1 + r.IntN(4) {
		f.runs = append(f.runs, r.run(f, i, kind.losesRows))
	}
	f.focus = f.runs[0].id
	if r.chance(15) {
		f.focus = "exprun_nowhere"
	}
	if (f.kind == "healthy" || f.kind == "credential gate") && !f.serves.runScoped && r.chance(50) {
		r.smallPages(f, cursorsExact)
	}
	r.chooseEvidence(f, false)
	kind.injectFaults(r, f)
	return f
}

// chooseEdition chooses the edition of the server and a matching setting.
func (r *worldGenerator) chooseEdition(f *worldFacts) {
	switch {
	case f.kind == "overlapping cursors": // the run-scoped lists have no cursors
		f.serves.flat = true
	case f.kind == "wrong edition", f.kind == "edition changes", r.chance(85):
		f.serves.flat = r.chance(50)
		f.serves.runScoped = !f.serves.flat
	default:
		f.serves = editionSet{true, true}
	}
	f.setting = "auto"
	if r.chance(50) {
		f.setting = f.serves.String()
		if f.setting == "both" {
			f.setting = r.text("run_scoped", "flat")
		}
	}
}

// run creates a run. If rows can be delayed or lost, no client can know of a row that it is never shown. In that case, a run
// that is over is completed, and no attempt that succeeded is followed by another one.
func (r *worldGenerator) run(f *worldFacts, number int, losesRows bool) *worldRun {
	run := &worldRun{
		id: fmt.Sprintf("exprun_%d-%s", number, r.text("a", "Zq9", "x_y")), experimentID: r.text("exp_a", "exp_a", "exp_b"),
		age: 10*number + r.IntN(10), outcome: r.text("completed", "completed", "completed", "completed", "error", "cancelled"),
	}
	switch r.IntN(10) {
	case 0: // not started yet
		run.begins, run.ends = never, never
	case 1, 2: // never ends
		run.begins, run.ends = longAgo, never
	case 3, 4: // ends during the reads
		run.begins = r.moment(longAgo, 5*time.Second)
		run.ends = max(run.begins, 0) + r.moment(time.Millisecond, 40*time.Second)
	default:
		run.begins, run.ends = longAgo, -r.moment(time.Minute, 30*time.Minute)
	}
	documents := r.pick(0, 1, 2, 3, 3, 4, 5, 6, 8, 12)
	switch {
	case r.chance(4):
		documents = 13 + r.IntN(30)
	case number == 0 && r.IntN(400) == 0: // more than a run-scoped list can have
		documents = 1001 + r.IntN(50)
		losesRows = true
	}
	if losesRows {
		run.outcome = "completed"
	}
	run.uncounted = r.chance(5)
	run.bare = run.uncounted && r.chance(50)
	for i := range documents {
		run.documents = append(run.documents, r.document(f, run, i, losesRows))
	}
	r.Shuffle(len(run.documents), func(i, j int) { run.documents[i], run.documents[j] = run.documents[j], run.documents[i] })
	return run
}

// document creates a document and its attempts.
func (r *worldGenerator) document(f *worldFacts, run *worldRun, number int, losesRows bool) *worldDocument {
	attempt := &worldAttempt{
		id: fmt.Sprintf("expjob_%s_%d", run.id, number), number: r.IntN(2), outcome: r.text("completed", "completed", "completed", "completed", "completed", "error"),
		appears: longAgo, starts: longAgo, ends: longAgo,
	}
	document := &worldDocument{id: fmt.Sprintf("expdoc_%d", number), attempts: []*worldAttempt{attempt}}
	if run.ends > 0 && r.chance(75) {
		until := min(run.ends, time.Minute)
		attempt.appears = r.moment(-time.Second, until)
		attempt.starts = r.moment(attempt.appears, until)
		attempt.ends = r.moment(attempt.starts, until)
	}
	// If the server has only one edition, its facts must be those that this edition can show.
	runScopedOnly, flatOnly := f.serves.String() == "run_scoped", f.serves.String() == "flat"
	if f.kind == "edition changes" {
		runScopedOnly, flatOnly = false, false
	}
	if flatOnly && r.chance(10) {
		attempt.outcome = "cancelled"
	}
	switch {
	case run.begins == never && r.chance(50): // pending, like its run
		attempt.starts, attempt.ends = never, never
	case run.outcome != "completed" && run.ends <= 0 && r.chance(30): // left unfinished by its run
		attempt.ends = never
		if r.chance(50) {
			attempt.appears = never
		}
	case r.chance(5):
		attempt.placeholder, attempt.starts, attempt.ends = true, never, never
		if runScopedOnly && r.chance(30) {
			attempt.starts, attempt.ends, attempt.outcome = attempt.appears, attempt.appears, "completed"
		}
	case r.chance(12):
		r.addEarlierAttempts(document, losesRows)
	}
	return document
}

// addEarlierAttempts puts one or two attempts before the only one.
func (r *worldGenerator) addEarlierAttempts(document *worldDocument, losesRows bool) {
	last := document.attempts[0]
	for i := range 1 + r.IntN(2) {
		earlier := &worldAttempt{
			id: fmt.Sprintf("%s_%d", last.id, i), number: i, outcome: "error", appears: longAgo, starts: longAgo, ends: longAgo,
		}
		if !losesRows && last.appears == longAgo && r.chance(50) {
			earlier.outcome = "completed"
		}
		document.attempts = append(document.attempts[:i], earlier, last)
		last.number = i + 1 + r.IntN(2)
	}
}

// smallPages makes pages smaller than the lists of most runs.
func (r *worldGenerator) smallPages(f *worldFacts, cursors cursorKind) {
	f.pageSize, f.cursors = 1+r.IntN(5), cursors
}

// chooseEvidence chooses what the objects beside the runs show.
func (r *worldGenerator) chooseEvidence(f *worldFacts, flawed bool) {
	priors := priorMembers
	if r.chance(50) {
		priors = noPriorMembers
	}
	f.freshness = r.evidence(freshnessMembers, flawed)
	f.metrics = r.evidence(slices.Concat(metricsMembers, priors), flawed)
	f.record = r.evidence(recordMembers, flawed)
}

// contradict makes objects contradict themselves or each other, or leave out what a boolean for gates needs.
func (r *worldGenerator) contradict(f *worldFacts) {
	r.chooseEvidence(f, true)
	for _, run := range f.runs {
		if len(run.documents) > 1 && r.chance(60) {
			run.uncounted, run.bare = false, false
			run.counters = r.evidence(runCounterMembers, true)
		}
		for _, document := range run.documents {
			if attempt := document.attempts[len(document.attempts)-1]; r.chance(10) && attempt.outcome == "completed" {
				attempt.failure = r.text(errorValues...)
			}
		}
	}
}

// grow makes the focused run count its documents one after the other. At some moments every document so far has its result.
func (r *worldGenerator) grow(f *worldFacts) {
	run := f.runs[0]
	run.begins, run.ends = longAgo, r.moment(5*time.Second, 60*time.Second)
	run.uncounted, run.bare = false, false
	at := -time.Second
	for _, document := range run.documents {
		attempt := document.attempts[len(document.attempts)-1]
		document.attempts, document.joins = []*worldAttempt{attempt}, at
		attempt.placeholder, attempt.lag = false, [viewCount]time.Duration{}
		attempt.appears = at + r.moment(0, 200*time.Millisecond)
		attempt.starts = attempt.appears
		attempt.ends = r.moment(attempt.starts, attempt.starts+time.Second)
		at = min(run.ends-2*time.Second, at+r.moment(0, 8*time.Second))
	}
}

// cutLists cuts lists that say so. Every row shows that there are several attempts.
func (r *worldGenerator) cutLists(f *worldFacts) {
	r.smallPages(f, cursorsNone)
	f.tells, f.unsorted = r.text("total", "has_more"), r.chance(50)
	for _, run := range f.runs {
		for _, document := range run.documents {
			for _, attempt := range document.attempts {
				attempt.number++
			}
		}
	}
}

// fillList gives the focused run more rows than the list of the run-scoped edition can have. Its first attempts come first.
func (r *worldGenerator) fillList(f *worldFacts) {
	f.serves, f.later, f.setting = runScopedEdition, editionSet{}, r.text("auto", "run_scoped")
	f.focus = f.runs[0].id
	run := f.runs[0]
	run.begins, run.ends, run.outcome, run.documents = longAgo, -time.Minute, "completed", nil
	for i := range 505 + r.IntN(50) {
		document := &worldDocument{id: fmt.Sprintf("expdoc_%d", i)}
		for number := range 2 {
			document.attempts = append(document.attempts, &worldAttempt{
				id: fmt.Sprintf("expjob_%d_%d", i, number), number: number, outcome: r.text("completed", "error"),
				appears: longAgo, starts: longAgo, ends: longAgo,
			})
		}
		run.documents = append(run.documents, document)
	}
	f.unsorted = true
}

// dropRoutes removes routes of the server.
func (r *worldGenerator) dropRoutes(f *worldFacts) {
	for range 1 + r.IntN(3) {
		reply := r.reply(noRouteReplies)
		if r.chance(10) {
			reply = cannedReply{r.pick(401, 403), `{"message":"Forbidden"}`}
		}
		f.missing[r.IntN(int(routeCount))] = &reply
	}
}

// delayRows makes some or all routes show some rows late, or never.
func (r *worldGenerator) delayRows(f *worldFacts) {
	late := 20 + r.IntN(80)
	for _, run := range f.runs {
		for _, document := range run.documents {
			if r.chance(late) {
				r.delay(document)
			}
		}
	}
}

// delay makes the rows of a document appear late.
func (r *worldGenerator) delay(document *worldDocument) {
	lag := []time.Duration{never, r.moment(0, 3*time.Second), r.moment(0, 40*time.Second), r.moment(0, 40*time.Second)}[r.IntN(4)]
	views, pendingFirst := r.pick(1, 2, 3), r.chance(30)
	for _, attempt := range document.attempts {
		shown := lag
		if attempt.ends <= 0 { // the delay counts from the start
			shown -= attempt.ends
		}
		if pendingFirst { // the row exists early, and only its end is delayed
			attempt.appears -= time.Hour
		}
		for _, view := range []view{viewSingle, viewList} {
			if views&int(view) != 0 {
				attempt.lag[view] = shown
			}
		}
	}
}

package truth_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// truthKind is a kind of world: the faults that it has. Everything else is random.
type truthKind struct {
	name         string
	share        int  // the percentage of worlds of this kind
	losesRows    bool // whether rows can be delayed or lost
	injectFaults func(r *truthRandom, f *truthFacts)
}

var truthKinds = []truthKind{
	{"healthy", 12, false, func(*truthRandom, *truthFacts) {}},
	{"credential gate", 3, false, func(r *truthRandom, f *truthFacts) { f.gate = r.pick(401, 403) }},
	{"overlapping cursors", 5, false, func(r *truthRandom, f *truthFacts) { r.smallPages(f, truthCursorsOverlap) }},
	{"gateway answers everything", 4, false, func(r *truthRandom, f *truthFacts) { f.everything = new(r.reply(truthGatewayReplies)) }},
	{"missing routes", 8, false, (*truthRandom).dropRoutes},
	{"wrong edition", 3, false, func(_ *truthRandom, f *truthFacts) {
		f.setting = map[string]string{"run_scoped": "flat", "flat": "run_scoped"}[f.serves.String()]
	}},
	{"edition changes", 4, false, func(r *truthRandom, f *truthFacts) {
		f.later = truthEdition{runScoped: f.serves.flat, flat: f.serves.runScoped}
		f.changesAfter = 1 + r.IntN(30)
	}},
	{"unsorted lists", 4, false, func(_ *truthRandom, f *truthFacts) { f.unsorted = true }},
	{"growing runs", 5, false, (*truthRandom).grow},
	{"lists that go on", 5, false, (*truthRandom).cutLists},
	{"full lists", 1, false, (*truthRandom).fillList},
	{"executed again", 5, false, (*truthRandom).executeAgain},
	{"deleted runs", 4, false, (*truthRandom).deleteRuns},
	{"HTTP cache", 4, false, (*truthRandom).cacheAnswers},
	{"contradictions", 8, false, (*truthRandom).contradict},
	{"rows lag", 6, true, (*truthRandom).delayRows},
	{"short pages without cursors", 5, true, func(r *truthRandom, f *truthFacts) { r.smallPages(f, truthCursorsNone) }},
	{"skipping cursors", 5, true, func(r *truthRandom, f *truthFacts) { r.smallPages(f, truthCursorsSkip) }},
	{"looping cursors", 2, true, func(r *truthRandom, f *truthFacts) { r.smallPages(f, truthCursorsLoop) }},
	{"moving rows", 5, true, func(r *truthRandom, f *truthFacts) { r.smallPages(f, truthCursorsShuffle) }},
	{"several faults", 3, true, func(r *truthRandom, f *truthFacts) {
		r.dropRoutes(f)
		r.delayRows(f)
		r.smallPages(f, truthCursors(1+r.IntN(5)))
	}},
}

// truthRandom creates random worlds and reads.
type truthRandom struct{ *rand.Rand }

// newTruthRandom returns the random numbers of a world.
func newTruthRandom(seed uint64) *truthRandom {
	return &truthRandom{rand.New(rand.NewPCG(seed, 0x7e7ab))} //nolint:gosec // a world that can be repeated
}

// chance returns true with a probability in percent.
func (r *truthRandom) chance(percent int) bool { return r.IntN(100) < percent }

func (r *truthRandom) pick(values ...int) int { return values[r.IntN(len(values))] }

func (r *truthRandom) text(values ...string) string { return values[r.IntN(len(values))] }

func (r *truthRandom) reply(replies []truthReply) truthReply { return replies[r.IntN(len(replies))] }

// moment returns a random moment between two, a whole number of milliseconds after the first one.
func (r *truthRandom) moment(from, to time.Duration) time.Duration {
	if to-from < time.Millisecond {
		return from
	}
	return from + time.Duration(r.Int64N(int64((to-from)/time.Millisecond)))*time.Millisecond
}

// facts creates a world.
func (r *truthRandom) facts(seed uint64) *truthFacts {
	f := &truthFacts{seed: seed, disorder: map[string]bool{}, pageSize: 1000, lastEmpty: r.chance(10), noRoute: r.reply(truthNoRouteReplies)}
	kind := truthKinds[0]
	for dice, i := r.IntN(100), 0; dice >= 0; i++ {
		kind = truthKinds[i]
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
		r.smallPages(f, truthCursorsExact)
	}
	r.chooseEvidence(f, false)
	kind.injectFaults(r, f)
	return f
}

// chooseEdition chooses the edition of the server and a matching setting.
func (r *truthRandom) chooseEdition(f *truthFacts) {
	switch {
	case f.kind == "overlapping cursors": // the run-scoped lists have no cursors
		f.serves.flat = true
	case f.kind == "wrong edition", f.kind == "edition changes", r.chance(85):
		f.serves.flat = r.chance(50)
		f.serves.runScoped = !f.serves.flat
	default:
		f.serves = truthEdition{true, true}
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
func (r *truthRandom) run(f *truthFacts, number int, losesRows bool) *truthRun {
	run := &truthRun{
		id: fmt.Sprintf("exprun_%d-%s", number, r.text("a", "Zq9", "x_y")), experimentID: r.text("exp_a", "exp_a", "exp_b"),
		age: 10*number + r.IntN(10), outcome: r.text("completed", "completed", "completed", "completed", "error", "cancelled"),
	}
	switch r.IntN(10) {
	case 0: // not started yet
		run.begins, run.ends = truthNever, truthNever
	case 1, 2: // never ends
		run.begins, run.ends = truthLongAgo, truthNever
	case 3, 4: // ends during the reads
		run.begins = r.moment(truthLongAgo, 5*time.Second)
		run.ends = max(run.begins, 0) + r.moment(time.Millisecond, 40*time.Second)
	default:
		run.begins, run.ends = truthLongAgo, -r.moment(time.Minute, 30*time.Minute)
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
func (r *truthRandom) document(f *truthFacts, run *truthRun, number int, losesRows bool) *truthDocument {
	attempt := &truthAttempt{
		id: fmt.Sprintf("expjob_%s_%d", run.id, number), number: r.IntN(2), outcome: r.text("completed", "completed", "completed", "completed", "completed", "error"),
		appears: truthLongAgo, starts: truthLongAgo, ends: truthLongAgo,
	}
	document := &truthDocument{id: fmt.Sprintf("expdoc_%d", number), attempts: []*truthAttempt{attempt}}
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
	case run.begins == truthNever && r.chance(50): // pending, like its run
		attempt.starts, attempt.ends = truthNever, truthNever
	case run.outcome != "completed" && run.ends <= 0 && r.chance(30): // left unfinished by its run
		attempt.ends = truthNever
		if r.chance(50) {
			attempt.appears = truthNever
		}
	case r.chance(5):
		attempt.placeholder, attempt.starts, attempt.ends = true, truthNever, truthNever
		if runScopedOnly && r.chance(30) {
			attempt.starts, attempt.ends, attempt.outcome = attempt.appears, attempt.appears, "completed"
		}
	case r.chance(12):
		r.addEarlierAttempts(document, losesRows)
	}
	return document
}

// addEarlierAttempts puts one or two attempts before the only one.
func (r *truthRandom) addEarlierAttempts(document *truthDocument, losesRows bool) {
	last := document.attempts[0]
	for i := range 1 + r.IntN(2) {
		earlier := &truthAttempt{
			id: fmt.Sprintf("%s_%d", last.id, i), number: i, outcome: "error", appears: truthLongAgo, starts: truthLongAgo, ends: truthLongAgo,
		}
		if !losesRows && last.appears == truthLongAgo && r.chance(50) {
			earlier.outcome = "completed"
		}
		document.attempts = append(document.attempts[:i], earlier, last)
		last.number = i + 1 + r.IntN(2)
	}
}

// smallPages makes pages smaller than the lists of most runs.
func (r *truthRandom) smallPages(f *truthFacts, cursors truthCursors) {
	f.pageSize, f.cursors = 1+r.IntN(5), cursors
}

// chooseEvidence chooses what the objects beside the runs show.
func (r *truthRandom) chooseEvidence(f *truthFacts, flawed bool) {
	priors := truthPriors
	if r.chance(50) {
		priors = truthNoPriors
	}
	f.freshness = r.evidence(truthFreshness, flawed)
	f.metrics = r.evidence(slices.Concat(truthMetrics, priors), flawed)
	f.record = r.evidence(truthRecord, flawed)
}

// contradict makes objects contradict themselves or each other, or leave out what a boolean for gates needs.
func (r *truthRandom) contradict(f *truthFacts) {
	r.chooseEvidence(f, true)
	for _, run := range f.runs {
		if len(run.documents) > 1 && r.chance(60) {
			run.uncounted, run.bare = false, false
			run.counters = r.evidence(truthRunCounters, true)
		}
		for _, document := range run.documents {
			if attempt := document.attempts[len(document.attempts)-1]; r.chance(10) && attempt.outcome == "completed" {
				attempt.failure = r.text(truthErrors...)
			}
		}
	}
}

// grow makes the focused run count its documents one after the other. At some moments every document so far has its result.
func (r *truthRandom) grow(f *truthFacts) {
	run := f.runs[0]
	run.begins, run.ends = truthLongAgo, r.moment(5*time.Second, 60*time.Second)
	run.uncounted, run.bare = false, false
	at := -time.Second
	for _, document := range run.documents {
		attempt := document.attempts[len(document.attempts)-1]
		document.attempts, document.joins = []*truthAttempt{attempt}, at
		attempt.placeholder, attempt.lag = false, [truthViews]time.Duration{}
		attempt.appears = at + r.moment(0, 200*time.Millisecond)
		attempt.starts = attempt.appears
		attempt.ends = r.moment(attempt.starts, attempt.starts+time.Second)
		at = min(run.ends-2*time.Second, at+r.moment(0, 8*time.Second))
	}
}

// cutLists cuts lists that say so. Every row shows that there are several attempts.
func (r *truthRandom) cutLists(f *truthFacts) {
	r.smallPages(f, truthCursorsNone)
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
func (r *truthRandom) fillList(f *truthFacts) {
	f.serves, f.later, f.setting = truthRunScoped, truthEdition{}, r.text("auto", "run_scoped")
	f.focus = f.runs[0].id
	run := f.runs[0]
	run.begins, run.ends, run.outcome, run.documents = truthLongAgo, -time.Minute, "completed", nil
	for i := range 505 + r.IntN(50) {
		document := &truthDocument{id: fmt.Sprintf("expdoc_%d", i)}
		for number := range 2 {
			document.attempts = append(document.attempts, &truthAttempt{
				id: fmt.Sprintf("expjob_%d_%d", i, number), number: number, outcome: r.text("completed", "error"),
				appears: truthLongAgo, starts: truthLongAgo, ends: truthLongAgo,
			})
		}
		run.documents = append(run.documents, document)
	}
	f.unsorted = true
}

// dropRoutes removes routes of the server.
func (r *truthRandom) dropRoutes(f *truthFacts) {
	for range 1 + r.IntN(3) {
		reply := r.reply(truthNoRouteReplies)
		if r.chance(10) {
			reply = truthReply{r.pick(401, 403), `{"message":"Forbidden"}`}
		}
		f.missing[r.IntN(int(truthRoutes))] = &reply
	}
}

// delayRows makes some or all routes show some rows late, or never.
func (r *truthRandom) delayRows(f *truthFacts) {
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
func (r *truthRandom) delay(document *truthDocument) {
	lag := []time.Duration{truthNever, r.moment(0, 3*time.Second), r.moment(0, 40*time.Second), r.moment(0, 40*time.Second)}[r.IntN(4)]
	views, pendingFirst := r.pick(1, 2, 3), r.chance(30)
	for _, attempt := range document.attempts {
		shown := lag
		if attempt.ends <= 0 { // the delay counts from the start
			shown -= attempt.ends
		}
		if pendingFirst { // the row exists early, and only its end is delayed
			attempt.appears -= time.Hour
		}
		for _, view := range []truthView{truthSingle, truthList} {
			if views&int(view) != 0 {
				attempt.lag[view] = shown
			}
		}
	}
}

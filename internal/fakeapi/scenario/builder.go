package scenario

// builder converts values to records of the fake.
type builder struct {
	problems   problems
	out        Scenario
	seen       map[string]int // the line of each id, by the kind of record and the id
	runs       int            // number of runs read so far
	stageCount int            // number of stages read so far, of all records
}

// scenario reads the whole file.
func (b *builder) scenario(root value) {
	o := root.object("experiments", "workflows", "artifacts", "faults", "lists", "contradict")
	b.problems.contradict = read(o, "contradict", value.boolean, false)
	for _, experiment := range read(o, "experiments", value.list, nil) {
		b.experiment(experiment)
	}
	for _, workflow := range read(o, "workflows", value.list, nil) {
		b.workflow(workflow)
	}
	for _, artifact := range read(o, "artifacts", value.list, nil) {
		b.artifact(artifact)
	}
	for _, fault := range read(o, "faults", value.list, nil) {
		b.fault(fault)
	}
	if o.has("lists") {
		b.lists(o.get("lists"))
	}
	if len(b.problems.all) == 0 && !o.has("experiments") && !o.has("workflows") && !o.has("artifacts") {
		root.fail("needs experiments, workflows or artifacts")
	}
}

// unique reports whether no other record of the same kind has an id. If another one has it, unique records a mistake.
func (b *builder) unique(kind string, v value, id string) bool {
	if !v.isSet() || id == "" {
		return true
	}
	if line, known := b.seen[kind+" "+id]; known {
		v.fail("is %q, the same as in line %d; each %s needs its own id", id, line, kind)
		return false
	}
	b.seen[kind+" "+id] = v.Line
	return true
}

// addStages counts stages. It returns false and records a mistake if the scenario has too many.
func (b *builder) addStages(v value, stages int) bool {
	if b.stageCount += stages; b.stageCount > maxStages {
		v.fail("exceeds the limit of %d documents and stages in a scenario", maxStages)
		return false
	}
	return true
}

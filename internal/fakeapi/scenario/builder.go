package scenario

// builder turns values into facts.
type builder struct {
	problems problems
	out      Scenario
	seen     map[string]int // the lines of ids, by what they identify
	runs     int            // read so far
	spent    int            // stages of all records read so far
}

func (b *builder) scenario(root value) {
	o := root.object("experiments", "artifacts", "faults", "lists")
	for _, experiment := range read(o, "experiments", value.list, nil) {
		b.experiment(experiment)
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
	if len(b.problems.all) == 0 && !o.has("experiments") && !o.has("artifacts") {
		root.fail("has neither experiments nor artifacts")
	}
}

// unique refuses an id that another record of the same kind has, and reports whether it is the only one.
func (b *builder) unique(kind string, v value, id string) bool {
	if !v.is() || id == "" {
		return true
	}
	if line, known := b.seen[kind+" "+id]; known {
		v.fail("is %q, as in line %d; give each %s an id of its own", id, line, kind)
		return false
	}
	b.seen[kind+" "+id] = v.Line
	return true
}

// spend counts stages and reports whether a scenario can still have so many.
func (b *builder) spend(v value, stages int) bool {
	if b.spent += stages; b.spent > mostStages {
		v.fail("makes more than %d documents and stages in all", mostStages)
		return false
	}
	return true
}

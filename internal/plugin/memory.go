package plugin

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How much garbage may be left uncollected, in percent of the memory in use. Go's own number is 100. A provider has a few
// MiB in use, and would spend a quarter of its time collecting whenever they have doubled; with a large run in use, it is
// garbage that would take the most memory.
const (
	garbageOfLittle = 400
	garbageOfMuch   = 40
	much            = 16 << 20 // bytes in use
)

// tuneMemory sets that, unless the variable GOGC does.
func tuneMemory() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(garbageOfLittle)
	onCollection(func() (again bool) {
		if inUse() < much {
			return true
		}
		debug.SetGCPercent(garbageOfMuch)
		return false
	})
}

// onCollection calls a function after the next collection of garbage, and after those that follow for as long as the
// function says so.
func onCollection(do func() (again bool)) {
	type garbage struct{ _ *byte }
	runtime.AddCleanup(&garbage{}, func(do func() bool) {
		if do() {
			onCollection(do)
		}
	}, do)
}

// inUse returns how many bytes the last collection left.
func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0 // a Go that does not know this metric
	}
	return sample[0].Value.Uint64()
}

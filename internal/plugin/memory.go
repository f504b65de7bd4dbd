package plugin

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The values of GOGC, which Go sets to 100. With a heap of a few MiB, Go would spend a quarter of the provider's CPU time on
// garbage collection, so a small heap may grow more. With a large run, garbage would take most of the memory.
const (
	smallHeapGOGC  = 400
	largeHeapGOGC  = 40
	largeHeapBytes = 16 << 20 // live bytes
)

// tuneMemory sets GOGC according to the size of the heap, unless the environment sets it.
func tuneMemory() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(smallHeapGOGC)
	afterCollection(func() (again bool) {
		if liveHeapBytes() < largeHeapBytes {
			return true
		}
		debug.SetGCPercent(largeHeapGOGC)
		return false
	})
}

// afterCollection calls do after each garbage collection until do returns false.
func afterCollection(do func() (again bool)) {
	type garbage struct{ _ *byte }
	runtime.AddCleanup(&garbage{}, func(do func() bool) {
		if do() {
			afterCollection(do)
		}
	}, do)
}

// liveHeapBytes returns the size of the heap after the last collection.
func liveHeapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0 // this version of Go lacks the metric
	}
	return sample[0].Value.Uint64()
}

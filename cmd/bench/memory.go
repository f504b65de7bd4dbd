package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchMemory samples the resident memory of a Terraform process's children, which are its providers. After stop it sends the
// highest peak, in bytes. It reads /proc; on other systems than Linux it sends 0.
func watchMemory(terraform int) (peak <-chan int64, stop func()) {
	result, stopped := make(chan int64, 1), make(chan struct{})
	go func() {
		ticker := time.NewTicker(20 * time.Millisecond) // the kernel records the peak, so only growth after the last sample is missed
		defer ticker.Stop()
		highest := int64(0)
		for {
			select {
			case <-stopped:
				result <- highest
				return
			case <-ticker.C:
				for _, child := range childrenOf(terraform) {
					if !isFork(child, terraform) {
						highest = max(highest, peakMemory(child))
					}
				}
			}
		}
	}()
	return result, func() { close(stopped) }
}

// childrenOf returns the ids of the processes that the threads of a process have started.
func childrenOf(pid int) (children []string) {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return nil
	}
	for _, list := range lists {
		if ids, err := os.ReadFile(list); err == nil { // otherwise the thread has ended
			children = append(children, strings.Fields(string(ids))...)
		}
	}
	return children
}

// isFork reports whether a process still runs its parent's program. Until it starts its own, its memory is the parent's.
func isFork(pid string, parent int) bool {
	program, err := os.Readlink(filepath.Join("/proc", pid, "exe"))
	if err != nil {
		return true // it has ended
	}
	parentProgram, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", parent))
	return err != nil || program == parentProgram
}

// peakMemory returns the peak of a process's resident memory in bytes, 0 if the process has ended.
func peakMemory(pid string) int64 {
	status, err := os.ReadFile(filepath.Join("/proc", pid, "status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			if err != nil {
				return 0
			}
			return kib << 10
		}
	}
	return 0
}

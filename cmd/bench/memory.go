package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchMemory looks at the provider processes until the context ends, and then sends the highest peak of their resident
// memory that it has seen, in bytes. It reads Linux's /proc; elsewhere it sees nothing and sends 0.
func watchMemory(ctx context.Context) <-chan int64 {
	result := make(chan int64, 1)
	go func() {
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		peak := int64(0)
		for {
			select {
			case <-ctx.Done():
				result <- peak
				return
			case <-ticker.C:
				peak = max(peak, providerMemory())
			}
		}
	}()
	return result
}

func providerMemory() (peak int64) {
	commands, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		return 0
	}
	for _, command := range commands {
		// The kernel cuts names after 15 characters: terraform-prov.
		if name, err := os.ReadFile(command); err != nil || !strings.HasPrefix(string(name), "terraform-prov") {
			continue
		}
		status, err := os.ReadFile(filepath.Join(filepath.Dir(command), "status"))
		if err != nil {
			continue // it has just ended
		}
		for line := range strings.Lines(string(status)) {
			if value, found := strings.CutPrefix(line, "VmHWM:"); found {
				kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
				if err == nil {
					peak = max(peak, kib<<10)
				}
			}
		}
	}
	return peak
}

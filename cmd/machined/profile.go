//go:build profile

package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

// profileDir is on a tmpfs, so that nothing of it stays. `talosctl read` gets
// the files out.
const profileDir = "/run/profile"

// profilePeriod is how much time one file covers: CPU profiles are complete only
// once they end.
const profilePeriod = 30 * time.Second

// A build with the tag "profile" writes a CPU profile and a heap profile for
// every half minute of the machine's life. No product is built with it.
func init() {
	if os.Getpid() != 1 {
		return
	}

	go func() {
		for i := 0; ; i++ {
			profile(i)
		}
	}()
}

func profile(i int) {
	// The directory is there once early boot has mounted /run.
	for os.MkdirAll(profileDir, 0o755) != nil || !mounted() {
		time.Sleep(10 * time.Millisecond)
	}

	cpu, err := os.Create(fmt.Sprintf("%s/cpu-%03d", profileDir, i))
	if err != nil {
		time.Sleep(profilePeriod)

		return
	}

	defer cpu.Close()

	if err = pprof.StartCPUProfile(cpu); err == nil {
		time.Sleep(profilePeriod)
		pprof.StopCPUProfile()
	}

	runtime.GC()

	if heap, err := os.Create(fmt.Sprintf("%s/heap-%03d", profileDir, i)); err == nil {
		defer heap.Close()

		pprof.WriteHeapProfile(heap) //nolint:errcheck // a measurement more or less
	}
}

func mounted() bool {
	raw, err := os.ReadFile("/proc/self/mounts")

	return err == nil && strings.Contains(string(raw), " /run tmpfs ")
}

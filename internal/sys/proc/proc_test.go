package proc

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const capNetBind = 10

func TestSandboxReachesTheChildAndNobodyElse(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("changing users needs root")
	}

	t.Parallel()

	var out bytes.Buffer

	cmd := exec.Command("cat", "/proc/self/status", "/proc/self/oom_score_adj")
	cmd.Stdout = &out

	child, err := Start(cmd, Sandbox{UID: 50, GID: 51, Capabilities: []uintptr{capNetBind}, NoNewPrivileges: true, OOMScore: 7})
	if err != nil {
		t.Fatal(err)
	}

	if err = child.Wait(); err != nil {
		t.Fatal(err)
	}

	for _, want := range []string{
		"Uid:\t50\t50\t50\t50\n", "Gid:\t51\t51\t51\t51\n", "NoNewPrivs:\t1\n",
		"CapBnd:\t0000000000000400\n", "CapEff:\t0000000000000000\n", "Groups:\t \n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}

	for range 2 * runtime.GOMAXPROCS(0) {
		done := make(chan string)

		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()

			status, _ := os.ReadFile("/proc/thread-self/status") //nolint:errcheck
			done <- string(status)
		}()

		if status := <-done; strings.Contains(status, "NoNewPrivs:\t1") {
			t.Error("a thread of this process was left without privileges")
		}
	}
}

func TestReapTakesOrphansOnly(t *testing.T) {
	// Make this process a parent of orphans, as PID 1 is.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Skip(err)
	}

	owned, err := Start(exec.Command("true"), Sandbox{})
	if err != nil {
		t.Fatal(err)
	}

	if err = exec.Command("sh", "-c", "sleep 0.05 & exit 0").Run(); err != nil {
		t.Fatal(err)
	}

	seen := map[int]time.Time{}
	deadline := time.Now().Add(10 * time.Second)

	for len(seen) == 0 {
		if time.Now().After(deadline) {
			t.Fatal("the orphan did not become a child")
		}

		time.Sleep(20 * time.Millisecond)
		reap(os.Getpid(), seen, time.Now())
	}

	for pid := range seen {
		if pid == owned.PID() {
			t.Error("an owned child counts as orphan")
		}
	}

	reap(os.Getpid(), seen, time.Now())

	if len(seen) == 0 {
		t.Error("an orphan was taken at once")
	}

	if reap(os.Getpid(), seen, time.Now().Add(time.Minute)); len(zombies(os.Getpid())) != 0 {
		t.Error("the orphan is still there")
	}

	if err = owned.Wait(); err != nil {
		t.Errorf("the child's status was stolen: %v", err)
	}
}

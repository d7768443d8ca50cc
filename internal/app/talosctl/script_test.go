package talosctl

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	poll = 50 * time.Millisecond

	testscript.Main(m, map[string]func(){
		"talosctl": func() {
			os.Exit(Main(os.Args[1:]))
		},
	})
}

// TestSessions runs terminal sessions against a node of its own each. $NODE is its
// address, and $TALOSCONFIG leads to it as node 10.0.0.2. After a command, code N
// checks the exit code of the one before.
func TestSessions(t *testing.T) {
	t.Parallel()

	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			_, address, config := startNode(t)

			env.Setenv("NODE", address)
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("TALOSCONFIG", filepath.Join(env.WorkDir, "talosconfig"))

			return os.WriteFile(filepath.Join(env.WorkDir, "talosconfig"), config, 0o600)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			// code runs talosctl and wants this exit code.
			"code": func(ts *testscript.TestScript, neg bool, args []string) {
				want := args[0]

				err := ts.Exec("talosctl", args[1:]...)

				got := "0"
				if e, ok := err.(interface{ ExitCode() int }); ok {
					got = string(rune('0' + e.ExitCode()))
				}

				if (got == want) == neg {
					ts.Fatalf("exit code %s, want %s", got, want)
				}
			},
		},
	})
}

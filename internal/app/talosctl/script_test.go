package talosctl

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
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
			// age encrypts a file for a key, or with a passphrase after "pass:".
			"age": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(encrypt(ts.MkAbs(args[1]), ts.ReadFile(args[0]), args[2], len(args) > 3))
			},
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

func encrypt(path, text, to string, armored bool) error {
	var recipient age.Recipient

	if pass, ok := strings.CutPrefix(to, "pass:"); ok {
		scrypt, err := age.NewScryptRecipient(pass)
		if err != nil {
			return err
		}

		scrypt.SetWorkFactor(10)
		recipient = scrypt
	} else {
		id, err := age.ParseX25519Identity(to)
		if err != nil {
			return err
		}

		recipient = id.Recipient()
	}

	f, err := os.Create(path)
	if err != nil {
		return err
	}

	var w, outer io.WriteCloser = f, f
	if armored {
		outer = armor.NewWriter(f)
	}

	if w, err = age.Encrypt(outer, recipient); err != nil {
		return err
	}

	_, err = io.WriteString(w, text)
	err = errors.Join(err, w.Close())

	if armored {
		err = errors.Join(err, outer.Close())
	}

	return errors.Join(err, f.Close())
}

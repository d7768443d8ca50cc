package measure

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// hold is memory that the parent has and a program it starts must not be blamed for.
var hold []byte

func TestMain(m *testing.M) {
	switch os.Getenv("MEASURE_AS") {
	case "large":
		hold = bytes.Repeat([]byte{1}, 50<<20)

		os.Stdout.WriteString("done") //nolint:errcheck
	case "fails":
		os.Exit(3)
	default:
		os.Exit(m.Run())
	}
}

func TestPeak(t *testing.T) {
	hold = bytes.Repeat([]byte{1}, 200<<20)

	var out strings.Builder

	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "MEASURE_AS=large")
	cmd.Stdout = &out

	peak, err := Peak(cmd)
	if err != nil {
		t.Fatal(err)
	}

	if out.String() != "done" {
		t.Errorf("output is %q", &out)
	}

	if peak < 50<<20 || peak > 150<<20 {
		t.Errorf("peak is %d bytes", peak)
	}

	hold = nil

	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "MEASURE_AS=fails")

	if _, err = Peak(cmd); err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("a failure is %v", err)
	}

	if _, err = Peak(exec.Command("/none")); err == nil {
		t.Error("a program that is not there ran")
	}
}

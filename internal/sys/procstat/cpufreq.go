package procstat

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Frequency is how fast a CPU runs, in kHz. One that the kernel does not govern,
// as in a virtual machine, has zeros.
type Frequency struct {
	Current, Minimum, Maximum uint64
	Governor                  string
}

// Frequencies are those of all CPUs in order.
func Frequencies() ([]Frequency, error) { return frequencies("/sys/devices/system/cpu") }

func frequencies(dir string) ([]Frequency, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "cpu[0-9]*"))
	if err != nil {
		return nil, err
	}

	number := func(path string) int {
		n, _ := strconv.Atoi(strings.TrimPrefix(filepath.Base(path), "cpu")) //nolint:errcheck // the pattern starts with a digit

		return n
	}

	slices.SortFunc(paths, func(a, b string) int { return number(a) - number(b) })

	var out []Frequency

	for _, p := range paths {
		read := func(name string) string {
			text, _ := os.ReadFile(filepath.Join(p, "cpufreq", name)) //nolint:errcheck // absent is empty

			return strings.TrimSpace(string(text))
		}
		khz := func(name string) uint64 {
			v, _ := strconv.ParseUint(read(name), 10, 64) //nolint:errcheck // absent is 0

			return v
		}

		out = append(out, Frequency{
			Current: khz("scaling_cur_freq"), Minimum: khz("cpuinfo_min_freq"), Maximum: khz("cpuinfo_max_freq"),
			Governor: read("scaling_governor"),
		})
	}

	return out, nil
}

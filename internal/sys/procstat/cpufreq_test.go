package procstat

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFrequencies(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()

	for path, text := range map[string]string{
		"cpu0/cpufreq/scaling_cur_freq": "1800000\n", "cpu0/cpufreq/cpuinfo_min_freq": "400000\n",
		"cpu0/cpufreq/cpuinfo_max_freq": "4700000\n", "cpu0/cpufreq/scaling_governor": "powersave\n",
		"cpu10/cpufreq/scaling_governor": "performance\n", "cpu2/online": "1\n", "cpufreq/boost": "1\n",
	} {
		path = filepath.Join(dir, path)

		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	got, err := frequencies(dir)
	want := []Frequency{{1800000, 400000, 4700000, "powersave"}, {}, {Governor: "performance"}}

	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

package cgroup

import "testing"

func TestWeight(t *testing.T) {
	t.Parallel()

	for millicores, want := range map[uint64]uint64{0: 0, 1: 1, 100: 4, 1000: 39, 2000: 79, 1_000_000: 10000} {
		if got := weight(millicores); got != want {
			t.Errorf("%d: got %d, want %d", millicores, got, want)
		}
	}
}

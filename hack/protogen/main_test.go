package main

import "testing"

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a plugin")
	}

	if err := run(t.Context(), "../../api", true); err != nil {
		t.Error(err)
	}
}

package clock

import "testing"

func TestRead(t *testing.T) {
	t.Parallel()

	s, err := Read()
	if err != nil {
		t.Fatal(err)
	}

	// The kernel corrects by at most 500 ppm.
	if s.Frequency < 0.9995 || s.Frequency > 1.0005 {
		t.Errorf("state is %+v", s)
	}
}

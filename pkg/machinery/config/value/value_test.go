package value_test

import (
	"encoding"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

func TestText(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		v        encoding.TextUnmarshaler
		in, want string // want is empty when refused
	}{
		{new(value.ByteSize), "10GiB", "10GiB"},
		{new(value.ByteSize), "-1.5 MB", "-1.5 MB"},
		{new(value.ByteSize), "10 parsecs", ""},
		{new(value.ByteSize), "99999999EiB", ""},
		{new(value.Size), "50%", "50%"},
		{new(value.Size), "150%", ""},
		{new(value.DiskSize), "100000000000", "100GB"},
		{new(value.DiskSize), "1234567", "1234567"},
		{new(value.DiskSize), "-1", ""},
		{new(value.SizeMatcher), ">= 4GB", ">= 4GB"},
		{new(value.SizeMatcher), "~ 4GB", ""},
		{new(value.FileMode), "0o644", "0o644"},
		{new(value.FileMode), "0644", "0o644"},
		{new(value.FileMode), "420", "0o644"},
		{new(value.FileMode), "rw", ""},
		{new(value.PortRange), "443", "443"},
		{new(value.PortRange), "8000-8010", "8000-8010"},
		{new(value.PortRange), "9-1", ""},
		{new(value.RoutingTable), "main", "main"},
		{new(value.RoutingTable), "254", "main"},
		{new(value.RoutingTable), "100", "100"},
		{new(value.RoutingTable), "256", ""},
		{new(value.HardwareAddr), "52:54:00:12:34:56", "52:54:00:12:34:56"},
		{new(value.HardwareAddr), "52-54", "52:54"},
		{new(value.HardwareAddr), "52:5", ""},
		{new(value.URL), "https://a:6443", "https://a:6443"},
		{new(value.URL), "a:6443", ""},
		{new(value.URL), "/path", ""},
		{new(value.Base64), "YQ==", "YQ=="},
		{new(value.Base64), "?", ""},
	} {
		err := tt.v.UnmarshalText([]byte(tt.in))
		if err != nil {
			if tt.want != "" {
				t.Errorf("%T %q: %v", tt.v, tt.in, err)
			}

			continue
		}

		got, _ := tt.v.(encoding.TextMarshaler).MarshalText()
		if string(got) != tt.want {
			t.Errorf("%T %q is written as %q, want %q", tt.v, tt.in, got, tt.want)
		}
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()

	var s value.Size

	for in, want := range map[string]uint64{"25%": 250, "-10%": 900, "100": 100, "-100": 900, "": 0} {
		if err := s.UnmarshalText([]byte(in)); err != nil {
			t.Fatal(err)
		}

		if got := s.Of(1000); got != want {
			t.Errorf("%q of 1000 is %d, want %d", in, got, want)
		}
	}

	var m value.SizeMatcher
	if err := m.UnmarshalText([]byte("<= 1GB")); err != nil {
		t.Fatal(err)
	}

	if !m.Matches(1e9) || m.Matches(1e9+1) || m.Expr() != "disk.size <= 1000000000u" {
		t.Errorf("%s matches wrongly, as CEL %s", m, m.Expr())
	}
}

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
		{new(value.Size), "-100%", "-100%"},
		{new(value.Size), "NaN%", ""},
		{new(value.Size), "x%", ""},
		{new(value.Size), "10 parsecs", ""},
		{new(value.ByteSize), "8EiB", ""},
		{new(value.ByteSize), "9223372036854775807", "9223372036854775807"},
		{new(value.ByteSize), "1.2.3MB", ""},
		{new(value.ByteSize), "MB", ""},
		{new(value.DiskSize), "0", "0"},
		{new(value.DiskSize), "1GiB", "1GiB"},
		{new(value.DiskSize), "x", ""},
		{new(value.DiskSize), "100000000000", "100GB"},
		{new(value.DiskSize), "1234567", "1234567"},
		{new(value.DiskSize), "-1", ""},
		{new(value.SizeMatcher), ">= 4GB", ">= 4GB"},
		{new(value.SizeMatcher), "~ 4GB", ""},
		{new(value.SizeMatcher), ">= -4GB", ""},
		{new(value.FileMode), "0o644", "0o644"},
		{new(value.FileMode), "0644", "0o644"},
		{new(value.FileMode), "420", "0o644"},
		{new(value.FileMode), "rw", ""},
		{new(value.PortRange), "443", "443"},
		{new(value.PortRange), "8000-8010", "8000-8010"},
		{new(value.PortRange), "9-1", ""},
		{new(value.PortRange), "9-9", "9"},
		{new(value.PortRange), "x-9", ""},
		{new(value.PortRange), "65536", ""},
		{new(value.RoutingTable), "", "unspec"},
		{new(value.RoutingTable), "unspec", "unspec"},
		{new(value.RoutingTable), "local", "local"},
		{new(value.RoutingTable), "default", "default"},
		{new(value.RoutingTable), "253", "default"},
		{new(value.RoutingTable), "252", "252"},
		{new(value.RoutingTable), "main", "main"},
		{new(value.RoutingTable), "254", "main"},
		{new(value.RoutingTable), "100", "100"},
		{new(value.RoutingTable), "256", ""},
		{new(value.HardwareAddr), "52:54:00:12:34:56", "52:54:00:12:34:56"},
		{new(value.HardwareAddr), "52-54", "52:54"},
		{new(value.HardwareAddr), "52:5", ""},
		{new(value.HardwareAddr), "52+54", ""},
		{new(value.HardwareAddr), "5g", ""},
		{new(value.URL), "https://a:6443", "https://a:6443"},
		{new(value.URL), "a:6443", ""},
		{new(value.URL), "/path", ""},
		{new(value.URL), "https://", ""},
		{new(value.URL), "https://a:b:c", ""},
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

	for in, want := range map[string]struct {
		less, equal, more bool
		expr              string
	}{
		"<= 1GB": {true, true, false, "disk.size <= 1000000000u"},
		"< 1GB":  {true, false, false, "disk.size < 1000000000u"},
		">=1GB":  {false, true, true, "disk.size >= 1000000000u"},
		"> 1GB":  {false, false, true, "disk.size > 1000000000u"},
		"== 1GB": {false, true, false, "disk.size == 1000000000u"},
		" 1GB ":  {false, true, false, "disk.size == 1000000000u"},
	} {
		var m value.SizeMatcher
		if err := m.UnmarshalText([]byte(in)); err != nil {
			t.Fatal(err)
		}

		if m.Matches(1e9-1) != want.less || m.Matches(1e9) != want.equal || m.Matches(1e9+1) != want.more || m.Expr() != want.expr {
			t.Errorf("%s matches wrongly, as CEL %s", m, m.Expr())
		}
	}
}

// An empty text takes away what was there: it is how a patch says so.
func TestEmptyTextIsNothing(t *testing.T) {
	t.Parallel()

	for _, v := range []struct {
		v  encoding.TextUnmarshaler
		in string
	}{
		{new(value.ByteSize), "1GB"},
		{new(value.Size), "1%"},
		{new(value.SizeMatcher), "> 1GB"},
		{new(value.URL), "https://a"},
		{new(value.HardwareAddr), "52:54"},
		{new(value.Base64), "YQ=="},
	} {
		for _, in := range []string{v.in, ""} {
			if err := v.v.UnmarshalText([]byte(in)); err != nil {
				t.Errorf("%T %q: %v", v.v, in, err)
			}
		}

		if got, _ := v.v.(encoding.TextMarshaler).MarshalText(); len(got) > 0 {
			t.Errorf("%T is still %q", v.v, got)
		}
	}
}

// A size that is a whole number of bytes is exact, and the unit of one is the largest
// that keeps it so.
func TestUnits(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]int64{
		"9007199254740993": 9007199254740993, "1b": 1, "1kB": 1e3, "1K": 1e3, "1KiB": 1 << 10, "1Ki": 1 << 10, "1.5MiB": 3 << 19, "2m": 2e6, "1Mi": 1 << 20,
		"1GB": 1e9, "1g": 1e9, "1GiB": 1 << 30, "1Gi": 1 << 30, "1TB": 1e12, "1t": 1e12, "1TiB": 1 << 40, "1Ti": 1 << 40, "1PB": 1e15, "1p": 1e15,
		"1PiB": 1 << 50, "1Pi": 1 << 50, "1EB": 1e18, "1e": 1e18, "1EiB": 1 << 60, "1Ei": 1 << 60, "-2 gb": -2e9,
	} {
		var s value.ByteSize
		if err := s.UnmarshalText([]byte(in)); err != nil || s.Value() != want {
			t.Errorf("%q is %d, want %d; %v", in, s.Value(), want, err)
		}
	}

	for n, want := range map[int64]string{0: "0", 1: "1", 1e3: "1kB", 1 << 10: "1KiB", 1 << 20: "1MiB", 1e6: "1MB", 3 << 30: "3GiB", 5e9: "5GB", 1 << 40: "1TiB", 1e12: "1TB", 1 << 50: "1PiB", 1e15: "1PB", 1 << 60: "1EiB", 1e18: "1EB"} {
		if got := value.Bytes(n).String(); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}

func TestArgs(t *testing.T) {
	t.Parallel()

	a := value.Args{"a": value.Arg("1", "2"), "b": value.Arg("3"), "none": nil}
	over := a.With(value.Args{"b": value.Arg("4"), "c": value.Arg("5")})

	for name, want := range map[string]string{"a": "2", "b": "4", "c": "5", "none": ""} {
		if v, ok := over.Get(name); v != want || !ok {
			t.Errorf("%s is %q, %t", name, v, ok)
		}
	}

	if v, ok := over.Get("d"); ok || v != "" {
		t.Errorf("d is %q", v)
	}

	if v, _ := a.Get("b"); v != "3" {
		t.Errorf("the first is changed: b is %q", v)
	}
}

// Numbers are written as such, so that a config stays as it was written.
func TestNumbersHaveNoQuotes(t *testing.T) {
	t.Parallel()

	for v, want := range map[interface{ YAMLNumber() bool }]bool{
		value.RoutingTable(0): false, value.RoutingTable(252): true, value.TableMain: false, value.TableDefault: false, value.TableLocal: false,
		value.PortRange{Lo: 1, Hi: 1}: true, value.PortRange{Lo: 1, Hi: 2}: false,
	} {
		if v.YAMLNumber() != want {
			t.Errorf("%v is a number: %t", v, !want)
		}
	}
}

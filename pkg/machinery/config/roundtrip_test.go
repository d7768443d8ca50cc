package config_test

import (
	"encoding"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// TestRoundTrip writes made-up values of every kind and reads them again: nothing is
// lost and nothing changes. The seeds are fixed, so a failure repeats.
func TestRoundTrip(t *testing.T) {
	t.Parallel()

	const rounds = 18

	for seed := range uint64(rounds) {
		g := &maker{Rand: rand.New(rand.NewPCG(seed, 7)), fill: []float64{1, 0.5, 0.1}[seed%3]}

		main := &v1alpha1.Config{}
		g.structure(reflect.ValueOf(main).Elem())

		var docs []document.Document

		for _, k := range document.Kinds() {
			d := k.New()
			g.structure(reflect.ValueOf(d).Elem())

			if n, ok := d.(document.Named); !ok || n.DocumentName() != "" {
				docs = append(docs, d)
			}
		}

		c, err := config.Make(main, docs...)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}

		if main.Version = "v1alpha1"; c.V1Alpha1().Version == "" {
			main.Version = ""
		}

		same(t, seed, config.MainKind, c.V1Alpha1(), main)

		got := c.Documents()
		if len(got) != len(docs) {
			t.Fatalf("seed %d: %d documents became %d", seed, len(docs), len(got))
		}

		for i := range docs {
			same(t, seed, docs[i].DocumentKind(), got[i], docs[i])
		}

		// Texts, and what they mean, are equal from then on.
		again, err := config.Make(c.V1Alpha1(), got...)
		if err != nil || !config.Same(c, again) {
			t.Fatalf("seed %d: the text is another one: %v", seed, err)
		}
	}
}

func same(t *testing.T, seed uint64, kind string, got, want any) {
	t.Helper()

	if reflect.DeepEqual(got, want) {
		return
	}

	t.Errorf("seed %d: %s changed", seed, kind)

	for _, c := range tree.Diff(want, got) {
		t.Logf("%+v", c)
	}
}

// maker makes values that a config can hold.
type maker struct {
	*rand.Rand
	fill  float64 // how many of the fields are set
	depth int
}

// texts are what YAML is known to take for something else.
var texts = []string{
	"a", "true", "no", "null", "~", "012", "0x1f", "1e3", "1.0", "2024-01-01", "=", "<<", "*a", "&a", "!a", "- a", "? a", "a: b",
	"a #b", "#a", "[a", "{a", "'a", "\"a", "%a", "@a", "`a", " a", "a ", "a\nb\n", "a\nb", "\na", "a\n\n", "  a\nb", "a\tb", "\ta", "é", "🙂",
	"---", "...", "a\r\nb", "\u2028", "\u0085", "a\\b", "|", ">", "yes", "y", ".inf", "1_000", "1:30", "\x01", "a,b", strings.Repeat("long ", 40),
}

// forms are valid texts of the scalar forms.
var forms = map[reflect.Type][]string{
	reflect.TypeFor[netip.Addr]():         {"10.0.0.1", "fd00::1", "fe80::1%eth0"},
	reflect.TypeFor[netip.Prefix]():       {"10.0.0.0/8", "10.0.0.1/24", "fd00::/64", "0.0.0.0/0"},
	reflect.TypeFor[netip.AddrPort]():     {"10.0.0.1:51820", "[fd00::1]:1"},
	reflect.TypeFor[value.ByteSize]():     {"10GiB", "100MB", "1", "-5GiB"},
	reflect.TypeFor[value.DiskSize]():     {"100 MB", "10GB", "123456789", "4 TB"},
	reflect.TypeFor[value.Size]():         {"10GiB", "50%", "-10GiB", "-5%"},
	reflect.TypeFor[value.FileMode]():     {"0o644", "0o600", "0o1777"},
	reflect.TypeFor[value.HardwareAddr](): {"00:11:22:33:44:55", "00:00:00:00:fe:80:00:00:00:00:00:00:02:00:5e:10:00:00:00:01"},
	reflect.TypeFor[value.PortRange]():    {"80", "8000-8010", "65535"},
	reflect.TypeFor[value.RoutingTable](): {"main", "default", "local", "17"},
	reflect.TypeFor[value.SizeMatcher]():  {">= 1TB", "4GB", "<2 TiB"},
	reflect.TypeFor[value.URL]():          {"https://10.0.0.1:6443", "tcp://[fd00::1]:514/", "grpc://a.b:1?x=y&z=%20", "http://user:pw@h/p"},
}

func (g *maker) structure(v reflect.Value) {
	for _, f := range tree.PlanOf(v.Type()).Fields {
		if g.Float64() < g.fill || f.Key == "name" {
			g.value(v.FieldByIndex(f.Index), &f)
		}
	}
}

func (g *maker) value(v reflect.Value, f *tree.Field) {
	switch p := v.Addr().Interface().(type) {
	case *time.Duration:
		*p = time.Duration(g.Int64N(1e15)) * []time.Duration{1, time.Millisecond}[g.IntN(2)] % (1 << 50)

		return
	case *value.Object:
		*p = value.Object(g.object())

		return
	case *value.ArgValue:
		if *p = value.Arg(g.text()); g.IntN(2) == 0 {
			*p = value.Arg(g.text(), g.text())
		}

		return
	case *x509.PEMEncodedCertificateAndKey:
		p.Crt, p.Key = []byte(g.text()), []byte(g.text())

		return
	case *x509.PEMEncodedCertificate:
		p.Crt = []byte(g.text())

		return
	case *x509.PEMEncodedKey:
		p.Key = []byte(g.text())

		return
	case *value.Base64:
		*p = value.Base64(g.text())

		return
	case encoding.TextUnmarshaler:
		list := forms[v.Type()]
		if list == nil {
			panic("no example of a " + v.Type().String())
		}

		if err := p.UnmarshalText([]byte(list[g.IntN(len(list))])); err != nil {
			panic(v.Type().String() + ": " + err.Error())
		}

		return
	}

	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		g.value(v.Elem(), f)
	case reflect.Struct:
		g.structure(v)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+g.IntN(3), 4))

		for i := range v.Len() {
			g.value(v.Index(i), f)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))

		for range 1 + g.IntN(3) {
			e := reflect.New(v.Type().Elem()).Elem()
			g.value(e, f)
			v.SetMapIndex(reflect.ValueOf(g.text()).Convert(v.Type().Key()), e)
		}
	case reflect.String:
		s := g.text()

		switch {
		case len(f.Enum) > 0:
			s = f.Enum[g.IntN(len(f.Enum))]
		case f.TrimLeft:
			s = strings.TrimLeft(s, "\t\n")
		}

		v.SetString(s)
	case reflect.Bool:
		v.SetBool(g.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(g.Uint64()) >> (64 - v.Type().Bits()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(g.Uint64() >> (64 - v.Type().Bits()))
	default:
		panic("no way to make a " + v.Type().String())
	}
}

func (g *maker) text() string { return texts[g.IntN(len(texts))] }

// object makes a free-form mapping.
func (g *maker) object() map[string]any {
	out := map[string]any{}
	for range 1 + g.IntN(4) {
		out[g.text()] = g.free()
	}

	return out
}

func (g *maker) free() any {
	g.depth++
	defer func() { g.depth-- }()

	switch n := g.IntN(9); {
	case n == 0:
		return g.IntN(2) == 0
	case n == 1:
		return int(int32(g.Uint32()))
	case n == 2:
		return 1<<63 + g.Uint64()>>1
	case n == 3:
		return g.NormFloat64()
	case n == 4:
		return nil
	case n == 5 && g.depth < 4:
		return g.object()
	case n == 6 && g.depth < 4:
		return []any{g.free(), g.free()}
	}

	return g.text()
}

// TestTextsAreWrittenWhole has texts that a block cannot hold.
func TestTextsAreWrittenWhole(t *testing.T) {
	t.Parallel()

	for _, text := range []string{"a\n", "a\rb\n", "a\r\nb\r\n", "a\u0085b\n", "a\u2028b\nc", "a\u2029\n", " a\nb", "\ta\n", "\n\na\n", "a\n\n\n", "# a\n", "---\n", "a: b\n- c\n"} {
		main := &v1alpha1.Config{}
		main.Machine.Files = []v1alpha1.MachineFile{{Path: "/a", Content: text}}

		c, err := config.Make(main)
		if err != nil {
			t.Fatal(err)
		}

		c = apply(t, c, []byte("machine: {type: worker}"))

		if got := c.V1Alpha1().Machine.Files[0].Content; got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

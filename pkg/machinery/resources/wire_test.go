package resources_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/resource/protobuf"
	"github.com/siderolabs/protoenc"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

var update = flag.Bool("update", false, "write testdata/wire anew")

// Clients decode what nodes of other releases encode, so the bytes of every kind
// are pinned: a difference here is a difference on the wire.
func TestWireFormIsPinned(t *testing.T) {
	t.Parallel()

	domains := map[string]*resource.Group{}

	for _, g := range groups() {
		domain := reflect.TypeOf(blank(t, g.Kinds()[0])).Elem().PkgPath()
		domains[filepath.Base(domain)] = g
	}

	if len(domains) != len(groups()) {
		t.Fatalf("%d domains for %d groups", len(domains), len(groups()))
	}

	for domain, g := range domains {
		t.Run(domain, func(t *testing.T) {
			t.Parallel()

			var b bytes.Buffer

			for _, k := range g.Kinds() {
				pin(t, &b, k)
			}

			golden := filepath.Join("testdata", "wire", domain+".txt")

			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}

				if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}

			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}

			for i, got := range strings.SplitAfter(b.String(), "\n== ") {
				if all := strings.SplitAfter(string(want), "\n== "); i >= len(all) || all[i] != got {
					t.Fatalf("%s: the wire form changed; -update rewrites %s. Now:\n%s", domain, golden, got)
				}
			}
		})
	}
}

// pin writes one filled-in spec of the kind as YAML and bytes, after reading it back.
func pin(t *testing.T, b *bytes.Buffer, k resource.AnyKind) {
	t.Helper()

	spec := blank(t, k)
	(&filler{t: t}).fill(reflect.ValueOf(spec).Elem(), k.Definition().Type)

	wire, err := marshal(spec)
	if err != nil {
		t.Fatalf("%s: encode: %v", k.Definition().Type, err)
	}

	text, err := yaml.Marshal(spec)
	if err != nil {
		t.Fatalf("%s: YAML: %v", k.Definition().Type, err)
	}

	back := decode(t, k, wire)
	if !reflect.DeepEqual(typedSpec(back), spec) {
		t.Errorf("%s: decoded %+v from the bytes of %+v", k.Definition().Type, typedSpec(back), spec)
	}

	fmt.Fprintf(b, "== %s\n%s--\n", k.Definition().Type, text)

	for len(wire) > 32 {
		fmt.Fprintln(b, hex.EncodeToString(wire[:32]))
		wire = wire[32:]
	}

	fmt.Fprintln(b, hex.EncodeToString(wire))
}

func decode(t *testing.T, k resource.AnyKind, wire []byte) cosi.Resource {
	t.Helper()

	md := cosi.NewMetadata(k.Definition().Namespace, k.Definition().Type, "id", cosi.VersionUndefined)

	res, err := protobuf.CreateResource(k.Definition().Type)
	if err != nil {
		t.Fatal(err)
	}

	if err = res.(protobuf.ResourceUnmarshaler).UnmarshalProto(&md, wire); err != nil { //nolint:forcetypeassert
		t.Fatalf("%s: decode: %v", k.Definition().Type, err)
	}

	return res
}

// blank gives a pointer to an empty spec of the kind.
func blank(t *testing.T, k resource.AnyKind) any {
	t.Helper()

	return typedSpec(decode(t, k, nil))
}

func typedSpec(r cosi.Resource) any {
	return reflect.ValueOf(r).MethodByName("TypedSpec").Call(nil)[0].Interface()
}

func marshal(spec any) ([]byte, error) {
	if m, ok := spec.(interface{ MarshalProto() ([]byte, error) }); ok {
		return m.MarshalProto()
	}

	return protoenc.Marshal(spec)
}

// filler gives every field a value of its own.
type filler struct {
	t *testing.T
	n int
}

func (f *filler) fill(v reflect.Value, path string) {
	f.n++

	switch p := v.Addr().Interface().(type) {
	case *netip.Addr:
		*p = netip.AddrFrom4([4]byte{10, 0, byte(f.n >> 8), byte(f.n)})
	case *netip.Prefix:
		*p = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 1, byte(f.n), 0}), 24)
	case *netip.AddrPort:
		*p = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 2, 0, byte(f.n)}), uint16(f.n))
	case *url.URL:
		*p = url.URL{Scheme: "https", Host: fmt.Sprintf("host%d", f.n), Path: "/path"}
	case *time.Time:
		*p = time.Unix(int64(f.n), 0).UTC()
	case *time.Duration:
		*p = time.Duration(f.n) * time.Second
	case *any:
		*p = fmt.Sprintf("value %d", f.n)
	default:
		f.fillKind(v, path)
	}
}

func (f *filler) fillKind(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", f.n))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.n))
		f.named(v, func() { v.SetInt(1) })
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.n))
		f.named(v, func() { v.SetUint(1) })
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(f.n) + 0.5)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		f.fill(v.Index(0), path+"[]")
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), path+"[]")
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, path+"{}")
		f.fill(value, path+"{}")
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	default:
		f.t.Fatalf("%s: no value for a %s", path, v.Type())
	}
}

// named sets enums to a value that all of them have.
func (f *filler) named(v reflect.Value, set func()) {
	if v.Type().PkgPath() != "" {
		set()
	}
}

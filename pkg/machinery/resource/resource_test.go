package resource_test

import (
	"net/netip"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/cosi-project/runtime/pkg/resource/protobuf"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

type inner struct {
	Names []string `yaml:"names" protobuf:"1"`
}

type testSpec struct {
	Addr     netip.Addr                        `yaml:"addr" protobuf:"1"`
	Prefixes []netip.Prefix                    `yaml:"prefixes" protobuf:"2"`
	Port     netip.AddrPort                    `yaml:"port" protobuf:"3"`
	URL      *url.URL                          `yaml:"url" protobuf:"4"`
	Pair     *x509.PEMEncodedCertificateAndKey `yaml:"pair" protobuf:"5"`
	Every    time.Duration                     `yaml:"every" protobuf:"6"`
	Inner    map[string]inner                  `yaml:"inner" protobuf:"7"`
	Free     map[string]any                    `yaml:"free" protobuf:"8"`
	Text     resource.StringBytes              `yaml:"text" protobuf:"9"`
	On       *bool                             `yaml:"on,omitempty" protobuf:"10"`
}

var (
	testKinds = resource.NewGroup()
	tests     = resource.Define[testSpec](testKinds, resource.Definition{Type: "TestThings.test.talos.dev", Namespace: "test"})
)

func sample() testSpec {
	on := true
	u, _ := url.Parse("https://[fd00::1]:6443/x")

	return testSpec{
		Addr:     netip.MustParseAddr("10.0.0.1"),
		Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::/0")},
		Port:     netip.MustParseAddrPort("[::1]:53"),
		URL:      u,
		Pair:     &x509.PEMEncodedCertificateAndKey{Crt: []byte("crt"), Key: []byte("key")},
		Every:    3 * time.Second,
		Inner:    map[string]inner{"a": {Names: []string{"x", "y"}}},
		Free:     map[string]any{"list": []any{"z"}},
		Text:     resource.StringBytes("hello"),
		On:       &on,
	}
}

func TestWireFormRoundTrips(t *testing.T) {
	t.Parallel()

	pb, err := protobuf.FromResource(tests.New("one", sample()))
	if err != nil {
		t.Fatal(err)
	}

	back, err := protobuf.UnmarshalResource(pb)
	if err != nil {
		t.Fatal(err)
	}

	res, err := tests.Cast(back)
	if err != nil {
		t.Fatal(err)
	}

	if want := sample(); !reflect.DeepEqual(*res.TypedSpec(), want) {
		t.Errorf("got %+v\nwant %+v", *res.TypedSpec(), want)
	}
}

func TestCopiesShareNothing(t *testing.T) {
	t.Parallel()

	orig := tests.New("one", sample())

	cp, err := tests.Cast(orig.DeepCopy())
	if err != nil {
		t.Fatal(err)
	}

	s := cp.TypedSpec()
	s.Prefixes[0] = netip.Prefix{}
	s.Pair.Crt[0] = 'X'
	s.Inner["a"].Names[0] = "changed"
	s.Free["list"].([]any)[0] = "changed"
	s.Text[0] = 'X'
	*s.On = false

	if want := sample(); !reflect.DeepEqual(*orig.TypedSpec(), want) {
		t.Errorf("changing a copy changed the original: %+v", *orig.TypedSpec())
	}
}

func TestYAMLForm(t *testing.T) {
	t.Parallel()

	s := sample()
	s.URL = nil

	got, err := yaml.Marshal(tests.New("one", s).Spec())
	if err != nil {
		t.Fatal(err)
	}

	const want = `addr: 10.0.0.1
prefixes:
    - 10.0.0.0/8
    - ::/0
port: '[::1]:53'
url: null
pair:
    crt: Y3J0
    key: a2V5
every: 3s
inner:
    a:
        names:
            - x
            - "y"
free:
    list:
        - z
text: hello
"on": true
`
	if string(got) != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestMistakesInDeclarationsAreFound(t *testing.T) {
	t.Parallel()

	if err := tests.Check(); err != nil {
		t.Error(err)
	}

	bad := resource.Define[struct{ C chan int }](resource.NewGroup(), resource.Definition{Type: "BadThings.test.talos.dev", Namespace: "test"})
	if bad.Check() == nil {
		t.Error("a spec with a channel was accepted")
	}

	noName := resource.Define[struct{ N int }](resource.NewGroup(), resource.Definition{Type: "things", Namespace: "test"})
	if noName.Check() == nil {
		t.Error("a name that is no type was accepted")
	}
}

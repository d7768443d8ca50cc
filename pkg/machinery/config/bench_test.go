package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func BenchmarkLoadAndValidate(b *testing.B) {
	for _, line := range []string{"v1.11", "v1.14"} {
		b.Run(line, func(b *testing.B) {
			text := generated(b, line).Bytes()
			b.ReportAllocs()

			for b.Loop() {
				c, err := config.Load(text)
				if err != nil {
					b.Fatal(err)
				}

				if _, err = config.Validate(c, config.Metal); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoad200Documents(b *testing.B) {
	var t strings.Builder
	for i := range 200 {
		fmt.Fprintf(&t, "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth%d\nmtu: 9000\naddresses:\n  - address: 10.0.%d.1/24\nroutes:\n  - gateway: 10.0.%d.2\n---\n", i, i, i)
	}

	text := []byte(t.String())
	b.ReportAllocs()

	for b.Loop() {
		c, err := config.Load(text)
		if err != nil {
			b.Fatal(err)
		}

		if _, err = config.Validate(c, config.Metal); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPatch(b *testing.B) {
	const strategic = "machine: {network: {interfaces: [{interface: eth0, dhcp: true}]}}"

	for _, tt := range []struct{ name, line, text string }{
		{"strategic", "v1.11", strategic},
		{"strategic/many-documents", "v1.14", strategic},
		{"json", "v1.11", "[{op: add, path: /machine/network, value: {interfaces: [{interface: eth0, dhcp: true}]}}]"},
	} {
		b.Run(tt.name, func(b *testing.B) {
			c := generated(b, tt.line)

			p, err := patch.Parse("p", []byte(tt.text))
			if err != nil {
				b.Fatal(err)
			}

			b.ReportAllocs()

			for b.Loop() {
				if _, err := config.ApplyPatches(c, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEncode writes a config and, because that is what Make gives, reads it.
func BenchmarkEncode(b *testing.B) {
	c := generated(b, "v1.14")
	b.ReportAllocs()

	for b.Loop() {
		if _, err := config.Make(c.V1Alpha1(), c.Documents()...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCopy(b *testing.B) {
	main := *generated(b, "v1.11").V1Alpha1()
	b.ReportAllocs()

	for b.Loop() {
		tree.Copy(main)
	}
}

func BenchmarkEffective(b *testing.B) {
	text := generated(b, "v1.14").Bytes()

	c, err := config.Load(text)
	if err != nil {
		b.Fatal(err)
	}

	b.ReportAllocs()

	for b.Loop() {
		c, _ = config.Make(nil, c.Documents()...)
		c.Effective()
	}
}

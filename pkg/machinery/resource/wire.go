package resource

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/siderolabs/crypto/x509"
	"github.com/siderolabs/protoenc"
	"google.golang.org/protobuf/encoding/protowire"
)

// The wire forms of types that are not messages in Go: package common of the API.
func init() {
	protoenc.RegisterEncoderDecoder(
		func(a netip.Addr) ([]byte, error) { return fields{}.bytes(1, a.AsSlice()), nil },
		func(b []byte) (netip.Addr, error) {
			m, err := parse(b)
			if err != nil || len(m.raw[1]) == 0 {
				return netip.Addr{}, err
			}

			return addrOf(m.raw[1])
		})
	protoenc.RegisterEncoderDecoder(
		func(p netip.Prefix) ([]byte, error) {
			return fields{}.bytes(1, p.Addr().AsSlice()).varint(2, uint64(int64(p.Bits()))), nil
		},
		func(b []byte) (netip.Prefix, error) {
			m, err := parse(b)
			if err != nil || len(m.raw[1]) == 0 {
				return netip.Prefix{}, err
			}

			a, err := addrOf(m.raw[1])

			return netip.PrefixFrom(a, int(int64(m.num[2]))), err
		})
	protoenc.RegisterEncoderDecoder(
		func(p netip.AddrPort) ([]byte, error) {
			return fields{}.bytes(1, p.Addr().AsSlice()).varint(2, uint64(p.Port())), nil
		},
		func(b []byte) (netip.AddrPort, error) {
			m, err := parse(b)
			if err != nil || len(m.raw[1]) == 0 {
				return netip.AddrPort{}, err
			}

			a, err := addrOf(m.raw[1])

			return netip.AddrPortFrom(a, uint16(m.num[2])), err
		})
	protoenc.RegisterEncoderDecoder(
		func(u *url.URL) ([]byte, error) { return fields{}.bytes(1, []byte(u.String())), nil },
		func(b []byte) (*url.URL, error) {
			m, err := parse(b)
			if err != nil {
				return nil, err
			}

			return url.Parse(string(m.raw[1]))
		})
	protoenc.RegisterEncoderDecoder(
		func(c *x509.PEMEncodedCertificateAndKey) ([]byte, error) {
			return fields{}.bytes(1, c.Crt).bytes(2, c.Key), nil
		},
		func(b []byte) (*x509.PEMEncodedCertificateAndKey, error) {
			m, err := parse(b)

			return &x509.PEMEncodedCertificateAndKey{Crt: m.raw[1], Key: m.raw[2]}, err
		})
	protoenc.RegisterEncoderDecoder(
		func(c *x509.PEMEncodedCertificate) ([]byte, error) { return fields{}.bytes(1, c.Crt), nil },
		func(b []byte) (*x509.PEMEncodedCertificate, error) {
			m, err := parse(b)

			return &x509.PEMEncodedCertificate{Crt: m.raw[1]}, err
		})
	protoenc.RegisterEncoderDecoder(
		func(c *x509.PEMEncodedKey) ([]byte, error) { return fields{}.bytes(1, c.Key), nil },
		func(b []byte) (*x509.PEMEncodedKey, error) {
			m, err := parse(b)

			return &x509.PEMEncodedKey{Key: m.raw[1]}, err
		})
}

func addrOf(b []byte) (netip.Addr, error) {
	a, ok := netip.AddrFromSlice(b)
	if !ok {
		return a, fmt.Errorf("an IP address of %d bytes", len(b))
	}

	return a, nil
}

// fields appends protobuf fields, leaving zero values out as proto3 does.
type fields []byte

func (f fields) bytes(num protowire.Number, b []byte) fields {
	if len(b) == 0 {
		return f
	}

	return protowire.AppendBytes(protowire.AppendTag(f, num, protowire.BytesType), b)
}

func (f fields) varint(num protowire.Number, v uint64) fields {
	if v == 0 {
		return f
	}

	return protowire.AppendVarint(protowire.AppendTag(f, num, protowire.VarintType), v)
}

type message struct {
	raw map[protowire.Number][]byte
	num map[protowire.Number]uint64
}

var errMalformed = errors.New("malformed protobuf message")

func parse(b []byte) (message, error) {
	m := message{map[protowire.Number][]byte{}, map[protowire.Number]uint64{}}

	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return m, errMalformed
		}

		b = b[n:]

		switch typ {
		case protowire.BytesType:
			var v []byte

			if v, n = protowire.ConsumeBytes(b); n >= 0 {
				m.raw[num] = append([]byte(nil), v...)
			}
		case protowire.VarintType:
			m.num[num], n = protowire.ConsumeVarint(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}

		if n < 0 {
			return m, errMalformed
		}

		b = b[n:]
	}

	return m, nil
}

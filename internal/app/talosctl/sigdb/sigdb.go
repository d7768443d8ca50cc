// Package sigdb makes the files from which UEFI firmware learns whose programs it may
// start: values of the variables PK, KEK and db, signed as the firmware wants updates
// of them to be (UEFI specification 2.10, 8.2.2 and 32.4.1).
package sigdb

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"time"
	"unicode/utf16"
)

// Variable is one that has signatures.
type Variable struct {
	Name   string
	vendor guid
}

// The variables. Who owns the platform key may change KEK, who owns a key in KEK may
// change db, and programs signed by a certificate in db start.
var (
	PK  = Variable{"PK", globalVariable}
	KEK = Variable{"KEK", globalVariable}
	DB  = Variable{"db", imageSecurity}
)

// guid is in the order of bytes that the firmware has.
type guid [16]byte

var (
	globalVariable = guid{0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11, 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c}
	imageSecurity  = guid{0xcb, 0xb2, 0x19, 0xd7, 0x3a, 0x3d, 0x96, 0x45, 0xa3, 0xbc, 0xda, 0xd0, 0x0e, 0x67, 0x65, 0x6f}
	certX509       = guid{0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94, 0xa7, 0x4a, 0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72}
	certTypePKCS7  = guid{0x9d, 0xd2, 0xaf, 0x4a, 0xdf, 0x68, 0xee, 0x49, 0x8a, 0xa9, 0x34, 0x7d, 0x37, 0x56, 0x65, 0xa7}
)

// attributes of all three: kept, there at boot and at run time, and changed by signed
// updates with a time only.
const attributes = 0x01 | 0x02 | 0x04 | 0x20

// Update makes a signed value of a variable with one certificate. The key is that of
// the signing certificate.
func Update(v Variable, enrolled, signing *x509.Certificate, key crypto.Signer, now time.Time) ([]byte, error) {
	stamp, list := efiTime(now), signatureList(enrolled)

	// What is signed is the whole call that sets the variable.
	var signed bytes.Buffer
	for _, part := range []any{utf16.Encode([]rune(v.Name)), v.vendor, uint32(attributes), stamp, list} {
		binary.Write(&signed, binary.LittleEndian, part) //nolint:errcheck // memory takes plain data
	}

	signature, err := sign(signed.Bytes(), signing, key)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", v.Name, err)
	}

	const (
		certHeader = 24
		revision   = 0x0200
		typeGUID   = 0x0ef1
	)

	var out bytes.Buffer
	for _, part := range []any{
		stamp,
		uint32(certHeader + len(signature)), uint16(revision), uint16(typeGUID), certTypePKCS7, signature,
		list,
	} {
		binary.Write(&out, binary.LittleEndian, part) //nolint:errcheck // memory takes plain data
	}

	return out.Bytes(), nil
}

// signatureList is an EFI_SIGNATURE_LIST of one certificate. Its owner, which tells
// entries apart and means nothing else, follows from the certificate.
func signatureList(crt *x509.Certificate) []byte {
	sum := sha256.Sum256(crt.Raw)
	owner := guid(sum[:16])
	owner[7] = owner[7]&0x0f | 0x80 // a UUID of its maker's own kind, version 8
	owner[8] = owner[8]&0x3f | 0x80

	const header = 28

	size := len(owner) + len(crt.Raw)

	var out bytes.Buffer
	for _, part := range []any{certX509, uint32(header + size), uint32(0), uint32(size), owner, crt.Raw} {
		binary.Write(&out, binary.LittleEndian, part) //nolint:errcheck // memory takes plain data
	}

	return out.Bytes()
}

// efiTime is an EFI_TIME in UTC. Everything below a second must be zero.
func efiTime(t time.Time) [16]byte {
	t = t.UTC()

	out := [16]byte{2: byte(t.Month()), 3: byte(t.Day()), 4: byte(t.Hour()), 5: byte(t.Minute()), 6: byte(t.Second())}
	binary.LittleEndian.PutUint16(out[:], uint16(t.Year()))

	return out
}

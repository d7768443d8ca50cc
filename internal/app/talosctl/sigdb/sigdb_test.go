package sigdb_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/internal/app/talosctl/sigdb"
)

var now = time.Date(2026, 11, 21, 13, 30, 45, 999, time.UTC)

func certificate(t *testing.T, key crypto.Signer, name string) *x509.Certificate {
	t.Helper()

	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotBefore: now, NotAfter: now.Add(time.Hour)}

	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}

	crt, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}

	return crt
}

// TestUpdate takes an update apart as firmware does.
func TestUpdate(t *testing.T) {
	t.Parallel()

	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}

	signing, enrolled := certificate(t, key, "signing"), certificate(t, key, "enrolled")

	raw, err := sigdb.Update(sigdb.DB, enrolled, signing, key, now)
	if err != nil {
		t.Fatal(err)
	}

	const stamp = "ea070b150d1e2d000000000000000000"
	if got := hex.EncodeToString(raw[:16]); got != stamp {
		t.Errorf("time is %s, want %s", got, stamp)
	}

	length := binary.LittleEndian.Uint32(raw[16:])
	if got := hex.EncodeToString(raw[20:40]); got != "0002f10e"+"9dd2af4adf68ee498aa9347d375665a7" {
		t.Errorf("header of the signature is %s", got)
	}

	list := raw[16+length:]

	size := 16 + len(enrolled.Raw)
	header := "a159c0a5e494a74a87b5ab155c2bf072" + hex.EncodeToString(binary.LittleEndian.AppendUint32(nil, uint32(28+size))) + "00000000" +
		hex.EncodeToString(binary.LittleEndian.AppendUint32(nil, uint32(size)))

	if got := hex.EncodeToString(list[:28]); got != header || !bytes.Equal(list[44:], enrolled.Raw) || len(list) != 28+size {
		t.Errorf("signature list begins with %s, want %s", got, header)
	}

	var data struct {
		Version      int
		Digests      asn1.RawValue
		Content      struct{ Type asn1.ObjectIdentifier }
		Certificates asn1.RawValue
		Signers      []struct {
			Version int
			Issuer  struct {
				Name   asn1.RawValue
				Serial *big.Int
			}
			Digest, Encrypted pkix.AlgorithmIdentifier
			Signature         []byte
		} `asn1:"set"`
	}

	if rest, err := asn1.Unmarshal(raw[40:16+length], &data); err != nil || len(rest) > 0 {
		t.Fatalf("%d bytes left, %v", len(rest), err)
	}

	if !bytes.Equal(data.Certificates.Bytes, signing.Raw) || data.Certificates.Tag != 0 || data.Version != 1 {
		t.Errorf("version %d with certificate %x", data.Version, data.Certificates.Bytes)
	}

	s := data.Signers[0]
	if !bytes.Equal(s.Issuer.Name.FullBytes, signing.RawIssuer) || s.Issuer.Serial.Int64() != 7 {
		t.Errorf("signer is %v", s.Issuer)
	}

	// Name, vendor, attributes, time, value.
	signed, err := hex.DecodeString("64006200" + "cbb219d73a3d9645a3bcdad00e67656f" + "27000000" + stamp)
	if err != nil {
		t.Fatal(err)
	}

	sum := sha256.Sum256(append(signed, list...))
	if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], s.Signature); err != nil {
		t.Error(err)
	}
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()

	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}

	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}

	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	for want, k := range map[string]crypto.Signer{"sign KEK: the key is not that of the certificate": other, "firmware takes RSA keys only": curve} {
		crt := certificate(t, key, "a")
		if _, err := sigdb.Update(sigdb.KEK, crt, crt, k, now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

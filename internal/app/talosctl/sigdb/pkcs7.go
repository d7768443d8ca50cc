package sigdb

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
)

// The parts of PKCS #7 (RFC 2315) that firmware reads.
type (
	signedData struct {
		Version          int
		DigestAlgorithms []pkix.AlgorithmIdentifier `asn1:"set"`
		ContentInfo      contentInfo
		Certificates     asn1.RawValue
		SignerInfos      []signerInfo `asn1:"set"`
	}
	contentInfo struct {
		Type asn1.ObjectIdentifier
	}
	signerInfo struct {
		Version         int
		Issuer          issuerAndSerial
		Digest          pkix.AlgorithmIdentifier
		DigestEncrypted pkix.AlgorithmIdentifier
		Signature       []byte
	}
	issuerAndSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
)

var (
	oidData   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidRSA    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
)

// sign makes a detached SignedData, without the ContentInfo around it that other uses
// have: the specification leaves it out, and some firmware refuses it.
func sign(data []byte, crt *x509.Certificate, key crypto.Signer) ([]byte, error) {
	public, ok := key.Public().(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("firmware takes RSA keys only")
	}

	if !public.Equal(crt.PublicKey) {
		return nil, errors.New("the key is not that of the certificate")
	}

	sum := sha256.Sum256(data)

	signature, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}

	digest := pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}

	return asn1.Marshal(signedData{
		Version:          1,
		DigestAlgorithms: []pkix.AlgorithmIdentifier{digest},
		ContentInfo:      contentInfo{oidData},
		Certificates:     asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: crt.Raw},
		SignerInfos: []signerInfo{{
			Version:         1,
			Issuer:          issuerAndSerial{asn1.RawValue{FullBytes: crt.RawIssuer}, crt.SerialNumber},
			Digest:          digest,
			DigestEncrypted: pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue},
			Signature:       signature,
		}},
	})
}

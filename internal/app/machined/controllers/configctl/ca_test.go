package configctl

import (
	"encoding/base64"
	"time"

	"github.com/siderolabs/crypto/x509"
)

// testCA is a fresh authority, as configs carry it.
var testCA = func() string {
	ca, err := x509.NewSelfSignedCertificateAuthority(x509.Organization("test"), x509.NotAfter(time.Now().Add(time.Hour)))
	if err != nil {
		panic(err)
	}

	return base64.StdEncoding.EncodeToString(ca.CrtPEM)
}()

package talosctl

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/agessh"
)

// SSH keys open files that are for them, unless the key is itself locked, and what comes
// out is bounded like any other input.
func TestFilesForSSHKeys(t *testing.T) {
	t.Parallel()

	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}

	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}

	dir := t.TempDir()
	key, lockedKey := filepath.Join(dir, "open"), filepath.Join(dir, "locked")

	for path, block := range map[string]*pem.Block{
		key:       {Type: "PRIVATE KEY", Bytes: der},
		lockedKey: {Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED"}, Bytes: der},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	// As ssh-keygen writes it (RFC 8709, section 4).
	const kind = "ssh-ed25519"

	line := append(binary.BigEndian.AppendUint32(nil, uint32(len(kind))), kind...)
	line = append(binary.BigEndian.AppendUint32(line, uint32(len(public))), public...)

	to, err := agessh.ParseRecipient(kind + " " + base64.StdEncoding.EncodeToString(line))
	if err != nil {
		t.Fatal(err)
	}

	for _, tt := range []struct {
		size      int
		key, want string
	}{
		{10, key, ""},
		{maxInput, key, ""},
		{maxInput + 1, key, "more than 16 MiB"},
		{10, lockedKey, "an SSH key must have no passphrase"},
	} {
		plain := bytes.Repeat([]byte("a"), tt.size)

		var out bytes.Buffer

		w, err := age.Encrypt(&out, to)
		if err != nil {
			t.Fatal(err)
		}

		if _, err = w.Write(plain); err == nil {
			err = w.Close()
		}

		if err != nil {
			t.Fatal(err)
		}

		a := &app{stdout: io.Discard, stderr: io.Discard, ageIdentities: []string{tt.key}}

		raw, err := a.decrypt("in.age", out.Bytes())

		switch {
		case tt.want == "" && (err != nil || !bytes.Equal(raw, plain)):
			t.Errorf("%d bytes with %s: %d bytes, %v", tt.size, filepath.Base(tt.key), len(raw), err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%d bytes with %s: %v, want %s", tt.size, filepath.Base(tt.key), err, tt.want)
		}
	}
}

package talosctl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/armor"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Files of secrets are read as people keep them: encrypted with age or SOPS.
// Keys come from files and the environment, under the names that SOPS and age
// know, and never from arguments, which every process of a machine can read.
//
// age is built in. SOPS is a program on PATH: its library brings the clients of
// all clouds' key services. Its decrypt package (v3.10.2) makes an empty program,
// static and stripped, 36 MB larger.
const (
	ageMagic = "age-encryption.org/v1\n"

	envAgeKey        = "SOPS_AGE_KEY"
	envAgeKeyFile    = "SOPS_AGE_KEY_FILE"
	envAgePassphrase = "AGE_PASSPHRASE"
)

// identityFlag lets a command read encrypted files with keys of the person's choice.
func (a *app) identityFlag(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&a.ageIdentities, "age-identity", nil,
		"`file` of age or SSH keys for encrypted input (default $"+envAgeKey+", $"+envAgeKeyFile+", then sops/age/keys.txt in the user's configuration); may be repeated")
}

// decrypt returns what an encrypted file says, and anything else as it is.
func (a *app) decrypt(name string, raw []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(raw, []byte(ageMagic)):
		return a.decryptAge(name, bytes.NewReader(raw))
	case bytes.HasPrefix(bytes.TrimSpace(raw), []byte(armor.Header)):
		return a.decryptAge(name, armor.NewReader(bytes.NewReader(bytes.TrimSpace(raw))))
	case isSOPS(raw):
		return a.decryptSOPS(raw)
	}

	return raw, nil
}

func (a *app) decryptAge(name string, r io.Reader) ([]byte, error) {
	plain, err := age.Decrypt(r, &keyring{a, name})
	if err != nil {
		return nil, err
	}

	raw, err := io.ReadAll(io.LimitReader(plain, maxInput+1))
	if err == nil && len(raw) > maxInput {
		err = fmt.Errorf("more than %d MiB; is this the right file?", maxInput>>20)
	}

	return raw, err
}

// keyring finds the key of a file once its header has told what kind is needed.
type keyring struct {
	*app

	name string
}

func (k *keyring) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) == 1 && stanzas[0].Type == "scrypt" {
		pass, err := k.askPassphrase(k.name)
		if err != nil {
			return nil, err
		}

		id, err := age.NewScryptIdentity(pass)
		if err != nil {
			return nil, err
		}

		key, err := id.Unwrap(stanzas)
		if errors.Is(err, age.ErrIncorrectIdentity) {
			err = errors.New("the passphrase is wrong")
		}

		return key, err
	}

	ids, from, err := k.identities()
	if err != nil {
		return nil, err
	}

	for _, id := range ids {
		if key, err := id.Unwrap(stanzas); !errors.Is(err, age.ErrIncorrectIdentity) {
			return key, err
		}
	}

	if from == "" {
		return nil, fmt.Errorf("it needs a key: name its file with --age-identity or $%s", envAgeKeyFile)
	}

	return nil, fmt.Errorf("it is encrypted for other keys than those of %s; name another file with --age-identity", from)
}

// identities reads the keys there are, and says where they are from.
func (a *app) identities() (ids []age.Identity, from string, err error) {
	files := a.ageIdentities

	if len(files) == 0 {
		if keys := os.Getenv(envAgeKey); keys != "" {
			ids, err = parseIdentities([]byte(keys))

			return ids, "$" + envAgeKey, wrapName("$"+envAgeKey, err)
		}

		if file := os.Getenv(envAgeKeyFile); file != "" {
			files = []string{file}
		} else if dir, err := os.UserConfigDir(); err == nil {
			file = filepath.Join(dir, "sops", "age", "keys.txt")
			if _, err = os.Stat(file); err == nil {
				files = []string{file}
			}
		}
	}

	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, "", fmt.Errorf("keys: %w", err)
		}

		// Keys may be kept under a passphrase themselves.
		if raw, err = a.decrypt(file, raw); err == nil {
			var more []age.Identity

			more, err = parseIdentities(raw)
			ids = append(ids, more...)
		}

		if err != nil {
			return nil, "", wrapName(file, err)
		}
	}

	return ids, strings.Join(files, ", "), nil
}

func wrapName(name string, err error) error {
	if err != nil {
		return fmt.Errorf("keys of %s: %w", name, err)
	}

	return nil
}

func parseIdentities(raw []byte) ([]age.Identity, error) {
	if !bytes.HasPrefix(raw, []byte("-----BEGIN")) {
		ids, err := age.ParseIdentities(bytes.NewReader(raw))
		if err != nil {
			return nil, errors.New("not the keys that age-keygen makes, one a line") // the library's error may quote a line
		}

		return ids, nil
	}

	id, err := agessh.ParseIdentity(raw)
	if err != nil {
		return nil, fmt.Errorf("%w; an SSH key must have no passphrase and be Ed25519 or RSA", err)
	}

	return []age.Identity{id}, nil
}

// askPassphrase takes the passphrase from the environment or asks for it.
func (a *app) askPassphrase(name string) (string, error) {
	if pass := os.Getenv(envAgePassphrase); pass != "" {
		return pass, nil
	}

	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", fmt.Errorf("it needs a passphrase and there is no terminal to ask: set $%s", envAgePassphrase)
	}
	defer tty.Close() //nolint:errcheck

	fmt.Fprintf(tty, "Passphrase for %s: ", name) //nolint:errcheck

	pass, err := term.ReadPassword(int(tty.Fd()))

	fmt.Fprintln(tty) //nolint:errcheck

	if err != nil {
		return "", fmt.Errorf("ask for the passphrase: %w", err)
	}

	return string(pass), nil
}

var (
	sopsYAML = regexp.MustCompile(`(?m)^sops:[ \t]*$`)
	sopsJSON = regexp.MustCompile(`(?m)^[ \t]*"sops":[ \t]*\{`)

	// A file of no format that SOPS knows, encrypted as a whole.
	sopsData     = regexp.MustCompile(`^\s*\{\s*"data":\s*"ENC\[`)
	sopsDataYAML = regexp.MustCompile(`^data: ENC\[.*\nsops:[ \t]*\n`)
)

// isSOPS goes by the section that SOPS adds at the top level, and its checksum.
func isSOPS(raw []byte) bool {
	return bytes.Contains(raw, []byte("ENC[AES256_GCM,")) && (sopsYAML.Match(raw) || sopsJSON.Match(raw))
}

func (a *app) decryptSOPS(raw []byte) ([]byte, error) {
	path, err := exec.LookPath("sops")
	if err != nil {
		return nil, errors.New("it is encrypted with SOPS, and there is no program sops on PATH: install it from https://getsops.io, or pass standard input what another tool has decrypted")
	}

	in, out := "yaml", "yaml"

	switch {
	case sopsData.Match(raw):
		in, out = "binary", "binary"
	case sopsDataYAML.Match(raw):
		out = "binary"
	case !sopsYAML.Match(raw):
		in = "json"
	}

	var stdout, stderr bytes.Buffer

	cmd := exec.Command(path, "--decrypt", "--input-type", in, "--output-type", out, "/dev/stdin")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(raw), &stdout, &stderr
	cmd.Env = os.Environ()

	if len(a.ageIdentities) > 0 {
		cmd.Env = append(cmd.Env, envAgeKeyFile+"="+a.ageIdentities[0])
	}

	if err = cmd.Run(); err != nil {
		return nil, fmt.Errorf("sops: %w: %s", err, strings.TrimSpace(stderr.String()))
	}

	return stdout.Bytes(), nil
}

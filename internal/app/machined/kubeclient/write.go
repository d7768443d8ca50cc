package kubeclient

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/siderolabs/crypto/x509"
)

// Kubeconfig is a kubeconfig with one context.
type Kubeconfig struct {
	Cluster string // name
	User    string // name; the context is User@Cluster
	Server  string
	// ServerName for TLS, when it differs from Server's host.
	ServerName string
	CA         []byte // PEM
	// Credentials: one of these.
	Client *x509.PEMEncodedCertificateAndKey
	Token  string
	// Namespace of the context, if any.
	Namespace string
}

// ContextUser is the name of both the context and its user.
func (k Kubeconfig) ContextUser() string { return k.User + "@" + k.Cluster }

// Text writes it. It is plain text put together by hand: text/template makes the
// linker keep every method of every type in the program.
func (k Kubeconfig) Text() string {
	var b strings.Builder

	line := func(indent int, key, value string) {
		fmt.Fprintf(&b, "%*s%s: %s\n", indent, "", key, value)
	}

	optional := func(indent int, key, value string) {
		if value != "" {
			line(indent, key, quote(value))
		}
	}

	b64 := base64.StdEncoding.EncodeToString
	user := quote(k.ContextUser())

	b.WriteString("apiVersion: v1\nkind: Config\nclusters:\n")
	line(2, "- name", quote(k.Cluster))
	b.WriteString("    cluster:\n")
	line(6, "server", quote(k.Server))
	optional(6, "tls-server-name", k.ServerName)
	line(6, "certificate-authority-data", b64(k.CA))

	b.WriteString("users:\n")
	line(2, "- name", user)
	b.WriteString("    user:\n")

	if k.Client != nil {
		line(6, "client-certificate-data", b64(k.Client.Crt))
		line(6, "client-key-data", b64(k.Client.Key))
	}

	optional(6, "token", k.Token)

	b.WriteString("contexts:\n")
	line(2, "- name", user)
	b.WriteString("    context:\n")
	line(6, "cluster", quote(k.Cluster))
	optional(6, "namespace", k.Namespace)
	line(6, "user", user)
	line(0, "current-context", user)

	return b.String()
}

// quote makes a YAML scalar of any text: plain where that is safe.
func quote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./@", r)
	}

	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 && s[0] >= 'A' {
		switch strings.ToLower(s) {
		case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		default:
			return s
		}
	}

	if strings.HasPrefix(s, "https://") && !strings.HasSuffix(s, ":") && !strings.ContainsAny(s, " #'\"\n") {
		return s
	}

	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

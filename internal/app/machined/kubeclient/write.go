package kubeclient

import (
	"encoding/base64"
	"strings"
	"text/template"

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

var kubeconfigTemplate = template.Must(template.New("kubeconfig").Funcs(template.FuncMap{
	"b64":  func(b []byte) string { return base64.StdEncoding.EncodeToString(b) },
	"text": quote,
}).Parse(`apiVersion: v1
kind: Config
clusters:
  - name: {{ text .Cluster }}
    cluster:
      server: {{ text .Server }}
{{- with .ServerName }}
      tls-server-name: {{ text . }}
{{- end }}
      certificate-authority-data: {{ b64 .CA }}
users:
  - name: {{ text .ContextUser }}
    user:
{{- with .Client }}
      client-certificate-data: {{ b64 .Crt }}
      client-key-data: {{ b64 .Key }}
{{- end }}
{{- with .Token }}
      token: {{ text . }}
{{- end }}
contexts:
  - name: {{ text .ContextUser }}
    context:
      cluster: {{ text .Cluster }}
{{- with .Namespace }}
      namespace: {{ text . }}
{{- end }}
      user: {{ text .ContextUser }}
current-context: {{ text .ContextUser }}
`))

// ContextUser is the name of both the context and its user.
func (k Kubeconfig) ContextUser() string { return k.User + "@" + k.Cluster }

// Text writes it.
func (k Kubeconfig) Text() string {
	var b strings.Builder

	if err := kubeconfigTemplate.Execute(&b, k); err != nil {
		panic(err) // a strings.Builder takes everything
	}

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

	if strings.HasPrefix(s, "https://") && !strings.ContainsAny(s, " #'\"\n") {
		return s
	}

	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

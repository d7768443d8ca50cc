// Package talosconfig reads and writes the file that says which clusters a person
// can reach, and how.
//
// The file holds private keys, so it is written for its owner alone, and replaced
// in one step: a write that is cut short leaves the old one.
package talosconfig

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Config is the file.
type Config struct {
	// Context is the one used when none is asked for.
	Context  string              `yaml:"context"`
	Contexts map[string]*Context `yaml:"contexts"`
	// Rest are keys of other programs. They mean nothing here, and stay in the file.
	Rest map[string]yaml.Node `yaml:",inline"`
}

// Context is one cluster, and one way to be somebody there.
type Context struct {
	// Target is what the first versions had instead of Endpoints. Reading moves it there.
	Target string `yaml:"target,omitempty"`
	// Endpoints are where the client connects to: hosts or addresses, with a port if
	// it is not the usual one.
	Endpoints []string `yaml:"endpoints"`
	// Nodes are whom calls are for unless the caller says otherwise. They are
	// reached through the endpoints.
	Nodes []string `yaml:"nodes,omitempty"`
	// CA, Crt and Key are base64 of PEM.
	CA   string `yaml:"ca,omitempty"`
	Crt  string `yaml:"crt,omitempty"`
	Key  string `yaml:"key,omitempty"`
	Auth Auth   `yaml:"auth,omitempty"`
	// Cluster is the name of the cluster where an endpoint serves several.
	Cluster  string `yaml:"cluster,omitempty"`
	ProxyURL string `yaml:"proxy-url,omitempty"`
	// Rest is as in Config.
	Rest map[string]yaml.Node `yaml:",inline"`
}

// Auth is how to be somebody at an endpoint that is not a node.
type Auth struct {
	Basic    *Basic    `yaml:"basic,omitempty"`
	SideroV1 *SideroV1 `yaml:"siderov1,omitempty"`
	// Rest is as in Config.
	Rest map[string]yaml.Node `yaml:",inline"`
}

// Basic is a user name and a password.
type Basic struct {
	Username string `yaml:"username"`
	Password string `yaml:"password"`
}

// SideroV1 is an identity whose key is kept elsewhere.
type SideroV1 struct {
	Identity string `yaml:"identity"`
}

// Parse reads a file's content.
func Parse(data []byte) (*Config, error) {
	config := &Config{}

	if err := yaml.Unmarshal(data, config); err != nil {
		return nil, fmt.Errorf("parse talosconfig: %w", err)
	}

	if config.Contexts == nil {
		config.Contexts = map[string]*Context{}
	}

	for name, c := range config.Contexts {
		if c == nil {
			c = &Context{}
			config.Contexts[name] = c
		}

		if c.Target != "" {
			c.Endpoints = append(c.Endpoints, c.Target)
			c.Target = ""
		}
	}

	return config, nil
}

// Unknown lists the keys that mean nothing here: of another program, or misspelt.
func (c *Config) Unknown() []string {
	unknown := slices.Sorted(maps.Keys(c.Rest))

	for _, name := range c.Names() {
		ctx := c.Contexts[name]

		for _, key := range slices.Sorted(maps.Keys(ctx.Rest)) {
			unknown = append(unknown, "contexts."+name+"."+key)
		}

		for _, key := range slices.Sorted(maps.Keys(ctx.Auth.Rest)) {
			unknown = append(unknown, "contexts."+name+".auth."+key)
		}
	}

	return unknown
}

// Encode returns the content of a file.
func (c *Config) Encode() ([]byte, error) {
	data, err := yaml.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode talosconfig: %w", err)
	}

	return data, nil
}

// Open reads a file, or the usual one if path is empty. A file that does not exist
// is an empty Config.
func Open(path string) (*Config, error) {
	if path == "" {
		path = Find()
	}

	data, err := os.ReadFile(path)

	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Config{Contexts: map[string]*Context{}}, nil
	case err != nil:
		return nil, fmt.Errorf("read talosconfig: %w", err)
	}

	config, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}

	return config, nil
}

// Select returns the context of this name, or the current one if name is empty.
func (c *Config) Select(name string) (*Context, error) {
	if name == "" {
		name = c.Context
	}

	if name == "" {
		return nil, errors.New("no context is selected in the talosconfig: use --context, or `talosctl config context <name>`")
	}

	found, ok := c.Contexts[name]
	if !ok {
		return nil, fmt.Errorf("talosconfig has no context %q, only %q", name, c.Names())
	}

	return found, nil
}

// Names returns the names of the contexts in order.
func (c *Config) Names() []string { return slices.Sorted(maps.Keys(c.Contexts)) }

// Rename is a context that got another name because its own was taken.
type Rename struct{ From, To string }

// Merge adds the contexts of other, which stays as it is, and selects what other
// had selected. A context whose name is taken by a different one gets a number.
func (c *Config) Merge(other *Config) []Rename {
	if c.Contexts == nil {
		c.Contexts = map[string]*Context{}
	}

	var renames []Rename

	current := other.Context

	for _, name := range other.Names() {
		incoming := other.Contexts[name]
		to := name

		for i := 1; ; i++ {
			present, taken := c.Contexts[to]
			if !taken || same(present, incoming) {
				break
			}

			to = fmt.Sprintf("%s-%d", name, i)
		}

		if to != name {
			renames = append(renames, Rename{name, to})

			if name == other.Context {
				current = to
			}
		}

		copied := *incoming
		copied.Endpoints = slices.Clone(incoming.Endpoints)
		copied.Nodes = slices.Clone(incoming.Nodes)
		c.Contexts[to] = &copied
	}

	if current != "" {
		c.Context = current
	}

	return renames
}

// same says whether two contexts are the same way into the same cluster.
func same(a, b *Context) bool {
	x, err1 := yaml.Marshal(a)
	y, err2 := yaml.Marshal(b)

	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// SetCertificate stores PEM.
func (c *Context) SetCertificate(ca, crt, key []byte) {
	c.CA = base64.StdEncoding.EncodeToString(ca)
	c.Crt = base64.StdEncoding.EncodeToString(crt)
	c.Key = base64.StdEncoding.EncodeToString(key)
}

// TLS returns the configuration to connect with.
func (c *Context) TLS() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS13}

	if c.CA != "" {
		ca, err := decode("ca", c.CA)
		if err != nil {
			return nil, err
		}

		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(ca) {
			return nil, errors.New("ca of the context is not a certificate")
		}
	}

	if c.Crt != "" || c.Key != "" {
		crt, err := decode("crt", c.Crt)
		if err != nil {
			return nil, err
		}

		key, err := decode("key", c.Key)
		if err != nil {
			return nil, err
		}

		pair, err := tls.X509KeyPair(crt, key)
		if err != nil {
			return nil, fmt.Errorf("crt and key of the context: %w", err)
		}

		config.Certificates = []tls.Certificate{pair}
	}

	return config, nil
}

func decode(name, text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%s of the context is not base64: %w", name, err)
	}

	return data, nil
}

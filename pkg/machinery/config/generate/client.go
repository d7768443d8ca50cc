package generate

import (
	"encoding/base64"
	"fmt"

	"github.com/siderolabs/crypto/x509"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

// Client is a way into the nodes' API: where they are, whom to trust, who we are.
type Client struct {
	Context   string
	Endpoints []string
	CA        []byte // PEM
	Pair      *x509.PEMEncodedCertificateAndKey
}

// Client makes a client certificate and says where to use it.
func (in *Input) Client() (*Client, error) {
	pair, err := secrets.Client(in.Secrets.Certs.OS, in.o.now(), in.o.certLifetime, in.o.roles...)
	if err != nil {
		return nil, err
	}

	return &Client{Context: in.ClusterName, Endpoints: in.o.endpoints, CA: in.Secrets.Certs.OS.Crt, Pair: pair}, nil
}

// Talosconfig makes the client configuration file.
func (in *Input) Talosconfig() ([]byte, error) {
	c, err := in.Client()
	if err != nil {
		return nil, err
	}

	return c.Talosconfig()
}

// Talosconfig writes a client configuration file with this as its only context.
func (c *Client) Talosconfig() ([]byte, error) {
	endpoints := &yaml.Node{Kind: yaml.SequenceNode}
	if len(c.Endpoints) == 0 {
		endpoints.Style = yaml.FlowStyle // an empty list, to be filled by talosctl config endpoint
	}

	for _, e := range c.Endpoints {
		endpoints.Content = append(endpoints.Content, tree.Text(e))
	}

	ctx := mapNode(
		"endpoints", endpoints,
		"ca", base64Node(c.CA),
		"crt", base64Node(c.Pair.Crt),
		"key", base64Node(c.Pair.Key),
	)

	out, err := tree.Marshal(mapNode("context", tree.Text(c.Context), "contexts", mapNode(c.Context, ctx)))
	if err != nil {
		return nil, fmt.Errorf("encode client configuration: %w", err)
	}

	return out, nil
}

func base64Node(b []byte) *yaml.Node { return tree.Text(base64.StdEncoding.EncodeToString(b)) }

func mapNode(pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i < len(pairs); i += 2 {
		n.Content = append(n.Content, tree.Text(pairs[i].(string)), pairs[i+1].(*yaml.Node))
	}

	return n
}

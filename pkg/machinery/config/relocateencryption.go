package config

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// The main document has one key per cipher, a KubeEtcdEncryptionConfig has the whole
// configuration of the API server. A patch of the key changes the provider of its
// cipher there.

// cipher is a way to encrypt that the main document has a key for.
type cipher struct {
	from, provider string
	key            string // name of the key where there is none yet
}

// In this order: the first provider encrypts, the others only read.
var ciphers = []cipher{
	{"cluster.secretboxEncryptionSecret", "secretbox", "key2"},
	{"cluster.aescbcEncryptionSecret", "aescbc", "key1"},
}

// identity is the provider that stores in the clear.
const identity = "identity"

// setKey gives the provider of a cipher another key, or takes it away.
func (c cipher) setKey(doc, secret *yaml.Node) (bool, error) {
	list, err := providersOf(doc)
	if err != nil {
		return false, c.unclear(err)
	}

	at := -1

	for i, p := range list.Content {
		if tree.Get(p, c.provider) == nil {
			continue
		}

		if at >= 0 {
			return false, c.unclear(fmt.Errorf("it has %s more than once", c.provider))
		}

		at = i
	}

	if tree.Deletes(secret) {
		if at < 0 {
			return false, nil
		}

		list.Content = slices.Delete(list.Content, at, at+1)

		return true, nil
	}

	if secret.Value == "" || secret.Tag == "!!null" {
		return false, nil // as if it was left out
	}

	if at < 0 {
		return c.insert(list, secret)
	}

	keys := tree.Get(tree.Get(list.Content[at], c.provider), "keys")
	if keys == nil || keys.Kind != yaml.SequenceNode || len(keys.Content) != 1 {
		return false, c.unclear(fmt.Errorf("its provider %s has not exactly one key", c.provider))
	}

	old := tree.Get(keys.Content[0], "secret")
	if old == nil || old.Kind != yaml.ScalarNode {
		return false, c.unclear(fmt.Errorf("the key of its provider %s has no secret", c.provider))
	}

	if old.Value == secret.Value {
		return false, nil
	}

	old.Tag, old.Value, old.Style = "!!str", secret.Value, 0

	return true, nil
}

// insert adds the provider where the machine would put it when it makes the
// configuration from keys of the main document.
func (c cipher) insert(list, secret *yaml.Node) (bool, error) {
	at := 0

	for i, p := range list.Content {
		switch {
		case tree.Get(p, identity) != nil && i < len(list.Content)-1:
			// Whoever stores in the clear and still reads a cipher is on the way out of
			// encryption; another key before or after it means different things.
			return false, c.unclear(fmt.Errorf("its provider %s is not the last one", identity))
		case tree.Get(p, identity) == nil && tree.Get(p, ciphers[0].provider) == nil && tree.Get(p, ciphers[1].provider) == nil:
			return false, c.unclear(fmt.Errorf("it has a provider other than %s, %s and %s", ciphers[0].provider, ciphers[1].provider, identity))
		case tree.Get(p, identity) == nil && c != ciphers[0]:
			at = i + 1
		}
	}

	pair := func(key string, v *yaml.Node) *yaml.Node {
		return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{tree.Text(key), v}}
	}

	key := pair("name", tree.Text(c.key))
	key.Content = append(key.Content, tree.Text("secret"), tree.Text(secret.Value))

	p := pair(c.provider, pair("keys", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{key}}))
	list.Content = slices.Insert(list.Content, at, p)
	list.Style &^= yaml.FlowStyle

	return true, nil
}

func (c cipher) unclear(err error) error {
	return fmt.Errorf("%s cannot go to KubeEtcdEncryptionConfig: %w; patch config of that document", c.from, err)
}

// providersOf finds the providers that encrypt secrets. The main document knows of
// secrets only.
func providersOf(doc *yaml.Node) (*yaml.Node, error) {
	var list *yaml.Node
	if c := tree.Get(doc, "config"); c != nil {
		list = tree.Get(c, "resources")
	}

	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) != 1 {
		return nil, fmt.Errorf("it has not exactly one entry in resources")
	}

	if p := tree.Get(list.Content[0], "providers"); p != nil && p.Kind == yaml.SequenceNode {
		return p, nil
	}

	return nil, fmt.Errorf("it has no providers")
}

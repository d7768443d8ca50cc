package k8sctl

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
)

// keptClient is a client that is used again while nothing about it changes. Who
// asks the same server every few seconds does so over one connection: a TLS
// handshake with certificates on both sides costs either end more than all the
// rest of a question. The zero value is ready; it is for one goroutine.
type keptClient struct {
	config kubeclient.Config
	client *kubeclient.Client
}

func (k *keptClient) get(cfg kubeclient.Config) (*kubeclient.Client, error) {
	if k.client != nil && reflect.DeepEqual(k.config, cfg) {
		return k.client, nil
	}

	k.close()

	client, err := kubeclient.New(cfg)
	if err != nil {
		return nil, err
	}

	k.config, k.client = cfg, client

	return client, nil
}

// ready asks before the client is used: an API server that has only begun
// answers administrators before it knows its own roles.
func (k *keptClient) ready(ctx context.Context, c nodeCredentials) (*kubeclient.Client, error) {
	if c.text == "" {
		return nil, errNoCredentials
	}

	cfg, err := kubeclient.FromKubeconfig([]byte(c.text))
	if err != nil {
		return nil, err
	}

	client, err := k.get(cfg)
	if err != nil {
		return nil, err
	}

	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()

	// Only a server that answers is asked again the same way. For the rest a new
	// connection may help: it goes to another server, or with a renewed
	// certificate.
	var status *kubeclient.StatusError

	if err = client.Ready(ctx); err != nil && (!errors.As(err, &status) || kubeclient.IsDenied(err)) {
		k.close()
	}

	return client, err
}

// close lets go of the connection.
func (k *keptClient) close() {
	if k.client != nil {
		k.client.Close()
	}

	*k = keptClient{}
}

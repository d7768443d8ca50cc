package etcdctl

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/talos-os/talos/internal/app/machined/etcdclient"
)

// Leave takes this node out of the cluster for good, before its data is wiped.
// The only member of a cluster just goes: there is nobody to tell.
func Leave(ctx context.Context) error {
	client, err := etcdclient.Local(ctx)
	if err != nil {
		return err
	}

	defer client.Close() //nolint:errcheck

	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()

	err = client.Leave(ctx)
	if errors.Is(err, etcdclient.ErrLastMember) {
		return nil
	}

	return err
}

// CheckQuorumWithoutSelf tells whether the cluster survives this node going down.
func CheckQuorumWithoutSelf(ctx context.Context) error {
	client, err := etcdclient.Local(ctx)
	if err != nil {
		return err
	}

	defer client.Close() //nolint:errcheck

	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	id, err := client.SelfID(ctx)
	if err != nil {
		return fmt.Errorf("find own etcd member: %w", err)
	}

	return client.QuorumWithout(ctx, id)
}

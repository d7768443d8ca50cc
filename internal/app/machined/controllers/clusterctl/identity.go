package clusterctl

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/atomicfile"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
	"github.com/talos-os/talos/pkg/machinery/resources/files"
)

const (
	identityFile = "node-identity.yaml"
	// stateMount is the node's own mount of STATE, there since before a config.
	stateMount = "system-STATE"
)

type identityView struct {
	// dir is where STATE is mounted; empty until then.
	dir  string
	have *cluster.IdentitySpec
}

// NodeIdentity reads who this node is from STATE, or makes it up on the first
// boot. The machine id that other programs read follows from it.
func NodeIdentity() controller.Controller {
	return controller.Reconcile[identityView, identityView]{
		Name:    "cluster.NodeIdentityController",
		Inputs:  controller.In(block.VolumeMountStatuses.Weak(idOf(stateMount))),
		Outputs: controller.Out(cluster.Identities.Shared(), files.EtcFileSpecs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v identityView, err error) {
			status, err := find(ctx, r, block.VolumeMountStatuses, stateMount)
			if err != nil {
				return v, err
			}

			if status != nil {
				v.dir = status.Target
			}

			v.have, err = find(ctx, r, cluster.Identities, cluster.LocalIdentity)

			return v, err
		},
		Plan: func(v identityView) identityView { return v },
		Apply: func(_ context.Context, w *controller.Writer, v identityView) error {
			identity := v.have

			if identity == nil {
				if v.dir == "" {
					return nil
				}

				read, err := loadIdentity(v.dir)
				if err != nil {
					return err
				}

				identity = read

				w.Log.Info("this node is known", "id", identity.NodeID)
			}

			return errors.Join(
				w.Want(controller.Want(cluster.Identities, cluster.LocalIdentity, *identity)),
				w.Want(controller.Want(files.EtcFileSpecs, "machine-id", files.EtcFileSpec{
					Contents: []byte(machineID(identity.NodeID)), Mode: 0o444,
				})),
			)
		},
	}.Build()
}

func loadIdentity(dir string) (*cluster.IdentitySpec, error) {
	path := filepath.Join(dir, identityFile)

	var file struct {
		NodeID string `yaml:"nodeId"`
	}

	text, err := os.ReadFile(path)

	switch {
	case err == nil:
		if err = yaml.Unmarshal(text, &file); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("read node identity: %w", err)
	}

	if file.NodeID == "" {
		if file.NodeID, err = newNodeID(); err != nil {
			return nil, err
		}

		if text, err = yaml.Marshal(file); err != nil {
			return nil, err
		}

		if err = atomicfile.Write(path, text, 0o600); err != nil {
			return nil, err
		}
	}

	return &cluster.IdentitySpec{NodeID: file.NodeID}, nil
}

// machineID is the hex of the first 16 bytes that the identity encodes. One that
// encodes none, written by hand, is digested.
func machineID(nodeID string) string {
	b := make([]byte, 32)

	n, ok := new(big.Int).SetString(nodeID, 62)
	if ok && n.Sign() > 0 && n.BitLen() <= 256 {
		n.FillBytes(b)
	} else {
		sum := sha256.Sum256([]byte(nodeID))
		copy(b, sum[:])
	}

	return hex.EncodeToString(b[:16])
}

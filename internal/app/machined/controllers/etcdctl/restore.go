package etcdctl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
)

// restoreDir is where in the data directory a snapshot is unpacked. Data below
// it counts for nothing until it is moved: a machine that loses power in the
// middle must not start etcd with half a database.
const restoreDir = ".restore"

// RestoreArgs is the command line of etcdutl, without its name, that turns a
// snapshot into the data of a cluster of one member, in a directory of its own
// from which PlaceRestored takes it. The snapshot is one
// copied from a data directory, without a checksum, when skipHashCheck.
func RestoreArgs(spec etcd.Spec, skipHashCheck bool) []string {
	peers := peerURLs(spec.AdvertisedAddresses)

	args := []string{
		"snapshot", "restore", SnapshotPath,
		"--data-dir=" + filepath.Join(DataPath, restoreDir),
		"--name=" + spec.Name,
		"--initial-advertise-peer-urls=" + strings.Join(peers, ","),
		"--initial-cluster=" + clusterText(map[string][]string{spec.Name: peers}),
		// Kubernetes clients cache by revision: an older one would go unnoticed.
		"--bump-revision=1000000000", "--mark-compacted",
	}

	if skipHashCheck {
		args = append(args, "--skip-hash-check")
	}

	return args
}

// Restored is called after RestoreArgs ran to their end: the data is root's then.
func (l *Launch) Restored() error {
	if err := PlaceRestored(l.starter.dataPath, UserID); err != nil {
		return fmt.Errorf("hand restored etcd data over: %w", err)
	}

	return os.Remove(l.starter.snapshot)
}

// PlaceRestored gives restored data to a user and makes it the data of the
// member, in one step once all of it is on disk.
func PlaceRestored(dataPath string, uid int) error {
	from := filepath.Join(dataPath, restoreDir)

	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}

		if err = os.Lchown(path, uid, uid); err != nil || !d.Type().IsRegular() && !d.IsDir() {
			return err
		}

		return syncPath(path)
	})
	if err != nil {
		return err
	}

	if err = os.Rename(filepath.Join(from, "member"), filepath.Join(dataPath, "member")); err != nil {
		return err
	}

	if err = syncPath(dataPath); err != nil {
		return err
	}

	return os.RemoveAll(from)
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}

	return errors.Join(f.Sync(), f.Close())
}

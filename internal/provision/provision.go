// Package provision runs local clusters: virtual machines in QEMU on a network
// that exists only inside one process.
//
// A cluster is a directory and a supervisor process. The supervisor is switch,
// DHCP server, resolver, NAT and port forwarder of the machines, serves them
// their configs and the cluster's images, and keeps QEMU running across the
// machines' reboots. Nothing of the host's network changes and no privileges
// are needed. Destroying a cluster ends the supervisor and removes the directory.
//
// This package knows machines, not Kubernetes: configs come from the caller.
package provision

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"golang.org/x/sys/unix"
)

// Boot says what a machine is started from first. Once its disk carries a boot
// loader it starts from there.
type Boot string

// Ways to boot.
const (
	// BootImage starts from a copy of the disk image: the system is installed already.
	BootImage Boot = "image"
	// BootKernel starts kernel and initramfs directly, as PXE would.
	BootKernel Boot = "kernel"
	// BootISO starts the ISO by UEFI.
	BootISO Boot = "iso"
)

// Assets are paths of built images; which are needed depends on Boot.
type Assets struct {
	Kernel, Initramfs, ISO, DiskImage string
	// Bundle is an OCI layout with the cluster's images, served to the
	// machines as a registry mirror. Empty for none.
	Bundle string
	// Installer is an OCI layout with the installer image, served likewise.
	Installer string
}

// Node is one machine to run.
type Node struct {
	Name string
	// Config is the machine config it fetches on boot; empty leaves it in
	// maintenance mode.
	Config []byte `json:"-"`
	// CPUs, MemoryMiB and DiskGiB size the machine. The disk grows as written.
	CPUs, MemoryMiB, DiskGiB int
	Boot                     Boot
	// ControlPlane machines have the Kubernetes API forwarded.
	ControlPlane bool
	// KernelArgs are added to the kernel's command line.
	KernelArgs []string
}

// Spec is a cluster to create.
type Spec struct {
	Name   string
	Nodes  []Node
	Assets Assets
	// Accel is "kvm", "tcg" or "" to find out.
	Accel string
	// CPUModel is QEMU's -cpu; "" for the one that emulates fastest.
	CPUModel string
	// HostPortBase is the first host port to forward from; 0 picks free ones.
	HostPortBase int
}

// The addresses inside every local cluster. They exist in the supervisor only,
// so that clusters side by side do not meet.
var (
	Subnet       = netip.MustParsePrefix("10.5.0.0/24")
	Gateway      = netip.MustParseAddr("10.5.0.1")
	RegistryPort = 5000
	ConfigPort   = 5001
)

// NodeAddress is the address of the i-th machine.
func NodeAddress(i int) netip.Addr {
	a := Gateway.As4()
	a[3] += byte(i + 1)

	return netip.AddrFrom4(a)
}

// NodeState is what a running cluster says about a machine.
type NodeState struct {
	Node
	Address netip.Addr
	MAC     string
	// APIPort and KubernetesPort are forwarded on 127.0.0.1; 0 if not.
	APIPort, KubernetesPort int
}

// State is a cluster as stored in its directory.
type State struct {
	Name     string
	Created  time.Time
	Accel    string
	CPUModel string
	Assets   Assets
	Nodes    []NodeState
	dir      string
}

// Dir is where the cluster's files are.
func (s *State) Dir() string { return s.dir }

// NodeDir is where a machine's files are: disk, console.log, qemu.log.
func (s *State) NodeDir(name string) string { return filepath.Join(s.dir, name) }

// Root is the directory of all clusters: $TALOS_HOME/clusters or ~/.talos/clusters.
func Root() (string, error) {
	home := os.Getenv("TALOS_HOME")
	if home == "" {
		h, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find home directory: %w", err)
		}

		home = filepath.Join(h, ".talos")
	}

	return filepath.Join(home, "clusters"), nil
}

var nameRE = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`)

func clusterDir(name string) (string, error) {
	if !nameRE.MatchString(name) {
		return "", fmt.Errorf("cluster name %q: use lower-case letters, digits and dashes, 41 at most", name)
	}

	root, err := Root()
	if err != nil {
		return "", err
	}

	return filepath.Join(root, name), nil
}

// ErrNotFound means that there is no such cluster.
var ErrNotFound = errors.New("no such cluster")

// Load reads a cluster's state. It returns ErrNotFound if there is none.
func Load(name string) (*State, error) {
	dir, err := clusterDir(name)
	if err != nil {
		return nil, err
	}

	return loadDir(dir)
}

// LoadDir is Load by directory.
func LoadDir(dir string) (*State, error) { return loadDir(dir) }

// Layouts are the OCI layouts to serve that exist.
func (a Assets) Layouts() []string {
	var out []string

	for _, dir := range []string{a.Bundle, a.Installer} {
		if dir != "" && fileExists(filepath.Join(dir, "index.json")) {
			out = append(out, dir)
		}
	}

	return out
}

func loadDir(dir string) (*State, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "cluster.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", dir, ErrNotFound)
	} else if err != nil {
		return nil, err
	}

	s := &State{dir: dir}
	if err = json.Unmarshal(raw, s); err != nil {
		return nil, fmt.Errorf("read %s/cluster.json: %w", dir, err)
	}

	return s, nil
}

func (s *State) save() error {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}

	tmp := filepath.Join(s.dir, ".cluster.json")
	if err = os.WriteFile(tmp, raw, 0o600); err != nil {
		return err
	}

	return os.Rename(tmp, filepath.Join(s.dir, "cluster.json"))
}

// Running tells whether the cluster's supervisor lives: it holds a lock on a
// file, which the kernel lets go of however the process ends.
func (s *State) Running() bool {
	f, err := os.Open(filepath.Join(s.dir, "lock"))
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck

	err = unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)

	return errors.Is(err, unix.EWOULDBLOCK)
}

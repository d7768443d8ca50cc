//go:build loop

package blockctl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cosi-project/runtime/pkg/controller/runtime"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"go.uber.org/zap"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/gpt"
	"github.com/talos-os/talos/internal/sys/loop"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/internal/sys/mount"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	runtimeres "github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// node is the package's controllers on a loop device that stands for the only disk.
type node struct {
	t     *testing.T
	image string
	dev   *loop.Device
	root  string
	meta  *meta.Store
	st    state.State
	stop  func()
}

const diskSize = 4 << 30

// installedImage has what the installer leaves behind: an ESP and an empty META.
func installedImage(t *testing.T) string {
	t.Helper()

	image := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		t.Fatal(err)
	}

	if err := os.Truncate(image, diskSize); err != nil {
		t.Fatal(err)
	}

	dev, err := gpt.Open(image)
	if err != nil {
		t.Fatal(err)
	}

	table, err := gpt.New(dev)
	if err != nil {
		t.Fatal(err)
	}

	if _, _, err = table.AllocatePartition(100<<20, "EFI", gpt.TypeEFI); err == nil {
		_, _, err = table.AllocatePartition(1<<20, labelMeta, gpt.TypeLinux)
	}

	if err := errors.Join(err, table.Write(), dev.Close()); err != nil {
		t.Fatal(err)
	}

	return image
}

func boot(t *testing.T, image, root string) *node {
	t.Helper()

	dev, err := loop.Attach(image, loop.Options{PartitionScan: true})
	if err != nil {
		t.Skipf("no loop devices: %v", err)
	}

	// Kernels exist that do not read partition tables themselves. A torn table
	// is what one of the tests is about.
	if disk, err := gpt.Open(dev.Path); err == nil {
		if err := gpt.Announce(disk); err != nil {
			t.Log(err)
		}

		_ = disk.Close()
	}

	n := &node{t: t, image: image, dev: dev, root: root, meta: meta.NewStore()}
	n.st = state.WrapCore(namespaced.NewState(func(ns resource.Namespace) state.CoreState { return inmem.Build(ns) }))

	engine, err := runtime.NewRuntime(n.st, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}

	for _, c := range Controllers(Deps{Meta: n.meta, Root: root, OnlyDisk: filepath.Base(dev.Path)}) {
		if err := engine.RegisterController(c); err != nil {
			t.Fatal(err)
		}
	}

	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)

	go func() { done <- engine.Run(ctx) }()

	n.stop = sync.OnceFunc(func() {
		cancel()

		if err := <-done; err != nil {
			t.Errorf("engine: %v", err)
		}

		mounts, _ := mount.List()
		for _, m := range mount.Below(mounts, root) {
			_ = mount.Detach(m.Target)
		}

		if err := dev.Detach(); err != nil {
			t.Errorf("detach: %v", err)
		}

		for range 100 {
			if _, err := os.Stat("/sys/block/" + filepath.Base(dev.Path) + "/loop"); err != nil {
				break
			}

			time.Sleep(20 * time.Millisecond)
		}
	})

	t.Cleanup(n.stop)

	n.create(runtimeres.DevicesStatuses.New(runtimeres.DevicesID, runtimeres.DevicesStatusSpec{Ready: true}))

	return n
}

func (n *node) create(r resource.Resource) {
	n.t.Helper()

	if err := n.st.Create(n.t.Context(), r); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) configure(extra string) {
	n.t.Helper()

	cfg, err := config.Load([]byte("version: v1alpha1\nmachine:\n  type: worker\n  token: a.b\ncluster: {}\n" + extra))
	if err != nil {
		n.t.Fatal(err)
	}

	n.create(machineconfig.MachineConfigs.New(machineconfig.Active, machineconfig.Of(cfg)))
}

func (n *node) waitVolume(id string, phase block.VolumePhase) block.VolumeStatusSpec {
	n.t.Helper()

	ctx, cancel := context.WithTimeout(n.t.Context(), 20*time.Second)
	defer cancel()

	res, err := n.st.WatchFor(ctx, block.VolumeStatuses.Ref(id), state.WithCondition(func(r resource.Resource) (bool, error) {
		s, err := block.VolumeStatuses.Cast(r)

		return err == nil && s.TypedSpec().Phase == phase, nil
	}))
	if err != nil {
		list, _ := block.VolumeStatuses.List(n.t.Context(), n.st)
		for _, v := range list {
			n.t.Logf("%s: %s %s", v.ID(), v.TypedSpec().Phase, v.TypedSpec().ErrorMessage)
		}

		n.t.Fatalf("%s did not become %s: %v", id, phase, err)
	}

	s, _ := block.VolumeStatuses.Cast(res)

	return *s.TypedSpec()
}

func (n *node) waitMounted(id string) {
	n.t.Helper()

	ctx, cancel := context.WithTimeout(n.t.Context(), 20*time.Second)
	defer cancel()

	if _, err := n.st.WatchFor(ctx, block.VolumeMountStatuses.Ref("system-"+id), state.WithEventTypes(state.Created, state.Updated)); err != nil {
		n.t.Fatalf("%s was not mounted: %v", id, err)
	}
}

func (n *node) teardown() {
	n.t.Helper()

	ctx, cancel := context.WithTimeout(n.t.Context(), 10*time.Second)
	defer cancel()

	if err := Teardown(ctx, n.st); err != nil {
		n.t.Fatal(err)
	}

	mounts, err := mount.List()
	if err != nil {
		n.t.Fatal(err)
	}

	if left := mount.Below(mounts, n.root); len(left) > 0 {
		n.t.Fatalf("still mounted: %+v", left)
	}

	// Nobody else has it mounted either.
	volumes, err := block.VolumeStatuses.List(n.t.Context(), n.st)
	if err != nil {
		n.t.Fatal(err)
	}

	for _, v := range volumes {
		if node := v.TypedSpec().Location; node != "" {
			f, err := os.OpenFile(node, os.O_RDONLY|unix.O_EXCL, 0)
			if err != nil {
				n.t.Fatalf("%s is in use: %v", v.ID(), err)
			}

			_ = f.Close()
		}
	}
}

func TestLifeOfADisk(t *testing.T) {
	image, root := installedImage(t), t.TempDir()

	// First boot without a config: STATE is missing and nothing is made.
	n := boot(t, image, root)
	n.waitVolume(StateVolume, block.VolumePhaseMissing)
	n.waitVolume(MetaVolume, block.VolumePhaseReady)

	if err := n.meta.Write(meta.TagUserReserved1, []byte("hello")); err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()

	if _, err := n.st.WatchFor(ctx, runtimeres.MetaKeys.Ref("0x0c"), state.WithEventTypes(state.Created, state.Updated)); err != nil {
		t.Fatal(err)
	}

	if err := n.meta.Flush(); err != nil {
		t.Fatal(err)
	}

	// The config comes: both partitions are made, formatted and mounted.
	n.configure("")
	st := n.waitVolume(StateVolume, block.VolumePhaseReady)
	eph := n.waitVolume(EphemeralVolume, block.VolumePhaseReady)

	if st.Size != stateSize || eph.Size < diskSize-300<<20 {
		t.Fatalf("sizes %d and %d", st.Size, eph.Size)
	}

	for _, id := range []string{StateVolume, EphemeralVolume, EtcdVolume, CRIVolume, KubeletVolume, LogVolume, "/opt", "/etc/kubernetes", "/var/run"} {
		n.waitMounted(id)
	}

	if err := os.WriteFile(filepath.Join(root, "system/state/config.yaml"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(filepath.Join(root, "etc/kubernetes/file"), []byte("y"), 0o600); err != nil {
		t.Fatal(err)
	}

	if info, err := os.Stat(filepath.Join(root, "var/lib/etcd")); err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("etcd directory: %v, %v", info.Mode(), err)
	}

	n.busy()
	n.leftovers()
	n.teardown()
	n.stop()

	// The disk is enlarged and the node boots again, from STATE alone.
	if err := os.Truncate(image, diskSize+1<<30); err != nil {
		t.Fatal(err)
	}

	n = boot(t, image, root)
	n.waitMounted(StateVolume)

	if got, err := os.ReadFile(filepath.Join(root, "system/state/config.yaml")); err != nil || string(got) != "x" {
		t.Fatalf("state lost: %q, %v", got, err)
	}

	if got, ok := n.meta.Read(meta.TagUserReserved1); !ok || string(got) != "hello" {
		t.Fatalf("meta lost: %q", got)
	}

	n.configure("")
	grown := n.waitVolume(EphemeralVolume, block.VolumePhaseReady)
	n.waitMounted("/etc/kubernetes")

	if grown.Size < eph.Size+900<<20 {
		t.Fatalf("EPHEMERAL has %d, had %d", grown.Size, eph.Size)
	}

	if got, err := os.ReadFile(filepath.Join(root, "etc/kubernetes/file")); err != nil || string(got) != "y" {
		t.Fatalf("overlay lost: %q, %v", got, err)
	}

	n.teardown()

	if err := WipePartitions(n.dev.Path, StateVolume, EphemeralVolume); err != nil {
		t.Fatal(err)
	}

	n.stop()

	// After a reset there is nothing left.
	n = boot(t, image, root)
	n.waitVolume(StateVolume, block.VolumePhaseMissing)
	n.configure("")
	n.waitMounted(EphemeralVolume)

	if _, err := os.Stat(filepath.Join(root, "var/system/overlays/etc-kubernetes-diff/file")); err == nil {
		t.Fatal("content survived the reset")
	}

	n.teardown()
	n.stop()
}

// leftovers mounts what killed containers leave behind.
func (n *node) leftovers() {
	n.t.Helper()

	outside := n.t.TempDir()
	for _, dir := range []string{"rootfs", "bind", "lower"} {
		if err := os.Mkdir(filepath.Join(outside, dir), 0o755); err != nil {
			n.t.Fatal(err)
		}
	}

	inside := filepath.Join(n.root, "var/lib/containerd")

	err := errors.Join(
		mount.Overlay([]string{filepath.Join(outside, "lower")}, filepath.Join(inside, "up"), filepath.Join(inside, "work"), filepath.Join(outside, "rootfs"), mount.Flags{}),
		mount.Bind(filepath.Join(n.root, "var/log"), filepath.Join(outside, "bind"), false, mount.Flags{}),
		mount.Filesystem("tmpfs", "tmpfs", filepath.Join(n.root, "var/lib/kubelet"), mount.Flags{}),
	)
	if err != nil {
		n.t.Fatal(err)
	}

	// A process in a mount namespace of its own, as a container is.
	cmd := exec.Command("sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}

	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}

	gone := make(chan struct{})

	go func() {
		defer close(gone)

		_ = cmd.Wait()
	}()

	n.t.Cleanup(func() { _ = cmd.Process.Kill(); <-gone })
}

// busy checks that a teardown which cannot work says who is in the way.
func (n *node) busy() {
	n.t.Helper()

	list, err := block.MountStatuses.List(n.t.Context(), n.st)
	if err != nil || len(list) < 10 {
		n.t.Fatalf("%d mount statuses, %v", len(list), err)
	}

	f, err := os.Open(filepath.Join(n.root, "var/log"))
	if err != nil {
		n.t.Fatal(err)
	}

	defer f.Close()

	ctx, cancel := context.WithTimeout(n.t.Context(), 2*time.Second)
	defer cancel()

	err = Teardown(ctx, n.st)
	if err == nil || !strings.Contains(err.Error(), "EPHEMERAL is still mounted") || !strings.Contains(err.Error(), "var/log") {
		n.t.Fatalf("busy teardown: %v", err)
	}
}

func TestEncryptionIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	n := boot(t, installedImage(t), t.TempDir())
	defer n.stop()

	n.configure("---\napiVersion: v1alpha1\nkind: VolumeConfig\nname: STATE\nencryption:\n  provider: luks2\n  keys:\n    - slot: 0\n      nodeID: {}\n")

	s := n.waitVolume(StateVolume, block.VolumePhaseFailed)
	if !strings.Contains(s.ErrorMessage, "encryption") {
		t.Fatalf("message: %s", s.ErrorMessage)
	}

	// EPHEMERAL would take STATE's room, so it waits.
	n.waitVolume(EphemeralVolume, block.VolumePhaseWaiting)

	dev, err := gpt.Open(n.dev.Path)
	if err != nil {
		t.Fatal(err)
	}

	defer dev.Close()

	table, err := gpt.Read(dev)
	if err != nil {
		t.Fatal(err)
	}

	if got := len(table.Partitions()); got != 2 {
		t.Fatalf("%d partitions", got)
	}
}

func TestTornPartitionTableIsRestored(t *testing.T) {
	image, root := installedImage(t), t.TempDir()

	n := boot(t, image, root)
	n.configure("")
	n.waitMounted(EphemeralVolume)
	n.teardown()
	n.stop()

	f, err := os.OpenFile(image, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}

	// The primary entries, as half written.
	if _, err := f.WriteAt(make([]byte, 512), 1024); err != nil {
		t.Fatal(err)
	}

	if err := f.Close(); err != nil {
		t.Fatal(err)
	}

	n = boot(t, image, root)
	defer n.stop()

	n.waitMounted(StateVolume)
	n.teardown()
}

// TestPowerCutWhileVolumesAreMade takes copies of the disk while partitions are
// made and formatted, and boots each: whatever was reached, the node comes up.
func TestPowerCutWhileVolumesAreMade(t *testing.T) {
	image := installedImage(t)
	n := boot(t, image, t.TempDir())
	n.waitVolume(StateVolume, block.VolumePhaseMissing)

	var copies []string

	stop, done := make(chan struct{}), make(chan struct{})

	go func() {
		defer close(done)

		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(15 * time.Millisecond):
				name := fmt.Sprintf("%s.%d", image, i)
				if err := copySparse(image, name); err != nil {
					t.Error(err)

					return
				}

				copies = append(copies, name)
			}
		}
	}()

	n.configure("")
	n.waitMounted(EphemeralVolume)
	close(stop)
	<-done
	n.stop()

	t.Logf("%d copies", len(copies))

	for _, c := range copies {
		n := boot(t, c, t.TempDir())
		n.configure("")
		n.waitMounted(StateVolume)
		n.waitMounted(EphemeralVolume)
		n.teardown()
		n.stop()

		if err := os.Remove(c); err != nil {
			t.Fatal(err)
		}
	}
}

func copySparse(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()

	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()

	if err := out.Truncate(diskSize); err != nil {
		return err
	}

	for at := int64(0); at < diskSize; {
		data, err := unix.Seek(int(in.Fd()), at, unix.SEEK_DATA)
		if err != nil {
			break // nothing but a hole is left
		}

		hole, err := unix.Seek(int(in.Fd()), data, unix.SEEK_HOLE)
		if err != nil {
			return err
		}

		if _, err := io.Copy(io.NewOffsetWriter(out, data), io.NewSectionReader(in, data, hole-data)); err != nil {
			return err
		}

		at = hole
	}

	return nil
}

func Example_prettySize() {
	fmt.Println(prettySize(0), prettySize(104857600), prettySize(2<<30), prettySize(10_000_000_000))
	// Output: 0 B 105 MB 2.1 GB 10 GB
}

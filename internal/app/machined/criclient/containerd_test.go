//go:build containerd

package criclient

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// This runs a real containerd and runc, which have to be in PATH, and needs root
// and a cgroup2 hierarchy. The image is this test itself.

const inside = "TEST_INSIDE"

func TestMain(m *testing.M) {
	switch os.Getenv(inside) {
	case "":
		os.Exit(m.Run())
	case "wait":
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, unix.SIGTERM)
		fmt.Println("hello from", os.Getpid())
		<-stop
		fmt.Println("bye")
	case "fail":
		fmt.Fprintln(os.Stderr, "oops")
		os.Exit(3)
	case "stubborn":
		signal.Ignore(unix.SIGTERM)
		fmt.Println("hello")
		time.Sleep(time.Hour)
	}
}

func image(t *testing.T) v1.Image {
	t.Helper()

	program, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}

	var buf bytes.Buffer

	w := tar.NewWriter(&buf)
	w.WriteHeader(&tar.Header{Name: "prog", Mode: 0o755, Size: int64(len(program))}) //nolint:errcheck
	w.Write(program)                                                                 //nolint:errcheck
	w.Close()                                                                        //nolint:errcheck

	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(buf.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}

	img, err := mutate.AppendLayers(empty.Image, layer)
	if err == nil {
		img, err = mutate.ConfigFile(img, &v1.ConfigFile{
			Architecture: "amd64", OS: "linux", Config: v1.Config{Entrypoint: []string{"/prog"}},
			RootFS: func() v1.RootFS { c, _ := img.ConfigFile(); return c.RootFS }(),
		})
	}

	if err != nil {
		t.Fatal(err)
	}

	return img
}

func containerd(t *testing.T, hostsDir string) (socket string, restart func()) {
	t.Helper()

	dir, err := os.MkdirTemp("/run", "containerd-test-")
	if err != nil {
		t.Fatal(err)
	}

	root, err := os.MkdirTemp("/var/tmp", "containerd-test-")
	if err != nil {
		t.Fatal(err)
	}

	config := filepath.Join(dir, "config.toml")
	socket = filepath.Join(dir, "c.sock")

	os.WriteFile(config, fmt.Appendf(nil, `version = 3
root = %q
state = %q
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"]
[plugins."io.containerd.transfer.v1.local"]
  config_path = %q
[ttrpc]
  address = "%s/t.sock"
`, root, filepath.Join(dir, "state"), hostsDir, dir), 0o600) //nolint:errcheck

	start := func() *exec.Cmd {
		cmd := exec.Command("containerd", "--config", config, "--address", socket, "--log-level", "warn")
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr

		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}

		return cmd
	}

	cmd := start()
	stop := func() {
		cmd.Process.Signal(unix.SIGTERM) //nolint:errcheck
		cmd.Wait()                       //nolint:errcheck
	}

	t.Cleanup(func() {
		stop()
		os.RemoveAll(dir)  //nolint:errcheck
		os.RemoveAll(root) //nolint:errcheck
	})

	return socket, func() {
		stop()

		cmd = start()
	}
}

type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()

	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()

	return o.buf.String()
}

func TestContainers(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("containers need root")
	}

	// The registry is reached as a mirror of the name that the image has.
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()

	host := strings.TrimPrefix(server.URL, "http://")
	ref, err := name.ParseReference(host+"/org/app:v1", name.Insecure)
	if err != nil {
		t.Fatal(err)
	}

	if err = remote.Write(ref, image(t)); err != nil {
		t.Fatal(err)
	}

	hosts := t.TempDir()
	os.MkdirAll(filepath.Join(hosts, "ghcr.io"), 0o755)                                                                                      //nolint:errcheck
	os.WriteFile(filepath.Join(hosts, "ghcr.io", "hosts.toml"), fmt.Appendf(nil, "server = %q\n[host.%q]\n", server.URL, server.URL), 0o644) //nolint:errcheck

	socket, restart := containerd(t, hosts)

	c := New(socket, hosts, func(context.Context, string) (Credentials, error) { return Credentials{}, nil })
	defer c.Close() //nolint:errcheck

	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()

	for c.Ready(ctx) != nil {
		if time.Sleep(100 * time.Millisecond); ctx.Err() != nil {
			t.Fatal("containerd does not come up")
		}
	}

	const app = "ghcr.io/org/app:v1"

	if err = c.Remove(ctx, System, app); !IsNotFound(err) {
		t.Errorf("removed what is not there: %v", err)
	}

	if err = c.Pull(ctx, System, "ghcr.io/org/none:v1"); err == nil {
		t.Error("pulled what is not there")
	}

	for i := range 2 {
		if has, err := c.Has(ctx, System, app); err != nil || has != (i > 0) {
			t.Errorf("has it after %d pulls: %v, %v", i, has, err)
		}

		if err = c.Pull(ctx, System, app); err != nil {
			t.Fatal(err)
		}
	}

	if err = c.Remove(ctx, System, app); err != nil {
		t.Error(err)
	}

	if has, err := c.Has(ctx, System, app); err != nil || has {
		t.Errorf("has it after removal: %v, %v", has, err)
	}

	if err = c.Pull(ctx, System, app); err != nil {
		t.Fatal(err)
	}

	list, err := c.Images(ctx, System)
	if err != nil || len(list) != 1 || list[0].Name != app || list[0].Size == 0 {
		t.Errorf("got %+v, %v", list, err)
	}

	run := func(ctx context.Context, mode string, out *output, up func(int)) error {
		return c.Run(ctx, Container{
			Namespace: System, ID: "app", Image: app, Log: out, StopTime: time.Second, FIFODir: t.TempDir(),
			Spec: func(i ocispec.Image) (*specs.Spec, error) {
				return &specs.Spec{
					Version: specs.Version,
					Process: &specs.Process{Args: i.Config.Entrypoint, Cwd: "/", Env: []string{inside + "=" + mode}, NoNewPrivileges: true},
					Mounts:  []specs.Mount{{Type: "proc", Source: "proc", Destination: "/proc"}},
					Linux: &specs.Linux{
						CgroupsPath: "/criclient-test",
						Namespaces:  []specs.LinuxNamespace{{Type: specs.MountNamespace}, {Type: specs.PIDNamespace}},
					},
				}, nil
			},
		}, up)
	}

	t.Run("stops when asked", func(t *testing.T) {
		var out output

		live, stop := context.WithCancel(ctx)
		pid := 0

		err := run(live, "wait", &out, func(p int) {
			pid = p

			go func() {
				for !strings.Contains(out.String(), "hello") && ctx.Err() == nil {
					time.Sleep(10 * time.Millisecond)
				}

				list, err := c.List(ctx, System)
				if err != nil || len(list) != 1 || list[0].ID != "app" || list[0].Status != "RUNNING" || int(list[0].PID) != pid {
					t.Errorf("got %+v, %v", list, err)
				}

				stop()
			}()
		})

		if err != nil || out.String() != "hello from 1\nbye\n" {
			t.Errorf("got %v, %q", err, out.String())
		}
	})

	t.Run("outlives containerd", func(t *testing.T) {
		var out output

		live, stop := context.WithCancel(ctx)

		err := run(live, "wait", &out, func(int) {
			go func() {
				for !strings.Contains(out.String(), "hello") && ctx.Err() == nil {
					time.Sleep(10 * time.Millisecond)
				}

				restart()
				time.Sleep(2 * awayTime)
				stop()
			}()
		})

		if err != nil || out.String() != "hello from 1\nbye\n" {
			t.Errorf("got %v, %q", err, out.String())
		}
	})

	t.Run("failure is told", func(t *testing.T) {
		var out output

		if err := run(ctx, "fail", &out, func(int) {}); err == nil || err.Error() != "it ended with code 3" || out.String() != "oops\n" {
			t.Errorf("got %v, %q", err, out.String())
		}
	})

	t.Run("is killed when it must", func(t *testing.T) {
		var out output

		live, stop := context.WithCancel(ctx)
		if err := run(live, "stubborn", &out, func(int) { time.AfterFunc(time.Second, stop) }); err == nil || !strings.Contains(err.Error(), "was killed") {
			t.Errorf("got %v", err)
		}
	})

	if list, err := c.List(ctx, System); err != nil || len(list) != 0 {
		t.Errorf("left over: %+v, %v", list, err)
	}
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/provision"
	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

// lab is a local cluster whose machines start in maintenance mode, so that bench
// decides when they get their configs.
type lab struct {
	bench    *bench
	name     string
	state    *provision.State
	consoles []*console
	// dir has the generated configs.
	dir string
}

// start makes machines; the first is the control plane.
func (b *bench) start(ctx context.Context, name, boot string, workers int) (*lab, error) {
	l := &lab{bench: b, name: name, dir: filepath.Join(b.home, name)}

	if err := l.talosctl(ctx, "cluster", "create", "qemu", "--name", name, "--assets", b.out,
		"--workers", strconv.Itoa(workers), "--boot", boot, "--skip-config"); err != nil {
		return l, err
	}

	var err error
	if l.state, err = provision.Load(name); err != nil {
		return l, err
	}

	b.accel = l.state.Accel

	for _, n := range l.state.Nodes {
		l.consoles = append(l.consoles, follow(ctx, l.state.NodeDir(n.Name)))
	}

	mirror := fmt.Sprintf("apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: \"*\"\nendpoints: [{url: %q}]\nskipFallback: true\n", provision.RegistryURL())

	return l, l.talosctl(ctx, "gen", "config", name, fmt.Sprintf("https://%s:6443", l.state.Nodes[0].Address), "-o", l.dir,
		"--install-disk", "/dev/vda", "--additional-sans", "127.0.0.1", "--with-cluster-discovery=false",
		"--config-patch", mirror,
		"--config-patch", "apiVersion: v1alpha1\nkind: TimeSyncConfig\nenabled: false\n",
		// As `talosctl cluster create qemu` does for an only control plane node.
		"--config-patch-control-plane", `{"cluster": {"allowSchedulingOnControlPlanes": true,
			"controllerManager": {"extraArgs": {"leader-elect": "false"}}, "scheduler": {"extraArgs": {"leader-elect": "false"}}}}`)
}

// stop removes the machines, unless something failed and they are to be kept.
func (l *lab) stop(err error) {
	if err != nil && l.bench.keep {
		fmt.Fprintf(os.Stderr, "left running: TALOS_HOME=%s, cluster %s\n", l.bench.home, l.name) //nolint:errcheck

		return
	}

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	if err = l.talosctl(ctx, "cluster", "destroy", "--name", l.name); err != nil {
		fmt.Fprintln(os.Stderr, err) //nolint:errcheck
	}
}

func (l *lab) talosctl(ctx context.Context, args ...string) error {
	var stderr bytes.Buffer

	cmd := exec.CommandContext(ctx, l.bench.talosctl(), args...)
	cmd.Stderr = &stderr

	if err := cmd.Run(); err != nil {
		return fmt.Errorf("talosctl %s: %w: %s", args[0], err, stderr.String())
	}

	return nil
}

// say tells whoever waits how far bench is.
func say(started time.Time, format string, args ...any) {
	fmt.Fprintf(os.Stderr, "  [%5.1fs] %s\n", time.Since(started).Seconds(), fmt.Sprintf(format, args...)) //nolint:errcheck
}

func (l *lab) endpoint(i int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(l.state.Nodes[i].APIPort))
}

// insecure is a client of a machine in maintenance mode.
func (l *lab) insecure(i int) (*client.Client, error) {
	return client.New(client.WithEndpoints(l.endpoint(i)), client.WithMaintenance())
}

// admin is a client with the cluster's certificates.
func (l *lab) admin(i int) (*client.Client, error) {
	cfg, err := talosconfig.Open(filepath.Join(l.dir, "talosconfig"))
	if err != nil {
		return nil, err
	}

	return client.New(client.WithConfig(cfg, ""), client.WithEndpoints(l.endpoint(i)))
}

// apply sends a machine its config, as one in maintenance mode takes it.
func (l *lab) apply(ctx context.Context, i int, file string) error {
	return l.talosctl(ctx, "apply-config", "--insecure", "-n", l.endpoint(i), "-f", filepath.Join(l.dir, file))
}

// answers waits until try succeeds and returns when that was. Each try is short:
// a connection to a machine that is not there yet would be a long one.
func answers(ctx context.Context, what string, pause time.Duration, try func(ctx context.Context) error) (time.Time, error) {
	for {
		attempt, cancel := context.WithTimeout(ctx, 10*time.Second)
		err := try(attempt)

		cancel()

		if err == nil {
			return time.Now(), nil
		}

		select {
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("wait for %s: %w", what, err)
		case <-time.After(pause):
		}
	}
}

// versionCall makes a new connection and one call over it: a client from cold.
func versionCall(dial func() (*client.Client, error)) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		c, err := dial()
		if err != nil {
			return err
		}
		defer c.Close() //nolint:errcheck

		_, err = c.Machine.Version(ctx, &emptypb.Empty{})

		return err
	}
}

func read(ctx context.Context, c *client.Client, path string) (string, error) {
	stream, err := c.Machine.Read(ctx, &machine.ReadRequest{Path: path})
	if err != nil {
		return "", err
	}

	raw, err := io.ReadAll(client.Reader(stream))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}

	return strings.TrimSpace(string(raw)), nil
}

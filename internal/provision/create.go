package provision

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Create makes a cluster's directory and starts its supervisor, which outlives
// this process. supervise is the command line that calls Supervise with the
// directory appended, for example {"/path/talosctl", "cluster", "supervise"}.
// It returns when all machines were started; they boot on.
func Create(ctx context.Context, spec Spec, supervise []string, progress func(string)) (*State, error) {
	dir, err := clusterDir(spec.Name)
	if err != nil {
		return nil, err
	}

	if len(spec.Nodes) == 0 || len(spec.Nodes) > 250 {
		return nil, fmt.Errorf("cluster %s: %d machines; give 1 to 250", spec.Name, len(spec.Nodes))
	}

	if old, loadErr := loadDir(dir); loadErr == nil {
		return nil, fmt.Errorf("cluster %s exists already in %s (created %s); destroy it first with `talosctl cluster destroy --name %s`",
			spec.Name, dir, old.Created.Format(time.DateTime), spec.Name)
	}

	accel, why, err := chooseAccel(ctx, spec, progress)
	if err != nil {
		return nil, err
	}

	progress(fmt.Sprintf("virtual machines use %s (%s)", accel, why))

	// Left-overs of an interrupted creation have no cluster.json.
	if err = os.RemoveAll(dir); err != nil {
		return nil, err
	}

	if err = os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}

	s := &State{Name: spec.Name, Created: time.Now().UTC(), Accel: accel, CPUModel: spec.CPUModel, Assets: spec.Assets, dir: dir}
	ports := portPicker{next: spec.HostPortBase}

	for i, n := range spec.Nodes {
		ns := NodeState{Node: n, Address: NodeAddress(i), MAC: fmt.Sprintf("52:54:00:0a:05:%02x", i+2)}

		if ns.APIPort, err = ports.pick(); err != nil {
			return nil, err
		}

		if n.ControlPlane {
			if ns.KubernetesPort, err = ports.pick(); err != nil {
				return nil, err
			}
		}

		if err = prepareNode(ctx, s, ns); err != nil {
			return nil, fmt.Errorf("prepare machine %s: %w", n.Name, err)
		}

		s.Nodes = append(s.Nodes, ns)
	}

	if err = s.save(); err != nil {
		return nil, err
	}

	if err = s.start(ctx, supervise); err != nil {
		return nil, errors.Join(err, Destroy(context.WithoutCancel(ctx), spec.Name))
	}

	return s, nil
}

func prepareNode(ctx context.Context, s *State, n NodeState) error {
	dir := s.NodeDir(n.Name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}

	if len(n.Config) > 0 {
		if err := os.WriteFile(filepath.Join(dir, "config.yaml"), n.Config, 0o600); err != nil {
			return err
		}
	}

	args := []string{"create", "-q", "-f", "qcow2"}

	if n.Boot == BootImage {
		image, err := filepath.Abs(s.Assets.DiskImage)
		if err != nil {
			return err
		}

		args = append(args, "-F", "raw", "-b", image)
	}

	args = append(args, filepath.Join(dir, "disk.qcow2"), strconv.Itoa(n.DiskGiB)+"G")

	if out, err := exec.CommandContext(ctx, "qemu-img", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("qemu-img %s: %w: %s", strings.Join(args, " "), err, out)
	}

	if n.Boot == BootKernel {
		return nil
	}

	_, vars, err := firmware()
	if err != nil {
		return err
	}

	raw, err := os.ReadFile(vars)
	if err != nil {
		return err
	}

	return os.WriteFile(filepath.Join(dir, "vars.fd"), raw, 0o600)
}

// start runs the supervisor in a session of its own and waits until it said
// that everything is up.
func (s *State) start(ctx context.Context, supervise []string) error {
	logPath := filepath.Join(s.dir, "supervisor.log")

	logFile, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer logFile.Close() //nolint:errcheck

	ready, readyW, err := os.Pipe()
	if err != nil {
		return err
	}
	defer ready.Close() //nolint:errcheck

	cmd := exec.Command(supervise[0], append(supervise[1:], s.dir)...) //nolint:noctx // it outlives this process
	cmd.Stdout, cmd.Stderr = logFile, logFile
	cmd.ExtraFiles = []*os.File{readyW}
	cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true}

	err = cmd.Start()
	readyW.Close() //nolint:errcheck

	if err != nil {
		return fmt.Errorf("start supervisor: %w", err)
	}

	defer cmd.Process.Release() //nolint:errcheck

	if deadline, ok := ctx.Deadline(); ok {
		ready.SetReadDeadline(deadline) //nolint:errcheck
	} else {
		ready.SetReadDeadline(time.Now().Add(time.Minute)) //nolint:errcheck
	}

	buf := make([]byte, 16)

	if n, err := ready.Read(buf); err != nil || string(buf[:n]) != "ready" {
		tail, _ := os.ReadFile(logPath) //nolint:errcheck
		if len(tail) > 2000 {
			tail = tail[len(tail)-2000:]
		}

		return fmt.Errorf("supervisor of cluster %s did not come up; its log %s ends with:\n%s", s.Name, logPath, tail)
	}

	return nil
}

// Destroy ends a cluster's supervisor and machines and removes its directory.
// A cluster that does not exist is no error.
func Destroy(ctx context.Context, name string) error {
	dir, err := clusterDir(name)
	if err != nil {
		return err
	}

	s := &State{dir: dir}

	for signal, tried := unix.SIGTERM, 0; s.Running(); tried++ {
		raw, err := os.ReadFile(filepath.Join(dir, "supervisor.pid"))
		if err != nil {
			return fmt.Errorf("find supervisor of cluster %s: %w", name, err)
		}

		pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
		if err != nil {
			return fmt.Errorf("read %s/supervisor.pid: %w", dir, err)
		}

		if tried%100 == 0 { // the first time and every 10 s
			if err = unix.Kill(pid, signal); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("end supervisor %d of cluster %s: %w", pid, name, err)
			}

			signal = unix.SIGKILL // QEMU dies with its parent (PR_SET_PDEATHSIG)
		}

		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}

	return os.RemoveAll(dir)
}

// portPicker finds free ports of the loopback address.
type portPicker struct{ next int }

func (p *portPicker) pick() (int, error) {
	for range 1000 {
		port := 0
		if p.next > 0 {
			port = p.next
			p.next++
		}

		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			if p.next > 0 {
				continue
			}

			return 0, err
		}

		port = l.Addr().(*net.TCPAddr).Port

		return port, l.Close()
	}

	return 0, errors.New("no free port to forward on 127.0.0.1")
}

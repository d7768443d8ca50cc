package criclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/containerd/containerd/api/services/containers/v1"
	"github.com/containerd/containerd/api/services/snapshots/v1"
	"github.com/containerd/containerd/api/services/tasks/v1"
	"github.com/containerd/containerd/api/types/runc/options"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
)

// Container is one to run.
type Container struct {
	Namespace, ID string
	// Image must have been pulled.
	Image string
	// Spec makes the runtime's specification, its root apart.
	Spec   func(image ocispec.Image) (*specs.Spec, error)
	Labels map[string]string
	// Log takes what it prints.
	Log io.Writer
	// StopTime is how long it may take to end when it has to.
	StopTime time.Duration
	// FIFODir is where the pipes for its output are made.
	FIFODir string
}

// ExitError is a container that ended with a code other than 0.
type ExitError struct{ Code uint32 }

func (e *ExitError) Error() string {
	if e.Code > 128 && e.Code < 128+65 {
		return "it was ended by signal " + unix.SignalName(unix.Signal(e.Code-128))
	}

	return fmt.Sprintf("it ended with code %d", e.Code)
}

// Run makes the container anew, starts it, calls up with its process ID, and
// waits. When the context ends it stops the container. Left-overs of an earlier
// run, also of before a reboot, are removed first.
func (c *Client) Run(ctx context.Context, k Container, up func(pid int)) error {
	// Stopping and cleaning up have to work after ctx has ended.
	after, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()

	_, a, err := c.in(ctx, k.Namespace)
	if err != nil {
		return err
	}

	ctx, _, _ = c.in(ctx, k.Namespace)     //nolint:errcheck // worked above
	after, _, _ = c.in(after, k.Namespace) //nolint:errcheck // worked above

	if err = a.remove(ctx, k.ID); err != nil {
		return fmt.Errorf("remove former container %s: %w", k.ID, err)
	}

	image, err := a.find(ctx, k.Image)
	if err != nil {
		return err
	}

	config, err := a.config(ctx, image.GetTarget())
	if err != nil {
		return fmt.Errorf("image %s: %w", k.Image, err)
	}

	if err = a.create(ctx, k, config); err != nil {
		return fmt.Errorf("create container %s: %w", k.ID, err)
	}

	err = a.runTask(ctx, after, k, config, up)

	if removeErr := a.remove(after, k.ID); removeErr != nil {
		err = errors.Join(err, fmt.Errorf("remove container %s: %w", k.ID, removeErr))
	}

	return err
}

func (a api) create(ctx context.Context, k Container, image ocispec.Image) error {
	spec, err := k.Spec(image)
	if err != nil {
		return err
	}

	if spec.Root == nil {
		spec.Root = &specs.Root{}
	}

	spec.Root.Path = "rootfs"

	encoded, err := json.Marshal(spec)
	if err != nil {
		return err
	}

	opts, err := pack(&options.Options{ShimCgroup: "/" + ShimCgroup})
	if err != nil {
		return err
	}

	_, err = a.Create(ctx, &containers.CreateContainerRequest{Container: &containers.Container{
		ID:          k.ID,
		Image:       Reference(k.Image),
		Labels:      k.Labels,
		Runtime:     &containers.Container_Runtime{Name: runtimeName, Options: opts},
		Spec:        &anypb.Any{TypeUrl: "types.containerd.io/opencontainers/runtime-spec/1/Spec", Value: encoded},
		Snapshotter: snapshotter,
		SnapshotKey: k.ID,
	}})

	return err
}

func (a api) runTask(ctx, after context.Context, k Container, image ocispec.Image, up func(int)) error {
	// The container names the snapshot already, which keeps it from collection.
	snapshot, err := a.snapshots.Prepare(ctx, &snapshots.PrepareSnapshotRequest{
		Snapshotter: snapshotter, Key: k.ID, Parent: chain(image),
	})
	if err != nil {
		return fmt.Errorf("make file system of %s: %w", k.ID, err)
	}

	fifo, closeLog, err := openLog(k)
	if err != nil {
		return fmt.Errorf("make output of %s: %w", k.ID, err)
	}

	defer closeLog()

	if _, err = a.tasks.Create(ctx, &tasks.CreateTaskRequest{
		ContainerID: k.ID, Rootfs: snapshot.GetMounts(), Stdout: fifo, Stderr: fifo,
	}); err != nil {
		return fmt.Errorf("create task %s: %w", k.ID, err)
	}

	type exit struct {
		resp *tasks.WaitResponse
		err  error
	}

	exited := make(chan exit, 1)

	go func() {
		for {
			resp, err := a.tasks.Wait(after, &tasks.WaitRequest{ContainerID: k.ID})

			// A container outlives a containerd that is restarted.
			if status.Code(err) == codes.Unavailable && after.Err() == nil {
				time.Sleep(awayTime)

				continue
			}

			exited <- exit{resp, err}

			return
		}
	}()

	started, err := a.tasks.Start(ctx, &tasks.StartRequest{ContainerID: k.ID})
	if err != nil {
		return fmt.Errorf("start task %s: %w", k.ID, err)
	}

	up(int(started.GetPid()))

	select {
	case e := <-exited:
		if e.err != nil {
			return fmt.Errorf("wait for %s: %w", k.ID, e.err)
		}

		if code := e.resp.GetExitStatus(); code != 0 {
			return &ExitError{code}
		}

		return nil
	case <-ctx.Done():
	}

	if err = a.kill(after, k.ID, unix.SIGTERM); err != nil {
		return err
	}

	limit := time.NewTimer(k.StopTime)
	defer limit.Stop()

	select {
	case <-exited:
		return nil
	case <-limit.C:
	}

	if err = a.kill(after, k.ID, unix.SIGKILL); err != nil {
		return err
	}

	select {
	case <-exited:
		return fmt.Errorf("it did not end within %s and was killed", k.StopTime)
	case <-time.After(killTime):
		return errors.New("it does not even end when killed")
	}
}

const (
	killTime = 10 * time.Second
	// awayTime is between attempts to reach a containerd that is away.
	awayTime = time.Second
)

func (a api) kill(ctx context.Context, id string, sig unix.Signal) error {
	_, err := a.tasks.Kill(ctx, &tasks.KillRequest{ContainerID: id, Signal: uint32(sig), All: sig == unix.SIGKILL})
	if err != nil && !IsNotFound(err) {
		return fmt.Errorf("send %s to %s: %w", unix.SignalName(sig), id, err)
	}

	return nil
}

// remove takes away task, container and file system, whatever there is of them.
func (a api) remove(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	if _, err := a.tasks.Get(ctx, &tasks.GetRequest{ContainerID: id}); err == nil {
		if err = a.kill(ctx, id, unix.SIGKILL); err != nil {
			return err
		}

		if _, err = a.tasks.Wait(ctx, &tasks.WaitRequest{ContainerID: id}); err != nil && !IsNotFound(err) {
			return err
		}

		if _, err = a.tasks.Delete(ctx, &tasks.DeleteTaskRequest{ContainerID: id}); err != nil && !IsNotFound(err) {
			return err
		}
	}

	if _, err := a.Delete(ctx, &containers.DeleteContainerRequest{ID: id}); err != nil && !IsNotFound(err) {
		return err
	}

	_, err := a.snapshots.Remove(ctx, &snapshots.RemoveSnapshotRequest{Snapshotter: snapshotter, Key: id})
	if err != nil && !IsNotFound(err) {
		return err
	}

	return nil
}

// openLog makes the pipe that the container's output comes through. This end is
// open for writing as well, so that it lives as long as we want: the other end
// is closed and opened by a supervisor that may be restarted.
func openLog(k Container) (path string, closeLog func(), err error) {
	if err = os.MkdirAll(k.FIFODir, 0o700); err != nil {
		return "", nil, err
	}

	path = filepath.Join(k.FIFODir, k.ID)

	if err = os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", nil, err
	}

	if err = unix.Mkfifo(path, 0o600); err != nil {
		return "", nil, err
	}

	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK, 0)
	if err != nil {
		return "", nil, err
	}

	done := make(chan struct{})

	go func() {
		defer close(done)

		io.Copy(onlyWriter{k.Log}, onlyReader{f}) //nolint:errcheck // ends with the deadline below
	}()

	return path, func() {
		// What was printed last is in the pipe: let it be read, then stop.
		f.SetReadDeadline(time.Now().Add(200 * time.Millisecond)) //nolint:errcheck // then it ends with Close
		<-done
		f.Close()       //nolint:errcheck
		os.Remove(path) //nolint:errcheck
	}, nil
}

// io.Copy would otherwise look for splice(2), which has no use here.
type (
	onlyReader struct{ io.Reader }
	onlyWriter struct{ io.Writer }
)

package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/k8sctl"
	"github.com/talos-os/talos/internal/app/machined/criclient"
)

// Bounds of ending pods. Kubernetes' own default for a pod to end is 30 s.
const (
	podStopTime  = 45 * time.Second
	podsStopTime = 2 * time.Minute
	drainTime    = 5 * time.Minute
	leaveTime    = 2 * time.Minute
	// podsAtOnce keeps a node full of pods from stopping all at the same moment.
	podsAtOnce = 8
)

// workloads ends what Kubernetes runs here. The kubelet may be dead or the API
// server be one of the pods, so pods are ended at the container runtime.
type workloads struct{}

var _ podStopper = workloads{}

func (workloads) StopPods(ctx context.Context) error { return eachPod(ctx, stopPod) }

func (workloads) RemovePods(ctx context.Context) error {
	return eachPod(ctx, func(ctx context.Context, c cri.RuntimeServiceClient, id string) error {
		if err := stopPod(ctx, c, id); err != nil {
			return err
		}

		_, err := c.RemovePodSandbox(ctx, &cri.RemovePodSandboxRequest{PodSandboxId: id})

		return err
	})
}

func (workloads) CordonAndDrain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()

	return k8sctl.CordonAndDrain(ctx)
}

func (workloads) LeaveEtcd(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, leaveTime)
	defer cancel()

	return etcdctl.Leave(ctx)
}

func stopPod(ctx context.Context, c cri.RuntimeServiceClient, id string) error {
	_, err := c.StopPodSandbox(ctx, &cri.StopPodSandboxRequest{PodSandboxId: id})

	return err
}

func eachPod(ctx context.Context, f func(ctx context.Context, c cri.RuntimeServiceClient, id string) error) error {
	if _, err := os.Stat(criclient.Address); errors.Is(err, os.ErrNotExist) {
		return nil // containerd never ran
	}

	ctx, cancel := context.WithTimeout(ctx, podsStopTime)
	defer cancel()

	conn, err := grpc.NewClient("unix://"+criclient.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck

	client := cri.NewRuntimeServiceClient(conn)

	pods, err := client.ListPodSandbox(ctx, &cri.ListPodSandboxRequest{})
	if err != nil {
		return fmt.Errorf("list pods: %w", err)
	}

	var (
		wg    sync.WaitGroup
		slots = make(chan struct{}, podsAtOnce)
		errs  = make([]error, len(pods.GetItems()))
	)

	slog.Info("stopping pods", "count", len(pods.GetItems()))

	for i, p := range pods.GetItems() {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()

			ctx, cancel := context.WithTimeout(ctx, podStopTime)
			defer cancel()

			if err := f(ctx, client, p.GetId()); err != nil {
				errs[i] = fmt.Errorf("stop pod %s/%s: %w", p.GetMetadata().GetNamespace(), p.GetMetadata().GetName(), err)
			}
		})
	}

	wg.Wait()

	return errors.Join(errs...)
}

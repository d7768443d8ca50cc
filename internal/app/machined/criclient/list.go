package criclient

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/containerd/containerd/api/services/containers/v1"
	"github.com/containerd/containerd/api/services/tasks/v1"
	"github.com/containerd/containerd/api/types/task"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// Labels and annotations of the kubelet's containers.
const (
	labelPodName      = "io.kubernetes.pod.name"
	labelPodNamespace = "io.kubernetes.pod.namespace"
	labelPodUID       = "io.kubernetes.pod.uid"
	labelContainer    = "io.kubernetes.container.name"
	annotationRestart = "io.kubernetes.cri.container-restart-count"
)

// Info is a container as people look for it.
type Info struct {
	Namespace string
	// ID is "namespace/pod:container:hash" for a pod's container, "namespace/pod"
	// for what holds a pod together, and the container's own otherwise.
	ID         string
	InternalID string
	Name       string
	PodID, UID string
	Image      string
	PID        uint32
	Status     string
	NetNS      string
	Labels     map[string]string
	Restarts   string
	Sandbox    bool
}

// List tells about the containers of a namespace.
func (c *Client) List(ctx context.Context, namespace string) ([]Info, error) {
	ctx, a, err := c.in(ctx, namespace)
	if err != nil {
		return nil, err
	}

	list, err := a.ContainersClient.List(ctx, &containers.ListContainersRequest{})
	if err != nil {
		return nil, fmt.Errorf("list containers in %s: %w", namespace, err)
	}

	running, err := a.tasks.List(ctx, &tasks.ListTasksRequest{})
	if err != nil {
		return nil, fmt.Errorf("list tasks in %s: %w", namespace, err)
	}

	byID := map[string]*task.Process{}
	for _, t := range running.GetTasks() {
		byID[t.GetID()] = t
	}

	out := make([]Info, 0, len(list.GetContainers()))

	for _, k := range list.GetContainers() {
		out = append(out, describe(namespace, k, byID[k.GetID()]))
	}

	return out, nil
}

func describe(namespace string, k *containers.Container, t *task.Process) Info {
	labels := k.GetLabels()
	i := Info{
		Namespace: namespace, ID: k.GetID(), InternalID: k.GetID(), Name: k.GetID(), PodID: k.GetID(),
		Image: k.GetImage(), Labels: labels, UID: labels[labelPodUID],
		PID: t.GetPid(), Status: "UNKNOWN",
	}

	if t != nil {
		i.Status = t.GetStatus().String()
	}

	var spec specs.Spec

	if json.Unmarshal(k.GetSpec().GetValue(), &spec) == nil {
		i.Restarts = spec.Annotations[annotationRestart]

		if spec.Linux != nil {
			for _, ns := range spec.Linux.Namespaces {
				if ns.Type == specs.NetworkNamespace {
					i.NetNS = ns.Path[strings.LastIndexByte(ns.Path, '/')+1:]
				}
			}
		}
	}

	pod := labels[labelPodName]
	if pod == "" {
		return i
	}

	i.PodID = labels[labelPodNamespace] + "/" + pod
	i.ID, i.Name = i.PodID, pod

	if name := labels[labelContainer]; name != "" {
		i.Name = name
		i.ID = fmt.Sprintf("%s:%s:%.12s", i.PodID, name, i.InternalID)
	} else {
		i.Sandbox = true
	}

	return i
}

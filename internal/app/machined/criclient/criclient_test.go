package criclient

import (
	"testing"

	"github.com/containerd/containerd/api/services/containers/v1"
	"github.com/containerd/containerd/api/types/task"
	"google.golang.org/protobuf/types/known/anypb"
)

func TestReference(t *testing.T) {
	t.Parallel()

	for name, want := range map[string]string{
		"nginx":                        "docker.io/library/nginx:latest",
		"docker.io/nginx:1":            "docker.io/library/nginx:1",
		"user/app":                     "docker.io/user/app:latest",
		"localhost/app":                "localhost/app:latest",
		"host:5000/app":                "host:5000/app:latest",
		"host:5000/app:1":              "host:5000/app:1",
		"ghcr.io/o/app@sha256:abc":     "ghcr.io/o/app@sha256:abc",
		"registry.k8s.io/etcd:3.7.1":   "registry.k8s.io/etcd:3.7.1",
		"registry.k8s.io/a/b/c:v1@sha": "registry.k8s.io/a/b/c:v1@sha",
	} {
		if got := Reference(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()

	labels := map[string]string{labelPodName: "web-1", labelPodNamespace: "default", labelPodUID: "uid", labelContainer: "nginx"}
	spec := &anypb.Any{Value: []byte(`{"linux":{"namespaces":[{"type":"network","path":"/var/run/netns/cni-1"}]}}`)}
	k := &containers.Container{ID: "0123456789abcdef", Image: "i", Labels: labels, Spec: spec}

	got := describe("k8s.io", k, &task.Process{Pid: 7, Status: task.Status_RUNNING})
	if got.ID != "default/web-1:nginx:0123456789ab" || got.PodID != "default/web-1" || got.Status != "RUNNING" || got.NetNS != "cni-1" || got.PID != 7 {
		t.Errorf("got %+v", got)
	}

	delete(labels, labelContainer)

	if got = describe("k8s.io", k, nil); got.ID != "default/web-1" || !got.Sandbox || got.Status != "UNKNOWN" {
		t.Errorf("got %+v", got)
	}

	if got = describe("system", &containers.Container{ID: "etcd"}, nil); got.ID != "etcd" || got.PodID != "etcd" || got.Name != "etcd" {
		t.Errorf("got %+v", got)
	}
}

package k8sctl

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// Annotations that restart a pod when what they stand for changes: the kubelet
// compares pods by their text.
const (
	annotationConfigVersion     = "talos.dev/config-version"
	annotationConfigFileVersion = "talos.dev/config-file-version"
	annotationSecretsVersion    = "talos.dev/secrets-version"
)

type podsView struct {
	apiServer *k8s.APIServerConfigSpec
	manager   *k8s.ControllerManagerConfigSpec
	scheduler *k8s.SchedulerConfigSpec
	secrets   *k8s.SecretsStatusSpec
	configs   *k8s.ConfigStatusSpec
	etcdUp    bool
	// serverUp tells that this node's API server is ready.
	serverUp bool
	now      time.Time
	// have and haveClients tell that the pods are there: a moment in which what
	// they need does not answer is no reason to stop them.
	have, haveClients bool
}

// ControlPlanePods decides the control plane's static pods. They appear once what
// they need answers, and then stay: first the API server, when etcd is up, then
// its clients. Those end themselves when they find no API server at their start,
// and the kubelet lets more and more time pass before it starts them again, which
// on a slow machine adds up to minutes.
func ControlPlanePods() controller.Controller {
	var server keptClient

	return controller.Reconcile[podsView, podsPlan]{
		Name: "k8s.ControlPlaneStaticPodController",
		Inputs: controller.In(
			k8s.APIServerConfigs.Weak(idOf(k8s.FinalAPIServerConfigID)),
			k8s.ControllerManagerConfigs.Weak(idOf(k8s.FinalControllerManagerConfigID)),
			k8s.SchedulerConfigs.Weak(idOf(k8s.FinalSchedulerConfigID)),
			k8s.SecretStatuses.Weak(idOf(k8s.StaticPodSecretsStaticPodID)),
			k8s.ConfigStatuses.Weak(idOf(k8s.ConfigStatusStaticPodID)),
			secrets.KubernetesSecrets.Weak(idOf(secrets.KubernetesID)),
			runtime.Services.Weak(idOf(serviceEtcd)),
		),
		Outputs: controller.Out(k8s.StaticPods.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (podsView, error) { return observePods(ctx, r, &server) },
		Plan:    planPods,
		Apply: func(_ context.Context, w *controller.Writer, p podsPlan) error {
			var errs []error
			for _, i := range p.items {
				errs = append(errs, w.Want(i))
			}

			return errors.Join(errs...)
		},
	}.Build()
}

func observePods(ctx context.Context, r cosi.Reader, server *keptClient) (v podsView, err error) {
	var errs [9]error

	v.apiServer, errs[0] = find(ctx, r, k8s.APIServerConfigs, k8s.FinalAPIServerConfigID)
	v.manager, errs[1] = find(ctx, r, k8s.ControllerManagerConfigs, k8s.FinalControllerManagerConfigID)
	v.scheduler, errs[2] = find(ctx, r, k8s.SchedulerConfigs, k8s.FinalSchedulerConfigID)
	v.secrets, errs[3] = find(ctx, r, k8s.SecretStatuses, k8s.StaticPodSecretsStaticPodID)
	v.configs, errs[4] = find(ctx, r, k8s.ConfigStatuses, k8s.ConfigStatusStaticPodID)
	v.etcdUp, errs[5] = serviceUp(ctx, r, serviceEtcd)

	have, err := find(ctx, r, k8s.StaticPods, k8s.APIServerID)
	errs[6], v.have = err, have != nil

	manager, err := find(ctx, r, k8s.StaticPods, k8s.ControllerManagerID)
	errs[7] = err

	scheduler, err := find(ctx, r, k8s.StaticPods, k8s.SchedulerID)
	errs[8], v.haveClients = err, manager != nil || scheduler != nil

	if err = errors.Join(errs[:]...); err != nil {
		return v, err
	}

	v.now = time.Now()

	// Asked only while it matters.
	if v.have && !v.haveClients {
		v.serverUp, err = localServerReady(ctx, r, server)
	} else {
		server.close()
	}

	return v, err
}

func localServerReady(ctx context.Context, r cosi.Reader, server *keptClient) (bool, error) {
	certs, err := find(ctx, r, secrets.KubernetesSecrets, secrets.KubernetesID)
	if err != nil || certs == nil {
		return false, err
	}

	_, err = server.ready(ctx, nodeCredentials{text: certs.LocalhostAdminKubeconfig, admin: true})

	return err == nil, nil
}

// serverPause is between questions to an API server that is starting.
const serverPause = 2 * time.Second

type podsPlan struct {
	items []controller.Item
	again time.Time
}

func (p podsPlan) CheckAgainAt() time.Time { return p.again }

func (p podsPlan) String() string {
	var ids []string
	for _, i := range p.items {
		ids = append(ids, i.Pointer().ID())
	}

	return strings.Join(ids, " ")
}

func planPods(v podsView) (p podsPlan) {
	if !v.etcdUp && !v.have || v.apiServer == nil || v.secrets == nil || v.configs == nil {
		return p
	}

	versions := map[string]string{
		annotationSecretsVersion:    v.secrets.Version,
		annotationConfigFileVersion: v.configs.Version,
	}

	p.items = []controller.Item{
		controller.Want(k8s.StaticPods, k8s.APIServerID, k8s.StaticPodSpec{Pod: apiServerPod(*v.apiServer, versions)}),
	}

	if !v.serverUp && !v.haveClients {
		p.again = v.now.Add(serverPause)

		return p
	}

	if v.manager != nil && v.manager.Enabled {
		p.items = append(p.items, controller.Want(k8s.StaticPods, k8s.ControllerManagerID,
			k8s.StaticPodSpec{Pod: managerPod(*v.manager, versions)}))
	}

	if v.scheduler != nil && v.scheduler.Enabled {
		p.items = append(p.items, controller.Want(k8s.StaticPods, k8s.SchedulerID,
			k8s.StaticPodSpec{Pod: schedulerPod(*v.scheduler, versions)}))
	}

	return p
}

// component is a control plane pod as far as the three differ.
type component struct {
	name      string
	image     string
	args      []string
	user      int64
	env       map[string]string
	podIP     bool // as an environment variable
	resources k8s.Resources
	volumes   []volume
	versions  map[string]string
	probes    probes
}

type volume struct {
	name, host, mount string
	readOnly          bool
}

type probes struct {
	// port of the health endpoints on localhost.
	port int
	// tcp tells that they cannot be asked without credentials.
	tcp         bool
	startup     bool
	live, ready string
}

func apiServerPod(c k8s.APIServerConfigSpec, versions map[string]string) map[string]any {
	vols := []volume{
		{"secrets", apiServerSecrets, apiServerSecrets, true},
		{"config", apiServerConfigs, apiServerConfigs, true},
		{"audit", auditLogDir, auditLogDir, false},
	}

	return component{
		name: k8s.APIServerID, image: c.Image, user: apiServerUser,
		args: append([]string{"/usr/local/bin/kube-apiserver"}, c.Args...),
		env:  c.EnvironmentVariables, podIP: true, resources: c.Resources,
		volumes: append(vols, extraVolumes(c.ExtraVolumes)...), versions: versions,
		probes: probes{
			port: c.LocalPort, tcp: !c.UseAuthenticationConfig, startup: c.StartupProbesEnabled,
			live: "/livez", ready: "/readyz",
		},
	}.pod()
}

func managerPod(c k8s.ControllerManagerConfigSpec, versions map[string]string) map[string]any {
	return component{
		name: k8s.ControllerManagerID, image: c.Image, user: managerUser,
		args: append([]string{"/usr/local/bin/kube-controller-manager"}, c.Args...),
		env:  c.EnvironmentVariables, resources: c.Resources,
		volumes:  append([]volume{{"secrets", managerSecrets, managerSecrets, true}}, extraVolumes(c.ExtraVolumes)...),
		versions: only(versions, annotationSecretsVersion),
		probes:   probes{port: 10257, startup: true, live: "/healthz", ready: "/healthz"},
	}.pod()
}

func schedulerPod(c k8s.SchedulerConfigSpec, versions map[string]string) map[string]any {
	return component{
		name: k8s.SchedulerID, image: c.Image, user: schedulerUser,
		args: append([]string{"/usr/local/bin/kube-scheduler"}, c.Args...),
		env:  c.EnvironmentVariables, resources: c.Resources,
		volumes: append([]volume{
			{"secrets", schedulerSecrets, schedulerSecrets, true},
			{"config", schedulerConfigs, schedulerConfigs, true},
		}, extraVolumes(c.ExtraVolumes)...),
		versions: versions,
		probes:   probes{port: 10259, startup: true, live: "/livez", ready: "/readyz"},
	}.pod()
}

func only(versions map[string]string, keys ...string) map[string]string {
	out := map[string]string{}
	for _, k := range keys {
		out[k] = versions[k]
	}

	return out
}

func extraVolumes(list []k8s.ExtraVolume) []volume {
	out := make([]volume, 0, len(list))
	for _, v := range list {
		out = append(out, volume{v.Name, v.HostPath, v.MountPath, v.ReadOnly})
	}

	return out
}

func (c component) pod() map[string]any {
	annotations := map[string]any{}
	for k, v := range c.versions {
		annotations[k] = v
	}

	var mounts, vols []any

	for _, v := range c.volumes {
		mounts = append(mounts, map[string]any{"name": v.name, "mountPath": v.mount, "readOnly": v.readOnly})

		// Without a type: the kubelet would check it in its own container, which
		// sees little of the node.
		vols = append(vols, map[string]any{"name": v.name, "hostPath": map[string]any{"path": v.host}})
	}

	command := make([]any, 0, len(c.args))
	for _, a := range c.args {
		command = append(command, a)
	}

	container := map[string]any{
		"name":    c.name,
		"image":   c.image,
		"command": command,
		"env":     c.environment(),
		"resources": map[string]any{
			"requests": anyMap(c.resources.Requests), "limits": anyMap(c.resources.Limits),
		},
		"volumeMounts": mounts,
		"securityContext": map[string]any{
			"allowPrivilegeEscalation": false,
			"capabilities":             map[string]any{"drop": []any{"ALL"}},
			"seccompProfile":           map[string]any{"type": "RuntimeDefault"},
		},
	}

	maps.Copy(container, c.probes.fields())

	return map[string]any{
		"apiVersion": "v1",
		"kind":       "Pod",
		"metadata": map[string]any{
			"name":        c.name,
			"namespace":   "kube-system",
			"annotations": annotations,
			"labels": map[string]any{
				"tier": "control-plane", "k8s-app": c.name, "component": c.name,
				"app.kubernetes.io/name": c.name, "app.kubernetes.io/managed-by": "Talos",
			},
		},
		"spec": map[string]any{
			"priority":          int64(2000000000),
			"priorityClassName": "system-cluster-critical",
			"hostNetwork":       true,
			"securityContext": map[string]any{
				"runAsNonRoot": true, "runAsUser": c.user, "runAsGroup": c.user,
				"seccompProfile": map[string]any{"type": "RuntimeDefault"},
			},
			"containers": []any{container},
			"volumes":    vols,
		},
	}
}

func (c component) environment() []any {
	var out []any

	if c.podIP {
		out = append(out, map[string]any{
			"name":      "POD_IP",
			"valueFrom": map[string]any{"fieldRef": map[string]any{"fieldPath": "status.podIP"}},
		})
	}

	for _, name := range slices.Sorted(maps.Keys(c.env)) {
		out = append(out, map[string]any{"name": name, "value": c.env[name]})
	}

	return out
}

// fields are a container's probes.
//
// The startup probe has twenty minutes: on an emulated or overloaded machine an
// API server needs half a minute only to begin, and one that is killed for being
// slow never gets anywhere. After that, liveness allows two minutes of silence.
func (p probes) fields() map[string]any {
	check := func(path string) map[string]any {
		if p.tcp {
			return map[string]any{"tcpSocket": map[string]any{"host": "127.0.0.1", "port": int64(p.port)}}
		}

		return map[string]any{"httpGet": map[string]any{
			"host": "127.0.0.1", "path": path, "port": int64(p.port), "scheme": "HTTPS",
		}}
	}

	probe := func(path string, period, timeout, failures int64) map[string]any {
		out := check(path)
		out["periodSeconds"] = period
		out["timeoutSeconds"] = timeout
		out["failureThreshold"] = failures
		out["successThreshold"] = int64(1)

		return out
	}

	out := map[string]any{
		"livenessProbe":  probe(p.live, 20, 15, 6),
		"readinessProbe": probe(p.ready, 10, 15, 3),
	}

	if p.startup {
		out["startupProbe"] = probe(p.live, 5, 15, 240)
	} else {
		out["livenessProbe"].(map[string]any)["initialDelaySeconds"] = int64(60) //nolint:forcetypeassert // made above
	}

	return out
}

func anyMap(m map[string]string) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v
	}

	return out
}

// ConfigPods are the static pods of the machine config.
func ConfigPods() controller.Controller {
	return fromConfig("k8s.StaticPodConfigController", k8s.StaticPods.Shared(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			var items []controller.Item

			for _, pod := range c.Machine.Pods {
				md, _ := pod["metadata"].(map[string]any) //nolint:errcheck

				name, _ := md["name"].(string) //nolint:errcheck
				if name == "" {
					continue // Validate reports it
				}

				ns, _ := md["namespace"].(string) //nolint:errcheck
				if ns == "" {
					ns = "default"
				}

				items = append(items, controller.Want(k8s.StaticPods, ns+"-"+name, k8s.StaticPodSpec{Pod: plain(pod)}))
			}

			return items, nil
		})
}

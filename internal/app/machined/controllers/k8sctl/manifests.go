package k8sctl

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

//go:embed templates/*.yaml
var templateFiles embed.FS

// templates have JSON for every value that comes from outside: it is YAML, and
// nothing in it can break out.
var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"json": func(v any) (string, error) {
		out, err := json.Marshal(v)

		return string(out), err
	},
	"b64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
}).ParseFS(templateFiles, "templates/*.yaml"))

// manifestData is what templates see.
type manifestData struct {
	k8s.BootstrapManifestsConfigSpec
	Secrets secrets.KubernetesRootSpec

	DNSServiceIPs []string
	DualStack     bool

	ProxyCommand       []string
	ProxyConfigText    string
	ProxyResourceLists map[string]any

	FlannelArgs          []string
	FlannelNetConf       string
	FlannelChecksum      string
	FlannelResourceLists map[string]any
}

// Manifests are those that a cluster needs to work at all.
func Manifests() controller.Controller {
	type view struct {
		config *k8s.BootstrapManifestsConfigSpec
		root   *secrets.KubernetesRootSpec
	}

	return controller.Derive[view]{
		Name: "k8s.ManifestController",
		Inputs: controller.In(
			k8s.BootstrapManifestsConfigs.Weak(),
			secrets.KubernetesRootSecrets.Weak(idOf(secrets.KubernetesRootID)),
		),
		Outputs: controller.Out(k8s.Manifests.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.config, err = find(ctx, r, k8s.BootstrapManifestsConfigs, k8s.BootstrapManifestsConfigID); err != nil {
				return v, err
			}

			v.root, err = find(ctx, r, secrets.KubernetesRootSecrets, secrets.KubernetesRootID)

			return v, err
		},
		Plan: func(v view) ([]controller.Item, error) {
			if v.config == nil || v.root == nil {
				return nil, nil
			}

			rendered, err := renderManifests(*v.config, *v.root)
			if err != nil {
				return nil, err
			}

			var items []controller.Item
			for _, id := range slices.Sorted(maps.Keys(rendered)) {
				items = append(items, controller.Want(k8s.Manifests, id, k8s.ManifestSpec{Items: rendered[id]}))
			}

			return items, nil
		},
	}.Build()
}

func renderManifests(c k8s.BootstrapManifestsConfigSpec, root secrets.KubernetesRootSpec) (map[string][]k8s.SingleManifest, error) {
	ids := []string{
		"01-csr-approver-role-binding", "01-csr-node-bootstrap", "01-csr-renewal-role-binding",
		"11-kube-config-in-cluster", "11-talos-node-rbac",
	}

	if root.BootstrapTokenID != "" {
		ids = append(ids, "00-kubelet-bootstrapping-token")
	}

	if c.FlannelEnabled {
		ids = append(ids, "05-flannel")
	}

	if c.ProxyEnabled {
		ids = append(ids, "10-kube-proxy")
	}

	data := newManifestData(c, root)

	if c.CoreDNSEnabled {
		ids = append(ids, "11-core-dns")

		if len(data.DNSServiceIPs) > 0 {
			ids = append(ids, "11-core-dns-svc")
		}
	}

	if c.TalosAPIServiceEnabled {
		ids = append(ids, "12-talos-api-service")
	}

	out := map[string][]k8s.SingleManifest{}

	for _, id := range ids {
		var text bytes.Buffer

		if err := templates.ExecuteTemplate(&text, id+".yaml", data); err != nil {
			return nil, fmt.Errorf("render manifest %s: %w", id, err)
		}

		objects, err := parseManifests(text.Bytes())
		if err != nil {
			return nil, fmt.Errorf("render manifest %s: %w", id, err)
		}

		out[id] = objects
	}

	return out, nil
}

func newManifestData(c k8s.BootstrapManifestsConfigSpec, root secrets.KubernetesRootSpec) manifestData {
	d := manifestData{BootstrapManifestsConfigSpec: c, Secrets: root, DualStack: len(c.PodCIDRs) > 1}

	for _, ip := range []string{c.DNSServiceIP, c.DNSServiceIPv6} {
		if ip != "" {
			d.DNSServiceIPs = append(d.DNSServiceIPs, ip)
		}
	}

	d.ProxyCommand = append([]string{
		"/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.yaml", "--hostname-override=$(NODE_NAME)",
	}, c.ProxyArgs...)
	d.ProxyConfigText = string(mustYAML(c.ProxyConfig))
	d.ProxyResourceLists = resourceLists(c.ProxyResources, nil)

	d.FlannelArgs = append([]string{"--ip-masq", "--kube-subnet-mgr"}, c.FlannelExtraArgs...)
	d.FlannelNetConf = flannelNetConf(c)
	d.FlannelResourceLists = resourceLists(c.FlannelResources, map[string]any{"cpu": "100m", "memory": "50Mi"})

	sum := sha256.Sum256([]byte(d.FlannelNetConf))
	d.FlannelChecksum = hex.EncodeToString(sum[:])

	return d
}

func resourceLists(r k8s.Resources, requests map[string]any) map[string]any {
	out := map[string]any{}

	if len(r.Requests) > 0 {
		requests = anyMap(r.Requests)
	}

	if len(requests) > 0 {
		out["requests"] = requests
	}

	if len(r.Limits) > 0 {
		out["limits"] = anyMap(r.Limits)
	}

	return out
}

func flannelNetConf(c k8s.BootstrapManifestsConfigSpec) string {
	backend := map[string]any{"Type": c.FlannelBackendType}

	if c.FlannelBackendPort != 0 {
		backend["Port"] = c.FlannelBackendPort
	}

	if c.FlannelBackendMTU != 0 {
		backend["MTU"] = c.FlannelBackendMTU
	}

	maps.Copy(backend, c.FlannelBackendExtraConfig)

	conf := map[string]any{"EnableNFTables": true, "EnableIPv4": false, "EnableIPv6": false, "Backend": backend}

	for _, cidr := range c.PodCIDRs {
		if strings.Contains(cidr, ":") {
			conf["IPv6Network"], conf["EnableIPv6"] = cidr, true
		} else {
			conf["Network"], conf["EnableIPv4"] = cidr, true
		}
	}

	out, err := json.MarshalIndent(conf, "", "  ")
	if err != nil {
		panic(err) // plain data
	}

	return string(out)
}

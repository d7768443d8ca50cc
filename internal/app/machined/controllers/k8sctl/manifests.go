package k8sctl

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

//go:embed templates/*.yaml
var templateFiles embed.FS

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

	if c.CoreDNSEnabled {
		ids = append(ids, "11-core-dns")

		if len(dnsServiceIPs(c)) > 0 {
			ids = append(ids, "11-core-dns-svc")
		}
	}

	if c.TalosAPIServiceEnabled {
		ids = append(ids, "12-talos-api-service")
	}

	values, conditions := manifestValues(c, root)
	out := map[string][]k8s.SingleManifest{}

	for _, id := range ids {
		text, err := templateFiles.ReadFile("templates/" + id + ".yaml")
		if err != nil {
			return nil, err
		}

		objects, err := parseManifests([]byte(expand(string(text), values, conditions)))
		if err != nil {
			return nil, fmt.Errorf("render manifest %s: %w", id, err)
		}

		out[id] = objects
	}

	return out, nil
}

func dnsServiceIPs(c k8s.BootstrapManifestsConfigSpec) []string {
	return slices.DeleteFunc([]string{c.DNSServiceIP, c.DNSServiceIPv6}, func(ip string) bool { return ip == "" })
}

// manifestValues are what templates can say. Nearly all are JSON, which is YAML
// that nothing in it can break out of; the rest have been validated to be plain.
func manifestValues(c k8s.BootstrapManifestsConfigSpec, root secrets.KubernetesRootSpec) (values map[string]string, conditions map[string]bool) {
	ips := dnsServiceIPs(c)
	netConf := flannelNetConf(c)
	sum := sha256.Sum256([]byte(netConf))
	b64 := base64.StdEncoding.EncodeToString

	values = map[string]string{
		"tokenID":           root.BootstrapTokenID,
		"tokenIDBase64":     b64([]byte(root.BootstrapTokenID)),
		"tokenSecretBase64": b64([]byte(root.BootstrapTokenSecret)),
		"server":            c.Server,
		"clusterDomain":     c.ClusterDomain,

		"proxyImage": asJSON(c.ProxyImage),
		"proxyCommand": asJSON(append([]string{
			"/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.yaml", "--hostname-override=$(NODE_NAME)",
		}, c.ProxyArgs...)),
		"proxyConfigText":     asJSON(string(mustYAML(c.ProxyConfig))),
		"proxyConfigChecksum": asJSON(c.ProxyConfigChecksum),
		"proxyResourceLists":  asJSON(resourceLists(c.ProxyResources, nil)),

		"flannelImage":                    asJSON(c.FlannelImage),
		"flannelArgs":                     asJSON(append([]string{"--ip-masq", "--kube-subnet-mgr"}, c.FlannelExtraArgs...)),
		"flannelNetConf":                  asJSON(netConf),
		"flannelChecksum":                 asJSON(hex.EncodeToString(sum[:])),
		"flannelResourceLists":            asJSON(resourceLists(c.FlannelResources, map[string]any{"cpu": "100m", "memory": "50Mi"})),
		"flannelKubeServiceHost":          asJSON(c.FlannelKubeServiceHost),
		"flannelKubeServicePort":          asJSON(c.FlannelKubeServicePort),
		"flannelKubeNetworkPoliciesImage": asJSON(c.FlannelKubeNetworkPoliciesImage),

		"coreDNSImage":  asJSON(c.CoreDNSImage),
		"dnsServiceIPs": asJSON(ips),
	}

	if len(ips) > 0 {
		values["dnsServiceIP"] = asJSON(ips[0])
	}

	return values, map[string]bool{
		"networkPolicies": c.FlannelKubeNetworkPoliciesEnabled,
		"dualStack":       len(c.PodCIDRs) > 1,
		"dualStackDNS":    len(ips) > 1,
	}
}

// expand fills ${name} in and keeps or drops what is between lines of #if name,
// #else and #end, which do not nest. It is this little because text/template
// makes the linker keep every method of every type in the program.
func expand(text string, values map[string]string, conditions map[string]bool) string {
	var out strings.Builder

	keep := true

	for line := range strings.Lines(text) {
		directive := strings.TrimSpace(line)

		switch name, isIf := strings.CutPrefix(directive, "#if "); {
		case isIf:
			keep = conditions[name]
		case directive == "#else":
			keep = !keep
		case directive == "#end":
			keep = true
		case keep:
			out.WriteString(os.Expand(line, func(name string) string {
				v, ok := values[name]
				if !ok {
					return "$" + name // as in $(NODE_NAME), which is the kubelet's to fill in
				}

				return v
			}))
		}
	}

	return out.String()
}

func asJSON(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain data
	}

	return string(out)
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

package crictl

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/cri"
)

// file is one file below Dir.
type file struct {
	content string
	secret  bool
	// live files are read whenever they are needed; a change of any other means
	// that containerd has to be restarted.
	live bool
}

// render gives every file by its path below Dir.
func render(v view) (map[string]file, error) {
	out := map[string]file{}

	for host, m := range hosts(v.registries) {
		dir := "conf.d/hosts/" + hostDir(host)

		out[dir+"/hosts.toml"] = file{content: m.text(dir, v.registries.RegistryTLSs), live: true}

		for _, endpoint := range m.tlsHosts() {
			tls := v.registries.RegistryTLSs[endpoint]
			if tls == nil {
				continue
			}

			base := dir + "/" + hostDir(endpoint)

			if len(tls.TLSCA) > 0 {
				out[base+"-ca.crt"] = file{content: string(tls.TLSCA), live: true}
			}

			if id := tls.TLSClientIdentity; id != nil {
				out[base+"-client.crt"] = file{content: string(id.Crt), live: true}
				out[base+"-client.key"] = file{content: string(id.Key), secret: true, live: true}
			}
		}
	}

	base := ""

	if len(v.overrides) > 0 {
		spec, err := overridden(defaultSpec(), v.overrides)
		if err != nil {
			return nil, err
		}

		base = VisibleDir + "/conf.d/base-spec.json"
		out["conf.d/base-spec.json"] = file{content: spec}
	}

	out["containerd.toml"] = file{content: containerd(v.registries, base), secret: true}

	for name, text := range v.customizations {
		out["conf.d/"+hostDir(path.Base(name))+".toml"] = file{content: text}
	}

	return out, nil
}

// containerd is the main configuration. Plugins that a node never uses are left
// out: each costs memory and start-up time. Statistics are collected seldom: the
// default is every second, which alone keeps an idle node busy.
func containerd(r cri.RegistriesConfigSpec, baseSpec string) string {
	var b strings.Builder

	fmt.Fprintf(&b, `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
imports = [%q]
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.tracing",
  "io.containerd.differ.v1.erofs",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.erofs",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.image-verifier.v1.bindir",
]

[grpc]
  address = "/run/containerd/containerd.sock"

[debug]
  level = "info"

[plugins."io.containerd.cri.v1.images"]
  discard_unpacked_layers = true
  use_local_image_pull = true
  stats_collect_period = 60

[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = %q

[plugins."io.containerd.cri.v1.images".registry]
  config_path = %q

[plugins."io.containerd.nri.v1.nri"]
  disable = true

[plugins."io.containerd.cri.v1.runtime"]
  stats_collect_period = "15s"

[plugins."io.containerd.cri.v1.runtime".cni]
  bin_dirs = ["/opt/cni/bin"]
  conf_dir = "/etc/cni/net.d"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
`, VisibleDir+"/conf.d/*.toml", v1alpha1.DefaultPauseImage, HostsDir)

	if baseSpec != "" {
		fmt.Fprintf(&b, "  base_runtime_spec = %q\n", baseSpec)
	}

	b.WriteString(`
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
  BinaryName = "/usr/bin/runc"
  ShimCgroup = "/podruntime/shim"
  SystemdCgroup = false
`)

	for _, host := range slices.Sorted(maps.Keys(r.RegistryAuths)) {
		a := r.RegistryAuths[host]

		for _, name := range authHosts(host) {
			fmt.Fprintf(&b, "\n[plugins.\"io.containerd.cri.v1.images\".registry.configs.%s.auth]\n", quote(name))
			setting(&b, "username", a.RegistryUsername)
			setting(&b, "password", a.RegistryPassword)
			setting(&b, "auth", a.RegistryAuth)
			setting(&b, "identitytoken", a.RegistryIdentityToken)
		}
	}

	return b.String()
}

func setting(b *strings.Builder, name, value string) {
	if value != "" {
		fmt.Fprintf(b, "  %s = %s\n", name, quote(value))
	}
}

// quote writes a TOML basic string, which differs from Go's in its escapes.
func quote(s string) string {
	var b strings.Builder

	b.WriteByte('"')

	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}

	b.WriteByte('"')

	return b.String()
}

// dockerHost serves what is named docker.io.
const dockerHost = "registry-1.docker.io"

func authHosts(host string) []string {
	if host == "docker.io" {
		return []string{host, dockerHost}
	}

	return []string{host}
}

// registryHosts is one registry's hosts.toml before it is text.
type registryHosts struct {
	name         string
	endpoints    []cri.RegistryEndpointConfig
	skipFallback bool
}

// hosts are the registries that need a file: those with mirrors, and those that
// are reached with other certificates than usual.
func hosts(r cri.RegistriesConfigSpec) map[string]registryHosts {
	out := map[string]registryHosts{}

	for host, m := range r.RegistryMirrors {
		out[host] = registryHosts{name: host, endpoints: m.MirrorEndpoints, skipFallback: m.MirrorSkipFallback && len(m.MirrorEndpoints) > 0}
	}

	for host := range r.RegistryTLSs {
		if _, ok := out[host]; !ok {
			out[host] = registryHosts{name: host}
		}
	}

	return out
}

// server is what is asked when no mirror has the image. Leaving it out means the
// registry itself, so without fallback the last mirror is asked again.
func (h registryHosts) server() (cri.RegistryEndpointConfig, bool) {
	switch {
	case h.skipFallback:
		return h.endpoints[len(h.endpoints)-1], true
	case h.name == "*":
		return cri.RegistryEndpointConfig{}, false
	case h.name == "docker.io":
		return cri.RegistryEndpointConfig{EndpointEndpoint: "https://" + dockerHost}, true
	default:
		return cri.RegistryEndpointConfig{EndpointEndpoint: "https://" + h.name}, true
	}
}

// tlsHosts are the hosts, with ports, that the file may need certificates for.
func (h registryHosts) tlsHosts() []string {
	var out []string

	if s, ok := h.server(); ok {
		out = append(out, hostOf(s.EndpointEndpoint))
	}

	for _, e := range h.endpoints {
		out = append(out, hostOf(e.EndpointEndpoint))
	}

	return out
}

func (h registryHosts) text(dir string, tls map[string]*cri.RegistryTLSConfig) string {
	var b strings.Builder

	if s, ok := h.server(); ok {
		fmt.Fprintf(&b, "server = %s\n", quote(withPath(s)))
		b.WriteString(`capabilities = ["pull", "resolve"]` + "\n")
		hostSettings(&b, s, dir, tls)
	}

	for _, e := range h.endpoints {
		fmt.Fprintf(&b, "\n[host.%s]\n", quote(withPath(e)))
		b.WriteString(`capabilities = ["pull", "resolve"]` + "\n")
		hostSettings(&b, e, dir, tls)
	}

	return b.String()
}

// withPath appends the API's version, as containerd does unless told that the
// path is complete.
func withPath(e cri.RegistryEndpointConfig) string {
	return strings.TrimRight(e.EndpointEndpoint, "/")
}

func hostSettings(b *strings.Builder, e cri.RegistryEndpointConfig, dir string, tls map[string]*cri.RegistryTLSConfig) {
	if e.EndpointOverridePath {
		b.WriteString("override_path = true\n")
	}

	host := hostOf(e.EndpointEndpoint)

	t := tls[host]
	if t == nil {
		return
	}

	base := VisibleDir + "/" + dir + "/" + hostDir(host)

	if len(t.TLSCA) > 0 {
		fmt.Fprintf(b, "ca = %s\n", quote(base+"-ca.crt"))
	}

	if t.TLSClientIdentity != nil {
		fmt.Fprintf(b, "client = [[%s, %s]]\n", quote(base+"-client.crt"), quote(base+"-client.key"))
	}

	if t.TLSInsecureSkipVerify {
		b.WriteString("skip_verify = true\n")
	}
}

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return endpoint
	}

	return u.Host
}

// hostDir is the directory containerd looks in for a registry: a port stands
// between underscores, and the registry of all others has a name of its own.
func hostDir(host string) string {
	if host == "*" {
		return "_default"
	}

	if i := strings.LastIndexByte(host, ':'); i > 0 {
		if port := host[i+1:]; isPort(port) {
			host = host[:i] + "_" + port + "_"
		}
	}

	return strings.NewReplacer("/", "_", "\x00", "_").Replace(host)
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)

	return err == nil
}

// overridden merges overrides into a specification.
func overridden(spec, overrides map[string]any) (string, error) {
	text, err := json.MarshalIndent(merge(spec, overrides), "", "  ")
	if err != nil {
		return "", fmt.Errorf("render base runtime spec: %w", err)
	}

	return string(text), nil
}

// merge lays b over a: objects key by key, everything else whole.
func merge(a, b map[string]any) map[string]any {
	out := maps.Clone(a)

	for k, v := range b {
		under, ok1 := out[k].(map[string]any)
		over, ok2 := v.(map[string]any)

		if ok1 && ok2 {
			v = merge(under, over)
		}

		out[k] = v
	}

	return out
}

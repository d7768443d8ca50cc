package parts

// module is one Go module (or one of our own small programs) and the programs
// built from it, all by one go command so that shared packages compile once.
type module struct {
	// name is the folder in hack/thirdparty, which holds the pins.
	name string
	// path is the module whose version is the part's version; empty for programs
	// of our own.
	path string
	// programs maps the name of a program to its package.
	programs map[string]string
	tags     string
	// stamp makes the -X flags for a version without its "v".
	stamp func(version string) map[string]string
	// cgo links statically against the C library of the packages, not of the host.
	cgo bool
	// hint is shown when the build starts cold.
	hint string
}

const kube = "k8s.io/kubernetes/cmd/"

// modules is the table of what is built.
var modules = []module{
	{
		name: "kubernetes", path: "k8s.io/kubernetes",
		programs: map[string]string{
			"kubelet":                 kube + "kubelet",
			"kube-apiserver":          kube + "kube-apiserver",
			"kube-controller-manager": kube + "kube-controller-manager",
			"kube-scheduler":          kube + "kube-scheduler",
			"kube-proxy":              kube + "kube-proxy",
			"kubectl":                 kube + "kubectl",
		},
		// As upstream's release; selinux is left out, this system has none.
		tags:  "notest,grpcnotrace",
		stamp: stampKubernetes,
		hint:  "about 8 minutes on two cores",
	},
	{
		name: "containerd", path: "github.com/containerd/containerd/v2",
		programs: map[string]string{
			"containerd":              "github.com/containerd/containerd/v2/cmd/containerd",
			"containerd-shim-runc-v2": "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
		},
		// Only overlayfs is ever used, there is no systemd to notify, and nothing
		// reports traces.
		tags: "no_btrfs,no_devmapper,no_zfs,no_tracing,no_systemd,no_rdt,grpcnotrace",
		stamp: func(v string) map[string]string {
			return map[string]string{"github.com/containerd/containerd/v2/version.Version": "v" + v}
		},
		hint: "about a minute",
	},
	{
		name: "runc", path: "github.com/opencontainers/runc",
		programs: map[string]string{"runc": "github.com/opencontainers/runc"},
		tags:     "seccomp,netgo,osusergo,runc_nocriu",
		cgo:      true,
	},
	{
		name: "etcd", path: "go.etcd.io/etcd/server/v3",
		programs: map[string]string{"etcd": "go.etcd.io/etcd/server/v3", "etcdutl": "go.etcd.io/etcd/etcdutl/v3"},
		tags:     "grpcnotrace",
	},
	{
		name: "cni", path: "github.com/containernetworking/plugins",
		// What flannel's and the usual other networks chain. bridge and host-local
		// are flannel's own delegates.
		programs: map[string]string{
			"bridge":     cniPlugins + "main/bridge",
			"loopback":   cniPlugins + "main/loopback",
			"ptp":        cniPlugins + "main/ptp",
			"host-local": cniPlugins + "ipam/host-local",
			"static":     cniPlugins + "ipam/static",
			"portmap":    cniPlugins + "meta/portmap",
			"firewall":   cniPlugins + "meta/firewall",
			"bandwidth":  cniPlugins + "meta/bandwidth",
			"tuning":     cniPlugins + "meta/tuning",
			"flannel":    "./flannel",
		},
		stamp: func(v string) map[string]string {
			return map[string]string{"github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion": "v" + v}
		},
	},
	{
		name: "coredns", path: "github.com/coredns/coredns",
		programs: map[string]string{"coredns": "."},
		tags:     "grpcnotrace",
	},
	{
		name: "flannel", path: "github.com/flannel-io/flannel",
		programs: map[string]string{"flanneld": "."},
		stamp: func(v string) map[string]string {
			return map[string]string{"github.com/flannel-io/flannel/pkg/version.Version": "v" + v}
		},
	},
	{
		name: "own",
		programs: map[string]string{
			"pause":   "./pause",
			"cp":      "./cp",
			"testpod": "./testpod",
		},
	},
}

const cniPlugins = "github.com/containernetworking/plugins/plugins/"

// CNIPlugins are the programs that belong in /opt/cni/bin.
func CNIPlugins() []string {
	for _, m := range modules {
		if m.name == "cni" {
			return sortedKeys(m.programs)
		}
	}

	return nil
}

func stampKubernetes(version string) map[string]string {
	major, minor, _ := cutVersion(version)
	out := map[string]string{}

	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		out[pkg+".gitVersion"] = "v" + version
		out[pkg+".gitMajor"] = major
		out[pkg+".gitMinor"] = minor
		out[pkg+".gitTreeState"] = "clean"
	}

	return out
}

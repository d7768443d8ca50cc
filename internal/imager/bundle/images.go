package bundle

import (
	"fmt"
	"strings"

	"github.com/talos-os/talos/internal/imager/parts"
	config "github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// TestPod is the image of a pod that answers over HTTP ("serve :8080") or asks
// another one ("ask url"). It is how a local cluster proves that it works.
const TestPod = "ghcr.io/talos-os/testpod:v1"

// image is what one image of the bundle is made of.
type image struct {
	// refs are complete references; all name the same image.
	refs []string
	// programs maps places in the image to Go programs of the parts.
	programs map[string]string
	// tools are files of Debian packages, with the libraries they need.
	tools []string
	// entrypoint is what runs when a pod names no command.
	entrypoint []string
	user       string
	// certs adds the certificate authorities: the program speaks to servers that
	// no cluster authority vouches for.
	certs bool
}

// images is the table of the bundle. Places of programs and users are those of
// the upstream images, so that a manifest made for these works with both.
//
// kubelet runs mount(8) for volumes. kube-proxy and flanneld run nft(8); no
// image has iptables, and both say so when a config asks for it.
func images(set *parts.Set) ([]image, error) {
	for _, pin := range []struct{ module, want string }{
		{"kubernetes", config.DefaultKubernetesVersion},
		{"etcd", config.DefaultEtcdVersion},
		{"coredns", config.DefaultCoreDNSVersion},
		{"flannel", config.DefaultFlannelVersion},
	} {
		if have := set.ModuleVersion(pin.module); have != strings.TrimPrefix(pin.want, "v") {
			return nil, fmt.Errorf("hack/thirdparty/%s pins %s, a config asks for %s by default", pin.module, have, pin.want)
		}
	}

	kubernetes := "v" + config.DefaultKubernetesVersion

	list := []image{
		{
			refs:       []string{config.KubeletImage + ":" + kubernetes},
			programs:   map[string]string{"/usr/local/bin/kubelet": "kubelet"},
			tools:      []string{"/usr/bin/mount", "/usr/bin/umount"},
			entrypoint: []string{"/usr/local/bin/kubelet"},
			certs:      true,
		},
		{
			refs:       []string{config.KubeProxyImage + ":" + kubernetes},
			programs:   map[string]string{"/usr/local/bin/kube-proxy": "kube-proxy"},
			tools:      []string{"/usr/sbin/nft"},
			entrypoint: []string{"/usr/local/bin/kube-proxy"},
		},
		{
			// From 3.6 on upstream's tags have a "v"; both forms are answered.
			refs: []string{
				config.EtcdImage + ":" + config.DefaultEtcdVersion,
				config.EtcdImage + ":v" + config.DefaultEtcdVersion,
			},
			programs:   map[string]string{"/usr/local/bin/etcd": "etcd", "/usr/local/bin/etcdutl": "etcdutl"},
			entrypoint: []string{"/usr/local/bin/etcd"},
		},
		{
			refs:       []string{config.CoreDNSImage + ":" + config.DefaultCoreDNSVersion},
			programs:   map[string]string{"/coredns": "coredns"},
			entrypoint: []string{"/coredns"},
			user:       "65532:65532",
			certs:      true,
		},
		{
			refs: []string{config.DefaultFlannelImage},
			programs: map[string]string{
				"/opt/bin/flanneld": "flanneld",
				// Init containers of flannel's manifests copy the network
				// configuration, and where the OS has none the plugin: `cp -f from to`.
				"/usr/bin/cp": "cp",
				"/flannel":    "flannel",
			},
			tools:      []string{"/usr/sbin/nft"},
			entrypoint: []string{"/opt/bin/flanneld"},
			certs:      true,
		},
		{
			refs:       []string{config.DefaultPauseImage},
			programs:   map[string]string{"/pause": "pause"},
			entrypoint: []string{"/pause"},
			user:       "65535:65535",
		},
		{
			refs:       []string{TestPod},
			programs:   map[string]string{"/testpod": "testpod"},
			entrypoint: []string{"/testpod"},
			user:       "65534:65534",
		},
	}

	for name, ref := range map[string]string{
		"kube-apiserver":          config.KubeAPIServerImage,
		"kube-controller-manager": config.KubeControllerManagerImage,
		"kube-scheduler":          config.KubeSchedulerImage,
	} {
		list = append(list, image{
			refs:       []string{ref + ":" + kubernetes},
			programs:   map[string]string{"/usr/local/bin/" + name: name},
			entrypoint: []string{"/usr/local/bin/" + name},
			certs:      true,
		})
	}

	return list, nil
}

// etc is the same in every image: a program that asks who it is or where names
// are looked up finds an answer.
var etc = map[string]string{
	"/etc/passwd": "root:x:0:0:root:/root:/sbin/nologin\n" +
		"nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n" +
		"nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
	"/etc/group":         "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n",
	"/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nnetworks: files\nprotocols: files\nservices: files\n",
}

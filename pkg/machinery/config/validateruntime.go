package config

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// runtime checks the documents about what runs on a machine besides Kubernetes, and
// about images.
func (k *checker) runtime(doc document.Document) {
	switch d := doc.(type) {
	case *document.SysctlConfig:
		k.kernelParams("params", d.Params)
	case *document.SysfsConfig:
		k.kernelParams("params", d.Params)
	case *document.EnvironmentConfig:
		k.environment("variables", d.Variables)
	case *document.KernelModuleConfig:
		k.badErr("name", moduleName(d.Name))
	case *document.WatchdogTimerConfig:
		k.missing(d.Device == "", "device")

		if d.Device != "" && !strings.HasPrefix(d.Device, "/dev/") {
			k.bad("device", "use a path like /dev/watchdog0", "%q is not a device", d.Device)
		}

		if d.Timeout != 0 && d.Timeout < 10*time.Second {
			k.bad("timeout", "use 10s or more", "%s leaves no time for a busy machine", d.Timeout)
		}
	case *document.EventSinkConfig:
		k.missing(d.Endpoint == "", "endpoint")
		k.hostPort("endpoint", d.Endpoint)
	case *document.KmsgLogConfig:
		k.missing(d.URL.IsZero(), "url")

		if !d.URL.IsZero() {
			k.hostPort("url", d.URL.Host)
		}
	case *document.SideroLinkConfig:
		k.missing(d.APIURL.IsZero(), "apiUrl")
	case *document.OOMConfig:
		k.period("sampleInterval", d.SampleInterval)
	case *document.TrustedRootsConfig:
		k.badErr("certificates", isPEM([]byte(d.Certificates), "CERTIFICATE"))
	case *document.ExtensionServiceConfig:
		for i, f := range d.ConfigFiles {
			k.absolute(fmt.Sprintf("configFiles[%d].mountPath", i), f.MountPath)
		}

		k.assignments("environment", d.Environment)
	case *document.ContainerConfig:
		k.missing(d.Image == "", "image")
		k.assignments("environment", d.Environment)

		for i, m := range d.Mounts {
			k.containerMount(fmt.Sprintf("mounts[%d]", i), m)
		}
	case *document.RegistryAuthConfig:
		if (d.Username == "") != (d.Password == "") {
			k.bad("username", "", "a user name and a password belong together")
		}

		k.missing(d.Username == "" && d.Auth == "" && d.IdentityToken == "", "username")
	case *document.RegistryTLSConfig:
		if d.CA != "" {
			k.badErr("ca", isPEM(pemBytes(d.CA), "CERTIFICATE"))
		}

		if c := d.ClientIdentity; c != nil {
			k.badErr("clientIdentity.cert", isPEM(pemBytes(c.Cert), "CERTIFICATE"))

			if c.Key != Redacted {
				k.badErr("clientIdentity.key", isPEM(pemBytes(c.Key), "PRIVATE KEY"))
			}
		}
	case *document.ImageVerificationConfig:
		for i, r := range d.Rules {
			k.verification(fmt.Sprintf("rules[%d]", i), r)
		}
	}
}

func (k *checker) containerMount(at string, m document.ContainerMount) {
	n := 0

	if m.UserVolume != nil {
		n++

		k.missing(m.UserVolume.Name == "", at+".userVolume.name")
		k.absolute(at+".userVolume.destination", m.UserVolume.Destination)
	}

	if m.Tmpfs != nil {
		n++

		k.absolute(at+".tmpfs.destination", m.Tmpfs.Destination)
	}

	if m.HostPath != nil {
		n++

		k.absolute(at+".hostPath.source", m.HostPath.Source)
		k.absolute(at+".hostPath.destination", m.HostPath.Destination)
	}

	if n != 1 {
		k.bad(at, "give one of userVolume, tmpfs, hostPath", "a mount has %d sources", n)
	}
}

func (k *checker) verification(at string, r document.ImageVerificationRule) {
	k.missing(r.Image == "", at+".image")

	n := 0

	for _, set := range []bool{document.Or(r.Skip, false), document.Or(r.Deny, false), r.Keyless != nil, r.PublicKey != nil} {
		if set {
			n++
		}
	}

	if n != 1 {
		k.bad(at, "give one of skip, deny, keyless, publicKey", "a rule has %d verdicts", n)
	}

	if v := r.Keyless; v != nil {
		k.missing(v.Issuer == "", at+".keyless.issuer")

		if (v.Subject == "") == (v.SubjectRegex == "") {
			k.bad(at+".keyless", "give one of subject and subjectRegex", "nothing or too much says who signed")
		}

		if _, err := regexp.Compile(v.SubjectRegex); err != nil {
			k.bad(at+".keyless.subjectRegex", "", "%s", err)
		}
	}

	if v := r.PublicKey; v != nil {
		k.missing(v.Certificate == "", at+".publicKey.certificate")
	}
}

// absolute checks a path that starts at the root.
func (k *checker) absolute(at, s string) {
	if !path.IsAbs(s) {
		k.bad(at, "", "%q is not an absolute path", s)
	}
}

// assignments are variables as NAME=value.
func (k *checker) assignments(at string, list []string) {
	for i, s := range list {
		name, _, ok := strings.Cut(s, "=")
		if !ok || variable(name) != nil {
			k.bad(fmt.Sprintf("%s[%d]", at, i), "write NAME=value", "%q is not a variable", s)
		}
	}
}

func (k *checker) environment(at string, vars map[string]string) {
	for name := range vars {
		k.badErr(tree.Under(at, name), variable(name))
	}
}

func variable(name string) error {
	if name == "" || strings.ContainsAny(name, "= \t\n\x00") {
		return fmt.Errorf("%q is not the name of an environment variable", name)
	}

	return nil
}

func moduleName(s string) error {
	if strings.ContainsAny(s, "/. \t\n") {
		return fmt.Errorf("%q is not the name of a kernel module; write it without path and .ko", s)
	}

	return nil
}

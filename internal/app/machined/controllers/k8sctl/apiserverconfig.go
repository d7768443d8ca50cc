package k8sctl

import (
	"context"
	"strconv"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// APIServerConfig takes the API server's settings from the config.
func APIServerConfig() controller.Controller {
	return forControlPlane("k8s.ControlPlaneAPIServerController", k8s.APIServerConfigs.Shared(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			return []controller.Item{controller.Want(k8s.APIServerConfigs, k8s.APIServerConfigID, apiServerConfig(c))}, nil
		})
}

func apiServerConfig(c *v1alpha1.Config) k8s.APIServerConfigSpec {
	s := c.Cluster.APIServer
	extra := argValues(s.ExtraArgs)

	return k8s.APIServerConfigSpec{
		Image:                   s.Image,
		CloudProvider:           cloudProvider(c),
		ControlPlaneEndpoint:    c.Cluster.ControlPlane.Endpoint.String(),
		EtcdServers:             []string{"https://127.0.0.1:2379"},
		LocalPort:               c.Cluster.ControlPlane.LocalAPIServerPort,
		ServiceCIDRs:            c.Cluster.Network.ServiceSubnets,
		ExtraArgs:               extra,
		ExtraVolumes:            volumes(s.ExtraVolumes),
		EnvironmentVariables:    s.Env,
		AdvertisedAddress:       "$(POD_IP)",
		Resources:               resources(s.Resources, "200m", "512Mi"),
		StartupProbesEnabled:    c.Folded.APIServerStartupProbes,
		UseAuthenticationConfig: useAuthenticationConfig(extra),
	}
}

func cloudProvider(c *v1alpha1.Config) string {
	if ext := c.Cluster.ExternalCloudProvider.Enabled; ext != nil && *ext {
		return "external"
	}

	return ""
}

// useAuthenticationConfig tells whether the API server can read an authentication
// file: it refuses to when flags say anything about the same.
func useAuthenticationConfig(extra map[string]k8s.ArgValues) bool {
	for name := range extra {
		if name == "anonymous-auth" || name == "authentication-config" || strings.HasPrefix(name, "oidc-") {
			return false
		}
	}

	return true
}

// useAuthorizationConfig is the same of authorization.
func useAuthorizationConfig(extra map[string]k8s.ArgValues) bool {
	for name := range extra {
		if name == "authorization-mode" || name == "authorization-config" || strings.HasPrefix(name, "authorization-webhook-") {
			return false
		}
	}

	return true
}

// Where the API server finds its files, on the node and in the pod alike.
const (
	secretsDir         = "/system/secrets/kubernetes"
	configDir          = "/system/config/kubernetes"
	apiServerSecrets   = secretsDir + "/kube-apiserver"
	apiServerConfigs   = configDir + "/kube-apiserver"
	managerSecrets     = secretsDir + "/kube-controller-manager"
	schedulerSecrets   = secretsDir + "/kube-scheduler"
	schedulerConfigs   = configDir + "/kube-scheduler"
	auditLogDir        = "/var/log/audit/kube"
	encryptionFile     = apiServerSecrets + "/encryptionconfig.yaml"
	admissionFile      = apiServerConfigs + "/admission-control-config.yaml"
	auditPolicyFile    = apiServerConfigs + "/auditpolicy.yaml"
	authorizationFile  = apiServerConfigs + "/authorization-config.yaml"
	authenticationFile = apiServerConfigs + "/authentication-config.yaml"
)

// FinalAPIServer works the API server's command line out.
func FinalAPIServer() controller.Controller {
	type view struct {
		config *k8s.APIServerConfigSpec
		root   *secrets.KubernetesRootSpec
	}

	return controller.Derive[view]{
		Name: "k8s.ControlPlaneAPIServerFinalController",
		Inputs: controller.In(
			k8s.APIServerConfigs.Weak(),
			secrets.KubernetesRootSecrets.Weak(idOf(secrets.KubernetesRootID)),
		),
		Outputs: controller.Out(k8s.APIServerConfigs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.config, err = find(ctx, r, k8s.APIServerConfigs, k8s.APIServerConfigID); err != nil {
				return v, err
			}

			v.root, err = find(ctx, r, secrets.KubernetesRootSecrets, secrets.KubernetesRootID)

			return v, err
		},
		Plan: func(v view) ([]controller.Item, error) {
			if v.config == nil || v.root == nil {
				return nil, nil
			}

			final := *v.config
			final.Args = apiServerArgs(final, *v.root)

			return []controller.Item{controller.Want(k8s.APIServerConfigs, k8s.FinalAPIServerConfigID, final)}, nil
		},
	}.Build()
}

var apiServerPolicies = map[string]mergePolicy{
	"enable-admission-plugins":         join,
	"feature-gates":                    join,
	"service-account-issuer":           overwrite,
	"authorization-mode":               overwrite,
	"tls-cipher-suites":                overwrite,
	"etcd-servers":                     refuse,
	"client-ca-file":                   refuse,
	"requestheader-client-ca-file":     refuse,
	"proxy-client-cert-file":           refuse,
	"proxy-client-key-file":            refuse,
	"secure-port":                      refuse,
	"bind-address":                     refuse,
	"encryption-provider-config":       refuse,
	"etcd-cafile":                      refuse,
	"etcd-certfile":                    refuse,
	"etcd-keyfile":                     refuse,
	"kubelet-client-certificate":       refuse,
	"kubelet-client-key":               refuse,
	"service-account-key-file":         refuse,
	"service-account-signing-key-file": refuse,
	"tls-cert-file":                    refuse,
	"tls-private-key-file":             refuse,
}

func apiServerArgs(c k8s.APIServerConfigSpec, root secrets.KubernetesRootSpec) []string {
	a := args{}

	a.set("admission-control-config-file", admissionFile)
	a.set("allow-privileged", "true")
	a.set("advertise-address", c.AdvertisedAddress)
	a.set("api-audiences", strings.Join(root.APIAudiences, ","))
	a.set("audit-log-maxage", "30")
	a.set("audit-log-maxbackup", "10")
	a.set("audit-log-maxsize", "100")
	a.set("audit-log-path", auditLogDir+"/kube-apiserver.log")
	a.set("audit-policy-file", auditPolicyFile)
	a.set("bind-address", bindAddress(c.ServiceCIDRs))
	a.set("client-ca-file", apiServerSecrets+"/ca.crt")
	a.set("enable-admission-plugins", "NodeRestriction")
	a.set("enable-bootstrap-token-auth", "true")
	a.set("encryption-provider-config", encryptionFile)
	a.set("etcd-cafile", apiServerSecrets+"/etcd-client-ca.crt")
	a.set("etcd-certfile", apiServerSecrets+"/etcd-client.crt")
	a.set("etcd-keyfile", apiServerSecrets+"/etcd-client.key")
	a.set("etcd-servers", strings.Join(c.EtcdServers, ","))
	a.set("kubelet-client-certificate", apiServerSecrets+"/apiserver-kubelet-client.crt")
	a.set("kubelet-client-key", apiServerSecrets+"/apiserver-kubelet-client.key")
	a.set("kubelet-preferred-address-types", "InternalIP,ExternalIP,Hostname")
	a.set("profiling", "false")
	a.set("proxy-client-cert-file", apiServerSecrets+"/front-proxy-client.crt")
	a.set("proxy-client-key-file", apiServerSecrets+"/front-proxy-client.key")
	a.set("requestheader-allowed-names", "front-proxy-client")
	a.set("requestheader-client-ca-file", apiServerSecrets+"/aggregator-ca.crt")
	a.set("requestheader-extra-headers-prefix", "X-Remote-Extra-")
	a.set("requestheader-group-headers", "X-Remote-Group")
	a.set("requestheader-username-headers", "X-Remote-User")
	a.set("secure-port", strconv.Itoa(c.LocalPort))
	// The first issuer signs; tokens of the others are accepted.
	a.set("service-account-issuer", append([]string{root.IssuerURL}, root.AcceptedIssuers...)...)
	a.set("service-account-key-file", apiServerSecrets+"/service-account.pub")
	a.set("service-account-signing-key-file", apiServerSecrets+"/service-account.key")
	a.set("service-cluster-ip-range", strings.Join(c.ServiceCIDRs, ","))
	a.set("tls-cert-file", apiServerSecrets+"/apiserver.crt")
	a.set("tls-private-key-file", apiServerSecrets+"/apiserver.key")
	a.set("tls-min-version", "VersionTLS13")

	if c.UseAuthenticationConfig {
		a.set("authentication-config", authenticationFile)
	} else {
		a.set("anonymous-auth", "false")
	}

	if useAuthorizationConfig(c.ExtraArgs) {
		a.set("authorization-config", authorizationFile)
	} else {
		a.set("authorization-mode", "Node,RBAC")
	}

	return argList(a.with(c.ExtraArgs, apiServerPolicies))
}

// bindAddress is every address of both families; the form only tells which
// family to prefer.
func bindAddress(serviceCIDRs []string) string {
	if len(serviceCIDRs) > 0 && strings.Contains(serviceCIDRs[0], ":") {
		return "::"
	}

	return "0.0.0.0"
}

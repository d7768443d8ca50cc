package k8sctl

import (
	"context"
	"fmt"
	"slices"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// AdmissionControl takes the admission plugins' settings from the config.
func AdmissionControl() controller.Controller {
	return forControlPlane("k8s.ControlPlaneAdmissionControlController", k8s.AdmissionControlConfigs.Exclusive(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			spec := k8s.AdmissionControlConfigSpec{Config: []k8s.AdmissionPluginSpec{}}

			for _, p := range c.Cluster.APIServer.AdmissionControl {
				spec.Config = append(spec.Config, k8s.AdmissionPluginSpec{Name: p.Name, Configuration: plain(p.Configuration)})
			}

			return []controller.Item{controller.Want(k8s.AdmissionControlConfigs, k8s.AdmissionControlConfigID, spec)}, nil
		})
}

func admissionFileContent(spec k8s.AdmissionControlConfigSpec) map[string]any {
	plugins := []any{}

	for _, p := range spec.Config {
		plugins = append(plugins, map[string]any{"name": p.Name, "configuration": p.Configuration})
	}

	return map[string]any{
		"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration", "plugins": plugins,
	}
}

// AuditPolicy takes the audit policy from the config; without one, who did what
// is recorded but not the contents.
func AuditPolicy() controller.Controller {
	return forControlPlane("k8s.ControlPlaneAuditPolicyController", k8s.AuditPolicyConfigs.Exclusive(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			policy := plain(c.Cluster.APIServer.AuditPolicy)
			if len(policy) == 0 {
				policy = map[string]any{
					"apiVersion": "audit.k8s.io/v1", "kind": "Policy",
					"rules": []any{map[string]any{"level": "Metadata"}},
				}
			}

			return []controller.Item{controller.Want(k8s.AuditPolicyConfigs, k8s.AuditPolicyConfigID,
				k8s.AuditPolicyConfigSpec{Config: policy})}, nil
		})
}

// Authentication says who may call without a certificate or token: nobody, but
// for the health endpoints that the kubelet probes.
func Authentication() controller.Controller {
	return forControlPlane("k8s.ControlPlaneAuthenticationController", k8s.AuthenticationConfigs.Exclusive(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			return []controller.Item{controller.Want(k8s.AuthenticationConfigs, k8s.AuthenticationConfigID,
				k8s.AuthenticationConfigSpec{
					Config: authenticationConfig(plain(c.Folded.Authentication), minorOf(c.Cluster.APIServer.Image)),
				})}, nil
		})
}

func authenticationConfig(given map[string]any, minor int) map[string]any {
	out := map[string]any{
		"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthenticationConfiguration",
		"anonymous": map[string]any{
			"enabled": true,
			"conditions": []any{
				map[string]any{"path": "/livez"}, map[string]any{"path": "/readyz"}, map[string]any{"path": "/healthz"},
			},
		},
	}

	if minor < 34 {
		out["apiVersion"] = "apiserver.config.k8s.io/v1beta1"
	}

	for k, v := range given {
		out[k] = v
	}

	return out
}

// Authorization lists who decides whether a call is allowed.
func Authorization() controller.Controller {
	return forControlPlane("k8s.ControlPlaneAuthorizationController", k8s.AuthorizationConfigs.Exclusive(),
		func(_ *config.Config, c *v1alpha1.Config) ([]controller.Item, error) {
			return []controller.Item{controller.Want(k8s.AuthorizationConfigs, k8s.AuthorizationConfigID,
				k8s.AuthorizationConfigSpec{
					Image: c.Cluster.APIServer.Image, Config: authorizers(c.Cluster.APIServer.AuthorizationConfig),
				})}, nil
		})
}

// authorizers puts Node and RBAC first unless the config places them: without
// either, nodes and the control plane itself are locked out.
func authorizers(given []v1alpha1.AuthorizationConfigAuthorizerConfig) []k8s.AuthorizationAuthorizersSpec {
	var out []k8s.AuthorizationAuthorizersSpec

	for _, builtin := range []struct{ typ, name string }{{"Node", "node"}, {"RBAC", "rbac"}} {
		if !slices.ContainsFunc(given, func(a v1alpha1.AuthorizationConfigAuthorizerConfig) bool { return a.Type == builtin.typ }) {
			out = append(out, k8s.AuthorizationAuthorizersSpec{Type: builtin.typ, Name: builtin.name})
		}
	}

	for _, a := range given {
		out = append(out, k8s.AuthorizationAuthorizersSpec{Type: a.Type, Name: a.Name, Webhook: plain(a.Webhook)})
	}

	return out
}

func authorizationFileContent(spec k8s.AuthorizationConfigSpec) map[string]any {
	list := []any{}

	for _, a := range spec.Config {
		entry := map[string]any{"type": a.Type, "name": a.Name}
		if len(a.Webhook) > 0 {
			entry["webhook"] = a.Webhook
		}

		list = append(list, entry)
	}

	return map[string]any{
		"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthorizationConfiguration", "authorizers": list,
	}
}

// EtcdEncryption says how secrets are encrypted in etcd.
func EtcdEncryption() controller.Controller {
	return controller.Derive[*secrets.KubernetesRootSpec]{
		Name:    "k8s.EtcdEncryptionConfigController",
		Inputs:  controller.In(secrets.KubernetesRootSecrets.Weak(idOf(secrets.KubernetesRootID))),
		Outputs: controller.Out(k8s.EtcdEncryptionConfigs.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (*secrets.KubernetesRootSpec, error) {
			return find(ctx, r, secrets.KubernetesRootSecrets, secrets.KubernetesRootID)
		},
		Plan: func(root *secrets.KubernetesRootSpec) ([]controller.Item, error) {
			if root == nil {
				return nil, nil
			}

			text, err := encryptionConfig(*root)
			if err != nil {
				return nil, err
			}

			return []controller.Item{controller.Want(k8s.EtcdEncryptionConfigs, k8s.EtcdEncryptionConfigID,
				k8s.EtcdEncryptionConfigSpec{Configuration: text})}, nil
		},
	}.Build()
}

func encryptionConfig(root secrets.KubernetesRootSpec) (string, error) {
	doc := root.EtcdEncryptionConfig

	if len(doc) == 0 {
		providers := []any{}

		add := func(name, key, secret string) {
			if secret != "" {
				providers = append(providers, map[string]any{name: map[string]any{
					"keys": []any{map[string]any{"name": key, "secret": secret}},
				}})
			}
		}

		// The first one encrypts, the rest can still be read.
		add("secretbox", "key2", root.SecretboxEncryptionSecret)
		add("aescbc", "key1", root.AESCBCEncryptionSecret)

		providers = append(providers, map[string]any{"identity": map[string]any{}})

		doc = map[string]any{
			"apiVersion": "apiserver.config.k8s.io/v1", "kind": "EncryptionConfiguration",
			"resources": []any{map[string]any{"resources": []any{"secrets"}, "providers": providers}},
		}
	}

	out, err := yaml.Marshal(doc)
	if err != nil {
		return "", fmt.Errorf("write etcd encryption config: %w", err)
	}

	return string(out), nil
}

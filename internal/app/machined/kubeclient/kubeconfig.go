package kubeclient

import (
	"encoding/base64"
	"fmt"
	"os"

	"go.yaml.in/yaml/v4"
)

type kubeconfig struct {
	CurrentContext string `yaml:"current-context"`
	Clusters       []struct {
		Name    string
		Cluster struct {
			Server        string
			TLSServerName string `yaml:"tls-server-name"`
			CAData        string `yaml:"certificate-authority-data"`
			CAFile        string `yaml:"certificate-authority"`
		}
	}
	Contexts []struct {
		Name    string
		Context struct{ Cluster, User string }
	}
	Users []struct {
		Name string
		User struct {
			CertData string `yaml:"client-certificate-data"`
			KeyData  string `yaml:"client-key-data"`
			CertFile string `yaml:"client-certificate"`
			Token    string
		}
	}
}

// FromKubeconfig takes the current context of a kubeconfig. Of credentials it
// knows certificates (inline, or the kubelet's one file) and tokens: what the
// kubeconfigs on a node hold.
func FromKubeconfig(data []byte) (Config, error) {
	var (
		file kubeconfig
		cfg  Config
	)

	if err := yaml.Unmarshal(data, &file); err != nil {
		return cfg, fmt.Errorf("parse kubeconfig: %w", err)
	}

	var cluster, user string

	for _, c := range file.Contexts {
		if c.Name == file.CurrentContext {
			cluster, user = c.Context.Cluster, c.Context.User
		}
	}

	if cluster == "" {
		return cfg, fmt.Errorf("kubeconfig has no context %q", file.CurrentContext)
	}

	var err error

	for _, c := range file.Clusters {
		if c.Name != cluster {
			continue
		}

		cfg.Server, cfg.ServerName = c.Cluster.Server, c.Cluster.TLSServerName

		if cfg.CA, err = base64.StdEncoding.DecodeString(c.Cluster.CAData); err != nil {
			return cfg, fmt.Errorf("certificate-authority-data of cluster %s: %w", cluster, err)
		}

		if c.Cluster.CAFile != "" {
			if cfg.CA, err = os.ReadFile(c.Cluster.CAFile); err != nil {
				return cfg, err
			}
		}
	}

	for _, u := range file.Users {
		if u.Name != user {
			continue
		}

		cfg.CertFile, cfg.Token = u.User.CertFile, u.User.Token

		if cfg.Cert, err = base64.StdEncoding.DecodeString(u.User.CertData); err != nil {
			return cfg, fmt.Errorf("client-certificate-data of user %s: %w", user, err)
		}

		if cfg.Key, err = base64.StdEncoding.DecodeString(u.User.KeyData); err != nil {
			return cfg, fmt.Errorf("client-key-data of user %s: %w", user, err)
		}
	}

	if cfg.Server == "" {
		return cfg, fmt.Errorf("kubeconfig has no cluster %q", cluster)
	}

	return cfg, nil
}

// FromKubeconfigText makes a client of a kubeconfig's text.
func FromKubeconfigText(data []byte) (*Client, error) {
	cfg, err := FromKubeconfig(data)
	if err != nil {
		return nil, err
	}

	return New(cfg)
}

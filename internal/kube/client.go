// Package kube is the little of the Kubernetes API that talosctl
// needs: are the nodes ready, and does a workload answer.
//
// It speaks JSON over HTTP and knows no types: client-go would be most of
// talosctl's size, for four calls.
package kube

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Client talks to one API server. It is safe for concurrent use.
type Client struct {
	server string
	http   *http.Client
}

type kubeconfig struct {
	CurrentContext string `yaml:"current-context"`
	Clusters       []struct {
		Name    string `yaml:"name"`
		Cluster struct {
			Server string `yaml:"server"`
			CA     string `yaml:"certificate-authority-data"`
		} `yaml:"cluster"`
	} `yaml:"clusters"`
	Users []struct {
		Name string `yaml:"name"`
		User struct {
			Cert string `yaml:"client-certificate-data"`
			Key  string `yaml:"client-key-data"`
		} `yaml:"user"`
	} `yaml:"users"`
	Contexts []struct {
		Name    string `yaml:"name"`
		Context struct {
			Cluster string `yaml:"cluster"`
			User    string `yaml:"user"`
		} `yaml:"context"`
	} `yaml:"contexts"`
}

// New makes a client from a kubeconfig's current context, which must use
// certificates given inline. A server other than the kubeconfig's reaches the
// cluster by another address; the certificate is still checked.
func New(config []byte, server string) (*Client, error) {
	var kc kubeconfig
	if err := yaml.Unmarshal(config, &kc); err != nil {
		return nil, fmt.Errorf("read kubeconfig: %w", err)
	}

	cluster, user := "", ""

	for _, c := range kc.Contexts {
		if c.Name == kc.CurrentContext {
			cluster, user = c.Context.Cluster, c.Context.User
		}
	}

	conf := &tls.Config{MinVersion: tls.VersionTLS13}

	for _, c := range kc.Clusters {
		if c.Name != cluster {
			continue
		}

		if server == "" {
			server = c.Cluster.Server
		}

		pem, err := base64.StdEncoding.DecodeString(c.Cluster.CA)
		if err != nil {
			return nil, fmt.Errorf("read kubeconfig: certificate authority of cluster %s: %w", cluster, err)
		}

		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read kubeconfig: cluster %s has no certificate authority", cluster)
		}
	}

	for _, u := range kc.Users {
		if u.Name != user {
			continue
		}

		crt, err1 := base64.StdEncoding.DecodeString(u.User.Cert)
		key, err2 := base64.StdEncoding.DecodeString(u.User.Key)

		pair, err3 := tls.X509KeyPair(crt, key)
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, fmt.Errorf("read kubeconfig: certificate of user %s: %w", user, err)
		}

		conf.Certificates = []tls.Certificate{pair}
	}

	if server == "" || conf.RootCAs == nil || len(conf.Certificates) == 0 {
		return nil, errors.New("read kubeconfig: the current context lacks a server, certificate authority or client certificate")
	}

	return &Client{server, &http.Client{
		Transport: &http.Transport{TLSClientConfig: conf, ForceAttemptHTTP2: true},
		Timeout:   time.Minute,
	}}, nil
}

// Server is the URL of the API server.
func (c *Client) Server() string { return c.server }

// maxAnswer bounds what is read of an answer.
const maxAnswer = 16 << 20

// StatusError is an answer other than success.
type StatusError struct {
	Code    int
	Message string
}

func (e *StatusError) Error() string { return fmt.Sprintf("%d: %s", e.Code, e.Message) }

func (c *Client) do(ctx context.Context, method, path, contentType string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, c.server+path, bytes.NewReader(body))
	if err != nil {
		return err
	}

	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}

	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck

	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return err
	}

	if resp.StatusCode >= http.StatusMultipleChoices {
		var st struct {
			Message string `json:"message"`
		}

		if json.Unmarshal(raw, &st) != nil || st.Message == "" {
			st.Message = strings.TrimSpace(string(raw))
		}

		return fmt.Errorf("%s %s: %w", method, path, &StatusError{resp.StatusCode, st.Message})
	}

	switch out := out.(type) {
	case nil:
		return nil
	case *string:
		*out = string(raw)

		return nil
	default:
		return json.Unmarshal(raw, out)
	}
}

// Ready asks whether the API server says it is, and names the checks that fail.
func (c *Client) Ready(ctx context.Context) error {
	err := c.do(ctx, http.MethodGet, "/readyz", "", nil, nil)

	var se *StatusError
	if !errors.As(err, &se) {
		return err
	}

	// A line for each check, "[-]name failed: reason withheld" or "[+]name ok".
	var failing []string

	for line := range strings.Lines(se.Message) {
		if name, ok := strings.CutPrefix(line, "[-]"); ok {
			name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
			failing = append(failing, name)
		}
	}

	if len(failing) == 0 {
		return err
	}

	return fmt.Errorf("not ready yet: %s", strings.Join(failing, ", "))
}

// Node is a node and whether it is ready; Reason says why not.
type Node struct {
	Name   string
	Ready  bool
	Reason string
	// Addresses of the node inside its cluster.
	Addresses    []string
	ControlPlane bool
	// BootID is the kernel's for the boot that the node's status is of.
	BootID string
}

type condition struct {
	Type    string `json:"type"`
	Status  string `json:"status"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// Nodes lists the cluster's nodes.
func (c *Client) Nodes(ctx context.Context) ([]Node, error) {
	var list struct {
		Items []struct {
			Metadata struct {
				Name   string            `json:"name"`
				Labels map[string]string `json:"labels"`
			} `json:"metadata"`
			Status struct {
				Conditions []condition `json:"conditions"`
				Addresses  []struct {
					Type    string `json:"type"`
					Address string `json:"address"`
				} `json:"addresses"`
				NodeInfo struct {
					BootID string `json:"bootID"`
				} `json:"nodeInfo"`
			} `json:"status"`
		} `json:"items"`
	}

	if err := c.do(ctx, http.MethodGet, "/api/v1/nodes", "", nil, &list); err != nil {
		return nil, err
	}

	nodes := make([]Node, 0, len(list.Items))

	for _, item := range list.Items {
		n := Node{Name: item.Metadata.Name, Reason: "no Ready condition yet", BootID: item.Status.NodeInfo.BootID}
		_, n.ControlPlane = item.Metadata.Labels["node-role.kubernetes.io/control-plane"]

		for _, a := range item.Status.Addresses {
			if a.Type == "InternalIP" {
				n.Addresses = append(n.Addresses, a.Address)
			}
		}

		for _, cond := range item.Status.Conditions {
			if cond.Type == "Ready" {
				n.Ready, n.Reason = cond.Status == "True", cond.Reason+": "+cond.Message
			}
		}

		nodes = append(nodes, n)
	}

	return nodes, nil
}

// Apply creates or changes an object by server-side apply. path is the object's own.
func (c *Client) Apply(ctx context.Context, path string, object any) error {
	raw, err := json.Marshal(object)
	if err != nil {
		return err
	}

	return c.do(ctx, http.MethodPatch, path+"?fieldManager=talosctl&force=true", "application/apply-patch+yaml", raw, nil)
}

// Delete removes an object; one that is not there is no error.
func (c *Client) Delete(ctx context.Context, path string) error {
	err := c.do(ctx, http.MethodDelete, path, "", nil, nil)

	var st *StatusError
	if errors.As(err, &st) && st.Code == http.StatusNotFound {
		return nil
	}

	return err
}

// PodPhase is a pod's phase, and why it is waiting if it is.
func (c *Client) PodPhase(ctx context.Context, namespace, name string) (phase, why string, err error) {
	var pod struct {
		Status struct {
			Phase      string      `json:"phase"`
			Conditions []condition `json:"conditions"`
			Containers []struct {
				State struct {
					Waiting *struct {
						Reason  string `json:"reason"`
						Message string `json:"message"`
					} `json:"waiting"`
				} `json:"state"`
			} `json:"containerStatuses"`
		} `json:"status"`
	}

	if err = c.do(ctx, http.MethodGet, "/api/v1/namespaces/"+namespace+"/pods/"+name, "", nil, &pod); err != nil {
		return "", "", err
	}

	for _, cond := range pod.Status.Conditions {
		if cond.Type == "PodScheduled" && cond.Status != "True" {
			why = cond.Message
		}
	}

	for _, ct := range pod.Status.Containers {
		if ct.State.Waiting != nil {
			why = ct.State.Waiting.Reason + " " + ct.State.Waiting.Message
		}
	}

	return pod.Status.Phase, why, nil
}

// Logs reads what a pod's only container wrote.
func (c *Client) Logs(ctx context.Context, namespace, name string) (string, error) {
	var out string
	err := c.do(ctx, http.MethodGet, "/api/v1/namespaces/"+namespace+"/pods/"+name+"/log", "", nil, &out)

	return out, err
}

// Cordon keeps new pods off a node, or allows them again.
func (c *Client) Cordon(ctx context.Context, node string, off bool) error {
	patch := fmt.Sprintf(`{"spec":{"unschedulable":%t}}`, off)

	return c.do(ctx, http.MethodPatch, "/api/v1/nodes/"+node, "application/merge-patch+json", []byte(patch), nil)
}

// Evict asks for the eviction of a node's pods and returns those still there.
// Static pods and those of daemon sets would come back at once, and are left.
func (c *Client) Evict(ctx context.Context, node string) (left []string, err error) {
	var list struct {
		Items []struct {
			Metadata struct {
				Name        string            `json:"name"`
				Namespace   string            `json:"namespace"`
				Annotations map[string]string `json:"annotations"`
				Owners      []struct {
					Kind string `json:"kind"`
				} `json:"ownerReferences"`
			} `json:"metadata"`
			Status struct {
				Phase string `json:"phase"`
			} `json:"status"`
		} `json:"items"`
	}

	if err = c.do(ctx, http.MethodGet, "/api/v1/pods?fieldSelector=spec.nodeName%3D"+node, "", nil, &list); err != nil {
		return nil, err
	}

	var errs []error

	for _, p := range list.Items {
		_, static := p.Metadata.Annotations["kubernetes.io/config.mirror"]
		daemon := len(p.Metadata.Owners) > 0 && p.Metadata.Owners[0].Kind == "DaemonSet"

		if static || daemon || p.Status.Phase == "Succeeded" || p.Status.Phase == "Failed" {
			continue
		}

		left = append(left, p.Metadata.Namespace+"/"+p.Metadata.Name)

		raw, err := json.Marshal(map[string]any{
			"apiVersion": "policy/v1", "kind": "Eviction",
			"metadata": map[string]string{"name": p.Metadata.Name, "namespace": p.Metadata.Namespace},
		})
		if err != nil {
			return nil, err
		}

		err = c.do(ctx, http.MethodPost, "/api/v1/namespaces/"+p.Metadata.Namespace+"/pods/"+p.Metadata.Name+"/eviction", "application/json", raw, nil)

		var st *StatusError

		switch {
		case err == nil:
		case errors.As(err, &st) && (st.Code == http.StatusNotFound || st.Code == http.StatusTooManyRequests):
			// Gone already, or a disruption budget says later.
		default:
			errs = append(errs, err)
		}
	}

	return left, errors.Join(errs...)
}

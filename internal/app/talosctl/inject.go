package talosctl

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/role"
)

// Where a node puts the client configuration for pods, as clients look for it.
const (
	accountVolume = "talos-secrets"
	accountMount  = "/var/run/secrets/talos.dev"

	accountVersion = "talos.dev/v1alpha1"
	accountKind    = "ServiceAccount"
)

func newInjectCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inject",
		Short: "Add access to the nodes' API to Kubernetes manifests",
	}

	cmd.AddCommand(newInjectServiceAccountCmd(a))

	return cmd
}

func newInjectServiceAccountCmd(a *app) *cobra.Command {
	var (
		file  string
		roles []string
	)

	cmd := &cobra.Command{
		Use:     "serviceaccount [--roles='<ROLE_1>,<ROLE_2>'] -f <manifest.yaml>",
		Aliases: []string{"tsa"},
		Short:   "Give the pods of a manifest a service account for the nodes' API",
		Long: `Adds a ServiceAccount of talos.dev to a manifest for everything in it that makes
pods, and mounts its secret there. The cluster must allow it: see
machine.features.kubernetesTalosAPIAccess. Comments of the manifest survive.`,
		Example: `  talosctl inject serviceaccount --roles os:admin -f deployment.yaml > injected.yaml`,
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if err := a.knownRoles(roles); err != nil {
				return err
			}

			raw, err := a.readInput(file)
			if err != nil {
				return err
			}

			out, injected, err := inject(raw, roles)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}

			if injected == 0 {
				return fmt.Errorf("%s: nothing in it makes pods; a Deployment, DaemonSet, StatefulSet, ReplicaSet, Job, CronJob or Pod is needed", file)
			}

			_, err = a.stdout.Write(out)

			return err
		},
	}

	cmd.Flags().StringVarP(&file, "file", "f", "", "manifest `file`; - for standard input")
	cmd.Flags().StringSliceVarP(&roles, "roles", "r", []string{"os:reader"}, "roles on the nodes")
	cmd.MarkFlagRequired("file") //nolint:errcheck

	return cmd
}

// podPaths lead from an object to the spec of its pods.
var podPaths = map[string][]string{
	"Pod":                   {"spec"},
	"PodTemplate":           {"template", "spec"},
	"Deployment":            {"spec", "template", "spec"},
	"DaemonSet":             {"spec", "template", "spec"},
	"StatefulSet":           {"spec", "template", "spec"},
	"ReplicaSet":            {"spec", "template", "spec"},
	"ReplicationController": {"spec", "template", "spec"},
	"Job":                   {"spec", "template", "spec"},
	"CronJob":               {"spec", "jobTemplate", "spec", "template", "spec"},
}

// knownRoles refuses roles that no node knows: who has nothing else may do nothing.
func (a *app) knownRoles(roles []string) error {
	if len(roles) == 0 {
		return a.usagef("name at least one role with --roles")
	}

	if unknown := role.Parse(roles).Unknown(); len(unknown) > 0 {
		return a.usagef("no node knows roles %q; roles are %s", unknown, strings.Join(role.All.Strings(), ", "))
	}

	return nil
}

// inject adds accounts to a stream of manifests, and says to how many objects.
func inject(raw []byte, roles []string) (_ []byte, injected int, err error) {
	var (
		out bytes.Buffer
		dec = yaml.NewDecoder(bytes.NewReader(raw))
		enc = yaml.NewEncoder(&out)
		// accounts that were added, by namespace and name: those of an earlier time go.
		accounts = map[string]bool{}
	)

	enc.SetIndent(2)

	for {
		var doc yaml.Node
		if err = dec.Decode(&doc); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, 0, err
		}

		if len(doc.Content) == 1 && doc.Content[0].Tag == "!!null" {
			continue // nothing between two separators
		}

		var object kubeObject
		if doc.Decode(&object) != nil {
			object = kubeObject{} // not an object: passed on as it is
		}

		if object.APIVersion == accountVersion && object.Kind == accountKind && accounts[object.id()] {
			continue
		}

		account, err := injectOne(&doc, object, roles)
		if err != nil {
			return nil, 0, err
		}

		if err = enc.Encode(&doc); err != nil {
			return nil, 0, err
		}

		if account != nil {
			injected++
			accounts[account.id()] = true

			if err = enc.Encode(account); err != nil {
				return nil, 0, err
			}
		}
	}

	return out.Bytes(), injected, enc.Close()
}

// kubeObject is what all objects of Kubernetes have.
type kubeObject struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   struct {
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace,omitempty"`
	} `yaml:"metadata"`
}

func (o kubeObject) id() string { return o.Metadata.Namespace + "/" + o.Metadata.Name }

type serviceAccount struct {
	kubeObject `yaml:",inline"`

	Spec struct {
		Roles []string `yaml:"roles"`
	} `yaml:"spec"`
}

// injectOne returns the account an object needs, nil if it makes no pods.
func injectOne(doc *yaml.Node, object kubeObject, roles []string) (*serviceAccount, error) {
	path, ok := podPaths[object.Kind]
	if !ok {
		return nil, nil
	}

	if object.Metadata.Name == "" {
		return nil, fmt.Errorf("%s at line %d has no metadata.name", object.Kind, doc.Line)
	}

	spec := doc.Content[0]
	for _, key := range path {
		if spec = child(spec, key); spec == nil || spec.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("%s %s has no %s", object.Kind, object.Metadata.Name, key)
		}
	}

	name := object.Metadata.Name + "-" + accountVolume

	addNamed(spec, "volumes", map[string]any{"name": accountVolume, "secret": map[string]any{"secretName": name}})

	for _, key := range []string{"initContainers", "containers"} {
		containers := child(spec, key)
		if containers == nil {
			continue
		}

		for _, c := range containers.Content {
			addNamed(c, "volumeMounts", map[string]any{"name": accountVolume, "mountPath": accountMount})
		}
	}

	account := &serviceAccount{kubeObject: kubeObject{APIVersion: accountVersion, Kind: accountKind}}
	account.Metadata.Name, account.Metadata.Namespace = name, object.Metadata.Namespace
	account.Spec.Roles = roles

	return account, nil
}

func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}

	return nil
}

// addNamed adds an item to a list of a mapping, in place of one of the same name,
// so that a manifest can go through twice.
func addNamed(n *yaml.Node, key string, item map[string]any) {
	var added yaml.Node
	if err := added.Encode(item); err != nil {
		panic(err) // plain maps always encode
	}

	list := child(n, key)
	if list == nil {
		list = &yaml.Node{Kind: yaml.SequenceNode}
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, list)
	}

	if list.Kind != yaml.SequenceNode { // null
		*list = yaml.Node{Kind: yaml.SequenceNode}
	}

	for i, have := range list.Content {
		if name := child(have, "name"); name != nil && name.Value == item["name"] {
			list.Content[i] = &added

			return
		}
	}

	list.Content = append(list.Content, &added)
}

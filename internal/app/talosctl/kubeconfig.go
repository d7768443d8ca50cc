package talosctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"
)

func newKubeconfigCmd(a *app) *cobra.Command {
	var (
		force, merge bool
		contextName  string
	)

	cmd := &cobra.Command{
		Use:   "kubeconfig [local-path]",
		Short: "Fetch an administrator's kubeconfig",
		Long: `Fetches a kubeconfig and merges it into $KUBECONFIG or ~/.kube/config, or into the
given file. A context that is there under the same name but of another cluster
stays: the new one gets a number, unless --force replaces it.`,
		Example: `  talosctl kubeconfig
  talosctl kubeconfig ./kubeconfig --merge=false`,
		Args: usageArgs(a, cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := kubeconfigPath(args)
			if err != nil {
				return err
			}

			var raw []byte

			connect := func() (*nodes, error) { return a.connectOne("the kubeconfig comes from", a.connectAny) }

			if err = run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				raw, err = n.Kubeconfig(ctx)

				return err
			}); err != nil {
				return err
			}

			return a.storeKubeconfig(path, raw, contextName, merge, force)
		},
	}

	cmd.Flags().BoolVarP(&force, "force", "f", false, "replace a context of the same name")
	cmd.Flags().BoolVarP(&merge, "merge", "m", true, "merge into an existing file")
	cmd.Flags().StringVar(&contextName, "force-context-name", "", "name of the context")

	return a.apiFlags(cmd)
}

func kubeconfigPath(args []string) (string, error) {
	if len(args) == 1 {
		if st, err := os.Stat(args[0]); err == nil && st.IsDir() {
			return filepath.Join(args[0], "kubeconfig"), nil
		}

		return args[0], nil
	}

	if env, _, _ := strings.Cut(os.Getenv("KUBECONFIG"), string(os.PathListSeparator)); env != "" {
		return env, nil
	}

	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}

	return filepath.Join(home, ".kube", "config"), nil
}

func (a *app) storeKubeconfig(path string, raw []byte, name string, merge, force bool) error {
	if path == "-" {
		_, err := a.stdout.Write(raw)

		return err
	}

	existing, err := os.ReadFile(path)

	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !merge && !force:
		return fmt.Errorf("%s exists already; use --force to replace it, or leave --merge=false out to add to it", path)
	}

	if !merge {
		existing = nil
	}

	merged, context, err := mergeKubeconfig(existing, raw, name, force)
	if err != nil {
		return fmt.Errorf("merge into %s: %w", path, err)
	}

	if err = os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}

	if err = a.writeOutput(path, merged, true); err != nil {
		return err
	}

	fmt.Fprintf(a.stderr, "context %q is in %s\n", context, path) //nolint:errcheck

	return nil
}

// kubeconfigFile keeps what it does not know, so that nothing of a person's
// file is lost.
type kubeconfigFile struct {
	Clusters       []namedEntry   `yaml:"clusters"`
	Users          []namedEntry   `yaml:"users"`
	Contexts       []namedEntry   `yaml:"contexts"`
	CurrentContext string         `yaml:"current-context"`
	Rest           map[string]any `yaml:",inline"`
}

type namedEntry struct {
	Name string         `yaml:"name"`
	Rest map[string]any `yaml:",inline"`
}

func find(list []namedEntry, name string) int {
	for i, e := range list {
		if e.Name == name {
			return i
		}
	}

	return -1
}

func put(list []namedEntry, e namedEntry) []namedEntry {
	if i := find(list, e.Name); i >= 0 {
		list[i] = e

		return list
	}

	return append(list, e)
}

// mergeKubeconfig adds the current context of fresh, its cluster and user, to
// existing. All three get the same suffix when the context's name is taken by
// another cluster.
func mergeKubeconfig(existing, fresh []byte, rename string, force bool) (merged []byte, context string, err error) {
	var into, from kubeconfigFile

	if err = yaml.Unmarshal(existing, &into); err != nil {
		return nil, "", fmt.Errorf("read existing file: %w", err)
	}

	if err = yaml.Unmarshal(fresh, &from); err != nil {
		return nil, "", fmt.Errorf("read new kubeconfig: %w", err)
	}

	ctxIdx := find(from.Contexts, from.CurrentContext)
	if ctxIdx < 0 || len(from.Clusters) == 0 || len(from.Users) == 0 {
		return nil, "", errors.New("the new kubeconfig has no current context")
	}

	cluster, user := from.Clusters[0], from.Users[0]

	context = from.CurrentContext
	if rename != "" {
		context = rename
	}

	base, baseCluster, baseUser := context, cluster.Name, user.Name

	for n := 1; !force && taken(into, context, cluster, user); n++ {
		suffix := fmt.Sprintf("-%d", n)
		context, cluster.Name, user.Name = base+suffix, baseCluster+suffix, baseUser+suffix
	}

	inner, _ := from.Contexts[ctxIdx].Rest["context"].(map[string]any)
	if inner == nil {
		inner = map[string]any{}
	}

	inner["cluster"], inner["user"] = cluster.Name, user.Name

	into.Clusters = put(into.Clusters, cluster)
	into.Users = put(into.Users, user)
	into.Contexts = put(into.Contexts, namedEntry{Name: context, Rest: map[string]any{"context": inner}})
	into.CurrentContext = context

	if into.Rest == nil {
		into.Rest = map[string]any{}
	}

	into.Rest["apiVersion"], into.Rest["kind"] = "v1", "Config"

	merged, err = yaml.Marshal(into)

	return merged, context, err
}

// taken tells whether one of the names stands for something else. The same
// cluster again, with a new certificate, is a renewal and no conflict.
func taken(into kubeconfigFile, context string, cluster, user namedEntry) bool {
	if i := find(into.Clusters, cluster.Name); i >= 0 {
		return !sameCluster(into.Clusters[i], cluster)
	}

	return find(into.Contexts, context) >= 0 || find(into.Users, user.Name) >= 0
}

func sameCluster(a, b namedEntry) bool {
	ca, _ := a.Rest["cluster"].(map[string]any)
	cb, _ := b.Rest["cluster"].(map[string]any)

	return ca["server"] == cb["server"] && ca["certificate-authority-data"] == cb["certificate-authority-data"]
}

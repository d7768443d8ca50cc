package talosctl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	explainer "github.com/talos-os/talos/pkg/machinery/config/explain"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

func newGenCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gen",
		Short: "Generate machine configs, secrets and keys",
		Long: `Generates what a cluster is made from, on this machine: no node is asked. Files that
exist are kept unless --force says otherwise.`,
	}

	var force bool

	cmd.PersistentFlags().BoolVarP(&force, "force", "f", false, "replace existing files")
	cmd.AddCommand(
		newGenConfigCmd(a, "config", &force), newGenSecretsCmd(a, &force), newGenCACmd(a, &force), newGenCrtCmd(a, &force),
		newGenCSRCmd(a, &force), newGenKeyCmd(a, &force), newGenKeypairCmd(a, &force),
	)

	return cmd
}

type genConfigOptions struct {
	additionalSANs                              []string
	patches, patchesControlPlane, patchesWorker []string
	dnsDomain, installDisk, installImage        string
	kubernetesVersion, talosVersion, version    string
	output, outputDir                           string
	outputTypes                                 []string
	mirrors                                     []string
	discovery, kubespan, docs, examples         bool
	withSecrets                                 string
}

const talosconfigType = "talosconfig"

func newGenConfigCmd(a *app, use string, force *bool) *cobra.Command {
	var o genConfigOptions

	cmd := &cobra.Command{
		Use:   use + " <cluster name> <cluster endpoint>",
		Short: "Generate machine configs and client configuration for a cluster",
		Long: `Generates the machine configs of control plane and worker nodes and the client
configuration, with new secrets unless --with-secrets gives them.

The endpoint is the URL under which everybody reaches the Kubernetes API: of a
load balancer, a virtual IP, or the only control plane node. Keep the secrets:
with them, the same configs can be made again.`,
		Example: `  talosctl gen secrets
  talosctl gen config --with-secrets secrets.yaml mycluster https://10.0.0.10:6443
  talosctl gen config mycluster https://10.0.0.10:6443 --config-patch @patch.yaml -t worker -o -`,
		Args: usageArgs(a, cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, args []string) error { return a.genConfig(args[0], args[1], o, *force) },
	}

	f := cmd.Flags()
	f.StringSliceVar(&o.additionalSANs, "additional-sans", nil, "further names and addresses of the Kubernetes API's certificate")
	f.StringArrayVar(&o.patches, "config-patch", nil, "patch for all machine configs, or @file with one; may be repeated")
	f.StringArrayVar(&o.patchesControlPlane, "config-patch-control-plane", nil, "patch for control plane configs, or @file")
	f.StringArrayVar(&o.patchesWorker, "config-patch-worker", nil, "patch for worker configs, or @file")
	f.StringVar(&o.dnsDomain, "dns-domain", "cluster.local", "domain of the cluster's services")
	f.StringVar(&o.installDisk, "install-disk", "/dev/sda", "disk to install to")
	f.StringVar(&o.installImage, "install-image", "", "installer image (default: of this release)")
	f.StringVar(&o.kubernetesVersion, "kubernetes-version", "", "Kubernetes version (default: of this release)")
	f.StringVar(&o.talosVersion, "talos-version", "", "release line to generate for, such as v1.13 (default: this one)")
	f.StringVar(&o.version, "version", "v1alpha1", "version of the config language")
	f.StringVarP(&o.output, "output", "o", "", "`file` or directory to write to; - for standard output with a single type")
	f.StringVar(&o.outputDir, "output-dir", "", "directory to write to")
	f.MarkDeprecated("output-dir", "use --output") //nolint:errcheck
	f.StringSliceVarP(&o.outputTypes, "output-types", "t", []string{generate.ControlPlane, generate.Worker, talosconfigType}, "what to write")
	f.StringSliceVar(&o.mirrors, "registry-mirror", nil, "mirror of a registry as registry=URL")
	f.BoolVar(&o.discovery, "with-cluster-discovery", true, "turn on cluster discovery")
	f.BoolVar(&o.kubespan, "with-kubespan", false, "connect the nodes by WireGuard")
	f.BoolVar(&o.docs, "with-docs", true, "explain fields in comments")
	f.BoolVar(&o.examples, "with-examples", true, "show examples in comments")
	f.StringVar(&o.withSecrets, "with-secrets", "", "`file` of secrets made by gen secrets, which may be encrypted with age or SOPS")
	a.identityFlag(cmd)

	return cmd
}

// usageArgs reports a wrong number of arguments the way wrong flags are.
func usageArgs(a *app, check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			fmt.Fprintf(a.stderr, "error: %v\nUsage: %s\nSee `%s --help`.\n", err, cmd.UseLine(), cmd.CommandPath()) //nolint:errcheck

			return errUsage
		}

		return nil
	}
}

func (a *app) generateOptions(o genConfigOptions) ([]generate.Option, error) {
	opts := []generate.Option{
		generate.WithAdditionalSANs(o.additionalSANs...),
		generate.WithDNSDomain(o.dnsDomain),
		generate.WithInstallDisk(o.installDisk),
		generate.WithClusterDiscovery(o.discovery),
	}

	if o.version != config.MainKind {
		return nil, fmt.Errorf("config version %q: there is only %s", o.version, config.MainKind)
	}

	if o.installImage != "" {
		opts = append(opts, generate.WithInstallImage(o.installImage))
	}

	if o.kubespan {
		opts = append(opts, generate.WithKubeSpan())
	}

	if o.talosVersion != "" {
		c, err := contract.Parse(o.talosVersion)
		if err != nil {
			return nil, err
		}

		opts = append(opts, generate.WithContract(c))
	}

	if o.withSecrets != "" {
		raw, err := a.readInput(o.withSecrets)
		if err != nil {
			return nil, err
		}

		b, err := secrets.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.withSecrets, err)
		}

		opts = append(opts, generate.WithSecrets(b))
	}

	for _, m := range o.mirrors {
		registry, url, ok := strings.Cut(m, "=")
		if !ok {
			return nil, fmt.Errorf("registry mirror %q: write registry=URL, such as docker.io=https://mirror.example.org", m)
		}

		opts = append(opts, generate.WithRegistryMirror(registry, url))
	}

	return opts, nil
}

func (a *app) genConfig(name, endpoint string, o genConfigOptions, force bool) error {
	for _, t := range o.outputTypes {
		if !slices.Contains([]string{generate.ControlPlane, generate.Worker, talosconfigType}, t) {
			return fmt.Errorf("output type %q: choose from %s, %s and %s", t, generate.ControlPlane, generate.Worker, talosconfigType)
		}
	}

	if o.output == "-" && len(o.outputTypes) != 1 {
		return errors.New("standard output takes one type: name it with --output-types")
	}

	opts, err := a.generateOptions(o)
	if err != nil {
		return err
	}

	input, err := generate.New(name, endpoint, strings.TrimPrefix(o.kubernetesVersion, "v"), opts...)
	if err != nil {
		return err
	}

	// Everything is made before anything is written.
	files := make([]outFile, 0, len(o.outputTypes))

	for _, t := range o.outputTypes {
		data, err := a.render(o, input, t)
		if err != nil {
			return fmt.Errorf("generate %s: %w", t, err)
		}

		files = append(files, outFile{data: data})
	}

	for i, t := range o.outputTypes {
		if files[i].path, err = o.path(t); err != nil {
			return err
		}
	}

	return a.create(force, files...)
}

func (a *app) render(o genConfigOptions, input *generate.Input, t string) ([]byte, error) {
	if t == talosconfigType {
		return input.Talosconfig()
	}

	cfg, err := input.Config(t)
	if err != nil {
		return nil, err
	}

	args := slices.Clone(o.patches)
	if t == generate.ControlPlane {
		args = append(args, o.patchesControlPlane...)
	} else {
		args = append(args, o.patchesWorker...)
	}

	patches, err := a.loadPatches(args)
	if err != nil {
		return nil, err
	}

	if cfg, err = config.ApplyPatches(cfg, patches...); err != nil {
		return nil, err
	}

	return explainer.Comment(cfg.Bytes(), explainer.Options{Docs: o.docs, Examples: o.examples})
}

// path of an output. With one type --output is a file unless it is a directory.
func (o genConfigOptions) path(t string) (string, error) {
	file := t
	if t != talosconfigType {
		file += ".yaml"
	}

	out := o.output
	if out == "" {
		out = o.outputDir
	}

	if out == "-" {
		return out, nil
	}

	if st, err := os.Stat(out); len(o.outputTypes) == 1 && out != "" && (err != nil || !st.IsDir()) {
		return out, nil
	}

	if out != "" {
		if err := os.MkdirAll(out, 0o700); err != nil {
			return "", err
		}
	}

	return filepath.Join(out, file), nil
}

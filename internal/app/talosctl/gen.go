package talosctl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
	"github.com/talos-os/talos/pkg/machinery/config/value"
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
		newGenConfigCmd(a, "gen config", &force), newGenSecretsCmd(a, &force), newGenCACmd(a, &force), newGenCrtCmd(a, &force),
		newGenCSRCmd(a, &force), newGenKeyCmd(a, &force), newGenKeypairCmd(a, &force),
		newGenSecureBootCmd(a, &force),
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

// newGenConfigCmd makes the command of this path below talosctl: it has two.
func newGenConfigCmd(a *app, path string, force *bool) *cobra.Command {
	var o genConfigOptions

	words := strings.Fields(path)

	cmd := &cobra.Command{
		Use:   words[len(words)-1] + " <cluster name> <cluster endpoint>",
		Short: "Generate machine configs and client configuration for a cluster",
		Long: `Generates the machine configs of control plane and worker nodes and the client
configuration, with new secrets unless --with-secrets gives them.

The endpoint is the URL under which everybody reaches the Kubernetes API: of a
load balancer, a virtual IP, or the only control plane node. Keep the secrets:
with them, the same configs can be made again.`,
		Example: strings.ReplaceAll(`  talosctl gen secrets
  talosctl PATH --with-secrets secrets.yaml mycluster https://10.0.0.10:6443
  talosctl PATH mycluster https://10.0.0.10:6443 --config-patch @patch.yaml -t worker -o -`, "PATH", path),
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
	f.MarkHidden("output-dir") //nolint:errcheck // cobra would tell of a deprecated flag on standard output
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
			// Cobra takes an argument where none belongs for a command.
			if strings.HasPrefix(err.Error(), "unknown command ") && !cmd.HasSubCommands() {
				err = fmt.Errorf("%s takes flags only, not %q", cmd.CommandPath(), args[0])
			}

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
		if err == nil {
			err = b.Complete()
		}

		if err != nil {
			return nil, fmt.Errorf("%s: %w%s", o.withSecrets, err, mistaken(raw))
		}

		opts = append(opts, generate.WithSecrets(b))
	}

	for _, m := range o.mirrors {
		registry, url, ok := strings.Cut(m, "=")
		if !ok || registry == "" {
			return nil, errors.New("--registry-mirror takes registry=URL, such as docker.io=https://mirror.example.org")
		}

		if _, err := value.ParseURL(url); err != nil || url == "" {
			return nil, fmt.Errorf("--registry-mirror for %s: write registry=URL, such as %s=https://mirror.example.org", registry, registry)
		}

		opts = append(opts, generate.WithRegistryMirror(registry, url))
	}

	return opts, nil
}

// mistaken tells which other file was taken for secrets.
func mistaken(raw []byte) string {
	if cfg, err := config.Load(raw); err == nil && cfg.V1Alpha1() != nil && cfg.V1Alpha1().Machine.Type != "" {
		return "; it is a machine config: take the secrets out of one for control planes with `talosctl gen secrets --from-controlplane-config`"
	}

	if cfg, err := talosconfig.Parse(raw); err == nil && len(cfg.Contexts) > 0 {
		return "; it is a client configuration"
	}

	return ""
}

func (a *app) genConfig(name, endpoint string, o genConfigOptions, force bool) (err error) {
	var types []string

	for _, t := range o.outputTypes {
		if !slices.Contains(types, t) {
			types = append(types, t)
		}

		if !slices.Contains([]string{generate.ControlPlane, generate.Worker, talosconfigType}, t) {
			return fmt.Errorf("output type %q: choose from %s, %s and %s", t, generate.ControlPlane, generate.Worker, talosconfigType)
		}
	}

	if o.outputTypes = types; len(types) == 0 {
		return errors.New("nothing to write: name something with --output-types")
	}

	if o.output == "-" && len(o.outputTypes) != 1 {
		return errors.New("standard output takes one type: name it with --output-types")
	}

	if o.outputDir != "" {
		a.note("--output-dir is deprecated, use --output")
	}

	opts, err := a.generateOptions(o)
	if err != nil {
		return err
	}

	patches, err := a.loadGenPatches(o)
	if err != nil {
		return err
	}

	input, err := generate.New(name, endpoint, o.kubernetesVersion, opts...)
	if err != nil {
		return err
	}

	// Everything is made before anything is written.
	files := make([]outFile, 0, len(o.outputTypes))

	for _, t := range o.outputTypes {
		data, err := a.render(o, input, patches, t)
		if err != nil {
			return fmt.Errorf("generate %s: %w", t, err)
		}

		files = append(files, outFile{data: data})
	}

	paths, undo, err := o.paths()
	if err != nil {
		return err
	}

	for i := range files {
		files[i].path = paths[i]
	}

	if err = a.create(force, files...); err != nil {
		undo()

		return err
	}

	a.noteOlder(o, input)

	for _, p := range patches {
		if p.tried && !p.changes {
			a.note("%s changes nothing", p.Name)
		}
	}

	return nil
}

// noteOlder says what of this release is in the configs of an older one.
func (a *app) noteOlder(o genConfigOptions, input *generate.Input) {
	c := input.Contract
	if c == contract.Current() || len(o.outputTypes) == 1 && o.outputTypes[0] == talosconfigType {
		return
	}

	if oldest, newest, known := c.Kubernetes(); o.kubernetesVersion == "" && !strings.HasPrefix(input.KubernetesVersion, fmt.Sprintf("1.%d.", newest)) {
		window := ""
		if known {
			window = fmt.Sprintf(", from 1.%d to 1.%d", oldest, newest)
		}

		a.note("note: the configs are for Kubernetes %s; name a version that %s runs%s, with --kubernetes-version", input.KubernetesVersion, c, window)
	}

	if o.installImage == "" {
		a.note("note: the configs install this release; name the installer of %s with --install-image", c)
	}
}

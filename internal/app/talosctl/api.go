package talosctl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/talos-os/talos/pkg/machinery/client"
)

// node is one of the machines that a command is about. Its calls reach it with
// the context that comes along.
type node struct {
	*client.Client
	// name as the person wrote it, or the endpoint's.
	name string
	// routed says that the endpoint passes calls on to the node.
	routed bool
}

func (n node) context(ctx context.Context) context.Context {
	if n.routed {
		return client.WithNode(ctx, n.name)
	}

	return ctx
}

// nodes of a command, and the connections that belong to them.
type nodes struct {
	list    []node
	clients []*client.Client
}

func (ns *nodes) close() {
	for _, c := range ns.clients {
		c.Close() //nolint:errcheck
	}
}

// dial makes a client from the flags and the client configuration.
func (a *app) dial() (*client.Client, []string, error) {
	if a.cluster != "" || a.siderov1Keys != "" {
		return nil, nil, errors.New("--cluster and --siderov1-keys-dir are for endpoints that ask for another proof of identity than a certificate, which this client does not know yet; connect to the nodes themselves")
	}

	cfg, err := a.openTalosconfig()
	if err != nil {
		return nil, nil, err
	}

	selected, err := cfg.Select(a.context)
	if err != nil {
		return nil, nil, fmt.Errorf("%w; make one with `talosctl gen config` and `talosctl config merge`, or name a file with --talosconfig", err)
	}

	opts := []client.Option{client.WithContext(selected)}
	if len(a.endpoints) > 0 {
		opts = append(opts, client.WithEndpoints(a.endpoints...))
	}

	c, err := client.New(opts...)
	if err != nil {
		return nil, nil, err
	}

	names := a.nodes
	if len(names) == 0 {
		names = selected.Nodes
	}

	return c, names, nil
}

// connect finds the nodes of a command. Without any it is the endpoint itself,
// of which there must be one then: calls are shared out among several.
func (a *app) connect() (*nodes, error) {
	ns, err := a.connectAny()
	if err != nil {
		return nil, err
	}

	if endpoints := ns.clients[0].Endpoints(); !ns.list[0].routed && len(endpoints) > 1 {
		ns.close()

		return nil, fmt.Errorf("which node? There are %d endpoints; name nodes with --nodes, or for good with `talosctl config node`", len(endpoints))
	}

	return ns, nil
}

// connectAny is connect for what every node of the control plane answers alike.
func (a *app) connectAny() (*nodes, error) {
	c, names, err := a.dial()
	if err != nil {
		return nil, err
	}

	ns := &nodes{clients: []*client.Client{c}}
	for _, name := range names {
		ns.list = append(ns.list, node{c, name, true})
	}

	if len(ns.list) == 0 {
		ns.list = []node{{c, strings.Join(c.Endpoints(), ","), false}}
	}

	return ns, nil
}

// connectOne is connect for what is done on one node only.
func (a *app) connectOne(what string, connect func() (*nodes, error)) (*nodes, error) {
	ns, err := connect()
	if err != nil {
		return nil, err
	}

	if len(ns.list) > 1 {
		ns.close()

		return nil, fmt.Errorf("%s one node, and %d are named: choose one with --nodes", what, len(ns.list))
	}

	return ns, nil
}

// maintenance are the flags for nodes in maintenance mode.
type maintenance struct {
	insecure     bool
	fingerprints []string
}

func (m *maintenance) flags(cmd *cobra.Command) { m.flagsOn(cmd.Flags()) }

func (m *maintenance) flagsOn(f *pflag.FlagSet) {
	f.BoolVarP(&m.insecure, "insecure", "i", false, "talk to a node in maintenance mode, which cannot prove who it is")
	f.StringSliceVar(&m.fingerprints, "cert-fingerprint", nil, "with --insecure, accept only these server keys (the node's console shows its own)")
}

// connectTo connects as the flags of maintenance mode say. Nodes there have no CA
// that could vouch for them, and pass nothing on: each is called at its address.
func (a *app) connectTo(m maintenance) (*nodes, error) {
	if !m.insecure {
		if len(m.fingerprints) > 0 {
			return nil, errors.New("--cert-fingerprint goes with --insecure: otherwise the CA vouches for the node")
		}

		return a.connect()
	}

	where := a.endpoints
	if len(where) == 0 {
		where = a.nodes
	}

	if len(where) == 0 {
		return nil, errors.New("name the machine with --nodes: in maintenance mode there is no endpoint that could pass calls on")
	}

	ns := &nodes{}

	for _, address := range where {
		c, err := client.New(client.WithMaintenance(m.fingerprints...), client.WithEndpoints(address))
		if err != nil {
			ns.close()

			return nil, err
		}

		ns.clients = append(ns.clients, c)
		ns.list = append(ns.list, node{c, address, false})
	}

	return ns, nil
}

// each calls f for one node after the other, and joins what failed.
func (ns *nodes) each(ctx context.Context, f func(ctx context.Context, n node) error) error {
	var errs []error

	for _, n := range ns.list {
		errs = append(errs, ns.named(n, f(n.context(ctx), n)))

		if ctx.Err() != nil {
			break
		}
	}

	return errors.Join(errs...)
}

// atOnce calls f for all nodes side by side, for what takes long or never ends.
func (ns *nodes) atOnce(ctx context.Context, f func(ctx context.Context, n node) error) error {
	errs := make([]error, len(ns.list))

	var wg sync.WaitGroup
	for i, n := range ns.list {
		wg.Go(func() { errs[i] = ns.named(n, f(n.context(ctx), n)) })
	}

	wg.Wait()

	return errors.Join(errs...)
}

// named says whose error it is.
func (ns *nodes) named(n node, err error) error {
	if err == nil {
		return nil
	}

	if n.name == "" || (!n.routed && len(ns.list) == 1) {
		return err
	}

	return fmt.Errorf("%s: %w", n.name, err)
}

// run connects, calls f for one node after the other, and hangs up.
func run(ctx context.Context, connect func() (*nodes, error), f func(ctx context.Context, n node) error) error {
	ns, err := connect()
	if err != nil {
		return err
	}
	defer ns.close()

	return ns.each(ctx, f)
}

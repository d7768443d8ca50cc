package talosctl

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

type netstatOptions struct {
	all, extend, four, six, listening, pods, programs bool
	raw, tcp, timers, udp, udplite, verbose           bool
}

func newNetstatCmd(a *app) *cobra.Command {
	var o netstatOptions

	cmd := &cobra.Command{
		Use:     "netstat",
		Aliases: []string{"ss"},
		Short:   "List network connections and sockets of a node",
		Long: `Lists the sockets of a node that are connected, with -l those that wait for
somebody, with -a all. -k adds the networks of pods. Without a protocol all are listed.`,
		Example: "  talosctl netstat -l -p\n  talosctl netstat -a -t -4 -k",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			req := o.request()
			t := a.table(o.header()...)

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.Netstat(ctx, req)
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					list := m.GetConnectrecord()
					slices.SortStableFunc(list, func(x, y *machine.ConnectRecord) int {
						return cmp.Or(cmp.Compare(x.GetNetns(), y.GetNetns()), cmp.Compare(x.GetL4Proto(), y.GetL4Proto()),
							cmp.Compare(x.GetLocalport(), y.GetLocalport()))
					})

					for _, r := range list {
						t.row(o.row(client.Node(m, n.name), r)...)
					}
				}

				return nil
			}))
		},
	}

	f := cmd.Flags()
	f.BoolVarP(&o.all, "all", "a", false, "connected ones and those that wait")
	f.BoolVarP(&o.listening, "listening", "l", false, "only those that wait")
	f.BoolVarP(&o.extend, "extend", "x", false, "with user and inode")
	f.BoolVarP(&o.programs, "programs", "p", false, "with process and its name")
	f.BoolVarP(&o.timers, "timers", "o", false, "with what the kernel waits for")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "with all of that")
	f.BoolVarP(&o.pods, "pods", "k", false, "with the networks of pods")
	f.BoolVarP(&o.four, "ipv4", "4", false, "only IPv4")
	f.BoolVarP(&o.six, "ipv6", "6", false, "only IPv6")
	f.BoolVarP(&o.tcp, "tcp", "t", false, "TCP")
	f.BoolVarP(&o.udp, "udp", "u", false, "UDP")
	f.BoolVarP(&o.udplite, "udplite", "U", false, "UDP-Lite")
	f.BoolVarP(&o.raw, "raw", "w", false, "raw sockets")

	return a.apiFlags(cmd)
}

func (o *netstatOptions) request() *machine.NetstatRequest {
	if o.verbose {
		o.extend, o.programs, o.timers = true, true, true
	}

	four, six := o.four || !o.six, o.six || !o.four
	every := !o.tcp && !o.udp && !o.udplite && !o.raw
	tcp, udp, udplite, raw := o.tcp || every, o.udp || every, o.udplite || every, o.raw || every

	req := &machine.NetstatRequest{
		Filter:  machine.NetstatRequest_CONNECTED,
		Feature: &machine.NetstatRequest_Feature{Pid: o.programs},
		L4Proto: &machine.NetstatRequest_L4Proto{
			Tcp: tcp && four, Tcp6: tcp && six, Udp: udp && four, Udp6: udp && six,
			Udplite: udplite && four, Udplite6: udplite && six, Raw: raw && four, Raw6: raw && six,
		},
		Netns: &machine.NetstatRequest_NetNS{Hostnetwork: true, Allnetns: o.pods},
	}

	switch {
	case o.all:
		req.Filter = machine.NetstatRequest_ALL
	case o.listening:
		req.Filter = machine.NetstatRequest_LISTENING
	}

	return req
}

func (o *netstatOptions) header() []string {
	out := []string{"NODE", "PROTO", "RECV-Q", "SEND-Q", "LOCAL ADDRESS", "FOREIGN ADDRESS", "STATE"}

	if o.extend {
		out = append(out, "UID", "INODE")
	}

	if o.programs {
		out = append(out, "PID/PROGRAM NAME")
	}

	if o.pods {
		out = append(out, "NETWORK")
	}

	if o.timers {
		out = append(out, "TIMER")
	}

	return out
}

func (o *netstatOptions) row(node string, r *machine.ConnectRecord) []any {
	out := []any{
		node, r.GetL4Proto(), r.GetRxqueue(), r.GetTxqueue(),
		endpoint(r.GetLocalip(), r.GetLocalport()), endpoint(r.GetRemoteip(), r.GetRemoteport()), r.GetState(),
	}

	if o.extend {
		out = append(out, r.GetUid(), r.GetInode())
	}

	if o.programs {
		if p := r.GetProcess(); p != nil {
			out = append(out, fmt.Sprintf("%d/%s", p.GetPid(), p.GetName()))
		} else {
			out = append(out, "-")
		}
	}

	if o.pods {
		out = append(out, cmp.Or(r.GetNetns(), "-"))
	}

	if o.timers {
		// The kernel counts in hundredths of a second.
		out = append(out, fmt.Sprintf("%s (%.2f/%d/%d)", r.GetTr(), float64(r.GetTimerwhen())/100, r.GetRetrnsmt(), r.GetTimeout()))
	}

	return out
}

func endpoint(ip string, port uint32) string {
	if port == 0 {
		return net.JoinHostPort(ip, "*")
	}

	return net.JoinHostPort(ip, strconv.FormatUint(uint64(port), 10))
}

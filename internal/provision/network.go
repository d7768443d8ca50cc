package provision

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/containers/gvisor-tap-vsock/pkg/types"
	"github.com/containers/gvisor-tap-vsock/pkg/virtualnetwork"
)

// network is the cluster's switch with everything that lives on its gateway.
type network struct {
	vn       *virtualnetwork.VirtualNetwork
	listener net.Listener
	forwards []net.Listener
	servers  []*http.Server
}

const gatewayMAC = "5a:94:ef:e4:0c:ee"

// startNetwork makes the switch, listens for QEMU on a socket in the cluster's
// directory, and opens the forwarded ports.
func startNetwork(ctx context.Context, s *State, images http.Handler) (*network, error) {
	conf := &types.Configuration{
		MTU:               1500,
		Subnet:            Subnet.String(),
		GatewayIP:         Gateway.String(),
		GatewayMacAddress: gatewayMAC,
		DHCPStaticLeases:  map[string]string{},
		Protocol:          types.QemuProtocol,
	}

	for _, n := range s.Nodes {
		conf.DHCPStaticLeases[n.Address.String()] = n.MAC
	}

	vn, err := virtualnetwork.New(conf)
	if err != nil {
		return nil, fmt.Errorf("make virtual network: %w", err)
	}

	nw := &network{vn: vn}

	if nw.listener, err = net.Listen("unix", filepath.Join(s.dir, "switch.sock")); err != nil {
		return nil, fmt.Errorf("listen for machines: %w", err)
	}

	go nw.accept(ctx)

	for _, n := range s.Nodes {
		for host, guest := range map[int]int{n.APIPort: 50000, n.KubernetesPort: 6443} {
			if host == 0 {
				continue
			}

			if err = nw.forward(ctx, host, net.JoinHostPort(n.Address.String(), strconv.Itoa(guest))); err != nil {
				return nil, fmt.Errorf("forward port %d of 127.0.0.1: %w", host, err)
			}
		}
	}

	if err = nw.serve(ConfigPort, configs(s)); err != nil {
		return nil, fmt.Errorf("serve machine configs: %w", err)
	}

	if images != nil {
		if err = nw.serve(RegistryPort, images); err != nil {
			return nil, fmt.Errorf("serve images: %w", err)
		}
	}

	return nw, nil
}

func (nw *network) close() {
	nw.listener.Close() //nolint:errcheck

	for _, l := range nw.forwards {
		l.Close() //nolint:errcheck
	}

	for _, srv := range nw.servers {
		srv.Close() //nolint:errcheck
	}
}

func (nw *network) accept(ctx context.Context) {
	for {
		conn, err := nw.listener.Accept()
		if err != nil {
			return
		}

		go func() {
			if err := nw.vn.AcceptQemu(ctx, conn); err != nil && ctx.Err() == nil {
				slog.Info("machine left the switch", "error", err)
			}
		}()
	}
}

func (nw *network) serve(port int, h http.Handler) error {
	l, err := nw.vn.Listen("tcp", net.JoinHostPort(Gateway.String(), strconv.Itoa(port)))
	if err != nil {
		return err
	}

	srv := &http.Server{Handler: h} //nolint:gosec // its only clients are the cluster's machines
	nw.servers = append(nw.servers, srv)

	go srv.Serve(l) //nolint:errcheck

	return nil
}

// forward accepts on the host's loopback and dials into the virtual network.
func (nw *network) forward(ctx context.Context, port int, target string) error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}

	nw.forwards = append(nw.forwards, l)

	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}

			go func() {
				defer conn.Close() //nolint:errcheck

				up, err := nw.vn.DialContextTCP(ctx, target)
				if err != nil {
					return
				}

				defer up.Close() //nolint:errcheck

				pipe(conn, up)
			}()
		}
	}()

	return nil
}

// pipe copies both ways and passes the end of one direction on, so that a
// client which half-closes still gets its answer.
func pipe(a, b net.Conn) {
	done := make(chan struct{}, 2)

	cp := func(dst, src net.Conn) {
		io.Copy(dst, src) //nolint:errcheck

		if c, ok := dst.(interface{ CloseWrite() error }); ok {
			c.CloseWrite() //nolint:errcheck
		} else {
			dst.Close() //nolint:errcheck
		}

		done <- struct{}{}
	}

	go cp(a, b)
	go cp(b, a)

	<-done
	<-done
}

// configs serves /config/<name> to the machine of that name: secrets of one
// machine are none of another's business, so the address is checked.
func configs(s *State) http.Handler {
	mux := http.NewServeMux()

	mux.HandleFunc("GET /config/{name}", func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := strings.Cut(r.RemoteAddr, ":")

		for _, n := range s.Nodes {
			if n.Name != r.PathValue("name") || n.Address.String() != host {
				continue
			}

			raw, err := os.ReadFile(filepath.Join(s.NodeDir(n.Name), "config.yaml"))
			if err != nil {
				break
			}

			w.Header().Set("Content-Type", "application/yaml")
			w.Write(raw) //nolint:errcheck

			return
		}

		http.NotFound(w, r)
	})

	return mux
}

// ConfigURL is where a machine finds its config.
func ConfigURL(name string) string {
	return fmt.Sprintf("http://%s:%d/config/%s", Gateway, ConfigPort, name)
}

// RegistryURL is the mirror of all registries.
func RegistryURL() string { return fmt.Sprintf("http://%s:%d", Gateway, RegistryPort) }

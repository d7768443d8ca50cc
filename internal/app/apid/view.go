package apid

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/internal/app/apid/route"
	"github.com/talos-os/talos/internal/follow"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// IDs of the resources apid reads.
const (
	serviceConfigID = "apid"
	addressesID     = "current"
	hostnameID      = "hostname"
)

// view is all apid knows, as one immutable value.
type view struct {
	service *runtime.APIServiceConfigSpec
	certs   *certs
	self    route.Node
}

// certs are the parsed ApiCertificates.
type certs struct {
	server *tls.Certificate
	client *tls.Certificate // nil on nodes that may not call others
	cas    *x509.CertPool
	// open means that there is no CA to ask callers for a certificate of.
	open bool
}

// ready says whether there is enough to listen.
func (v *view) ready() bool { return v.service != nil && v.certs != nil }

// node is what routing may know, with the routing mode folded in.
func (v *view) node() route.Node {
	self := v.self
	self.Maintenance = v.service == nil || v.service.NodeRoutingDisabled
	self.Forwards = v.certs != nil && v.certs.client != nil

	return self
}

// watcher holds the current view and tells when it changes.
type watcher struct {
	current atomic.Pointer[view]

	mu      sync.Mutex // serializes changes
	changed func(before, after *view)
}

func newWatcher(changed func(before, after *view)) *watcher {
	w := &watcher{changed: changed}
	w.current.Store(&view{})

	return w
}

func (w *watcher) view() *view { return w.current.Load() }

func (w *watcher) update(change func(*view)) {
	w.mu.Lock()
	defer w.mu.Unlock()

	before := w.current.Load()
	after := *before
	change(&after)
	w.current.Store(&after)

	w.changed(before, &after)
}

// run follows the four resources until ctx ends. A resource that goes away while
// the node moves from one mode to the next leaves its last value standing: a node
// that answers with what it had is better than one that does not answer.
func (w *watcher) run(ctx context.Context, st state.CoreState) {
	var wg sync.WaitGroup

	wg.Go(func() {
		follow.Resource(ctx, st, runtime.APIServiceConfigs, serviceConfigID, func(spec *runtime.APIServiceConfigSpec) {
			if spec != nil {
				w.update(func(v *view) { v.service = spec })
			}
		})
	})

	wg.Go(func() {
		follow.Resource(ctx, st, secrets.ApiCertificates, secrets.APIID, func(spec *secrets.APICertsSpec) {
			if spec == nil {
				return
			}

			parsed, err := parseCerts(spec)
			if err != nil {
				slog.Error("API certificates are unusable, keeping the previous ones", "error", err)

				return
			}

			w.update(func(v *view) { v.certs = parsed })
		})
	})

	wg.Go(func() {
		follow.Resource(ctx, st, network.NodeAddresses, addressesID, func(spec *network.NodeAddressSpec) {
			var addresses []netip.Addr

			if spec != nil {
				for _, prefix := range spec.Addresses {
					addresses = append(addresses, prefix.Addr())
				}
			}

			w.update(func(v *view) { v.self.Addresses = addresses })
		})
	})

	wg.Go(func() {
		follow.Resource(ctx, st, network.HostnameStatuses, hostnameID, func(spec *network.HostnameStatusSpec) {
			w.update(func(v *view) { v.self.Hostname, v.self.FQDN = names(spec) })
		})
	})

	wg.Wait()
}

func names(spec *network.HostnameStatusSpec) (hostname, fqdn string) {
	switch {
	case spec == nil:
		return "", ""
	case spec.Domainname == "":
		return spec.Hostname, spec.Hostname
	default:
		return spec.Hostname, spec.Hostname + "." + spec.Domainname
	}
}

func parseCerts(spec *secrets.APICertsSpec) (*certs, error) {
	if spec.Server == nil {
		return nil, errors.New("no server certificate")
	}

	out := &certs{cas: x509.NewCertPool(), open: spec.SkipVerifyingClientCert}

	server, err := tls.X509KeyPair(spec.Server.Crt, spec.Server.Key)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}

	out.server = &server

	if spec.Client != nil && len(spec.Client.Crt) > 0 {
		client, err := tls.X509KeyPair(spec.Client.Crt, spec.Client.Key)
		if err != nil {
			return nil, fmt.Errorf("client certificate: %w", err)
		}

		out.client = &client
	}

	for _, ca := range spec.AcceptedCAs {
		if ca == nil || !out.cas.AppendCertsFromPEM(ca.Crt) {
			return nil, errors.New("an accepted CA is not a certificate")
		}
	}

	if len(spec.AcceptedCAs) == 0 && !out.open {
		return nil, errors.New("no accepted CA")
	}

	return out, nil
}

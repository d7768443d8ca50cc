package secretsctl

import (
	"context"
	stdx509 "crypto/x509"
	"fmt"
	"slices"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// Roles of the client certificate with which apid calls other nodes: the caller's
// own roles travel beside the call.
const roleImpersonator = "os:impersonator"

// retryTrustd is the pause after trustd did not sign.
const retryTrustd = 10 * time.Second

type apiCertView struct {
	apiView
	maintenance *secrets.MaintenanceRootSpec
	mntNames    *secrets.CertSANSpec
	requested   bool     // that the maintenance service runs
	endpoints   []string // addresses and names of control plane nodes
	have        *secrets.APICertsSpec
	now         time.Time
}

// apiSource is where the node's certificate comes from.
type apiSource int

const (
	apiNone        apiSource = iota
	apiOwnCA                 // control plane: the OS CA's key is here
	apiTrustd                // worker: trustd signs
	apiMaintenance           // no config yet: a CA of this boot
)

func (s apiSource) String() string {
	return [...]string{"none", "own CA", "trustd", "maintenance"}[s]
}

type apiPlan struct {
	source         apiSource
	server, client leaf
	hasClient      bool
	view           apiCertView
	again          time.Time
}

func (p *apiPlan) CheckAgainAt() time.Time { return p.again }

func (p *apiPlan) String() string {
	return fmt.Sprintf("%s for %s", p.source, p.server.CommonName)
}

// API issues the certificates of apid.
//
// A control plane node signs them itself and gets a client certificate to call
// other nodes; a worker has its server certificate signed by trustd and cannot
// call anybody. Without a config they come from a CA made for this boot, and
// clients need none.
func API(d Deps) controller.Controller {
	inputs := append(apiInputs(),
		secrets.MaintenanceRootSecrets.Weak(idOf(secrets.MaintenanceRootID)),
		secrets.CertSANs.Weak(idOf(secrets.CertSANMaintenanceID)),
		runtime.MaintenanceServiceRequests.Weak(),
		k8s.Endpoints.Weak(),
	)

	return controller.Reconcile[apiCertView, *apiPlan]{
		Name:    "secrets.APIController",
		Inputs:  inputs,
		Outputs: controller.Out(secrets.ApiCertificates.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (apiCertView, error) { return observeAPICert(ctx, r, d.Now()) },
		Plan:    planAPI,
		Apply: func(ctx context.Context, w *controller.Writer, p *apiPlan) error {
			return applyAPI(ctx, d, w, p)
		},
	}.Build()
}

func observeAPICert(ctx context.Context, r cosi.Reader, now time.Time) (v apiCertView, err error) {
	v.now = now

	if v.apiView, err = observeAPI(ctx, r); err != nil {
		return v, err
	}

	if v.maintenance, err = find(ctx, r, secrets.MaintenanceRootSecrets, secrets.MaintenanceRootID); err != nil {
		return v, err
	}

	if v.mntNames, err = find(ctx, r, secrets.CertSANs, secrets.CertSANMaintenanceID); err != nil {
		return v, err
	}

	requests, err := runtime.MaintenanceServiceRequests.List(ctx, r)
	if err != nil {
		return v, err
	}

	v.requested = len(requests) > 0

	endpoints, err := k8s.Endpoints.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, e := range controller.Running(endpoints) {
		hosts := slices.Clone(e.TypedSpec().Hosts)
		for _, a := range e.TypedSpec().Addresses {
			hosts = append(hosts, a.String())
		}

		for _, h := range hosts {
			if !slices.Contains(v.endpoints, h) {
				v.endpoints = append(v.endpoints, h)
			}
		}
	}

	v.have, err = find(ctx, r, secrets.ApiCertificates, secrets.APIID)

	return v, err
}

func planAPI(v apiCertView) *apiPlan {
	p := &apiPlan{view: v}

	names := v.names

	switch {
	case v.root != nil && v.names != nil && v.role.IsControlPlane():
		p.source = apiOwnCA
	case v.root != nil && v.names != nil && v.role != 0:
		p.source = apiTrustd
	case v.root == nil && v.maintenance != nil && v.mntNames != nil && v.requested:
		p.source, names = apiMaintenance, v.mntNames
	default:
		return p
	}

	p.server = leaf{
		CommonName: names.FQDN, IPs: names.IPs, DNSNames: names.DNSNames, Lifetime: DayLifetime, Usage: serverAuth,
	}

	switch p.source {
	case apiOwnCA:
		p.server.CA = v.root.IssuingCA
		p.hasClient = true
		p.client = leaf{
			CA: v.root.IssuingCA, CommonName: names.FQDN, Organizations: []string{roleImpersonator},
			IPs: names.IPs, DNSNames: names.DNSNames, Lifetime: DayLifetime, Usage: clientAuth,
		}
	case apiMaintenance:
		p.server.CA = v.maintenance.CA
	case apiTrustd:
		// Any of the accepted CAs may have signed: keep looks at the one that did.
		p.server.CA = signerOf(v.have, v.root.AcceptedCAs)
	}

	return p
}

func applyAPI(ctx context.Context, d Deps, w *controller.Writer, p *apiPlan) error {
	var have secrets.APICertsSpec
	if p.view.have != nil {
		have = *p.view.have
	}

	k := keeper{now: p.view.now}
	spec := secrets.APICertsSpec{SkipVerifyingClientCert: p.source == apiMaintenance}

	var err error

	switch p.source {
	case apiNone:
		return nil
	case apiMaintenance:
		spec.AcceptedCAs = []*x509.PEMEncodedCertificate{{Crt: p.view.maintenance.CA.Crt}}
	default:
		spec.AcceptedCAs = p.view.root.AcceptedCAs
	}

	if p.source == apiTrustd {
		spec.Server, err = fromTrustd(ctx, d, &k, have.Server, p, &spec)
	} else {
		spec.Server, err = k.get(have.Server, p.server)
	}

	if err == nil && p.hasClient {
		spec.Client, err = k.get(have.Client, p.client)
	}

	if err != nil {
		if p.source != apiTrustd {
			return err
		}

		// Control plane nodes come up whenever they do: this is no reason for
		// an ever longer backoff, nor to give up a certificate that still holds.
		w.Log.Warn("trustd did not sign, will retry", "error", err, "addresses", p.view.endpoints)

		p.again = p.view.now.Add(retryTrustd)

		if have.Server == nil || have.SkipVerifyingClientCert {
			return nil
		}

		return w.Want(controller.Want(secrets.ApiCertificates, secrets.APIID, have))
	}

	if k.issued > 0 {
		w.Log.Info("issued API certificates", "source", p.source.String(), "name", p.server.CommonName,
			"renew", k.again.Format(time.RFC3339))
	}

	p.again = k.again

	return w.Want(controller.Want(secrets.ApiCertificates, secrets.APIID, spec))
}

func fromTrustd(ctx context.Context, d Deps, k *keeper, have pair, p *apiPlan, spec *secrets.APICertsSpec) (pair, error) {
	if p.server.CA != nil {
		if until, ok := p.server.keep(have, k.now); ok {
			k.wakeAt(until)

			return have, nil
		}
	}

	root := p.view.root

	if d.Trustd == nil {
		return nil, fmt.Errorf("no trustd client is configured")
	}

	if len(p.view.endpoints) == 0 {
		return nil, fmt.Errorf("no control plane address is known yet")
	}

	csr, key, err := p.server.request(root.AcceptedCAs[0].Crt)
	if err != nil {
		return nil, err
	}

	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()

	ca, crt, err := d.Trustd(ctx, p.view.endpoints, bundle(root.AcceptedCAs), root.Token, csr)
	if err != nil {
		return nil, err
	}

	signed := &x509.PEMEncodedCertificateAndKey{Crt: crt, Key: key}

	leafCert, err := signed.GetCert()
	if err != nil {
		return nil, fmt.Errorf("parse certificate from trustd: %w", err)
	}

	pool := stdx509.NewCertPool()
	pool.AppendCertsFromPEM(bundle(root.AcceptedCAs))

	if _, err = leafCert.Verify(stdx509.VerifyOptions{Roots: pool, CurrentTime: k.now}); err != nil {
		return nil, fmt.Errorf("verify certificate from trustd: %w", err)
	}

	if len(ca) > 0 {
		spec.AcceptedCAs = accepted(nil, append([]x509.PEMEncodedCertificate{{Crt: ca}}, deref(root.AcceptedCAs)...))
	}

	k.issued++
	k.wakeAt(leafCert.NotBefore.Add(leafCert.NotAfter.Sub(leafCert.NotBefore) / 2))

	return signed, nil
}

func deref(list []*x509.PEMEncodedCertificate) (out []x509.PEMEncodedCertificate) {
	for _, c := range list {
		out = append(out, *c)
	}

	return out
}

// signerOf finds which accepted CA signed the present certificate.
func signerOf(have *secrets.APICertsSpec, cas []*x509.PEMEncodedCertificate) *x509.PEMEncodedCertificateAndKey {
	if have == nil || have.Server == nil {
		return nil
	}

	crt, err := have.Server.GetCert()
	if err != nil {
		return nil
	}

	for _, c := range cas {
		ca, err := c.GetCert()
		if err == nil && crt.CheckSignatureFrom(ca) == nil {
			return &x509.PEMEncodedCertificateAndKey{Crt: c.Crt}
		}
	}

	return nil
}

package netctl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/wireguard"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

type linkKernel interface {
	Links() ([]netlink.Link, error)
	AddLink(l netlink.Link, peer string) error
	DeleteLink(index uint32) error
	ChangeLink(index uint32, ch netlink.LinkChange) error
	WireGuard(link string) (wireguard.Device, error)
	SetWireGuard(link string, have, want wireguard.Device) error
	Watch(ctx context.Context, notify func(), groups ...netlink.Group) error
}

// devicesWait bounds how long links wait for udev to name them: a node without
// udev shall have a network too.
const devicesWait = 10 * time.Second

// linkSpec makes the kernel's links follow LinkSpecs.
//
// One round does for each link what can be done now: a VLAN whose parent is
// missing, a slave whose bond is, wait. Every step is a change of the kernel's
// tables, whose notice starts the next round; so a plan needs no second stage,
// and converging is a test.
//
// A physical link that is not asked for any more stays as it is. A logical one
// is removed.
func linkSpec(k linkKernel, wait bool) controller.Controller {
	s := &linkApplier{kernel: k, wait: wait, applied: map[string]netlink.Bond{}, tunnels: map[string]wireguard.Device{}}

	return controller.Reconcile[linkView, linkPlan]{
		Name: "network.LinkSpecController",
		Inputs: controller.In(
			network.LinkSpecs.Strong(),
			runtime.DevicesStatuses.Weak(kinds.Namespace("runtime"), kinds.ID("devices")),
		),
		Outputs: controller.Out(network.LinkRefreshes.Shared()),
		Wake: func(ctx context.Context, notify func()) error {
			return k.Watch(ctx, notify, netlink.Links)
		},
		Observe: s.observe,
		Plan:    planLinks,
		Apply:   s.apply,
	}.Build()
}

type linkApplier struct {
	kernel linkKernel
	wait   bool

	applied map[string]netlink.Bond
	tunnels map[string]wireguard.Device
	until   time.Time
	// refresh counts the changes that rtnetlink does not tell of.
	refresh int
}

func (a *linkApplier) observe(ctx context.Context, r cosi.Reader) (linkView, error) {
	list, err := network.LinkSpecs.List(ctx, r)
	if err != nil {
		return linkView{}, err
	}

	v := linkView{specs: running(list), leaving: leaving(list)}

	if a.wait {
		devices, err := runtime.DevicesStatuses.FindIn(ctx, r, "runtime", "devices")
		if err != nil {
			return v, err
		}

		if a.until.IsZero() {
			a.until = time.Now().Add(devicesWait)
		}

		ready := devices != nil && devices.TypedSpec().Ready
		v.held, v.until = !ready && time.Now().Before(a.until), a.until
	}

	v.applied, v.tunnels = maps.Clone(a.applied), maps.Clone(a.tunnels)

	if v.links, err = a.kernel.Links(); err != nil {
		return v, err
	}

	v.wireguard = map[string]wireguard.Device{}

	for _, l := range v.links {
		if l.Kind != network.LinkKindWireguard {
			continue
		}

		d, err := a.kernel.WireGuard(l.Name)
		if err != nil && !errors.Is(err, wireguard.ErrNotThere) {
			return v, err
		}

		if err == nil {
			v.wireguard[l.Name] = d
		}
	}

	return v, nil
}

func (a *linkApplier) apply(_ context.Context, w *controller.Writer, p linkPlan) error {
	err := a.steps(p, func(op linkOp) { w.Log.Info("changed link", "step", op.String()) })

	if a.refresh > 0 {
		err = errors.Join(err, w.Want(controller.Want(network.LinkRefreshes, network.LinkKindWireguard, network.LinkRefreshSpec{Generation: a.refresh})))
	}

	return err
}

func (a *linkApplier) steps(p linkPlan, done func(linkOp)) error {
	var errs []error

	for _, op := range p.ops {
		err := a.step(op)

		// A link that went away between look and step is as gone as wanted, or
		// comes back with another index and another round.
		if err != nil && !errors.Is(err, unix.ENODEV) {
			errs = append(errs, fmt.Errorf("%s: %w", op.name, err))

			continue
		}

		done(op)
	}

	return errors.Join(errs...)
}

func (a *linkApplier) step(op linkOp) error {
	switch {
	case op.delete:
		delete(a.applied, op.name)
		delete(a.tunnels, op.name)

		return a.kernel.DeleteLink(op.index)
	case op.create != nil:
		err := a.kernel.AddLink(*op.create, op.peer)
		if err == nil && op.create.Bond != nil {
			a.applied[op.name] = *op.create.Bond
		}

		return err
	}

	if op.tunnel != nil {
		err := a.kernel.SetWireGuard(op.name, op.tunnel.have, op.tunnel.want)
		if err == nil {
			a.tunnels[op.name] = op.tunnel.want
			a.refresh++
		}

		return err
	}

	err := a.kernel.ChangeLink(op.index, op.change)
	if err == nil && op.change.Data != nil && op.change.Data.Bond != nil {
		a.applied[op.name] = *op.change.Data.Bond
	}

	return err
}

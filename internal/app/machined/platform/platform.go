// Package platform gets what the place a machine runs at knows about it: the
// machine config and some metadata.
//
// A platform is a fetch of bytes and a pure parser. It never touches state;
// what it needs of it (addresses, host name, volumes) comes in through Facts.
package platform

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/talos-os/talos/internal/sys/meta"
)

// ErrNoConfig says that this platform has no config for the machine, now and as
// long as nothing about it changes. Any other error is worth another try.
var ErrNoConfig = errors.New("no machine config is offered here")

// Facts is what platforms may ask of the machine. Each function may block until
// the fact is known or ctx ends.
type Facts interface {
	// Hostname of the machine, without waiting long for one.
	Hostname(ctx context.Context) string
	// MAC of the first physical link that is up.
	MAC(ctx context.Context) (string, error)
	// WaitNetwork returns when requests have a chance to be answered.
	WaitNetwork(ctx context.Context) error
	// VolumesByLabel lists devices whose file system has the label, now.
	VolumesByLabel(ctx context.Context, label string) ([]string, error)
	// Meta reads a META value.
	Meta(tag meta.Tag) (string, bool)
}

// Platform is one kind of place.
type Platform interface {
	// Name as in talos.platform=.
	Name() string
	// Mode is metal, cloud or container.
	Mode() string
	// Config fetches the machine config once. It returns ErrNoConfig when there is none.
	Config(ctx context.Context, facts Facts) ([]byte, error)
}

// Of returns the platform the kernel command line names; metal when it says nothing.
func Of(cmdline string) (Platform, error) {
	args := Parse(cmdline)

	switch name := args.First("talos.platform"); name {
	case "", "metal":
		return &Metal{URL: args.First("talos.config")}, nil
	default:
		return nil, fmt.Errorf("platform %q is not supported by this version: boot with talos.platform=metal", name)
	}
}

// OrMetal is Of for when the machine must come up anyway: an unknown platform
// is reported and treated as bare metal.
func OrMetal(cmdline string) Platform {
	p, err := Of(cmdline)
	if err != nil {
		slog.Error("unknown platform, continuing as metal", "error", err)

		return &Metal{URL: Parse(cmdline).First("talos.config")}
	}

	return p
}

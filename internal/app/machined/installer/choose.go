package installer

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/talos-os/talos/internal/install"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// Disk is a disk as the node knows it.
type Disk struct {
	ID string
	block.DiskSpec
}

// Match evaluates a disk selector expression.
type Match func(expr block.Expression, disk block.DiskSpec) (bool, error)

// Wanted tells whether a config asks for an installation at all.
func Wanted(c *config.Config) bool {
	if _, ok := config.Doc[document.UnattendedInstallConfig](c); ok {
		return true
	}

	in := c.Effective().Machine.Install

	return in.Disk != "" || in.DiskSelector != nil
}

// Choose finds the disk that a config names and makes the options of an
// installation. Errors name the config's path and what there is instead.
func Choose(c *config.Config, disks []Disk, match Match) (Options, error) {
	if doc, ok := config.Doc[document.UnattendedInstallConfig](c); ok {
		return chooseUnattended(doc, disks, match)
	}

	in := c.Effective().Machine.Install

	o := Options{
		Image:           in.Image,
		Wipe:            in.Wipe != nil && *in.Wipe,
		ExtraKernelArgs: in.ExtraKernelArgs,
	}

	if in.DiskSelector != nil {
		d, err := pick("machine.install.diskSelector", disks, func(d Disk) (bool, error) { return selects(in.DiskSelector, d) })
		o.Disk = d.DevPath

		return o, err
	}

	d, err := pick("machine.install.disk", disks, func(d Disk) (bool, error) { return isNamed(d, in.Disk), nil })
	if err != nil {
		return o, fmt.Errorf("%w: asked for %s", err, in.Disk)
	}

	o.Disk = d.DevPath

	return o, nil
}

func chooseUnattended(doc document.UnattendedInstallConfig, disks []Disk, match Match) (Options, error) {
	expr := block.Expression(doc.Provisioning.DiskSelector.Match)

	d, err := pick("UnattendedInstallConfig: provisioning.diskSelector.match", disks, func(d Disk) (bool, error) { return match(expr, d.DiskSpec) })
	if err != nil {
		return Options{}, fmt.Errorf("%w: asked for %s", err, expr)
	}

	return Options{
		Image: doc.Installer.Image,
		Disk:  d.DevPath,
		Wipe:  doc.Provisioning.Wipe != nil && *doc.Provisioning.Wipe,
	}, nil
}

func isNamed(d Disk, name string) bool {
	if d.DevPath == name {
		return true
	}

	for _, s := range d.Symlinks {
		if s == name {
			return true
		}
	}

	return false
}

var errNoDisk = errors.New("no disk matches")

// pick takes the first disk that is wanted and fit for it. A disk that is
// wanted and unfit is worth saying why.
func pick(where string, disks []Disk, wanted func(Disk) (bool, error)) (Disk, error) {
	var unfit, all []string

	for _, d := range disks {
		all = append(all, fmt.Sprintf("%s (%s)", d.DevPath, d.PrettySize))

		ok, err := wanted(d)
		if err != nil {
			return Disk{}, fmt.Errorf("%s: disk %s: %w", where, d.DevPath, err)
		}

		if !ok {
			continue
		}

		switch {
		case d.Readonly || d.CDROM:
			unfit = append(unfit, d.DevPath+" is read-only")
		case d.Size < install.MinDiskSize:
			unfit = append(unfit, fmt.Sprintf("%s has %s, an installation takes %d MiB at least", d.DevPath, d.PrettySize, int64(install.MinDiskSize)>>20))
		default:
			return d, nil
		}
	}

	if len(unfit) > 0 {
		return Disk{}, fmt.Errorf("%s: %s", where, strings.Join(unfit, "; "))
	}

	if len(all) == 0 {
		all = []string{"none"}
	}

	return Disk{}, fmt.Errorf("%s: %w; the machine's disks: %s", where, errNoDisk, strings.Join(all, ", "))
}

// selects evaluates the fields of the older selector: all that are given must
// match, texts as shell patterns.
func selects(s *v1alpha1.InstallDiskSelector, d Disk) (bool, error) {
	for _, f := range []struct{ pattern, value string }{
		{s.Name, path.Base(d.DevPath)}, {s.Model, d.Model}, {s.Serial, d.Serial}, {s.Modalias, d.Modalias},
		{s.UUID, d.UUID}, {s.WWID, d.WWID}, {s.BusPath, d.BusPath},
	} {
		if f.pattern == "" {
			continue
		}

		// Bus paths hold slashes, which a pattern's star does not cross.
		ok, err := path.Match(strings.ReplaceAll(f.pattern, "/", "\x00"), strings.ReplaceAll(f.value, "/", "\x00"))
		if err != nil {
			return false, fmt.Errorf("pattern %q: %w", f.pattern, err)
		}

		if !ok {
			return false, nil
		}
	}

	if s.Type != "" && !strings.EqualFold(s.Type, diskType(d)) {
		return false, nil
	}

	return s.Size.IsZero() || s.Size.Matches(d.Size), nil
}

// diskType sorts disks the way the older selector's types do.
func diskType(d Disk) string {
	switch {
	case d.Transport == "nvme":
		return "nvme"
	case d.Transport == "mmc":
		return "sd"
	case d.Rotational:
		return "hdd"
	default:
		return "ssd"
	}
}

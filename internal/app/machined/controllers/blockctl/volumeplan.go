package blockctl

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// volumesView is everything the decision about volumes depends on.
type volumesView struct {
	Configs []configured
	Volumes []discovered
	Disks   map[string]block.DiskSpec
	// SystemDisk is empty while none is known.
	SystemDisk string
	// Discovered says that absence can be believed.
	Discovered bool
	// Closing says that the node goes down: nothing is to be made any more.
	Closing bool
	// Before is what was last published.
	Before map[string]block.VolumeStatusSpec
}

type configured struct {
	ID string
	block.VolumeConfigSpec
}

// step is what to do for one volume. Without an action, Status is final for this round.
type step struct {
	ID     string
	Config block.VolumeConfigSpec
	Status block.VolumeStatusSpec
	Action volumeAction
	// Disks to make the partition on, in order of preference.
	Disks []string
	// Disk the partition is on.
	Disk string
}

type volumeAction int

const (
	doNothing volumeAction = iota
	// doProvision makes the partition.
	doProvision
	// doPrepare grows and formats what is there as configured.
	doPrepare
)

func (s step) String() string {
	text := s.ID + " " + s.Status.Phase.String()

	switch s.Action {
	case doProvision:
		text += ", make on " + strings.Join(s.Disks, " or ")
	case doPrepare:
		text += ", prepare " + s.Status.Location
	}

	if s.Status.ErrorMessage != "" {
		text += ": " + s.Status.ErrorMessage
	}

	return text
}

// planVolumes decides for every volume. Partitions are made strictly in order,
// because a growing one takes all the room there is: while an earlier one is
// not there yet, for whatever reason, later ones wait.
func planVolumes(v volumesView) []step {
	configs := slices.Clone(v.Configs)
	slices.SortStableFunc(configs, func(a, b configured) int {
		pa, pb := a.Provisioning, b.Provisioning

		return cmp.Or(
			cmp.Compare(depth(a), depth(b)),
			cmp.Compare(pa.Wave, pb.Wave),
			compareBool(pa.PartitionSpec.Grow, pb.PartitionSpec.Grow),
			cmp.Compare(pa.PartitionSpec.MinSize, pb.PartitionSpec.MinSize),
			cmp.Compare(a.ID, b.ID),
		)
	})

	steps := make([]step, 0, len(configs))
	phases := map[string]block.VolumePhase{}
	blocker := ""

	for _, c := range configs {
		s := step{ID: c.ID, Config: c.VolumeConfigSpec, Status: describe(c.VolumeConfigSpec)}

		switch {
		case v.Closing:
			s.Status = v.Before[c.ID]
			s.Status.Phase = block.VolumePhaseClosed
		case c.Type == block.VolumeTypePartition:
			planPartition(&s, v, blocker)

			if wantsPartition(c.VolumeConfigSpec) && s.Status.Location == "" {
				blocker = cmp.Or(blocker, c.ID)
			}
		case c.Type == block.VolumeTypeDirectory, c.Type == block.VolumeTypeOverlay, c.Type == block.VolumeTypeSymlink:
			planInside(&s, phases[c.ParentID])
		default:
			fail(&s, errors.New("user, raw, swap, existing and external volumes are not supported by this version: nothing was changed on any disk"))
		}

		phases[c.ID] = s.Status.Phase
		steps = append(steps, s)
	}

	return steps
}

// depth puts volumes that live inside others after them.
func depth(c configured) int {
	if c.ParentID == "" {
		return 0
	}

	return 1
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}

	return 1
}

// describe fills in what does not depend on where the volume is.
func describe(c block.VolumeConfigSpec) block.VolumeStatusSpec {
	return block.VolumeStatusSpec{
		Phase: block.VolumePhaseWaiting, Type: c.Type, ParentID: c.ParentID,
		MountSpec: c.Mount, SymlinkSpec: c.Symlink,
		TrimEnabled: c.TrimEnabled, TrimInterval: c.TrimInterval,
		ScrubEnabled: c.ScrubEnabled, ScrubInterval: c.ScrubInterval,
	}
}

func fail(s *step, err error) {
	s.Action = doNothing
	s.Status.PreFailPhase = s.Status.Phase
	s.Status.Phase = block.VolumePhaseFailed
	s.Status.ErrorMessage = err.Error()
}

func wantsPartition(c block.VolumeConfigSpec) bool { return c.Provisioning.PartitionSpec.Label != "" }

func planInside(s *step, parent block.VolumePhase) {
	if parent == block.VolumePhaseReady {
		s.Status.Phase = block.VolumePhaseReady
	}
}

func planPartition(s *step, v volumesView, blocker string) {
	found, err := locate(s.Config.Locator, v)
	if err != nil {
		fail(s, err)

		return
	}

	if found != nil {
		planFound(s, *found, v.Before[s.ID])

		return
	}

	switch {
	case !v.Discovered:
		// Still looking.
	case !wantsPartition(s.Config):
		s.Status.Phase = block.VolumePhaseMissing
	case refusesEncryption(s):
	case blocker != "":
		// An earlier volume takes its room first.
	default:
		planNew(s, v)
	}
}

// refusesEncryption fails a volume that the config wants encrypted. Storing
// data in the clear that somebody asked to be encrypted is never an option.
func refusesEncryption(s *step) bool {
	if s.Config.Encryption.Provider == block.EncryptionProviderTypeNone {
		return false
	}

	fail(s, fmt.Errorf("the config asks for %s encryption of %s, which this version cannot do: "+
		"nothing was written; remove the encryption from the config to store it unencrypted",
		s.Config.Encryption.Provider, s.ID))

	return true
}

func locate(l block.LocatorSpec, v volumesView) (*discovered, error) {
	if l.Match == "" {
		return nil, nil
	}

	for i, vol := range v.Volumes {
		disk := cmp.Or(vol.Parent, vol.ID)
		system := disk == v.SystemDisk

		ok, err := matchVolume(l.Match, vol.DiscoveredVolumeSpec, v.Disks[disk], system)
		if err != nil {
			return nil, err
		}

		if ok && l.DiskMatch != "" {
			if ok, err = MatchDisk(l.DiskMatch, v.Disks[disk], system); err != nil {
				return nil, err
			}
		}

		if ok {
			return &v.Volumes[i], nil
		}
	}

	return nil, nil
}

func planFound(s *step, found discovered, before block.VolumeStatusSpec) {
	s.Disk = found.Parent
	st := &s.Status

	st.Phase = block.VolumePhaseLocated
	st.Location, st.MountLocation = found.DevPath, found.DevPath
	st.ParentLocation, st.PartitionIndex = found.ParentDevPath, int(found.PartitionIndex)
	st.UUID, st.PartitionUUID = found.UUID, found.PartitionUUID
	st.Size, st.PrettySize = found.Size, found.PrettySize
	st.Filesystem = s.Config.Provisioning.FilesystemSpec.Type

	if found.Name == "luks" {
		fail(s, fmt.Errorf("%s at %s is encrypted, which this version cannot open: nothing was changed", s.ID, found.DevPath))

		return
	}

	if refusesEncryption(s) {
		return
	}

	// A volume once ready stays so while its partition is there: it is mounted,
	// and what probing says about a mounted file system does not matter.
	if before.Phase == block.VolumePhaseReady && before.PartitionUUID == found.PartitionUUID {
		st.Phase = block.VolumePhaseReady
		st.UUID = cmp.Or(st.UUID, before.UUID)

		return
	}

	if st.Filesystem == block.FilesystemTypeNone {
		st.Phase = block.VolumePhaseReady

		return
	}

	s.Action = doPrepare
}

func planNew(s *step, v volumesView) {
	for _, name := range slices.Sorted(mapsKeys(v.Disks)) {
		disk := v.Disks[name]
		if disk.Readonly || disk.CDROM {
			continue
		}

		ok, err := MatchDisk(s.Config.Provisioning.DiskSelector.Match, disk, name == v.SystemDisk)
		if err != nil {
			fail(s, err)

			return
		}

		if ok {
			s.Disks = append(s.Disks, name)
		}
	}

	switch {
	case len(s.Disks) > 0:
		s.Action = doProvision
	case v.SystemDisk == "":
		// Not installed yet: installation makes the system disk.
	default:
		fail(s, fmt.Errorf("no disk matches the selector %q", s.Config.Provisioning.DiskSelector.Match))
	}
}

// partitionSize decides how large to make a partition on a disk of total bytes
// with a contiguous free range of free bytes.
func partitionSize(p block.PartitionSpec, total, free uint64) (uint64, error) {
	const align = 1 << 20

	size := free

	if limit := maxSize(p, total); limit > 0 {
		size = min(size, limit)
	}

	size -= size % align

	if size < p.MinSize || size == 0 {
		return 0, fmt.Errorf("%s free, %s needed", prettySize(free), prettySize(max(p.MinSize, align)))
	}

	return size, nil
}

func maxSize(p block.PartitionSpec, total uint64) uint64 {
	limit := p.MaxSize
	if p.RelativeMaxSize > 0 {
		limit = total / 100 * p.RelativeMaxSize
	}

	if p.NegativeMaxSize && limit > 0 {
		return max(total, limit) - limit
	}

	return limit
}

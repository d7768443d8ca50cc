package blockctl

import (
	"fmt"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"github.com/talos-os/talos/pkg/machinery/config/value"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// matcher evaluates the expressions of locators and disk selectors.
//
// The expressions of the system's own volumes have a fixed form and are
// recognised, so that a node without selectors in its config never pays for
// the expression engine, which needs several megabytes once it runs.
type matcher struct {
	mu       sync.Mutex
	env      *cel.Env
	programs map[block.Expression]cel.Program
}

var expressions matcher

// MatchDisk evaluates a disk selector.
func MatchDisk(expr block.Expression, disk block.DiskSpec, isSystemDisk bool) (bool, error) {
	if expr == onSystemDisk {
		return isSystemDisk, nil
	}

	return expressions.eval(expr, map[string]any{"disk": diskVars(disk), "volume": map[string]any{}, "system_disk": isSystemDisk})
}

// matchVolume evaluates a locator's volume expression.
func matchVolume(expr block.Expression, v block.DiscoveredVolumeSpec, disk block.DiskSpec, isSystemDisk bool) (bool, error) {
	if rest, ok := strings.CutPrefix(string(expr), `volume.partition_label == "`); ok {
		if label, ok := strings.CutSuffix(rest, `"`); ok && !strings.ContainsAny(label, `"\`) {
			return v.PartitionLabel == label, nil
		}
	}

	return expressions.eval(expr, map[string]any{"disk": diskVars(disk), "volume": volumeVars(v), "system_disk": isSystemDisk})
}

// CheckExpression compiles the expression of a volume or install document
// without evaluating it; others are not known here and pass. It is meant for
// config.WithExpressions. To the compiler every field may be there: validation of
// the config knows which are.
func CheckExpression(kind, _ string, e value.Expression) error {
	switch kind {
	case "VolumeConfig", "UserVolumeConfig", "RawVolumeConfig", "SwapVolumeConfig", "ExistingVolumeConfig", "UnattendedInstallConfig":
	default:
		return nil
	}

	if e == "" {
		return nil
	}

	_, err := expressions.program(block.Expression(e))

	return err
}

func (m *matcher) eval(expr block.Expression, vars map[string]any) (bool, error) {
	program, err := m.program(expr)
	if err != nil {
		return false, fmt.Errorf("expression %q: %w", expr, err)
	}

	out, _, err := program.Eval(vars)
	if err != nil {
		return false, fmt.Errorf("expression %q: %w", expr, err)
	}

	result, ok := out.Value().(bool)
	if !ok {
		return false, fmt.Errorf("expression %q is %s, not true or false", expr, out.Type().TypeName())
	}

	return result, nil
}

func (m *matcher) program(expr block.Expression) (cel.Program, error) {
	m.mu.Lock()
	defer m.mu.Unlock()

	if p, ok := m.programs[expr]; ok {
		return p, nil
	}

	if m.env == nil {
		env, err := newEnv()
		if err != nil {
			return nil, err
		}

		m.env, m.programs = env, map[block.Expression]cel.Program{}
	}

	ast, issues := m.env.Compile(string(expr))
	if issues.Err() != nil {
		return nil, issues.Err()
	}

	if t := ast.OutputType(); t != cel.BoolType && t != cel.DynType {
		return nil, fmt.Errorf("it is of type %s, not true or false", t)
	}

	p, err := m.env.Program(ast, cel.CostLimit(100_000))
	if err != nil {
		return nil, err
	}

	m.programs[expr] = p

	return p, nil
}

func newEnv() (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.Variable("disk", cel.MapType(cel.StringType, cel.DynType)),
		cel.Variable("volume", cel.MapType(cel.StringType, cel.DynType)),
		cel.Variable("system_disk", cel.BoolType),
	}

	unit := uint64(1)
	for _, prefix := range []string{"k", "M", "G", "T", "P", "E"} {
		unit *= 1000
		options = append(options, cel.Constant(prefix+"B", cel.UintType, types.Uint(unit)))
	}

	unit = 1
	for _, prefix := range []string{"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"} {
		unit *= 1024
		options = append(options, cel.Constant(prefix+"B", cel.UintType, types.Uint(unit)))
	}

	return cel.NewEnv(options...)
}

func diskVars(d block.DiskSpec) map[string]any {
	return map[string]any{
		"dev_path": d.DevPath, "size": d.Size, "pretty_size": d.PrettySize, "io_size": uint64(d.IOSize),
		"sector_size": uint64(d.SectorSize), "readonly": d.Readonly, "cdrom": d.CDROM, "model": d.Model,
		"serial": d.Serial, "modalias": d.Modalias, "wwid": d.WWID, "uuid": d.UUID, "bus_path": d.BusPath,
		"sub_system": d.SubSystem, "transport": d.Transport, "rotational": d.Rotational,
		"secondary_disks": d.SecondaryDisks, "symlinks": d.Symlinks, "firmware_version": d.FirmwareVersion,
	}
}

func volumeVars(v block.DiscoveredVolumeSpec) map[string]any {
	return map[string]any{
		"dev_path": v.DevPath, "type": v.Type, "device_path": v.DevicePath, "parent": v.Parent,
		"parent_dev_path": v.ParentDevPath, "offset": v.Offset, "size": v.Size, "pretty_size": v.PrettySize,
		"sector_size": uint64(v.SectorSize), "io_size": uint64(v.IOSize), "name": v.Name, "uuid": v.UUID,
		"label": v.Label, "block_size": uint64(v.BlockSize), "filesystem_block_size": uint64(v.FilesystemBlockSize),
		"probed_size": v.ProbedSize, "partition_uuid": v.PartitionUUID, "partition_type": v.PartitionType,
		"partition_label": v.PartitionLabel, "partition_index": uint64(v.PartitionIndex),
	}
}

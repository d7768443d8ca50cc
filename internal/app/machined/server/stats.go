package server

import (
	"context"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/sys/mount"
	"github.com/talos-os/talos/internal/sys/procstat"
)

// The kernel's tables have the order and the names of the messages' fields, so
// most of this maps by position or by name instead of listing hundred fields.

// fill sets the numeric fields from number first on, in order. Columns that the
// kernel of this machine has not stay zero.
func fill(m proto.Message, first protoreflect.FieldNumber, values []uint64) {
	r := m.ProtoReflect()

	for i, v := range values {
		field := r.Descriptor().Fields().ByNumber(first + protoreflect.FieldNumber(i))
		if field == nil {
			return
		}

		switch field.Kind() {
		case protoreflect.Uint64Kind:
			r.Set(field, protoreflect.ValueOfUint64(v))
		case protoreflect.DoubleKind:
			r.Set(field, protoreflect.ValueOfFloat64(float64(v)*procstat.Tick))
		default:
			return
		}
	}
}

// Memory is /proc/meminfo.
func (s *machineService) Memory(context.Context, *emptypb.Empty) (*machine.MemoryResponse, error) {
	values, err := procstat.Memory()
	if err != nil {
		return nil, err
	}

	return &machine.MemoryResponse{Messages: []*machine.Memory{{Meminfo: memInfo(values)}}}, nil
}

// memInfo matches names without what a field's name cannot have: Active(anon) is
// activeanon.
func memInfo(values map[string]uint64) *machine.MemInfo {
	info := &machine.MemInfo{}
	r := info.ProtoReflect()
	plain := strings.NewReplacer("(", "", ")", "", "_", "")

	for name, v := range values {
		if field := r.Descriptor().Fields().ByName(protoreflect.Name(strings.ToLower(plain.Replace(name)))); field != nil {
			r.Set(field, protoreflect.ValueOfUint64(v))
		}
	}

	return info
}

// LoadAvg is /proc/loadavg.
func (s *machineService) LoadAvg(context.Context, *emptypb.Empty) (*machine.LoadAvgResponse, error) {
	one, five, fifteen, err := procstat.Load()
	if err != nil {
		return nil, err
	}

	return &machine.LoadAvgResponse{Messages: []*machine.LoadAvg{{Load1: one, Load5: five, Load15: fifteen}}}, nil
}

// SystemStat is /proc/stat.
func (s *machineService) SystemStat(context.Context, *emptypb.Empty) (*machine.SystemStatResponse, error) {
	rows, err := procstat.Stat()
	if err != nil {
		return nil, err
	}

	return &machine.SystemStatResponse{Messages: []*machine.SystemStat{systemStat(rows)}}, nil
}

func systemStat(rows []procstat.Row) *machine.SystemStat {
	out := &machine.SystemStat{}

	for _, row := range rows {
		if len(row.Values) == 0 {
			continue
		}

		first := row.Values[0]

		switch {
		case row.Name == "cpu":
			out.CpuTotal = &machine.CPUStat{}
			fill(out.CpuTotal, 1, row.Values)
		case strings.HasPrefix(row.Name, "cpu"):
			cpu := &machine.CPUStat{}
			fill(cpu, 1, row.Values)
			out.Cpu = append(out.Cpu, cpu)
		case row.Name == "intr":
			out.IrqTotal, out.Irq = first, row.Values[1:]
		case row.Name == "ctxt":
			out.ContextSwitches = first
		case row.Name == "btime":
			out.BootTime = first
		case row.Name == "processes":
			out.ProcessCreated = first
		case row.Name == "procs_running":
			out.ProcessRunning = first
		case row.Name == "procs_blocked":
			out.ProcessBlocked = first
		case row.Name == "softirq":
			out.SoftIrqTotal = first
			out.SoftIrq = &machine.SoftIRQStat{}
			fill(out.SoftIrq, 1, row.Values[1:])
		}
	}

	return out
}

// CPUInfo is /proc/cpuinfo.
func (s *machineService) CPUInfo(context.Context, *emptypb.Empty) (*machine.CPUInfoResponse, error) {
	cpus, err := procstat.CPUs()
	if err != nil {
		return nil, err
	}

	out := &machine.CPUsInfo{}
	for _, c := range cpus {
		out.CpuInfo = append(out.CpuInfo, cpuInfo(c))
	}

	return &machine.CPUInfoResponse{Messages: []*machine.CPUsInfo{out}}, nil
}

func cpuInfo(c map[string]string) *machine.CPUInfo {
	number := func(name string) uint32 {
		v, _ := strconv.ParseUint(strings.TrimSuffix(c[name], " KB"), 10, 32) //nolint:errcheck // absent is 0

		return uint32(v)
	}

	float := func(name string) float64 {
		v, _ := strconv.ParseFloat(c[name], 64) //nolint:errcheck // absent is 0

		return v
	}

	flags := c["flags"]
	if flags == "" {
		flags = c["Features"] // arm64
	}

	return &machine.CPUInfo{
		Processor: number("processor"), VendorId: c["vendor_id"], CpuFamily: c["cpu family"], Model: c["model"],
		ModelName: c["model name"], Stepping: c["stepping"], Microcode: c["microcode"], CpuMhz: float("cpu MHz"),
		CacheSize: c["cache size"], PhysicalId: c["physical id"], Siblings: number("siblings"), CoreId: c["core id"],
		CpuCores: number("cpu cores"), ApicId: c["apicid"], InitialApicId: c["initial apicid"], Fpu: c["fpu"],
		FpuException: c["fpu_exception"], CpuIdLevel: number("cpuid level"), Wp: c["wp"], Flags: strings.Fields(flags),
		Bugs: strings.Fields(c["bugs"]), BogoMips: float("bogomips"), ClFlushSize: number("clflush size"),
		CacheAlignment: number("cache_alignment"), AddressSizes: c["address sizes"], PowerManagement: c["power management"],
	}
}

// CPUFreqStats tells how fast the CPUs run, in kHz.
func (s *machineService) CPUFreqStats(context.Context, *emptypb.Empty) (*machine.CPUFreqStatsResponse, error) {
	list, err := procstat.Frequencies()
	if err != nil {
		return nil, err
	}

	out := &machine.CPUsFreqStats{}
	for _, f := range list {
		out.CpuFreqStats = append(out.CpuFreqStats, &machine.CPUFreqStats{
			CurrentFrequency: f.Current, MinimumFrequency: f.Minimum, MaximumFrequency: f.Maximum, Governor: f.Governor,
		})
	}

	return &machine.CPUFreqStatsResponse{Messages: []*machine.CPUsFreqStats{out}}, nil
}

// DiskStats is /proc/diskstats.
func (s *machineService) DiskStats(context.Context, *emptypb.Empty) (*machine.DiskStatsResponse, error) {
	rows, err := procstat.Disks()
	if err != nil {
		return nil, err
	}

	out := &machine.DiskStats{Total: &machine.DiskStat{}}

	for _, row := range rows {
		d := &machine.DiskStat{Name: row.Name}
		fill(d, 2, row.Values)
		out.Devices = append(out.Devices, d)
	}

	fill(out.Total, 2, sum(rows))

	return &machine.DiskStatsResponse{Messages: []*machine.DiskStats{out}}, nil
}

// NetworkDeviceStats is /proc/net/dev.
func (s *machineService) NetworkDeviceStats(context.Context, *emptypb.Empty) (*machine.NetworkDeviceStatsResponse, error) {
	rows, err := procstat.Links()
	if err != nil {
		return nil, err
	}

	out := &machine.NetworkDeviceStats{Total: &machine.NetDev{}}

	for _, row := range rows {
		d := &machine.NetDev{Name: row.Name}
		fill(d, 2, row.Values)
		out.Devices = append(out.Devices, d)
	}

	fill(out.Total, 2, sum(rows))

	return &machine.NetworkDeviceStatsResponse{Messages: []*machine.NetworkDeviceStats{out}}, nil
}

func sum(rows []procstat.Row) []uint64 {
	var total []uint64

	for _, row := range rows {
		for i, v := range row.Values {
			if i == len(total) {
				total = append(total, 0)
			}

			total[i] += v
		}
	}

	return total
}

// Processes lists what runs.
func (s *machineService) Processes(context.Context, *emptypb.Empty) (*machine.ProcessesResponse, error) {
	list, err := procstat.Processes()
	if err != nil {
		return nil, err
	}

	out := &machine.Process{}

	for _, p := range list {
		out.Processes = append(out.Processes, &machine.ProcessInfo{
			Pid: p.PID, Ppid: p.PPID, State: p.State, Threads: p.Threads, CpuTime: p.CPUTime,
			VirtualMemory: p.Virtual, ResidentMemory: p.Resident, Command: p.Command, Executable: p.Executable,
			Args: p.Args, Label: p.Label,
		})
	}

	return &machine.ProcessesResponse{Messages: []*machine.Process{out}}, nil
}

// statfsTime bounds asking a file system for its size: a network file system
// whose server is away does not answer, and cannot be interrupted.
const statfsTime = 2 * time.Second

// Mounts lists what is mounted and how full it is.
func (s *machineService) Mounts(context.Context, *emptypb.Empty) (*machine.MountsResponse, error) {
	list, err := mount.List()
	if err != nil {
		return nil, err
	}

	out := &machine.Mounts{}

	for _, m := range list {
		stat := &machine.MountStat{Filesystem: m.Source, MountedOn: m.Target}

		if fs, ok := statfs(m.Target); ok {
			stat.Size = fs.Blocks * uint64(fs.Bsize)      //nolint:gosec // never negative
			stat.Available = fs.Bavail * uint64(fs.Bsize) //nolint:gosec // never negative
		}

		out.Stats = append(out.Stats, stat)
	}

	return &machine.MountsResponse{Messages: []*machine.Mounts{out}}, nil
}

func statfs(path string) (unix.Statfs_t, bool) {
	answer := make(chan unix.Statfs_t, 1)

	go func() {
		var fs unix.Statfs_t

		if unix.Statfs(path, &fs) == nil {
			answer <- fs
		}

		close(answer)
	}()

	select {
	case fs, ok := <-answer:
		return fs, ok
	case <-time.After(statfsTime):
		return unix.Statfs_t{}, false
	}
}

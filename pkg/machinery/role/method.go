package role

import "strings"

var (
	onlyAdmin = NewSet(Admin)
	operators = NewSet(Admin, Operator)
	readers   = NewSet(Admin, Operator, Reader)
	// setUp is for what a node without configuration must accept from anybody, who
	// is a Reader there. See AdminUnlessMaintenance.
	setUp = NewSet(Admin, Reader)
)

// table groups methods by the roles that may call them. What is not in it, now
// or in a later version, is for administrators.
var table = []struct {
	roles   Set
	service string
	methods string
}{
	{readers, "cluster.ClusterService", "HealthCheck"},
	{readers, "cosi.resource.State", "Get List Watch"},
	{readers, "inspect.InspectService", "ControllerRuntimeDependencies"},
	{readers, "machine.ImageService", "List"},
	{readers, "machine.MachineService", "CPUFreqStats CPUInfo Containers DiskStats DiskUsage Dmesg Events Hostname " +
		"ImageList List LoadAvg Logs LogsContainers Memory Mounts Netstat NetworkDeviceStats Processes ServiceList " +
		"Stats SystemStat Version"},
	{readers, "machine.StorageService", "Statfs"},
	{readers, "storage.StorageService", "Disks"},
	{readers, "time.TimeService", "Time TimeCheck"},

	{operators, "machine.ImageService", "Pull"},
	{operators, "machine.MachineService", "EtcdAlarmDisarm EtcdDefragment ImagePull PacketCapture Reboot Restart " +
		"ServiceRestart ServiceStart ServiceStop Shutdown"},

	{NewSet(Admin, Operator, Reader, ImageVerifier), "machine.ImageService", "Verify"},
	{NewSet(Admin, Operator, Reader, EtcdBackup), "machine.MachineService", "EtcdAlarmList EtcdMemberList EtcdStatus"},
	{NewSet(Admin, Operator, EtcdBackup), "machine.MachineService", "EtcdSnapshot"},
	{NewSet(Admin, MetaWriter), "machine.MachineService", "MetaDelete MetaWrite"},

	{setUp, "machine.LVMService", "LogicalVolumeRemove PhysicalVolumeRemove VolumeGroupRemove"},
	{setUp, "machine.MDService", "Destroy"},
	{setUp, "machine.MachineService", "ApplyConfiguration"},
	{setUp, "storage.StorageService", "BlockDeviceWipe"},
}

var byMethod = func() map[string]Set {
	all := map[string]Set{}

	for _, row := range table {
		for method := range strings.FieldsSeq(row.methods) {
			all["/"+row.service+"/"+method] = row.roles
		}
	}

	return all
}()

// ForMethod returns the roles of which a caller needs one. The name is gRPC's
// full one, "/package.Service/Method".
func ForMethod(fullMethod string) Set {
	if roles, ok := byMethod[fullMethod]; ok {
		return roles
	}

	return onlyAdmin
}

// AdminUnlessMaintenance says whether a method is open to Readers only because
// everybody is one on a node without configuration. A node that has one asks for
// Admin: the door in front of it (apid) cannot tell, the node can.
func AdminUnlessMaintenance(fullMethod string) bool {
	roles, ok := byMethod[fullMethod]

	return ok && roles.Has(Reader) && !roles.Has(Operator)
}

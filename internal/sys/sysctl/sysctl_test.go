package sysctl

import "testing"

func TestKeyPath(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name string
		key  Key
		path string
	}{
		{"dots", ProcKey("net.ipv4.ip_forward"), "/proc/sys/net/ipv4/ip_forward"},
		{"slashes", ProcKey("net/ipv4/ip_forward"), "/proc/sys/net/ipv4/ip_forward"},
		{"a dot in an interface name is written as a slash", ProcKey("net.ipv4.conf.eth0/100.forwarding"), "/proc/sys/net/ipv4/conf/eth0.100/forwarding"},
		{"with slashes the dot stays a dot", ProcKey("net/ipv4/conf/eth0.100/forwarding"), "/proc/sys/net/ipv4/conf/eth0.100/forwarding"},
		{"sysfs", SysKey("block.sda.queue.scheduler"), "/sys/block/sda/queue/scheduler"},
		{"climbing out is refused", ProcKey("net/../../etc/passwd"), ""},
		{"another tree is refused", Key("etc.passwd"), ""},
		{"empty is refused", Key(""), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			path, err := tt.key.Path()
			if path != tt.path || (err == nil) != (tt.path != "") {
				t.Fatalf("got %q, %v", path, err)
			}
		})
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()

	if !Equal("4096\t16384 \t4194304", "4096 16384 4194304") || Equal("1", "10") {
		t.Fatal("wrong")
	}
}

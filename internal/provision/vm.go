package provision

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/cmdline"
)

// firmware finds OVMF's code and variable store as Debian packages them.
func firmware() (code, vars string, err error) {
	for _, pair := range [][2]string{
		{"/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"},
		{"/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"},
		{"/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"},
	} {
		if strings.Contains(pair[0], "AAVMF") != (runtime.GOARCH == "arm64") {
			continue
		}

		if _, err := os.Stat(pair[0]); err == nil {
			return pair[0], pair[1], nil
		}
	}

	return "", "", errors.New("no UEFI firmware found; install the package ovmf (amd64) or qemu-efi-aarch64 (arm64)")
}

func qemuBinary() string {
	if runtime.GOARCH == "arm64" {
		return "qemu-system-aarch64"
	}

	return "qemu-system-x86_64"
}

// accelArgs choose machine and CPU.
func accelArgs(accel, cpu string) []string {
	if accel == "kvm" {
		return []string{"-machine", "q35,smm=off", "-accel", "kvm", "-cpu", "host"}
	}

	if cpu == "" {
		cpu = emulatedCPU(qemuVersion())
	}

	// The translation cache holds what a kubelet and an API server run; with
	// QEMU's default size it is thrown away and rebuilt over and over.
	return []string{"-machine", "q35,smm=off", "-accel", "tcg,thread=multi,tb-size=1024", "-cpu", cpu}
}

// emulatedCPU is the CPU on which Go hashes fastest, for pulling images consists
// of that. Since 8.2 QEMU emulates the SHA extensions, which Go uses where there
// is AVX as well: SHA-256 runs at 106 MB/s instead of 44 (measured on two cores
// of 2026). Before, AVX only meant that every vector instruction was a call into
// the emulator, at half the speed of plain code.
//
// Nested virtualization is off: nobody wants a second emulated machine in the
// first, and a kernel that finds SVM loads kvm_amd.
func emulatedCPU(qemuMajor, qemuMinor int) string {
	if qemuMajor > 8 || qemuMajor == 8 && qemuMinor >= 2 {
		return "max,-svm"
	}

	return "max,-svm,-avx,-avx2"
}

// emulatedKernelArgs take back the defences against faults of real processors, which
// an emulated one does not have. Each system call switches page tables with them,
// and throws the emulator's translations of addresses away.
var emulatedKernelArgs = []string{"pti=off", "mitigations=off"}

// qemuVersion is 0, 0 when QEMU does not say.
func qemuVersion() (major, minor int) {
	out, err := exec.Command(qemuBinary(), "--version").Output() //nolint:noctx // ends by itself
	if err == nil {
		fmt.Sscanf(string(out), "QEMU emulator version %d.%d", &major, &minor) //nolint:errcheck // zero is "unknown"
	}

	return major, minor
}

// qemuArgs is the command line for a machine's next start. installed tells
// whether its disk has a boot loader by now.
func qemuArgs(s *State, n NodeState, installed bool) ([]string, error) {
	dir := s.NodeDir(n.Name)

	args := append(accelArgs(s.Accel, s.CPUModel),
		"-name", s.Name+"-"+n.Name,
		"-smp", strconv.Itoa(n.CPUs),
		"-m", strconv.Itoa(n.MemoryMiB),
		"-nodefaults", "-display", "none", "-no-user-config",
		"-chardev", "file,id=console,path="+filepath.Join(dir, "console.log")+",append=on",
		"-serial", "chardev:console",
		"-qmp", "unix:"+filepath.Join(dir, "qmp.sock")+",server=on,wait=off",
		"-device", "virtio-rng-pci",
		"-netdev", "stream,id=net0,server=off,addr.type=unix,addr.path="+filepath.Join(s.dir, "switch.sock"),
		"-device", "virtio-net-pci,netdev=net0,romfile=,mac="+n.MAC,
		"-drive", "if=none,id=disk,format=qcow2,discard=unmap,cache=unsafe,file="+filepath.Join(dir, "disk.qcow2"),
		"-device", "virtio-blk-pci,drive=disk,serial="+n.Name+",bootindex=1",
		// A reboot ends QEMU; it is started again from what is then on the disk.
		"-no-reboot",
	)

	kernelArgs := append([]string{}, n.KernelArgs...)
	if s.Accel == "tcg" {
		kernelArgs = append(kernelArgs, emulatedKernelArgs...)
	}

	if hasConfig(s, n) {
		kernelArgs = append(kernelArgs, "talos.config="+ConfigURL(n.Name))
	}

	if n.Boot == BootKernel && !installed {
		return append(args,
			"-kernel", s.Assets.Kernel, "-initrd", s.Assets.Initramfs,
			"-append", strings.Join(append(cmdline.Default("metal", runtime.GOARCH), kernelArgs...), " ")), nil
	}

	code, vars, err := firmware()
	if err != nil {
		return nil, err
	}

	own := filepath.Join(dir, "vars.fd")
	if !fileExists(own) {
		raw, err := os.ReadFile(vars)
		if err == nil {
			err = os.WriteFile(own, raw, 0o600)
		}

		if err != nil {
			return nil, err
		}
	}

	args = append(args,
		"-drive", "if=pflash,unit=0,format=raw,readonly=on,file="+code,
		"-drive", "if=pflash,unit=1,format=raw,file="+own)

	if n.Boot == BootISO && !installed {
		args = append(args,
			"-drive", "if=none,id=cd,media=cdrom,readonly=on,format=raw,file="+s.Assets.ISO,
			"-device", "ide-cd,drive=cd,bootindex=2")
	}

	// systemd-stub takes further kernel arguments from the firmware's strings.
	if len(kernelArgs) > 0 {
		args = append(args, "-smbios",
			"type=11,value=io.systemd.stub.kernel-cmdline-extra="+strings.ReplaceAll(strings.Join(kernelArgs, " "), ",", ",,"))
	}

	return args, nil
}

func fileExists(path string) bool {
	_, err := os.Stat(path)

	return err == nil
}

// runMachine keeps a machine running across reboots until it powers off or the
// context ends.
func runMachine(ctx context.Context, s *State, n NodeState) error {
	for {
		installed := n.Boot == BootImage || hasBootLoader(ctx, filepath.Join(s.NodeDir(n.Name), "disk.qcow2"))

		args, err := qemuArgs(s, n, installed)
		if err != nil {
			return err
		}

		started := time.Now()

		reset, err := runQEMU(ctx, s, n, args)
		if ctx.Err() != nil {
			return nil
		}

		if err != nil {
			return err
		}

		if !reset {
			slog.Info("machine powered off", "machine", n.Name)

			return nil
		}

		slog.Info("machine reboots", "machine", n.Name, "after", time.Since(started).Round(time.Second))

		if time.Since(started) < time.Second {
			time.Sleep(time.Second)
		}
	}
}

// runQEMU runs QEMU to its end and tells whether the machine wanted to reboot.
func runQEMU(ctx context.Context, s *State, n NodeState, args []string) (reset bool, err error) {
	dir := s.NodeDir(n.Name)

	out, err := os.OpenFile(filepath.Join(dir, "qemu.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return false, err
	}
	defer out.Close() //nolint:errcheck

	fmt.Fprintf(out, "%s %s\n", qemuBinary(), strings.Join(args, " ")) //nolint:errcheck

	// The parent-death signal is bound to the thread that forks.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	cmd := exec.CommandContext(ctx, qemuBinary(), args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(unix.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second

	os.Remove(filepath.Join(dir, "qmp.sock")) //nolint:errcheck

	if err = cmd.Start(); err != nil {
		return false, fmt.Errorf("start %s: %w (is the package qemu-system-x86 or qemu-system-arm installed?)", qemuBinary(), err)
	}

	reason := make(chan string, 1)

	go func() { reason <- shutdownReason(filepath.Join(dir, "qmp.sock")) }()

	err = cmd.Wait()

	select {
	case r := <-reason:
		reset = r == "guest-reset"
	case <-time.After(2 * time.Second):
	}

	if ctx.Err() == nil && killed(err) {
		slog.Warn("machine lost power, switching it on again", "machine", n.Name)

		return true, nil
	}

	if err != nil && ctx.Err() == nil {
		return false, fmt.Errorf("machine %s: QEMU ended: %w; see %s", n.Name, err, out.Name())
	}

	return reset, nil
}

// killed tells whether somebody else ended QEMU without asking it, which is to
// the machine what a power cut is: what it wrote and did not flush may be lost.
func killed(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}

	status, ok := exit.Sys().(syscall.WaitStatus)

	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// shutdownReason follows QEMU's monitor to the SHUTDOWN event.
func shutdownReason(socket string) string {
	var (
		conn net.Conn
		err  error
	)

	for range 100 {
		if conn, err = net.Dial("unix", socket); err == nil {
			break
		}

		time.Sleep(50 * time.Millisecond)
	}

	if err != nil {
		return ""
	}
	defer conn.Close() //nolint:errcheck

	conn.Write([]byte(`{"execute":"qmp_capabilities"}` + "\n")) //nolint:errcheck

	reason := ""

	for sc := bufio.NewScanner(conn); sc.Scan(); {
		var ev struct {
			Event string `json:"event"`
			Data  struct {
				Reason string `json:"reason"`
			} `json:"data"`
		}

		if json.Unmarshal(sc.Bytes(), &ev) == nil && ev.Event == "SHUTDOWN" {
			reason = ev.Data.Reason
		}
	}

	return reason
}

// hasBootLoader looks for a GPT on the disk: an installed machine has one.
func hasBootLoader(ctx context.Context, disk string) bool {
	// qemu-io prints a hex dump of the second sector, where a GPT's header is.
	out, err := exec.CommandContext(ctx, "qemu-io", "-f", "qcow2", "-r", "-c", "read -v 512 8", disk).Output()

	return err == nil && strings.Contains(string(out), "EFI PART")
}

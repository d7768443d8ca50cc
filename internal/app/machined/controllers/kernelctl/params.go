package kernelctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/sysctl"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// defaults are the parameters of every node. Those a kernel may lack are not
// an error for anybody: the machine config can say otherwise.
var defaults = map[sysctl.Key]string{
	"proc.sys.fs.aio-max-nr":                 "1048576",
	"proc.sys.fs.inotify.max_user_instances": "8192",
	"proc.sys.kernel.ctrl-alt-del":           "0",
	"proc.sys.kernel.pid_max":                "262144",

	"proc.sys.net.bridge.bridge-nf-call-ip6tables":        "1",
	"proc.sys.net.bridge.bridge-nf-call-iptables":         "1",
	"proc.sys.net.ipv4.conf.all.send_redirects":           "0",
	"proc.sys.net.ipv4.conf.default.send_redirects":       "0",
	"proc.sys.net.ipv4.icmp_echo_ignore_broadcasts":       "1",
	"proc.sys.net.ipv4.icmp_ignore_bogus_error_responses": "1",
	"proc.sys.net.ipv4.ip_forward":                        "1",
	"proc.sys.net.ipv4.ip_local_reserved_ports":           "50000,50001",
	"proc.sys.net.ipv4.tcp_keepalive_intvl":               "60",
	"proc.sys.net.ipv4.tcp_keepalive_time":                "600",
	"proc.sys.net.ipv6.conf.default.accept_ra":            "2",
	"proc.sys.net.ipv6.conf.default.forwarding":           "1",

	// What kubelet insists on finding.
	"proc.sys.kernel.keys.root_maxbytes": "25000000",
	"proc.sys.kernel.keys.root_maxkeys":  "1000000",
	"proc.sys.kernel.panic":              "10",
	"proc.sys.kernel.panic_on_oops":      "1",
	"proc.sys.vm.overcommit_memory":      "1",

	// Hardening.
	"proc.sys.dev.tty.ldisc_autoload":           "0",
	"proc.sys.dev.tty.legacy_tiocsti":           "0",
	"proc.sys.fs.protected_fifos":               "2",
	"proc.sys.fs.protected_hardlinks":           "1",
	"proc.sys.fs.protected_regular":             "2",
	"proc.sys.fs.protected_symlinks":            "1",
	"proc.sys.fs.suid_dumpable":                 "0",
	"proc.sys.kernel.dmesg_restrict":            "1",
	"proc.sys.kernel.kptr_restrict":             "2",
	"proc.sys.kernel.perf_event_paranoid":       "3",
	"proc.sys.kernel.randomize_va_space":        "2",
	"proc.sys.kernel.unprivileged_bpf_disabled": "1",
	"proc.sys.kernel.yama.ptrace_scope":         "2",
	"proc.sys.net.core.bpf_jit_harden":          "2",
	"proc.sys.user.max_user_namespaces":         "0",
	"proc.sys.vm.unprivileged_userfaultfd":      "0",
}

// providers are the modules without which a parameter does not exist.
var providers = map[string]string{
	"proc.sys.net.bridge.":                 "br_netfilter",
	"proc.sys.net.netfilter.nf_conntrack_": "nf_conntrack",
	"proc.sys.net.nf_conntrack_":           "nf_conntrack",
}

// paramDefaults publishes the parameters of every node.
func paramDefaults() controller.Controller {
	return controller.Derive[struct{}]{
		Name:    "runtime.KernelParamDefaultsController",
		Outputs: controller.Out(runtime.KernelParamDefaultSpecs.Shared()),
		Observe: func(context.Context, cosi.Reader) (struct{}, error) { return struct{}{}, nil },
		Plan: func(struct{}) ([]controller.Item, error) {
			items := make([]controller.Item, 0, len(defaults))
			for key, value := range defaults {
				items = append(items, controller.Want(runtime.KernelParamDefaultSpecs, string(key),
					runtime.KernelParamSpec{Value: value, IgnoreErrors: true}))
			}

			return items, nil
		},
	}.Build()
}

// paramConfig asks for the parameters the machine config names.
func paramConfig() controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "runtime.KernelParamConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(resource.ID(machineconfig.Active))),
		Outputs: controller.Out(runtime.KernelParamSpecs.Shared()),
		Observe: activeConfig,
		Plan: func(cfg *config.Config) ([]controller.Item, error) {
			if cfg == nil {
				return nil, nil
			}

			machine := cfg.Effective().Machine

			var items []controller.Item

			add := func(key sysctl.Key, value string) {
				items = append(items, controller.Want(runtime.KernelParamSpecs, string(key), runtime.KernelParamSpec{Value: value}))
			}

			for name, value := range machine.Sysctls {
				add(sysctl.ProcKey(name), value)
			}

			for name, value := range machine.Sysfs {
				add(sysctl.SysKey(name), value)
			}

			return items, nil
		},
	}.Build()
}

// param is one parameter as it shall be and as it is.
type param struct {
	key    sysctl.Key
	want   string
	quiet  bool // a kernel without it is no news
	now    string
	absent bool
	// original is the kernel's own value, from before we changed it.
	original string
	known    bool
	// restore says that nobody asks any more.
	restore bool
	// written is what was written last, and what the kernel made of it.
	written [2]string
}

type paramsView struct{ params []param }

// paramsPlan says what to write; what is as it shall be is only reported.
type paramsPlan struct{ params []param }

func (p paramsPlan) String() string {
	var b strings.Builder

	for _, x := range p.params {
		if x.write() {
			fmt.Fprintf(&b, "%s=%s ", x.key, x.want)
		}
	}

	return strings.TrimSpace(b.String())
}

// write also leaves alone what the kernel shows in another form than it was
// written in, as it does with lists of ports.
func (p param) write() bool {
	return p.absent || !sysctl.Equal(p.now, p.want) && p.written != [2]string{p.want, p.now}
}

// params makes the kernel's parameters what specs ask for, and puts back the
// kernel's own value when nobody asks any more.
func params(m *Modules) controller.Controller {
	w := &paramWriter{modules: m, originals: map[sysctl.Key]string{}, told: map[sysctl.Key]string{}, tried: map[string]bool{}, written: map[sysctl.Key][2]string{}}

	return controller.Reconcile[paramsView, paramsPlan]{
		Name: "runtime.KernelParamSpecController",
		Inputs: controller.In(
			runtime.KernelParamDefaultSpecs.Strong(),
			runtime.KernelParamSpecs.Strong(),
			// A module or a link may bring a parameter into being.
			runtime.LoadedKernelModules.Weak(),
			network.LinkStatuses.Weak(),
		),
		Outputs: controller.Out(runtime.KernelParamStatuses.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			select {
			case <-m.Loaded():
				notify()
			case <-ctx.Done():
			}

			<-ctx.Done()

			return nil
		},
		Observe: w.observe,
		Plan:    func(v paramsView) paramsPlan { return paramsPlan(v) },
		Apply:   w.apply,
	}.Build()
}

type paramWriter struct {
	modules   *Modules
	originals map[sysctl.Key]string
	// told is the last complaint per key, tried the modules loaded for one.
	told  map[sysctl.Key]string
	tried map[string]bool
	// written is by key what was written last and what the kernel made of it.
	written map[sysctl.Key][2]string
}

func (w *paramWriter) observe(ctx context.Context, r cosi.Reader) (paramsView, error) {
	wanted := map[sysctl.Key]runtime.KernelParamSpec{}

	for _, kind := range []*resource.Kind[runtime.KernelParamSpec]{runtime.KernelParamDefaultSpecs, runtime.KernelParamSpecs} {
		list, err := kind.List(ctx, r)
		if err != nil {
			return paramsView{}, err
		}

		for _, s := range controller.Running(list) {
			wanted[sysctl.Key(s.ID())] = *s.TypedSpec()
		}
	}

	asked := maps.Clone(wanted)

	// What was changed and is no longer asked for goes back.
	for key, original := range w.originals {
		if _, ok := asked[key]; !ok {
			wanted[key] = runtime.KernelParamSpec{Value: original, IgnoreErrors: true}
		}
	}

	var v paramsView

	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		spec := wanted[key]
		_, isAsked := asked[key]
		p := param{key: key, want: spec.Value, quiet: spec.IgnoreErrors, restore: !isAsked}

		now, err := sysctl.Read(key)
		p.now, p.absent = now, errors.Is(err, fs.ErrNotExist)
		p.original, p.known = w.originals[key]
		p.written = w.written[key]

		v.params = append(v.params, p)
	}

	return v, nil
}

func (w *paramWriter) apply(_ context.Context, out *controller.Writer, plan paramsPlan) error {
	var errs []error

	for _, p := range plan.params {
		if p.write() {
			w.set(out, &p)
		}

		if p.restore {
			delete(w.originals, p.key)

			continue
		}

		status := runtime.KernelParamStatusSpec{Current: p.now, Default: p.now, Unsupported: p.absent}
		if original, ok := w.originals[p.key]; ok {
			status.Default = original
		}

		errs = append(errs, out.Want(controller.Want(runtime.KernelParamStatuses, string(p.key), status)))
	}

	return errors.Join(errs...)
}

// set writes one parameter. What the kernel refuses is said once and not tried
// again before something changes: repeating it would not make it right.
func (w *paramWriter) set(out *controller.Writer, p *param) {
	if p.absent {
		w.provide(p)
	}

	if p.absent {
		if !p.quiet {
			w.complain(out, p, fs.ErrNotExist)
		}

		return
	}

	if !p.known {
		w.originals[p.key] = p.now
	}

	if err := sysctl.Write(p.key, p.want); err != nil {
		w.complain(out, p, err)

		return
	}

	if now, err := sysctl.Read(p.key); err == nil {
		p.now = now
	} else {
		p.now = p.want // some can only be written
	}

	w.written[p.key] = [2]string{p.want, p.now}
	delete(w.told, p.key)
}

// provide loads the module that makes the parameter exist.
func (w *paramWriter) provide(p *param) {
	select {
	case <-w.modules.Loaded():
	default:
		return // drivers first; this controller is woken then
	}

	for prefix, module := range providers {
		if !strings.HasPrefix(string(p.key), prefix) || w.tried[module] {
			continue
		}

		w.tried[module] = true

		if err := w.modules.Load(module); err != nil {
			continue
		}
	}

	if now, err := sysctl.Read(p.key); err == nil {
		p.now, p.absent = now, false
	}
}

func (w *paramWriter) complain(out *controller.Writer, p *param, err error) {
	text := p.want + ": " + err.Error()
	if w.told[p.key] == text {
		return
	}

	w.told[p.key] = text

	log := out.Log.Error
	if p.quiet {
		log = out.Log.Debug
	}

	log("kernel parameter not set", "parameter", string(p.key), "value", p.want, "error", err)
}

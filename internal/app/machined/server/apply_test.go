package server

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/internal/authz/certtest"
	"github.com/talos-os/talos/pkg/machinery/config"
)

// noted stands for an applier with a disk behind it, and remembers what it was
// asked for.
type noted struct {
	active *config.Config
	calls  []string
	err    error
}

func (a *noted) Active(context.Context) (*config.Config, error) { return a.active, nil }

func (a *noted) Check(context.Context, *config.Config, configctl.Mode) error { return a.err }

func (a *noted) Apply(_ context.Context, _ *config.Config, mode configctl.Mode, try time.Duration) error {
	a.calls = append(a.calls, strings.TrimSuffix(fmt.Sprintf("%d %s", mode, try), " 0s"))

	return nil
}

func loaded(t *testing.T, text string) *config.Config {
	t.Helper()

	cfg, err := config.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}

	return cfg
}

// wholeConfig is testConfig with all that validation asks for.
func wholeConfig(t *testing.T) string {
	t.Helper()

	crt := "crt: " + base64.StdEncoding.EncodeToString(certtest.NewCA(t, "test").PEM)
	main := strings.Replace(testConfig, testCrt, crt, 1)

	return main + "  ca: {" + crt + "}\n"
}

func TestApplyModes(t *testing.T) {
	t.Parallel()

	bootable := wholeConfig(t)

	const (
		reboot   = machine.ApplyConfigurationRequest_REBOOT
		auto     = machine.ApplyConfigurationRequest_AUTO
		noReboot = machine.ApplyConfigurationRequest_NO_REBOOT
		staged   = machine.ApplyConfigurationRequest_STAGED
		try      = machine.ApplyConfigurationRequest_TRY
	)

	for _, tt := range []struct {
		name           string
		fresh          bool // in maintenance mode
		mode, answered machine.ApplyConfigurationRequest_Mode
		details        string
		applied        string
		reboots        bool
	}{
		{"reboot", false, reboot, reboot, "Applied configuration with a reboot", fmt.Sprint(int(configctl.Rebooting), " 1m0s"), true},
		{"auto", false, auto, noReboot, "Applied configuration without a reboot", fmt.Sprint(int(configctl.Immediate), " 1m0s"), false},
		{"no reboot", false, noReboot, noReboot, "Applied configuration without a reboot", fmt.Sprint(int(configctl.Immediate), " 1m0s"), false},
		{"staged", false, staged, staged, "Staged configuration to be applied after the next reboot", fmt.Sprint(int(configctl.Staged), " 1m0s"), false},
		{"try", false, try, try, "rolled back after 1m0s", fmt.Sprint(int(configctl.Try), " 1m0s"), false},
		{"reboot in maintenance", true, reboot, noReboot, "without a reboot", fmt.Sprint(int(configctl.Immediate), " 1m0s"), false},
	} {
		for _, dry := range []bool{false, true} {
			a := &noted{}
			if !tt.fresh {
				a.active = loaded(t, bootable)
			}

			n := start(t, func(d *Deps) { d.Applier = a })

			resp, err := n.client.ApplyConfiguration(n.admin(), &machine.ApplyConfigurationRequest{Data: []byte(bootable), Mode: tt.mode, DryRun: dry})
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)

				continue
			}

			got := resp.Messages[0]
			if got.Mode != tt.answered || !strings.Contains(got.ModeDetails, tt.details) || strings.Contains(got.ModeDetails, "dry-run") != dry {
				t.Errorf("%s, dry run %v: got %v", tt.name, dry, got)
			}

			calls, reboots := strings.Join(a.calls, ","), len(n.seq.calls) > 0

			switch {
			case dry && (calls != "" || reboots):
				t.Errorf("%s: a dry run did %q %v", tt.name, calls, n.seq.calls)
			case !dry && (calls != tt.applied || reboots != tt.reboots):
				t.Errorf("%s: got %q %v", tt.name, calls, n.seq.calls)
			}
		}
	}

	a := &noted{active: loaded(t, bootable), err: configctl.ErrNothingInstalled}
	n := start(t, func(d *Deps) { d.Applier = a })

	for _, dry := range []bool{false, true} {
		_, err := n.client.ApplyConfiguration(n.admin(), &machine.ApplyConfigurationRequest{Data: []byte(bootable), Mode: reboot, DryRun: dry})
		wantCode(t, "what cannot be kept", err, codes.FailedPrecondition, "nothing is installed")
	}

	if len(a.calls)+len(n.seq.calls) > 0 {
		t.Errorf("refused, and yet %v %v", a.calls, n.seq.calls)
	}

	_, err := n.client.ApplyConfiguration(n.admin(), &machine.ApplyConfigurationRequest{Data: []byte(bootable), Mode: 9})
	wantCode(t, "unknown mode", err, codes.InvalidArgument, "mode 9")

	inContainer := start(t, func(d *Deps) {
		d.Applier, d.Platform = &noted{active: loaded(t, bootable)}, fakePlatform{"container"}
	})
	_, err = inContainer.client.ApplyConfiguration(n.admin(), &machine.ApplyConfigurationRequest{Data: []byte(bootable), Mode: reboot})
	wantCode(t, "reboot of a container", err, codes.FailedPrecondition, "not supported in container mode")
}

func TestApplyRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()

	bootable := wholeConfig(t)

	n := start(t)

	for _, tt := range []struct{ name, text, want string }{
		{"unknown key", "machine:\n  typo: x\n", "typo"},
		{"no YAML", "\t", ""},
		{"nothing", "", "empty"},
		{
			"an expression that is none",
			bootable + "---\napiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning:\n  diskSelector:\n    match: disk.size >\n",
			"VolumeConfig EPHEMERAL: line 17, column 12: provisioning.diskSelector.match: ",
		},
		{
			"an expression about what is not there",
			bootable + "---\napiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning:\n  diskSelector:\n    match: disk.colour == 'red'\n",
			"colour",
		},
	} {
		_, err := n.client.ApplyConfiguration(n.admin(), &machine.ApplyConfigurationRequest{Data: []byte(tt.text)})
		wantCode(t, tt.name, err, codes.InvalidArgument, tt.want)
	}

	n.configure()

	_, err := n.client.ApplyConfiguration(as(t.Context(), "os:reader"), &machine.ApplyConfigurationRequest{
		Data: []byte(testConfig), Mode: machine.ApplyConfigurationRequest_AUTO,
	})
	wantCode(t, "reader on a node that runs", err, codes.PermissionDenied, "not authorized")

	_, err = n.client.ApplyConfiguration(n.admin(), &machine.ApplyConfigurationRequest{
		Data: []byte("apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n"), Mode: machine.ApplyConfigurationRequest_AUTO,
	})
	wantCode(t, "only documents on a node that runs", err, codes.InvalidArgument, "v1alpha1")
}

func TestApplyWarnsOfWhatDoesNotHappenNow(t *testing.T) {
	t.Parallel()

	bootable := wholeConfig(t)

	a := &noted{active: loaded(t, bootable)}
	n := start(t, func(d *Deps) { d.Applier = a })

	resp, err := n.client.ApplyConfiguration(n.admin(), &machine.ApplyConfigurationRequest{
		Data: []byte(strings.Replace(bootable, "  type: worker\n",
			"  type: worker\n  env: {A: b, C: d}\n  kubelet: {extraArgs: {v: \"2\"}}\n  disks: [{device: /dev/vdb}]\n", 1)),
		Mode: machine.ApplyConfigurationRequest_TRY, DryRun: true, TryModeTimeout: durationpb.New(2 * time.Minute),
	})
	if err != nil {
		t.Fatal(err)
	}

	warnings, details := strings.Join(resp.Messages[0].Warnings, "\n"), resp.Messages[0].ModeDetails

	for _, want := range []string{
		"v1alpha1: machine.disks: not supported yet: the disks are neither partitioned nor mounted",
		"v1alpha1: machine.env: the change takes effect at the next reboot",
	} {
		if strings.Count(warnings, want) != 1 {
			t.Errorf("got\n%s\nwant once %q", warnings, want)
		}
	}

	for _, want := range []string{"after 2m0s", "Services that restart: kubelet.", "+ v1alpha1: machine.env.A: b  [reboot]"} {
		if !strings.Contains(details, want) {
			t.Errorf("got\n%s\nwant %q", details, want)
		}
	}
}

func TestDryRunTellsOfNoChange(t *testing.T) {
	t.Parallel()

	bootable := wholeConfig(t)

	before := loaded(t, bootable)

	for _, tt := range []struct {
		name   string
		active *config.Config
		next   string
		want   string
	}{
		{"the first", nil, bootable, "its first"},
		{"the same", before, bootable, "No changes.\n"},
		{"said in another way", loaded(t, bootable+"---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n"),
			strings.Replace(bootable, "  type: worker\n", "  type: worker\n  network: {hostname: a}\n", 1), "No changes in effect"},
	} {
		next := loaded(t, tt.next)
		a := &noted{active: tt.active}
		n := start(t, func(d *Deps) { d.Applier = a })

		resp, err := n.client.ApplyConfiguration(n.admin(), &machine.ApplyConfigurationRequest{
			Data: next.Bytes(), Mode: machine.ApplyConfigurationRequest_AUTO, DryRun: true,
		})
		if err != nil || !strings.Contains(resp.Messages[0].ModeDetails, tt.want) {
			t.Errorf("%s: got %v, %v", tt.name, resp, err)
		}
	}
}

// TestDryRunTellsWhatAChangeCosts changes what is live, what restarts a service, and what
// waits for a reboot.
func TestDryRunTellsWhatAChangeCosts(t *testing.T) {
	t.Parallel()

	bootable := wholeConfig(t)
	next := strings.Replace(bootable, "  type: worker\n", "  type: worker\n  network: {hostname: a}\n  sysctls: {b: c}\n  env: {d: e, f: g}\n", 1)

	const (
		restarts = "(skipped in dry-run).\nServices that restart: kubelet.\nChanges:\n"
		none     = "(skipped in dry-run).\nChanges:\n"
		changes  = "+ v1alpha1: machine.network.hostname: a  [restart: kubelet]\n+ v1alpha1: machine.env.d: e  [reboot]\n+ v1alpha1: machine.env.f: g  [reboot]\n+ v1alpha1: machine.sysctls.b: c  [live]\n"
		waits    = "the change takes effect at the next reboot"
		warning  = "v1alpha1: machine.env: " + waits + ": processes get their environment at start"
	)

	for mode, want := range map[machine.ApplyConfigurationRequest_Mode]struct {
		details  string
		warnings int
	}{
		machine.ApplyConfigurationRequest_AUTO:   {restarts + changes, 1},
		machine.ApplyConfigurationRequest_TRY:    {restarts + changes, 1},
		machine.ApplyConfigurationRequest_STAGED: {none + changes, 0},
		machine.ApplyConfigurationRequest_REBOOT: {none + changes, 0},
	} {
		n := start(t, func(d *Deps) { d.Applier = &noted{active: loaded(t, bootable)} })

		resp, err := n.client.ApplyConfiguration(n.admin(), &machine.ApplyConfigurationRequest{Data: []byte(next), Mode: mode, DryRun: true})
		if err != nil {
			t.Errorf("%s: %v", mode, err)

			continue
		}

		got := resp.Messages[0]
		if !strings.HasSuffix(got.ModeDetails, want.details) {
			t.Errorf("%s: got\n%s\nwant\n%s", mode, got.ModeDetails, want.details)
		}

		told := 0

		for _, w := range got.Warnings {
			if strings.Contains(w, waits) {
				told++

				if w != warning {
					t.Errorf("%s: warns %s", mode, w)
				}
			}
		}

		if told != want.warnings {
			t.Errorf("%s: warns %q", mode, got.Warnings)
		}
	}
}

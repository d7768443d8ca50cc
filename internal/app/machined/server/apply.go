package server

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/gap"
	"github.com/talos-os/talos/pkg/machinery/config/impact"
)

// ApplyConfiguration checks a machine config and puts it into force, keeps it for
// the next boot, or both. Nothing happens in a dry run, which refuses what the
// real call would refuse.
//
// Mode auto is answered as no-reboot, which is what clients of this API level
// expect: a change that only a reboot makes effective is kept, and a warning says
// so. Only mode reboot reboots.
func (s *machineService) ApplyConfiguration(ctx context.Context, req *machine.ApplyConfigurationRequest) (*machine.ApplyConfigurationResponse, error) {
	mode, err := s.applyMode(req.GetMode())
	if err != nil {
		return nil, err
	}

	cfg, warnings, err := s.checkConfig(ctx, req.GetData())
	if err != nil {
		return nil, err
	}

	if err = s.deps.Applier.Check(ctx, cfg, mode); err != nil {
		return nil, err
	}

	active, err := s.deps.Applier.Active(ctx)
	if err != nil {
		return nil, err
	}

	report, try := impact.Between(active, cfg), tryTime(req)
	if mode == configctl.Immediate || mode == configctl.Try {
		warnings = append(warnings, waiting(report)...)
	}

	answer := &machine.ApplyConfiguration{Mode: answered(mode), Warnings: warnings, ModeDetails: details(mode, try)}

	if req.GetDryRun() {
		answer.ModeDetails = dryRun(mode, try, active, cfg, report)
	} else if err = s.apply(ctx, cfg, mode, try); err != nil {
		return nil, err
	}

	return &machine.ApplyConfigurationResponse{Messages: []*machine.ApplyConfiguration{answer}}, nil
}

// applyMode is what a mode means on this machine at this moment.
func (s *machineService) applyMode(mode machine.ApplyConfigurationRequest_Mode) (configctl.Mode, error) {
	switch mode {
	case machine.ApplyConfigurationRequest_REBOOT:
		// A machine without a config starts with it, and nothing runs that a reboot
		// would have to end.
		if s.inMaintenance() {
			return configctl.Immediate, nil
		}

		return configctl.Rebooting, s.needsMachine()
	case machine.ApplyConfigurationRequest_AUTO, machine.ApplyConfigurationRequest_NO_REBOOT:
		return configctl.Immediate, nil
	case machine.ApplyConfigurationRequest_STAGED:
		return configctl.Staged, nil
	case machine.ApplyConfigurationRequest_TRY:
		return configctl.Try, nil
	default:
		return 0, status.Errorf(codes.InvalidArgument, "mode %d is not known", mode)
	}
}

func answered(mode configctl.Mode) machine.ApplyConfigurationRequest_Mode {
	switch mode {
	case configctl.Rebooting:
		return machine.ApplyConfigurationRequest_REBOOT
	case configctl.Staged:
		return machine.ApplyConfigurationRequest_STAGED
	case configctl.Try:
		return machine.ApplyConfigurationRequest_TRY
	default:
		return machine.ApplyConfigurationRequest_NO_REBOOT
	}
}

func tryTime(req *machine.ApplyConfigurationRequest) time.Duration {
	if d := req.GetTryModeTimeout().AsDuration(); d > 0 {
		return d
	}

	return configctl.DefaultTryTimeout
}

// apply returns before a reboot starts, so that the answer reaches the client.
func (s *machineService) apply(ctx context.Context, cfg *config.Config, mode configctl.Mode, try time.Duration) error {
	if err := s.deps.Applier.Apply(ctx, cfg, mode, try); err != nil || mode != configctl.Rebooting {
		return err
	}

	_, err := s.deps.Sequencer.Reboot(ctx, machine.RebootRequest_DEFAULT)

	return err
}

// checkConfig loads a config and checks it for this machine.
func (s *machineService) checkConfig(ctx context.Context, text []byte) (*config.Config, []string, error) {
	// The mistake is the client's whatever kind of error says so.
	bad := func(err error) error { return status.Error(codes.InvalidArgument, err.Error()) }

	cfg, err := config.Load(text)
	if err != nil {
		return nil, nil, bad(err)
	}

	if cfg.IsEmpty() {
		return nil, nil, status.Error(codes.InvalidArgument, "the machine config is empty: it has no document")
	}

	mode, err := config.ParseMode(s.deps.Platform.Mode())
	if err != nil {
		return nil, nil, err
	}

	found, err := config.Validate(cfg, mode)
	if err != nil {
		return nil, nil, bad(err)
	}

	var warnings []string
	for _, w := range append(found, gap.In(cfg)...) {
		warnings = append(warnings, w.Error())
	}

	if s.deps.Check != nil {
		more, err := s.deps.Check(ctx, cfg)
		if err != nil {
			return nil, nil, bad(err)
		}

		warnings = append(warnings, more...)
	}

	return cfg, warnings, nil
}

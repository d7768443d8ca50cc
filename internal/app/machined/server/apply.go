package server

import (
	"context"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/pkg/machinery/config"
)

// ApplyConfiguration checks a machine config and puts it into force.
func (s *machineService) ApplyConfiguration(ctx context.Context, req *machine.ApplyConfigurationRequest) (*machine.ApplyConfigurationResponse, error) {
	mode := req.GetMode()

	switch mode {
	case machine.ApplyConfigurationRequest_REBOOT:
		// It is also what a client sends that sets no mode, so taking it for a wish
		// to reboot a running node would be a bad surprise.
		if !s.inMaintenance() {
			return nil, status.Error(codes.Unimplemented,
				"mode reboot is not implemented: use mode staged and reboot, or mode no-reboot")
		}

		mode = machine.ApplyConfigurationRequest_NO_REBOOT
	case machine.ApplyConfigurationRequest_AUTO:
		mode = machine.ApplyConfigurationRequest_NO_REBOOT
	case machine.ApplyConfigurationRequest_NO_REBOOT, machine.ApplyConfigurationRequest_STAGED, machine.ApplyConfigurationRequest_TRY:
	default:
		return nil, status.Errorf(codes.InvalidArgument, "mode %d is not known", mode)
	}

	cfg, warnings, err := s.checkConfig(ctx, req.GetData())
	if err != nil {
		return nil, err
	}

	answer := &machine.ApplyConfiguration{Mode: mode, Warnings: warnings}

	active, err := s.deps.Applier.Active(ctx)
	if err != nil {
		return nil, err
	}

	if active != nil && active.CompleteForBoot() && cfg.V1Alpha1() == nil {
		return nil, configctl.ErrIncomplete
	}

	if req.GetDryRun() {
		answer.ModeDetails = dryRun(active, cfg)
	} else if answer.ModeDetails, err = s.apply(ctx, cfg, mode, req.GetTryModeTimeout().AsDuration()); err != nil {
		return nil, err
	}

	return &machine.ApplyConfigurationResponse{Messages: []*machine.ApplyConfiguration{answer}}, nil
}

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
	for _, w := range found {
		warnings = append(warnings, fmt.Sprint(w))
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

func (s *machineService) apply(ctx context.Context, cfg *config.Config, mode machine.ApplyConfigurationRequest_Mode, try time.Duration) (string, error) {
	switch mode {
	case machine.ApplyConfigurationRequest_STAGED:
		return "Staged configuration to be applied after the next reboot", s.deps.Applier.Apply(ctx, cfg, configctl.Staged, 0)
	case machine.ApplyConfigurationRequest_TRY:
		if try <= 0 {
			try = configctl.DefaultTryTimeout
		}

		return fmt.Sprintf("Applied configuration without a reboot, it is rolled back after %s unless applied again in another mode", try),
			s.deps.Applier.Apply(ctx, cfg, configctl.Try, try)
	default:
		return "Applied configuration without a reboot", s.deps.Applier.Apply(ctx, cfg, configctl.Immediate, 0)
	}
}

// dryRun says what would change, without secrets.
func dryRun(active, next *config.Config) string {
	var b strings.Builder

	b.WriteString("Dry run summary:\n")

	if active == nil {
		b.WriteString("The node has no configuration yet; this would be its first.\n")

		return b.String()
	}

	changes := config.Diff(active, next)
	if len(changes) == 0 {
		b.WriteString("No changes.\n")
	}

	for _, c := range changes {
		fmt.Fprintln(&b, c)
	}

	return b.String()
}

package server

import (
	"fmt"
	"strings"
	"time"

	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/impact"
)

// details says in the answer what became of a config.
func details(mode configctl.Mode, try time.Duration) string {
	switch mode {
	case configctl.Rebooting:
		return "Applied configuration with a reboot"
	case configctl.Staged:
		return "Staged configuration to be applied after the next reboot"
	case configctl.Try:
		return fmt.Sprintf("Applied configuration without a reboot, it is rolled back after %s unless applied again in another mode", try)
	default:
		return "Applied configuration without a reboot"
	}
}

// dryRun says what applying would do, without secrets.
func dryRun(mode configctl.Mode, try time.Duration, active, next *config.Config, report impact.Report) string {
	var b strings.Builder

	fmt.Fprintf(&b, "Dry run summary:\n%s (skipped in dry-run).\n", details(mode, try))

	switch {
	case active == nil:
		b.WriteString("The node has no configuration yet; this would be its first.\n")

		return b.String()
	case len(report.Changes) > 0:
	case len(config.Diff(active, next)) > 0:
		b.WriteString("No changes in effect: the same settings are written in another way.\n")
	default:
		b.WriteString("No changes.\n")
	}

	// A reboot restarts everything anyway.
	if names := report.Services(); len(names) > 0 && (mode == configctl.Immediate || mode == configctl.Try) {
		fmt.Fprintf(&b, "Services that restart: %s.\n", strings.Join(names, ", "))
	}

	if len(report.Changes) > 0 {
		fmt.Fprintf(&b, "Changes:\n%s", report)
	}

	return b.String()
}

// waiting warns of changes that a machine does not follow while it runs, once a section.
func waiting(report impact.Report) []string {
	var (
		out  []string
		seen = map[string]bool{}
	)

	for _, c := range report.Changes {
		if c.Effect != impact.Reboot {
			continue
		}

		at := c.Document
		if c.Document == config.MainKind {
			at += ": " + section(c.Path)
		}

		if !seen[at] {
			seen[at] = true

			out = append(out, fmt.Sprintf("%s: the change takes effect at the next reboot: %s", at, c.Reason))
		}
	}

	return out
}

// section is the part of a path that a rule of impact is about: machine.files.
func section(path string) string {
	parts := strings.SplitN(path, ".", 3)
	name, _, _ := strings.Cut(strings.Join(parts[:min(2, len(parts))], "."), "[")

	return name
}

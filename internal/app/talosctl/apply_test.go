package talosctl

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/machine"
)

// nodeConfig is in force on a fake node.
const nodeConfig = "machine:\n    type: worker # stays\n    token: aaaaaa.aaaaaaaaaaaaaaaa\n"

// setConfig keeps a config as nodes do: YAML whose only value is the text.
func (n *fakeNode) setConfig(t testing.TB, text string) {
	n.put(t, configNamespace, configType, configID, strconv.Quote(text))
}

// ApplyConfiguration takes what it does not know better about.
func (n *fakeNode) ApplyConfiguration(_ context.Context, req *machine.ApplyConfigurationRequest) (*machine.ApplyConfigurationResponse, error) {
	if strings.Contains(string(req.GetData()), "type: controlplane") {
		return nil, status.Error(codes.InvalidArgument, "cluster.ca is missing")
	}

	if !req.GetDryRun() {
		n.setConfig(n.t, string(req.GetData()))
	}

	details := "Applied in mode " + req.GetMode().String()
	if req.GetDryRun() {
		details = "Would be applied in mode " + req.GetMode().String()
	}

	if req.GetMode() == machine.ApplyConfigurationRequest_TRY {
		details += ", for " + req.GetTryModeTimeout().AsDuration().String()
	}

	return &machine.ApplyConfigurationResponse{Messages: []*machine.ApplyConfiguration{{
		Mode: req.GetMode(), Warnings: []string{"this is a fake"}, ModeDetails: details,
	}}}, nil
}

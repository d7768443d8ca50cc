package talosctl

import (
	"context"
	"fmt"
	"strings"

	"github.com/cosi-project/runtime/pkg/resource"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/client"
)

// fetch reads a resource into a struct by the names of its YAML form. The
// packages of resource kinds would do it with types, and cost every start of
// talosctl several milliseconds.
func fetch(ctx context.Context, c *client.Client, namespace, typ, id string, into any) error {
	r, err := c.State.Get(ctx, resource.NewMetadata(namespace, typ, id, resource.VersionUndefined))
	if err != nil {
		return err
	}

	raw, err := yaml.Marshal(r.Spec())
	if err != nil {
		return err
	}

	if err = yaml.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read %s %s: %w", typ, id, err)
	}

	return nil
}

// machineStatus is the stage of a machine and what it lacks to be ready there.
func machineStatus(ctx context.Context, c *client.Client) (stage, unmet string, err error) {
	var s struct {
		Stage  string `yaml:"stage"`
		Status struct {
			Ready           bool `yaml:"ready"`
			UnmetConditions []struct {
				Name   string `yaml:"name"`
				Reason string `yaml:"reason"`
			} `yaml:"unmetConditions"`
		} `yaml:"status"`
	}

	if err = fetch(ctx, c, "runtime", "MachineStatuses.runtime.talos.dev", "machine", &s); err != nil {
		return "", "", err
	}

	var reasons []string
	for _, u := range s.Status.UnmetConditions {
		reasons = append(reasons, u.Name+": "+u.Reason)
	}

	if len(reasons) == 0 && !s.Status.Ready {
		reasons = []string{"not ready yet"}
	}

	return s.Stage, strings.Join(reasons, "; "), nil
}

// bootID is another one after each boot.
func bootID(ctx context.Context, c *client.Client) (string, error) {
	var s struct {
		BootID string `yaml:"bootID"`
	}

	if err := fetch(ctx, c, "runtime", "BootIDs.runtime.talos.dev", "boot-id", &s); err != nil {
		return "", err
	}

	return s.BootID, nil
}

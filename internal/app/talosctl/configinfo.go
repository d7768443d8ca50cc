package talosctl

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"
)

// contextInfo is what a context says of itself.
type contextInfo struct {
	Context   string     `json:"context" yaml:"context"`
	Nodes     []string   `json:"nodes" yaml:"nodes"`
	Endpoints []string   `json:"endpoints" yaml:"endpoints"`
	Roles     []string   `json:"roles,omitempty" yaml:"roles,omitempty"`
	NotAfter  *time.Time `json:"notAfter,omitempty" yaml:"notAfter,omitempty"`
}

func newConfigInfoCmd(a *app) *cobra.Command {
	var output string

	cmd := &cobra.Command{
		Use:   "info",
		Short: "Show the current context: where it leads, who you are there, and until when",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.openTalosconfig()
			if err != nil {
				return err
			}

			c, err := cfg.Select(a.context)
			if err != nil {
				return err
			}

			info := contextInfo{Context: cfg.Context, Nodes: c.Nodes, Endpoints: c.Endpoints}
			if a.context != "" {
				info.Context = a.context
			}

			if err = info.addCertificate(c.Crt); err != nil {
				return err
			}

			return a.printInfo(info, output)
		},
	}

	cmd.Flags().StringVarP(&output, "output", "o", "text", "text, json or yaml")

	return cmd
}

func (i *contextInfo) addCertificate(text string) error {
	if text == "" {
		return nil
	}

	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return fmt.Errorf("crt of context %q is not base64: %w", i.Context, err)
	}

	block, _ := pem.Decode(raw)
	if block == nil {
		return fmt.Errorf("crt of context %q is not PEM", i.Context)
	}

	crt, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return fmt.Errorf("crt of context %q: %w", i.Context, err)
	}

	i.Roles, i.NotAfter = crt.Subject.Organization, &crt.NotAfter

	return nil
}

func (a *app) printInfo(i contextInfo, output string) error {
	switch output {
	case "json":
		enc := json.NewEncoder(a.stdout)
		enc.SetIndent("", "    ")

		return enc.Encode(i)
	case "yaml":
		raw, err := yaml.Marshal(i)
		if err != nil {
			return err
		}

		_, err = a.stdout.Write(raw)

		return err
	case "text":
	default:
		return a.usagef("output %q: choose text, json or yaml", output)
	}

	list := func(s []string) string {
		if len(s) == 0 {
			return "not defined"
		}

		return strings.Join(s, ", ")
	}

	expires := "no certificate"
	if i.NotAfter != nil {
		expires = lasts(time.Until(*i.NotAfter), *i.NotAfter)
	}

	_, err := fmt.Fprintf(a.stdout, `Current context:     %s
Nodes:               %s
Endpoints:           %s
Roles:               %s
Certificate expires: %s
`, i.Context, list(i.Nodes), list(i.Endpoints), list(i.Roles), expires)

	return err
}

// lasts says how much time is left.
func lasts(left time.Duration, until time.Time) string {
	date := until.UTC().Format(time.DateOnly)

	switch days := int(left / (24 * time.Hour)); {
	case left < 0:
		return "expired (" + date + ")"
	case days < 2:
		return fmt.Sprintf("%s from now (%s)", left.Round(time.Minute), date)
	case days < 730:
		return fmt.Sprintf("%d days from now (%s)", days, date)
	default:
		return fmt.Sprintf("%d years from now (%s)", days/365, date)
	}
}

package talosctl

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/config"
)

func newEditCmd(a *app) *cobra.Command {
	var o applying

	cmd := &cobra.Command{
		Use:   "edit machineconfig",
		Short: "Edit the machine config of a node",
		Long: `Opens the machine config in force in an editor ($TALOS_EDITOR, $EDITOR or vi), and
gives it back to the node when the editor ends. What is wrong with it, or what the
node says against it, is shown above the text, which opens again. Nothing happens
if the text stays as it is. See apply-config for the modes.

The text has secrets. While it is edited it lies in $XDG_RUNTIME_DIR, which is
memory on most systems, or in the directory for temporary files.`,
		Example: "  talosctl edit machineconfig -n 10.0.0.10\n  talosctl edit mc -n 10.0.0.10 --mode try",
		Args:    configArgs(a),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.checkMode(o); err != nil {
				return err
			}

			return run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				text, err := configText(ctx, n)
				if err != nil {
					return err
				}

				return a.edit(ctx, n, []byte(text), o)
			})
		},
	}

	o.flags(cmd)
	configNamespaceFlag(cmd)

	return a.apiFlags(cmd)
}

// edit goes on until the node takes the text, or the person stops changing it.
func (a *app) edit(ctx context.Context, n node, text []byte, o applying) error {
	var refused error

	for {
		edited, err := a.inEditor(ctx, n.name, text, refused)
		if err != nil {
			return err
		}

		switch same := bytes.Equal(edited, text); {
		case same && refused != nil:
			return refused
		case same || len(bytes.TrimSpace(edited)) == 0:
			a.note("%s: nothing is changed", n.name)

			return nil
		}

		text = edited

		cfg, err := config.Load(text)
		if err == nil {
			err = a.apply(ctx, n, cfg, o)
		}

		if err == nil || ctx.Err() != nil {
			return err
		}

		refused = err
	}
}

// remark begins the lines above the text that are not part of it.
const remark = "#! "

// inEditor lets a person change a text. The file is gone afterwards.
func (a *app) inEditor(ctx context.Context, name string, text []byte, refused error) ([]byte, error) {
	f, err := os.CreateTemp(cmp.Or(os.Getenv("XDG_RUNTIME_DIR"), os.TempDir()), "talosctl-edit-*.yaml")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck

	head := "machine config of " + name + "; lines like this one are left out\n"
	if refused != nil {
		head += "\n" + strings.TrimSpace(explain(refused)) + "\n"
	}

	for line := range strings.Lines(head) {
		if _, err = f.WriteString(remark + line); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}

	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}

	editor := strings.Fields(cmp.Or(os.Getenv("TALOS_EDITOR"), os.Getenv("EDITOR"), "vi"))

	cmd := exec.CommandContext(ctx, editor[0], append(editor[1:], f.Name())...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, a.stdout, a.stderr

	if err = cmd.Run(); err != nil {
		return nil, fmt.Errorf("editor %s: %w; name another one with $EDITOR", editor[0], err)
	}

	raw, err := os.ReadFile(f.Name())
	if err != nil {
		return nil, err
	}

	for bytes.HasPrefix(raw, []byte(remark)) {
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}

	return raw, nil
}

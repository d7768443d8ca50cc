package talosctl

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
)

func newImageCmd(a *app) *cobra.Command {
	var namespace string

	cmd := &cobra.Command{
		Use:     "image",
		Aliases: []string{"images"},
		Short:   "List, pull and remove container images of a node",
	}

	cmd.PersistentFlags().StringVar(&namespace, "namespace", "cri", "whose images: cri (Kubernetes') or system (etcd's, the kubelet's)")
	cmd.AddCommand(newImageListCmd(a, &namespace), newImagePullCmd(a, &namespace), newImageRemoveCmd(a, &namespace))

	return a.apiFlags(cmd)
}

func (a *app) imagesOf(namespace string) (*common.ContainerdInstance, error) {
	ns, ok := map[string]common.ContainerdNamespace{
		"cri": common.ContainerdNamespace_NS_CRI, "system": common.ContainerdNamespace_NS_SYSTEM,
	}[namespace]
	if !ok {
		return nil, a.usagef("namespace %q: choose cri or system", namespace)
	}

	return &common.ContainerdInstance{Driver: common.ContainerDriver_CRI, Namespace: ns}, nil
}

func newImageListCmd(a *app, namespace *string) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"l", "ls"},
		Short:   "List images",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			of, err := a.imagesOf(*namespace)
			if err != nil {
				return err
			}

			t := a.table("NODE", "IMAGE", "DIGEST", "SIZE", "CREATED")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				err := listImages(ctx, n, of, t)
				if status.Code(err) == codes.Unimplemented {
					err = listImagesOld(ctx, n, of, t)
				}

				return err
			}))
		},
	}
}

func listImages(ctx context.Context, n node, of *common.ContainerdInstance, t *table) error {
	stream, err := n.Images.List(ctx, &machine.ImageServiceListRequest{Containerd: of})
	if err != nil {
		return err
	}

	for {
		i, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}

		t.row(n.name, i.GetName(), i.GetDigest(), size(uint64(max(0, i.GetSize()))), i.GetCreatedAt().AsTime().Format(time.RFC3339))
	}
}

// listImagesOld asks nodes that have no service for images yet.
func listImagesOld(ctx context.Context, n node, of *common.ContainerdInstance, t *table) error {
	stream, err := n.Machine.ImageList(ctx, &machine.ImageListRequest{Namespace: of.GetNamespace()})
	if err != nil {
		return err
	}

	for {
		i, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}

		t.row(n.name, i.GetName(), i.GetDigest(), size(uint64(max(0, i.GetSize()))), i.GetCreatedAt().AsTime().Format(time.RFC3339))
	}
}

func newImagePullCmd(a *app, namespace *string) *cobra.Command {
	return &cobra.Command{
		Use:     "pull <image>",
		Aliases: []string{"p"},
		Short:   "Pull an image, so that it is there when it is needed",
		Example: "  talosctl image pull registry.k8s.io/pause:3.10",
		Args:    usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			of, err := a.imagesOf(*namespace)
			if err != nil {
				return err
			}

			ns, err := a.connect()
			if err != nil {
				return err
			}
			defer ns.close()

			start := time.Now()

			return ns.atOnce(cmd.Context(), func(ctx context.Context, n node) error {
				return a.pull(ctx, n, of, args[0], start)
			})
		},
	}
}

func (a *app) pull(ctx context.Context, n node, of *common.ContainerdInstance, ref string, start time.Time) error {
	err := a.pullFollowed(ctx, n, of, ref, start)
	if status.Code(err) != codes.Unimplemented {
		return err
	}

	if _, err = n.Machine.ImagePull(ctx, &machine.ImagePullRequest{Namespace: of.GetNamespace(), Reference: ref}); err == nil {
		a.progress(start, "%s: pulled %s", n.name, ref)
	}

	return err
}

// pullFollowed tells of each layer when it is there.
func (a *app) pullFollowed(ctx context.Context, n node, of *common.ContainerdInstance, ref string, start time.Time) error {
	stream, err := n.Images.Pull(ctx, &machine.ImageServicePullRequest{Containerd: of, ImageRef: ref})
	if err != nil {
		return err
	}

	last := map[string]machine.ImageServicePullLayerProgress_Status{}

	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}

		if name := resp.GetName(); name != "" {
			a.progress(start, "%s: pulled %s", n.name, name)

			continue
		}

		layer, p := resp.GetPullProgress().GetLayerId(), resp.GetPullProgress().GetProgress()
		if before, known := last[layer]; known && before == p.GetStatus() {
			continue
		}

		last[layer] = p.GetStatus()

		a.progress(start, "%s: layer %s: %s", n.name, layer, layerStates[p.GetStatus()])
	}
}

var layerStates = map[machine.ImageServicePullLayerProgress_Status]string{
	machine.ImageServicePullLayerProgress_DOWNLOADING:       "downloading",
	machine.ImageServicePullLayerProgress_DOWNLOAD_COMPLETE: "downloaded",
	machine.ImageServicePullLayerProgress_EXTRACTING:        "unpacking",
	machine.ImageServicePullLayerProgress_EXTRACT_COMPLETE:  "unpacked",
	machine.ImageServicePullLayerProgress_ALREADY_EXISTS:    "there already",
}

func newImageRemoveCmd(a *app, namespace *string) *cobra.Command {
	return &cobra.Command{
		Use:     "remove <image>",
		Aliases: []string{"rm"},
		Short:   "Remove an image",
		Args:    usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			of, err := a.imagesOf(*namespace)
			if err != nil {
				return err
			}

			return run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				_, err := n.Images.Remove(ctx, &machine.ImageServiceRemoveRequest{Containerd: of, ImageRef: args[0]})

				return err
			})
		},
	}
}

package criclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"github.com/containerd/containerd/api/services/content/v1"
	"github.com/containerd/containerd/api/services/images/v1"
	"github.com/containerd/containerd/api/services/snapshots/v1"
	"github.com/containerd/containerd/api/services/streaming/v1"
	"github.com/containerd/containerd/api/services/transfer/v1"
	"github.com/containerd/containerd/api/types"
	transfertypes "github.com/containerd/containerd/api/types/transfer"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/identity"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/rs/xid"
	"google.golang.org/protobuf/proto"
)

// Image as containerd stores it.
type Image struct {
	Name, Digest string
	// Size is what the image takes of the content store for this machine's
	// architecture, compressed.
	Size    int64
	Created time.Time
	Labels  map[string]string

	target *types.Descriptor
}

// Pull fetches and unpacks an image unless it is there with that digest.
func (c *Client) Pull(ctx context.Context, namespace, name string) error {
	ref := Reference(name)

	ctx, a, err := c.in(ctx, namespace)
	if err != nil {
		return err
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	resolver := &transfertypes.RegistryResolver{HostDir: c.hostsDir}

	if c.auth != nil {
		if resolver.AuthStream, err = c.answerAuth(ctx, a.streaming); err != nil {
			return fmt.Errorf("pull %s: %w", ref, err)
		}
	}

	platform := &types.Platform{OS: "linux", Architecture: runtime.GOARCH}

	source, err := pack(&transfertypes.OCIRegistry{Reference: ref, Resolver: resolver})
	if err != nil {
		return err
	}

	destination, err := pack(&transfertypes.ImageStore{
		Name:      ref,
		Platforms: []*types.Platform{platform},
		Unpacks:   []*transfertypes.UnpackConfiguration{{Platform: platform, Snapshotter: snapshotter}},
	})
	if err != nil {
		return err
	}

	if _, err = a.transfer.Transfer(ctx, &transfer.TransferRequest{Source: source, Destination: destination}); err != nil {
		return fmt.Errorf("pull %s: %w", ref, err)
	}

	return nil
}

// answerAuth gives containerd credentials when it asks for them on a stream.
func (c *Client) answerAuth(ctx context.Context, client streaming.StreamingClient) (id string, err error) {
	stream, err := client.Stream(ctx)
	if err != nil {
		return "", err
	}

	id = "auth-" + xid.New().String()

	hello, err := pack(&streaming.StreamInit{ID: id})
	if err != nil {
		return "", err
	}

	if err = stream.Send(hello); err != nil {
		return "", err
	}

	if _, err = stream.Recv(); err != nil { // containerd knows the stream now
		return "", err
	}

	go func() {
		for {
			ask, err := stream.Recv()
			if err != nil {
				return
			}

			var req transfertypes.AuthRequest
			if proto.Unmarshal(ask.GetValue(), &req) != nil {
				return
			}

			answer, err := pack(c.credentials(ctx, req.GetHost()))
			if err != nil || stream.Send(answer) != nil {
				return
			}
		}
	}()

	return id, nil
}

func (c *Client) credentials(ctx context.Context, host string) *transfertypes.AuthResponse {
	creds, err := c.auth(ctx, host)

	switch {
	case err != nil:
		return &transfertypes.AuthResponse{AuthType: transfertypes.AuthType_NONE}
	case creds.Token != "":
		return &transfertypes.AuthResponse{AuthType: transfertypes.AuthType_REFRESH, Secret: creds.Token}
	case creds.Username != "":
		return &transfertypes.AuthResponse{
			AuthType: transfertypes.AuthType_CREDENTIALS, Username: creds.Username, Secret: creds.Password,
		}
	default:
		return &transfertypes.AuthResponse{AuthType: transfertypes.AuthType_NONE}
	}
}

// Images lists the images of a namespace. One whose parts are missing has size 0.
func (c *Client) Images(ctx context.Context, namespace string) ([]Image, error) {
	ctx, a, err := c.in(ctx, namespace)
	if err != nil {
		return nil, err
	}

	resp, err := a.images.List(ctx, &images.ListImagesRequest{})
	if err != nil {
		return nil, fmt.Errorf("list images in %s: %w", namespace, err)
	}

	out := make([]Image, 0, len(resp.GetImages()))

	for _, i := range resp.GetImages() {
		image := Image{
			Name: i.GetName(), Digest: i.GetTarget().GetDigest(), Created: i.GetCreatedAt().AsTime(),
			Labels: i.GetLabels(), target: i.GetTarget(),
		}

		if m, size, err := a.manifest(ctx, i.GetTarget()); err == nil {
			image.Size = size + m.Config.Size

			for _, l := range m.Layers {
				image.Size += l.Size
			}
		}

		out = append(out, image)
	}

	return out, nil
}

// Remove forgets an image and waits until what nobody uses of it is gone.
func (c *Client) Remove(ctx context.Context, namespace, name string) error {
	ctx, a, err := c.in(ctx, namespace)
	if err != nil {
		return err
	}

	if _, err = a.images.Delete(ctx, &images.DeleteImageRequest{Name: Reference(name), Sync: true}); err != nil {
		return fmt.Errorf("remove image %s: %w", name, err)
	}

	return nil
}

// find gives the stored image of a name.
func (a api) find(ctx context.Context, name string) (*images.Image, error) {
	resp, err := a.images.Get(ctx, &images.GetImageRequest{Name: Reference(name)})
	if err != nil {
		return nil, fmt.Errorf("get image %s: %w", name, err)
	}

	return resp.GetImage(), nil
}

// config reads an image's configuration.
func (a api) config(ctx context.Context, target *types.Descriptor) (ocispec.Image, error) {
	var image ocispec.Image

	m, _, err := a.manifest(ctx, target)
	if err != nil {
		return image, err
	}

	return image, a.json(ctx, m.Config.Digest.String(), m.Config.Size, &image)
}

// manifest reads an image's manifest for this machine, going through an index
// where there is one, and says how large what it read is.
func (a api) manifest(ctx context.Context, target *types.Descriptor) (m ocispec.Manifest, size int64, err error) {
	d, n := target.GetDigest(), target.GetSize()

	switch target.GetMediaType() {
	case ocispec.MediaTypeImageIndex, "application/vnd.docker.distribution.manifest.list.v2+json":
		var index ocispec.Index

		if err = a.json(ctx, d, n, &index); err != nil {
			return m, 0, err
		}

		at := slices.IndexFunc(index.Manifests, func(d ocispec.Descriptor) bool {
			return d.Platform == nil || d.Platform.OS == "linux" && d.Platform.Architecture == runtime.GOARCH
		})
		if at < 0 {
			return m, 0, fmt.Errorf("image has nothing for linux/%s", runtime.GOARCH)
		}

		size += n
		d, n = index.Manifests[at].Digest.String(), index.Manifests[at].Size
	}

	return m, size + n, a.json(ctx, d, n, &m)
}

// json reads a small object of the content store.
func (a api) json(ctx context.Context, digest string, size int64, into any) error {
	const limit = 8 << 20

	if size > limit {
		return fmt.Errorf("read %s: %d bytes are too many", digest, size)
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	stream, err := a.content.Read(ctx, &content.ReadContentRequest{Digest: digest, Size: size})
	if err != nil {
		return fmt.Errorf("read %s: %w", digest, err)
	}

	var buf bytes.Buffer

	for {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}

		if err != nil {
			return fmt.Errorf("read %s: %w", digest, err)
		}

		if buf.Write(part.GetData()); buf.Len() > limit {
			return fmt.Errorf("read %s: more than %d bytes", digest, limit)
		}
	}

	if err = json.Unmarshal(buf.Bytes(), into); err != nil {
		return fmt.Errorf("parse %s: %w", digest, err)
	}

	return nil
}

// chain names the snapshot of all layers of an image.
func chain(image ocispec.Image) string {
	return identity.ChainID(slices.Clone([]digest.Digest(image.RootFS.DiffIDs))).String()
}

// Has says whether an image of that name is there, unpacked, so that a container
// of it can be made without asking anybody.
func (c *Client) Has(ctx context.Context, namespace, name string) (bool, error) {
	ctx, a, err := c.in(ctx, namespace)
	if err != nil {
		return false, err
	}

	image, err := a.find(ctx, name)
	if err == nil {
		var config ocispec.Image

		if config, err = a.config(ctx, image.GetTarget()); err == nil {
			_, err = a.snapshots.Stat(ctx, &snapshots.StatSnapshotRequest{Snapshotter: snapshotter, Key: chain(config)})
		}
	}

	if IsNotFound(err) {
		return false, nil
	}

	return err == nil, err
}

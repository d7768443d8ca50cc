package k8sctl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// Limits of a download.
const (
	downloadTimeout = 30 * time.Second
	downloadRetry   = 30 * time.Second
	downloadMax     = 16 << 20
)

type extraView struct {
	online bool
	list   []k8s.ExtraManifest
}

func (v extraView) String() string {
	return fmt.Sprintf("online %t, %d manifests", v.online, len(v.list))
}

type extraPlan struct {
	view  *extraView
	again *time.Time
}

func (p extraPlan) String() string          { return p.view.String() }
func (p extraPlan) CheckAgainAt() time.Time { return *p.again }

// ExtraManifests are the user's own: inline, or downloaded once per boot and
// again when their URL changes.
func ExtraManifests() controller.Controller {
	cache := map[string][]byte{} // by URL and headers; one run at a time

	return controller.Reconcile[extraView, extraPlan]{
		Name: "k8s.ExtraManifestController",
		Inputs: controller.In(
			k8s.ExtraManifestsConfigs.Weak(), network.NetworkStatuses.Weak(idOf(network.StatusID)),
		),
		Outputs: controller.Out(k8s.Manifests.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v extraView, err error) {
			status, err := find(ctx, r, network.NetworkStatuses, network.StatusID)
			if err != nil {
				return v, err
			}

			v.online = status != nil && status.ConnectivityReady

			cfg, err := find(ctx, r, k8s.ExtraManifestsConfigs, k8s.ExtraManifestsConfigID)
			if err == nil && cfg != nil {
				v.list = cfg.ExtraManifests
			}

			return v, err
		},
		Plan: func(v extraView) extraPlan { return extraPlan{&v, new(time.Time)} },
		Apply: func(ctx context.Context, w *controller.Writer, p extraPlan) error {
			return applyExtra(ctx, w, p, cache)
		},
	}.Build()
}

func applyExtra(ctx context.Context, w *controller.Writer, p extraPlan, cache map[string][]byte) error {
	var errs []error

	for _, m := range p.view.list {
		content := []byte(m.InlineManifest)

		if m.URL != "" {
			key := fmt.Sprint(m.URL, m.ExtraHeaders)

			var err error

			switch cached, ok := cache[key]; {
			case ok:
				content = cached
			case !p.view.online:
				continue
			default:
				if content, err = download(ctx, m); err != nil {
					w.Log.Warn("cannot download manifest, will retry", "name", m.Name, "error", err)

					*p.again = time.Now().Add(downloadRetry)

					continue
				}

				cache[key] = content
			}
		}

		objects, err := parseManifests(content)
		if err != nil {
			// It is the same next time: say so, and go on with the others.
			w.Log.Error("manifest cannot be read", "name", m.Name, "error", err)

			continue
		}

		errs = append(errs, w.Want(controller.Want(k8s.Manifests, m.Priority+"-"+m.Name, k8s.ManifestSpec{Items: objects})))
	}

	return errors.Join(errs...)
}

func download(ctx context.Context, m k8s.ExtraManifest) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()

	req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.URL, nil)
	if err != nil {
		return nil, err
	}

	for name, value := range m.ExtraHeaders {
		req.Header.Set(strings.TrimSpace(name), value)
	}

	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}

	defer resp.Body.Close() //nolint:errcheck

	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get %s: %s", m.URL, resp.Status)
	}

	data, err := io.ReadAll(io.LimitReader(resp.Body, downloadMax+1))
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", m.URL, err)
	}

	if len(data) > downloadMax {
		return nil, fmt.Errorf("get %s: more than %d bytes", m.URL, downloadMax)
	}

	return data, nil
}

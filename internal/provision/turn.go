package provision

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"
)

// turnTime is how long a machine waits for its turn at most. It starts all the same
// then, so that whoever looks at the cluster sees what does not work.
const turnTime = 15 * time.Minute

// takesTurn says whether a machine starts only when there is a Kubernetes API to
// join. Emulated machines share the host's processors: with two of them on two
// cores the API was ready after 229 s, with one after 101 s, and a worker has
// nothing to do before. A machine without a config waits for a person anyway.
func takesTurn(s *State, n NodeState) bool {
	return s.Accel == "tcg" && n.Name != s.Nodes[0].Name && s.Nodes[0].KubernetesPort != 0 && hasConfig(s, n) && hasConfig(s, s.Nodes[0])
}

func hasConfig(s *State, n NodeState) bool {
	return len(n.Config) > 0 || fileExists(filepath.Join(s.NodeDir(n.Name), "config.yaml"))
}

// waitTurn comes back when the first machine's Kubernetes API is ready, the time is
// up or the context ends.
func waitTurn(ctx context.Context, s *State, n NodeState) {
	if !takesTurn(s, n) {
		return
	}

	ctx, cancel := context.WithTimeout(ctx, turnTime)
	defer cancel()

	slog.Info("machine waits for the Kubernetes API", "machine", n.Name)

	client := &http.Client{
		Timeout: 5 * time.Second,
		// Whether it answers is all that is asked, and nothing is told to it.
		Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, //nolint:gosec
	}

	url := "https://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Nodes[0].KubernetesPort)) + "/readyz"

	for {
		err := asksReady(ctx, client, url)
		if err == nil || ctx.Err() != nil {
			slog.Info("machine starts", "machine", n.Name, "api", err)

			return
		}

		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func asksReady(ctx context.Context, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}

	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck

	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) //nolint:errcheck // the status is what counts

	switch resp.StatusCode {
	case http.StatusOK, http.StatusUnauthorized, http.StatusForbidden: // a config may keep strangers out
		return nil
	}

	return fmt.Errorf("%s: %s", url, resp.Status)
}

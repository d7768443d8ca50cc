package etcdctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/internal/app/machined/etcdclient"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

// Errors of Bootstrap, told apart by the API.
var (
	// ErrNotReady is FailedPrecondition: try again later.
	ErrNotReady = errors.New("etcd cannot be bootstrapped yet")
	// ErrHasData is AlreadyExists.
	ErrHasData = errors.New("etcd data directory is not empty: the node is part of a cluster already")
	// ErrNoCA is InvalidArgument.
	ErrNoCA = errors.New("the machine config has no etcd CA: this node runs no etcd")
)

type bootstrapRequest struct{ recover, skipHashCheck bool }

// Starter brings etcd up. There is one per node; its methods may be called
// concurrently.
type Starter struct {
	st       state.State
	dataPath string
	snapshot string

	mu      sync.Mutex
	request *bootstrapRequest
	poke    chan struct{}
}

// NewStarter makes the node's starter over its state.
func NewStarter(st state.State) *Starter {
	return &Starter{st: st, dataPath: DataPath, snapshot: SnapshotPath, poke: make(chan struct{}, 1)}
}

// BootstrapOptions are those of the API call.
type BootstrapOptions struct {
	// Recover takes the snapshot that was uploaded before.
	Recover       bool
	SkipHashCheck bool
}

// Bootstrap makes this node start a new cluster, once etcd is about to start and
// finds no data. It returns when the request is noted; nothing of it survives a
// reboot, so that a node which was told once never founds a second cluster by
// itself.
func (s *Starter) Bootstrap(ctx context.Context, opts BootstrapOptions) error {
	root, err := find(ctx, s.st, secrets.EtcdRootSecrets, secrets.EtcdRootID)
	if err != nil {
		return err
	}

	if root == nil {
		return ErrNoCA
	}

	if clock, err := find(ctx, s.st, timesync.TimeStatuses, timesync.StatusID); err != nil {
		return err
	} else if clock == nil || !(clock.Synced || clock.SyncDisabled) {
		return fmt.Errorf("%w: time is not in sync", ErrNotReady)
	}

	if _, err = os.Stat(filepath.Dir(s.dataPath)); err != nil {
		return fmt.Errorf("%w: the disk for its data is not mounted", ErrNotReady)
	}

	if full, err := notEmpty(s.dataPath); err != nil {
		return err
	} else if full {
		return ErrHasData
	}

	if opts.Recover {
		if _, err = os.Stat(s.snapshot); err != nil {
			return fmt.Errorf("%w: no snapshot was uploaded", ErrNotReady)
		}
	}

	s.mu.Lock()
	s.request = &bootstrapRequest{opts.Recover, opts.SkipHashCheck}
	s.mu.Unlock()

	select {
	case s.poke <- struct{}{}:
	default:
	}

	return nil
}

// Launch is how to run etcd now.
type Launch struct {
	Mode  Mode
	Image string
	// Args of /usr/local/bin/etcd.
	Args []string
	// RestoreArgs of /usr/local/bin/etcdutl in the same image, to be run to its
	// end before etcd; only with ModeRecover. Call Restored after.
	RestoreArgs []string

	starter *Starter
	via     []netip.Addr
}

// Prepare waits until etcd can start and says how. It makes the data directory,
// and when the node joins a cluster, has it added there. waiting is told what it
// waits for, each time that changes.
func (s *Starter) Prepare(ctx context.Context, log *slog.Logger, waiting func(what string)) (*Launch, error) {
	var last string

	for {
		v, err := s.observe(ctx)
		if err != nil {
			return nil, err
		}

		p := planLaunch(v)

		if p.mode == 0 {
			if p.why != last && waiting != nil {
				waiting(p.why)
			}

			last = p.why
		} else {
			launch, poked, launchErr := s.attempt(ctx, v, p)
			if poked {
				continue
			}

			if launchErr == nil {
				log.Info("etcd can start", "mode", launch.Mode.String(), "name", v.spec.Name)

				return launch, nil
			}

			if p.mode != ModeJoin {
				return nil, launchErr
			}

			if launchErr.Error() != last {
				last = launchErr.Error()

				log.Warn("cannot join etcd yet, will retry", "error", launchErr)

				if waiting != nil {
					waiting("a control plane node to join")
				}
			}
		}

		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.poke:
		case <-time.After(5 * time.Second):
		}
	}
}

// attempt is launch, given up at once when somebody calls Bootstrap.
func (s *Starter) attempt(ctx context.Context, v launchView, p launchPlan) (l *Launch, poked bool, err error) {
	if p.mode != ModeJoin {
		l, err = s.launch(ctx, v, p)

		return l, false, err
	}

	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})

	go func() {
		defer close(done)

		l, err = s.launch(ctx, v, p)
	}()

	select {
	case <-s.poke:
		poked = true
	case <-done:
	}

	cancel()
	<-done

	return l, poked, err
}

func (s *Starter) observe(ctx context.Context) (v launchView, err error) {
	if v.spec, err = find(ctx, s.st, etcd.EtcdSpecs, etcd.SpecID); err != nil {
		return v, err
	}

	pki, err := find(ctx, s.st, etcd.PKIStatuses, etcd.PKIID)
	if err != nil {
		return v, err
	}

	v.pki = pki != nil && pki.Ready

	if v.hasData, err = notEmpty(s.dataPath); err != nil {
		return v, err
	}

	s.mu.Lock()
	v.request = s.request
	s.mu.Unlock()

	endpoints, err := k8s.Endpoints.List(ctx, s.st)
	if err != nil {
		return v, err
	}

	for _, e := range endpoints {
		// The configured endpoint may be a load balancer that has nothing on
		// etcd's port; whose turn it is to start, too, cannot be told from it.
		if e.ID() == k8s.ControlPlaneAPIServerEndpointsID {
			continue
		}

		for _, a := range e.TypedSpec().Addresses {
			if !slices.Contains(v.peers, a) {
				v.peers = append(v.peers, a)
			}
		}
	}

	return v, nil
}

func (s *Starter) launch(ctx context.Context, v launchView, p launchPlan) (*Launch, error) {
	if err := ownDirectory(s.dataPath); err != nil {
		return nil, fmt.Errorf("prepare etcd data directory: %w", err)
	}

	// What is left of a restore that was cut short is no member's data.
	if err := os.RemoveAll(filepath.Join(s.dataPath, restoreDir)); err != nil {
		return nil, fmt.Errorf("prepare etcd data directory: %w", err)
	}

	own := map[string][]string{v.spec.Name: peerURLs(v.spec.AdvertisedAddresses)}
	l := &Launch{Mode: p.mode, Image: v.spec.Image, starter: s}

	switch p.mode {
	case ModeJoin:
		members, err := l.join(ctx, v, p)
		if err != nil {
			return nil, err
		}

		l.Args = Args(*v.spec, p.mode, members)
	case ModeRecover:
		l.RestoreArgs = RestoreArgs(*v.spec, v.request.skipHashCheck)
		l.Args = Args(*v.spec, p.mode, own)
	default:
		l.Args = Args(*v.spec, p.mode, own)
	}

	return l, nil
}

func (l *Launch) join(ctx context.Context, v launchView, p launchPlan) (map[string][]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()

	client, err := etcdclient.At(ctx, p.join)
	if err != nil {
		return nil, err
	}

	defer client.Close() //nolint:errcheck

	id, members, err := client.AddLearner(ctx, peerURLs(v.spec.AdvertisedAddresses))
	if err != nil {
		return nil, err
	}

	l.via = p.join

	return initialCluster(v.spec.Name, id, members), nil
}

// initialCluster is the membership as etcd wants to hear it: by name. A member
// that was added has no name until it starts; one that is not this node gets its
// id for a name, which etcd does not mind.
func initialCluster(name string, self uint64, members []*etcdclient.Member) map[string][]string {
	out := map[string][]string{}

	for _, m := range members {
		switch {
		case m.ID == self:
			out[name] = m.PeerURLs
		case m.Name == "":
			out[etcdclient.FormatID(m.ID)] = m.PeerURLs
		default:
			out[m.Name] = m.PeerURLs
		}
	}

	return out
}

// promotePause is between attempts to become a voting member.
const promotePause = 5 * time.Second

// Started is called once etcd runs, and returns when the member votes. A learner
// is promoted by another member, also one whose promotion a reboot interrupted.
func (l *Launch) Started(ctx context.Context, log *slog.Logger) error {
	l.starter.mu.Lock()
	l.starter.request = nil
	l.starter.mu.Unlock()

	for {
		voting, err := l.promote(ctx)
		if voting {
			return nil
		}

		if err != nil {
			log.Debug("etcd member does not vote yet", "reason", err)
		}

		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(promotePause):
		}
	}
}

func (l *Launch) promote(ctx context.Context) (voting bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()

	local, err := etcdclient.Local(ctx)
	if err != nil {
		return false, err
	}

	defer local.Close() //nolint:errcheck

	status, err := local.Status(ctx)
	if err != nil || !status.IsLearner {
		return err == nil, err
	}

	v, err := l.starter.observe(ctx)
	if err != nil {
		return false, err
	}

	others := planLaunch(launchView{spec: v.spec, pki: true, peers: append(slices.Clone(l.via), v.peers...)}).join
	if len(others) == 0 {
		return false, errors.New("no other control plane node is known")
	}

	client, err := etcdclient.At(ctx, others)
	if err != nil {
		return false, err
	}

	defer client.Close() //nolint:errcheck

	// The member refuses while it lags behind; Promote tries until ctx ends.
	return false, client.Promote(ctx, status.Header.MemberId)
}

// HasData tells whether this machine is a member of etcd, or was one and kept its data.
func HasData() (bool, error) { return notEmpty(DataPath) }

// notEmpty tells whether there is a member's data in dir. An empty directory, or
// none, is what a new member starts with.
func notEmpty(dir string) (bool, error) {
	entries, err := os.ReadDir(dir)

	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look for etcd data: %w", err)
	}

	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() != "lost+found" && e.Name() != restoreDir
	}), nil
}

func ownDirectory(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}

	if err := os.Chmod(dir, 0o700); err != nil {
		return err
	}

	return os.Chown(dir, UserID, UserID)
}

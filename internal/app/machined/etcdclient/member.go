package etcdclient

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// Member of the cluster.
type Member = etcdserverpb.Member

// FormatID is how member ids are shown and given: 16 hex digits.
func FormatID(id uint64) string { return fmt.Sprintf("%016x", id) }

// ParseID reads the form of FormatID.
func ParseID(text string) (uint64, error) {
	id, err := strconv.ParseUint(text, 16, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not an etcd member id, like 8e9e05c52164694d", text)
	}

	return id, nil
}

// Members lists all members; linearizable unless queryLocal.
func (c *Client) Members(ctx context.Context, queryLocal bool) ([]*Member, error) {
	var opts []clientv3.OpOption
	if queryLocal {
		opts = append(opts, clientv3.WithSerializable())
	}

	resp, err := c.MemberList(ctx, opts...)
	if err != nil {
		return nil, fmt.Errorf("list etcd members: %w", err)
	}

	return resp.Members, nil
}

// AddLearner adds this node to the cluster as a learner, which votes only after
// Promote, so that a node that never starts costs no quorum. A member that was
// added before and did not start yet is taken as it is.
func (c *Client) AddLearner(ctx context.Context, peerURLs []string) (id uint64, members []*Member, err error) {
	members, err = c.Members(ctx, false)
	if err != nil {
		return 0, nil, err
	}

	for _, m := range members {
		if !overlap(m.PeerURLs, peerURLs) {
			continue
		}

		if m.Name == "" {
			return m.ID, members, nil
		}

		// A member that has a name was running with data that this node no longer
		// has: its id cannot be used again.
		if err = c.Remove(ctx, m.ID); err != nil {
			return 0, nil, fmt.Errorf("former member of this node: %w", err)
		}
	}

	resp, err := c.MemberAddAsLearner(ctx, peerURLs)
	if err != nil {
		return 0, nil, fmt.Errorf("add etcd member: %w", err)
	}

	return resp.Member.ID, resp.Members, nil
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// Promote makes a learner a voting member, waiting for it to catch up.
func (c *Client) Promote(ctx context.Context, id uint64) error {
	for {
		_, err := c.MemberPromote(ctx, id)

		switch {
		case err == nil, errors.Is(err, rpctypes.ErrMemberNotLearner):
			return nil
		case errors.Is(err, rpctypes.ErrMemberNotFound):
			return fmt.Errorf("promote etcd member %s: %w", FormatID(id), err)
		}

		select {
		case <-ctx.Done():
			return fmt.Errorf("promote etcd member %s: %w", FormatID(id), errors.Join(ctx.Err(), err))
		case <-time.After(5 * time.Second):
		}
	}
}

// Remove takes a member out of the cluster. One that is gone already is fine.
func (c *Client) Remove(ctx context.Context, id uint64) error {
	_, err := c.MemberRemove(ctx, id)
	if err != nil && !errors.Is(err, rpctypes.ErrMemberNotFound) {
		return fmt.Errorf("remove etcd member %s: %w", FormatID(id), err)
	}

	return nil
}

// SelfID is the id of the member at the first endpoint.
func (c *Client) SelfID(ctx context.Context) (uint64, error) {
	s, err := c.Status(ctx)
	if err != nil {
		return 0, err
	}

	return s.Header.MemberId, nil
}

// ForfeitLeadership hands leadership from the local member to another voting one.
// It returns the new leader, nil when the member was not the leader.
func (c *Client) ForfeitLeadership(ctx context.Context) (*Member, error) {
	status, err := c.Status(ctx)
	if err != nil {
		return nil, err
	}

	if status.Leader != status.Header.MemberId {
		return nil, nil
	}

	members, err := c.Members(ctx, false)
	if err != nil {
		return nil, err
	}

	for _, m := range members {
		if m.ID == status.Header.MemberId || m.IsLearner || m.Name == "" {
			continue
		}

		if _, err = c.MoveLeader(ctx, m.ID); err != nil {
			return nil, fmt.Errorf("move etcd leadership to %s: %w", m.Name, err)
		}

		return m, nil
	}

	return nil, errors.New("no other voting etcd member to hand leadership to")
}

// Leave takes the local member out of the cluster, after handing over
// leadership. The last member cannot leave: its data would have nowhere to go.
func (c *Client) Leave(ctx context.Context) error {
	members, err := c.Members(ctx, false)
	if err != nil {
		return err
	}

	if len(members) < 2 {
		return ErrLastMember
	}

	if _, err = c.ForfeitLeadership(ctx); err != nil {
		return err
	}

	id, err := c.SelfID(ctx)
	if err != nil {
		return err
	}

	return c.Remove(ctx, id)
}

// ErrLastMember refuses to leave the only member of a cluster.
var ErrLastMember = errors.New("this is the only etcd member: it cannot leave")

// QuorumWithout tells whether quorum survives without one member right now:
// every other voting member answers, and they are a majority of the rest.
func (c *Client) QuorumWithout(ctx context.Context, id uint64) error {
	members, err := c.Members(ctx, false)
	if err != nil {
		return err
	}

	voters, answering := 0, 0

	for _, m := range members {
		if m.IsLearner || m.ID == id {
			continue
		}

		voters++

		for _, url := range m.ClientURLs {
			probe, cancel := context.WithTimeout(ctx, 10*time.Second)
			_, err = c.Client.Status(probe, url)

			cancel()

			if err == nil {
				answering++

				break
			}
		}
	}

	if voters > 0 && answering < voters/2+1 {
		return fmt.Errorf("etcd would lose its quorum: %d of the %d other voting members answer", answering, voters)
	}

	return nil
}

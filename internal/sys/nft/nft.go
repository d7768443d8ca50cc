// Package nft replaces a table of the kernel's packet filter (nftables) as a
// whole, in one transaction: at no time do packets meet half of the old rules or
// none at all. Connections that are tracked live on.
package nft

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// Chain of base type "filter" in a table for both IP families.
type Chain struct {
	Name     string
	Hook     uint32 // NF_INET_*
	Priority int32
	Drop     bool // what happens to packets that no rule decides on
	Rules    []Rule
}

// Rule matches if all that is set matches.
type Rule struct {
	// InLinks are names of the link that a packet came from; NotInLinks negates.
	InLinks, OutLinks       []string
	NotInLinks, NotOutLinks bool
	// States is a mask of connection states: 1 invalid, 2 established, 4
	// related, 8 new.
	States uint32
	Mark   *Mark
	// Source and Destination restrict addresses.
	Source, Destination *Addresses
	Proto               uint8
	SourcePorts, Ports  []Ports
	ICMPTypes           []uint8
	// PerSecond passes so many packets and no more.
	PerSecond uint64
	Counter   bool
	// Verdict to end with; nil goes on to the next rule.
	Verdict *Verdict
}

// Verdict about a packet.
type Verdict bool

// Verdicts.
const (
	Drop   Verdict = false
	Accept Verdict = true
)

// Mark compares a packet's mark: (mark & Mask) ^ Xor == Value.
type Mark struct{ Mask, Xor, Value uint32 }

// Addresses are those in Include, or all if that is empty, without those in Exclude.
type Addresses struct {
	Include, Exclude []netip.Prefix
	Invert           bool
}

// Ports is a range, both ends included.
type Ports struct{ Lo, Hi uint16 }

// Replace makes the table hold exactly the chains; without any there is no table.
func Replace(table string, chains []Chain) error {
	c, err := nftables.New()
	if err != nil {
		return fmt.Errorf("open nftables: %w", err)
	}

	t := &nftables.Table{Name: table, Family: nftables.TableFamilyINet}

	// Deleting one that is not there fails the transaction; adding one that is
	// does not.
	c.AddTable(t)
	c.DelTable(t)

	if len(chains) > 0 {
		c.AddTable(t)
	}

	for _, ch := range chains {
		if err = addChain(c, t, ch); err != nil {
			return fmt.Errorf("chain %s: %w", ch.Name, err)
		}
	}

	if err = c.Flush(); err != nil {
		return fmt.Errorf("replace nftables table %s: %w", table, err)
	}

	return nil
}

func addChain(c *nftables.Conn, t *nftables.Table, ch Chain) error {
	policy := nftables.ChainPolicyAccept
	if ch.Drop {
		policy = nftables.ChainPolicyDrop
	}

	hook, priority := nftables.ChainHook(ch.Hook), nftables.ChainPriority(ch.Priority)
	chain := c.AddChain(&nftables.Chain{
		Name: ch.Name, Table: t, Type: nftables.ChainTypeFilter, Hooknum: &hook, Priority: &priority, Policy: &policy,
	})

	for i, r := range ch.Rules {
		variants, err := r.compile(func(s *nftables.Set, e []nftables.SetElement) error {
			s.Table = t

			return c.AddSet(s, e)
		})
		if err != nil {
			return fmt.Errorf("rule %d: %w", i, err)
		}

		for _, exprs := range variants {
			c.AddRule(&nftables.Rule{Table: t, Chain: chain, Exprs: exprs})
		}
	}

	return nil
}

// compile gives one list of expressions, or two for a rule about addresses: a
// comparison of one family's reads the wrong bytes of the other's.
func (r Rule) compile(addSet func(*nftables.Set, []nftables.SetElement) error) ([][]expr.Any, error) {
	tail := r.tail()

	if r.Source == nil && r.Destination == nil {
		head, err := r.common(addSet)

		return [][]expr.Any{append(head, tail...)}, err
	}

	var out [][]expr.Any

	for _, f := range families {
		if !r.Source.meansAny(f.bits) || !r.Destination.meansAny(f.bits) {
			continue
		}

		// Each its own: an anonymous set serves one rule, a second is EBUSY.
		exprs, err := r.common(addSet)
		if err != nil {
			return nil, err
		}

		exprs = append(exprs, metaCmp(expr.MetaKeyNFPROTO, []byte{f.proto})...)

		for _, side := range []struct {
			addrs  *Addresses
			offset uint32
		}{{r.Source, f.source}, {r.Destination, f.destination}} {
			if side.addrs == nil {
				continue
			}

			ranges := rangesOf(*side.addrs, f.bits)
			if len(ranges) == 0 {
				continue // inverted: all of this family
			}

			set := &nftables.Set{Anonymous: true, Constant: true, Interval: true, KeyType: f.key}
			if err := addSet(set, intervals(ranges)); err != nil {
				return nil, err
			}

			exprs = append(exprs,
				&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: side.offset, Len: uint32(f.bits / 8)},
				&expr.Lookup{SourceRegister: 1, SetName: set.Name, SetID: set.ID, Invert: side.addrs.Invert},
			)
		}

		out = append(out, append(exprs, tail...))
	}

	return out, nil
}

// meansAny reports whether any address of a family can match.
func (a *Addresses) meansAny(bits int) bool {
	return a == nil || a.Invert || len(rangesOf(*a, bits)) > 0
}

// families in an inet table, with the places of addresses in their headers.
var families = []struct {
	proto               byte
	bits                int
	source, destination uint32
	key                 nftables.SetDatatype
}{
	{unix.NFPROTO_IPV4, 32, 12, 16, nftables.TypeIPAddr},
	{unix.NFPROTO_IPV6, 128, 8, 24, nftables.TypeIP6Addr},
}

func metaCmp(key expr.MetaKey, data []byte) []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: key, Register: 1},
		&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: data},
	}
}

func (r Rule) common(addSet func(*nftables.Set, []nftables.SetElement) error) ([]expr.Any, error) {
	var out []expr.Any

	for _, l := range []struct {
		key   expr.MetaKey
		names []string
		not   bool
	}{{expr.MetaKeyIIFNAME, r.InLinks, r.NotInLinks}, {expr.MetaKeyOIFNAME, r.OutLinks, r.NotOutLinks}} {
		if len(l.names) == 0 {
			continue
		}

		set := &nftables.Set{Anonymous: true, Constant: true, KeyType: nftables.TypeIFName}

		var elements []nftables.SetElement
		for _, n := range l.names {
			elements = append(elements, nftables.SetElement{Key: linkName(n)})
		}

		if err := addSet(set, elements); err != nil {
			return nil, err
		}

		out = append(out, &expr.Meta{Key: l.key, Register: 1},
			&expr.Lookup{SourceRegister: 1, SetName: set.Name, SetID: set.ID, Invert: l.not})
	}

	if r.States != 0 {
		out = append(out,
			&expr.Ct{Key: expr.CtKeySTATE, Register: 1},
			&expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: 4, Mask: binaryutil.NativeEndian.PutUint32(r.States), Xor: make([]byte, 4)},
			&expr.Cmp{Op: expr.CmpOpNeq, Register: 1, Data: make([]byte, 4)},
		)
	}

	if r.Mark != nil {
		out = append(out,
			&expr.Meta{Key: expr.MetaKeyMARK, Register: 1},
			&expr.Bitwise{
				SourceRegister: 1, DestRegister: 1, Len: 4,
				Mask: binaryutil.NativeEndian.PutUint32(r.Mark.Mask), Xor: binaryutil.NativeEndian.PutUint32(r.Mark.Xor),
			},
			&expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: binaryutil.NativeEndian.PutUint32(r.Mark.Value)},
		)
	}

	if r.Proto == 0 {
		if len(r.Ports)+len(r.SourcePorts)+len(r.ICMPTypes) > 0 {
			return nil, errors.New("ports without a protocol")
		}

		return out, nil
	}

	out = append(out, metaCmp(expr.MetaKeyL4PROTO, []byte{r.Proto})...)

	for _, p := range []struct {
		ports  []Ports
		offset uint32
	}{{r.SourcePorts, 0}, {r.Ports, 2}} {
		if len(p.ports) == 0 {
			continue
		}

		set := &nftables.Set{Anonymous: true, Constant: true, Interval: true, KeyType: nftables.TypeInetService}
		if err := addSet(set, intervals(portRanges(p.ports))); err != nil {
			return nil, err
		}

		out = append(out,
			&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: p.offset, Len: 2},
			&expr.Lookup{SourceRegister: 1, SetName: set.Name, SetID: set.ID})
	}

	if len(r.ICMPTypes) > 0 {
		key := nftables.TypeICMPType
		if r.Proto == unix.IPPROTO_ICMPV6 {
			key = nftables.TypeICMP6Type
		}

		set := &nftables.Set{Anonymous: true, Constant: true, KeyType: key}

		var elements []nftables.SetElement
		for _, t := range r.ICMPTypes {
			elements = append(elements, nftables.SetElement{Key: []byte{t}})
		}

		if err := addSet(set, elements); err != nil {
			return nil, err
		}

		out = append(out,
			&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Len: 1},
			&expr.Lookup{SourceRegister: 1, SetName: set.Name, SetID: set.ID})
	}

	return out, nil
}

func linkName(n string) []byte {
	b := make([]byte, unix.IFNAMSIZ)
	copy(b, n)

	return b
}

func (r Rule) tail() []expr.Any {
	var out []expr.Any

	if r.PerSecond > 0 {
		out = append(out, &expr.Limit{Type: expr.LimitTypePkts, Rate: r.PerSecond, Unit: expr.LimitTimeSecond, Burst: 5})
	}

	if r.Counter {
		out = append(out, &expr.Counter{})
	}

	if r.Verdict != nil {
		kind := expr.VerdictDrop
		if *r.Verdict == Accept {
			kind = expr.VerdictAccept
		}

		out = append(out, &expr.Verdict{Kind: kind})
	}

	return out
}

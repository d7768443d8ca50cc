package netlink

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/jsimonetti/rtnetlink/v2"
	"golang.org/x/sys/unix"
)

// Rule is a policy routing rule.
type Rule struct {
	Family   uint8
	Src, Dst netip.Prefix
	Table    uint32
	Priority uint32
	Action   uint8 // FR_ACT_*
	IIF, OIF string
	Mark     uint32
	Mask     uint32
}

// Rules lists the rules of both families.
func (c *Conn) Rules() ([]Rule, error) {
	msgs, err := dump(c.rt.Rule.List)
	if err != nil {
		return nil, fmt.Errorf("list rules: %w", err)
	}

	out := make([]Rule, 0, len(msgs))

	for _, m := range msgs {
		// Multicast routing has its own rules in families of their own.
		if m.Family != unix.AF_INET && m.Family != unix.AF_INET6 {
			continue
		}

		r := Rule{Family: m.Family, Table: uint32(m.Table), Action: m.Action}

		if a := m.Attributes; a != nil {
			r.Src, r.Dst = prefixOf(a.Src, m.SrcLength), prefixOf(a.Dst, m.DstLength)
			r.IIF, r.OIF = value(a.IIFName), value(a.OIFName)
			r.Priority, r.Mark, r.Mask = value(a.Priority), value(a.FwMark), value(a.FwMask)

			if a.Table != nil {
				r.Table = *a.Table
			}
		}

		out = append(out, r)
	}

	return out, nil
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}

	return v
}

func prefixOf(ip *net.IP, bits uint8) netip.Prefix {
	if ip == nil {
		return netip.Prefix{}
	}

	return netip.PrefixFrom(addrOf(*ip), int(bits))
}

func (r Rule) message() *rtnetlink.RuleMessage {
	a := &rtnetlink.RuleAttributes{Priority: &r.Priority, Table: &r.Table}
	m := &rtnetlink.RuleMessage{Family: r.Family, Action: r.Action, Attributes: a}

	// The tables above do not fit the header: RT_TABLE_UNSPEC there.
	if r.Table < 256 {
		m.Table = uint8(r.Table)
	}

	if r.Src.IsValid() {
		ip := ipOf(r.Src.Masked().Addr())
		a.Src, m.SrcLength = &ip, uint8(r.Src.Bits())
	}

	if r.Dst.IsValid() {
		ip := ipOf(r.Dst.Masked().Addr())
		a.Dst, m.DstLength = &ip, uint8(r.Dst.Bits())
	}

	if r.IIF != "" {
		a.IIFName = &r.IIF
	}

	if r.OIF != "" {
		a.OIFName = &r.OIF
	}

	if r.Mark != 0 || r.Mask != 0 {
		a.FwMark, a.FwMask = &r.Mark, &r.Mask
	}

	return m
}

// AddRule adds a rule. The kernel takes several of one priority; an identical
// one is EEXIST.
func (c *Conn) AddRule(r Rule) error {
	if err := c.rt.Rule.Add(r.message()); err != nil {
		return fmt.Errorf("add rule %d: %w", r.Priority, err)
	}

	return nil
}

// DeleteRule removes a rule.
func (c *Conn) DeleteRule(r Rule) error {
	if err := c.rt.Rule.Delete(r.message()); err != nil {
		return fmt.Errorf("delete rule %d: %w", r.Priority, err)
	}

	return nil
}

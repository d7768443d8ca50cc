package dnsctl

import (
	"container/list"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

const (
	cacheSize = 4096
	// maxTTL bounds what a server says; minTTL keeps zero from defeating the
	// cache when a pod asks the same a hundred times a second.
	maxTTL = time.Hour
	minTTL = time.Second
	// maxNegativeTTL is what RFC 2308 section 5 thinks sensible at most is hours;
	// a service that was just created shall not be missing for that long.
	maxNegativeTTL = 30 * time.Second
)

// cache keeps answers, the least recently used go first.
type cache struct {
	mu      sync.Mutex
	entries map[cacheKey]*list.Element
	order   *list.List
}

type cacheKey struct {
	name          string
	qtype, class  uint16
	dnssec, check bool
}

type cacheEntry struct {
	key     cacheKey
	msg     *dns.Msg
	stored  time.Time
	expires time.Time
}

func newCache() *cache { return &cache{entries: map[cacheKey]*list.Element{}, order: list.New()} }

func keyOf(q *dns.Msg) cacheKey {
	k := cacheKey{
		name: strings.ToLower(q.Question[0].Name), qtype: q.Question[0].Qtype, class: q.Question[0].Qclass, check: q.CheckingDisabled,
	}

	if o := q.IsEdns0(); o != nil {
		k.dnssec = o.Do()
	}

	return k
}

// get makes an answer to q out of a stored one, its TTLs less the time since.
func (c *cache) get(q *dns.Msg, now time.Time) *dns.Msg {
	c.mu.Lock()

	el, ok := c.entries[keyOf(q)]
	if ok && !now.Before(el.Value.(*cacheEntry).expires) {
		c.remove(el)

		ok = false
	}

	if !ok {
		c.mu.Unlock()

		return nil
	}

	c.order.MoveToFront(el)
	e := el.Value.(*cacheEntry)
	c.mu.Unlock()

	m := e.msg.Copy()
	m.Id = q.Id
	m.Question = q.Question // the asker's spelling, as DNS 0x20 wants

	age := uint32(now.Sub(e.stored) / time.Second)

	for _, section := range [][]dns.RR{m.Answer, m.Ns, m.Extra} {
		for _, rr := range section {
			if h := rr.Header(); h.Rrtype != dns.TypeOPT {
				h.Ttl -= min(age, h.Ttl)
			}
		}
	}

	return m
}

func (c *cache) put(q, resp *dns.Msg, now time.Time) {
	ttl := ttlOf(resp)
	if ttl == 0 {
		return
	}

	c.mu.Lock()
	defer c.mu.Unlock()

	k := keyOf(q)
	if el, ok := c.entries[k]; ok {
		c.remove(el)
	}

	c.entries[k] = c.order.PushFront(&cacheEntry{k, resp.Copy(), now, now.Add(ttl)})

	for c.order.Len() > cacheSize {
		c.remove(c.order.Back())
	}
}

func (c *cache) remove(el *list.Element) {
	delete(c.entries, el.Value.(*cacheEntry).key)
	c.order.Remove(el)
}

// ttlOf is how long an answer may be kept; zero for not at all.
func ttlOf(m *dns.Msg) time.Duration {
	if m.Truncated || m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError {
		return 0
	}

	if len(m.Answer) == 0 {
		for _, rr := range m.Ns {
			if soa, ok := rr.(*dns.SOA); ok {
				return clamp(time.Duration(min(soa.Minttl, soa.Hdr.Ttl))*time.Second, maxNegativeTTL)
			}
		}

		return 0 // nothing says for how long
	}

	ttl := maxTTL
	for _, rr := range m.Answer {
		ttl = min(ttl, time.Duration(rr.Header().Ttl)*time.Second)
	}

	return clamp(ttl, maxTTL)
}

func clamp(d, most time.Duration) time.Duration { return min(max(d, minTTL), most) }

package localnet

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// The bucket of storage requests that official nodes give each IPv4 address.
const (
	rateBurst     = 600
	ratePerSecond = 300
	rateAddresses = 10_000
)

type rateLimit struct {
	now func() time.Time

	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// allow takes a token for the client of r.
func (l *rateLimit) allow(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.buckets[host]
	if b == nil {
		if l.buckets == nil || len(l.buckets) >= rateAddresses {
			l.buckets = make(map[string]*bucket)
		}
		b = &bucket{tokens: rateBurst, at: now}
		l.buckets[host] = b
	}
	b.tokens = min(rateBurst, b.tokens+now.Sub(b.at).Seconds()*ratePerSecond)
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

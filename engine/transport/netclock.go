package transport

import (
	"slices"
	"sync"
	"time"

	"sotto/internal/clock"
)

const (
	// maxSamples is how many nodes' clocks are remembered, one reading each.
	maxSamples = 15
	// clockWrong is the offset at which a person should be told. Nodes refuse a
	// minute; requests use network time, so nothing breaks before that.
	clockWrong = 2 * time.Minute
	// maxSlew is the step back that Now hides by standing still.
	maxSlew = 5 * time.Second
	// maxSkew refuses readings from beyond any plausible clock.
	maxSkew = 10 * 365 * 24 * time.Hour
)

// netClock computes network time from the clocks of the nodes that answered.
// The offset is the median over the latest reading of each node, so one liar, or
// a third of them, changes little.
type netClock struct {
	clk clock.Clock

	mu      sync.Mutex
	samples []reading // newest last
	offset  time.Duration
	last    int64
}

type reading struct {
	node   key
	offset time.Duration
}

// sample takes the time t (ms) that a node wrote into the answer to a request of
// the given beginning and end.
func (c *netClock) sample(node key, t int64, sent, received time.Time) {
	middle := sent.Add(received.Sub(sent) / 2)
	offset := time.UnixMilli(t).Sub(middle.Round(0))
	if offset > maxSkew || offset < -maxSkew {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.samples = slices.DeleteFunc(c.samples, func(r reading) bool { return r.node == node })
	if len(c.samples) >= maxSamples {
		c.samples = slices.Delete(c.samples, 0, 1)
	}
	c.samples = append(c.samples, reading{node, offset})
	c.offset = median(c.samples)
}

// median of an even number is the middle one nearer to zero: of two nodes that
// disagree, the one that agrees with this computer is more credible.
func median(samples []reading) time.Duration {
	v := make([]time.Duration, len(samples))
	for i, s := range samples {
		v[i] = s.offset
	}
	slices.Sort(v)
	hi := v[len(v)/2]
	if len(v)%2 == 0 {
		if lo := v[len(v)/2-1]; lo.Abs() < hi.Abs() {
			return lo
		}
	}
	return hi
}

// forget drops the readings but keeps the offset until there is a new one: this
// computer's clock may have been set.
func (c *netClock) forget() {
	c.mu.Lock()
	c.samples = c.samples[:0]
	c.mu.Unlock()
}

func (c *netClock) Offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}

// now is network time in milliseconds. It does not go back by small steps; a
// large correction shows at once, since nodes refuse a wrong time.
func (c *netClock) now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.clk.Now().Add(c.offset).UnixMilli()
	if t < c.last && c.last-t <= maxSlew.Milliseconds() {
		return c.last
	}
	c.last = t
	return t
}

package localnet

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Faults are the troubles of one node or server. The zero value is none.
type Faults struct {
	// Drop is the chance that a request is not answered: the connection closes.
	Drop float64 `json:"drop,omitempty"`
	// DelayMS is how much later each request is looked at.
	DelayMS int `json:"delay_ms,omitempty"`
	// Status is given to every request in place of an answer.
	Status int `json:"status,omitempty"`
	// ClockSkewS moves the node's clock.
	ClockSkewS int `json:"clock_skew_s,omitempty"`
	// Dead closes the port: connections are refused.
	Dead bool `json:"dead,omitempty"`
	// Slow makes the bytes of each answer trickle over Timings.Slow.
	Slow bool `json:"slow,omitempty"`
	// Withhold is the share of messages that retrieve does not show. Which ones
	// those are does not change from request to request.
	Withhold float64 `json:"withhold,omitempty"`
	// Corrupt is the chance that one bit of an answer is wrong.
	Corrupt float64 `json:"corrupt,omitempty"`
	// Truncate is the chance that the file server gives only the first half of a
	// file, Swap that it gives another one in its place. Other servers and nodes
	// have no files.
	Truncate float64 `json:"truncate,omitempty"`
	Swap     float64 `json:"swap,omitempty"`
}

const (
	maxDelay = 10 * 60 * 1000
	maxSkew  = 10 * 365 * 86400
)

func (f *Faults) check() error {
	for _, p := range []float64{f.Drop, f.Withhold, f.Corrupt, f.Truncate, f.Swap} {
		if !(p >= 0 && p <= 1) { // also refuses NaN
			return fmt.Errorf("%w: chance %v", ErrFault, p)
		}
	}
	switch {
	case f.DelayMS < 0 || f.DelayMS > maxDelay:
		return fmt.Errorf("%w: delay of %d ms", ErrFault, f.DelayMS)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("%w: status %d", ErrFault, f.Status)
	case f.ClockSkewS < -maxSkew || f.ClockSkewS > maxSkew:
		return fmt.Errorf("%w: clock skew of %d s", ErrFault, f.ClockSkewS)
	}
	return nil
}

// gate stands between an endpoint and its clients and applies the faults.
type gate struct {
	slow   time.Duration
	faults atomic.Pointer[Faults]

	mu   sync.Mutex
	dice *rand.Rand
}

func newGate(slow time.Duration, seed1, seed2 uint64) *gate {
	g := &gate{slow: slow, dice: rand.New(rand.NewPCG(seed1, seed2))}
	g.faults.Store(new(Faults))
	return g
}

func (g *gate) chance(p float64) bool {
	if p <= 0 {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dice.Float64() < p
}

func (g *gate) pick(n int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.dice.IntN(n)
}

func (g *gate) serve(w http.ResponseWriter, r *http.Request, answer func(*http.Request) reply) {
	f := g.faults.Load()
	if g.chance(f.Drop) {
		panic(http.ErrAbortHandler) // net/http closes the connection, silently
	}
	if f.DelayMS > 0 && !pause(r, time.Duration(f.DelayMS)*time.Millisecond) {
		panic(http.ErrAbortHandler)
	}
	var a reply
	if f.Status != 0 {
		a = text(f.Status, http.StatusText(f.Status))
	} else {
		a = answer(r)
	}
	if len(a.body) > 0 && g.chance(f.Corrupt) {
		damaged := append([]byte(nil), a.body...)
		damaged[g.pick(len(damaged))] ^= 1 << g.pick(7)
		a.body = damaged
	}
	h := w.Header()
	h["Content-Type"] = nil
	if a.contentType != "" {
		h.Set("Content-Type", a.contentType)
	}
	if a.header[0] != "" {
		h.Set(a.header[0], a.header[1])
	}
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if f.Slow {
		g.trickle(w, r, a.body)
		return
	}
	// An error means that the client hung up.
	_, _ = w.Write(a.body)
}

// trickle writes the answer in pieces.
func (g *gate) trickle(w http.ResponseWriter, r *http.Request, body []byte) {
	const pieces = 12
	flush, _ := w.(http.Flusher)
	for i := range pieces {
		if !pause(r, g.slow/pieces) {
			return
		}
		if _, err := w.Write(body[len(body)*i/pieces : len(body)*(i+1)/pieces]); err != nil {
			return
		}
		if flush != nil {
			flush.Flush()
		}
	}
}

// pause waits in real time, as clients do. It is false when the client went.
func pause(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

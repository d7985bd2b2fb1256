package localnet

import (
	"sync/atomic"
	"time"

	"sotto/internal/clock"
)

// netTime is the time of the network: a clock moved by what AdvanceClock added.
type netTime struct {
	base   clock.Clock
	offset atomic.Int64 // ms
}

func (t *netTime) now() int64 { return t.base.Now().UnixMilli() + t.offset.Load() }

// blockTime is how long the chain takes for a block; firstHeight is the height
// when the network was made.
const (
	blockTime   = 120 * time.Second
	firstHeight = 1_700_000
)

func (n *Network) height() int64 {
	return firstHeight + max(0, n.time.now()-n.created)/blockTime.Milliseconds()
}

package transport

import (
	"encoding/binary"
	"io"
	"math/bits"
	"math/rand/v2"
	"time"
)

// dice makes the random choices: nodes, members, jitter. What it reads is
// entropy of the program, so choices cannot be guessed by nodes.
type dice struct{ rand io.Reader }

func (d dice) uint64() uint64 {
	var b [8]byte
	if _, err := io.ReadFull(d.rand, b[:]); err != nil {
		// Choosing nodes by a constant would tie paths to a person, quietly.
		panic("transport: source of entropy failed: " + err.Error())
	}
	return binary.LittleEndian.Uint64(b[:])
}

// intn is uniform in [0, n).
func (d dice) intn(n int) int {
	// Lemire's method: the high word of a product, with the biased part refused.
	for {
		hi, lo := bits.Mul64(d.uint64(), uint64(n))
		if lo >= -uint64(n)%uint64(n) {
			return int(hi)
		}
	}
}

// float is uniform in [0, 1).
func (d dice) float() float64 { return float64(d.uint64()>>11) / (1 << 53) }

// about is v give or take a quarter.
func (d dice) about(v time.Duration) time.Duration {
	return v + time.Duration((d.float()-0.5)/2*float64(v))
}

// shuffle mixes uniformly. Long lists draw from a cipher keyed with entropy: a
// system call for each of two thousand nodes would take milliseconds.
func shuffle[T any](d dice, s []T) {
	if len(s) > 16 {
		var seed [32]byte
		if _, err := io.ReadFull(d.rand, seed[:]); err != nil {
			panic("transport: source of entropy failed: " + err.Error())
		}
		d = dice{rand.NewChaCha8(seed)}
	}
	for i := len(s) - 1; i > 0; i-- {
		j := d.intn(i + 1)
		s[i], s[j] = s[j], s[i]
	}
}

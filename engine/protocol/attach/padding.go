package attach

import (
	"math"
	"math/bits"
)

// Limits in bytes (protocol/attachments.md §2, §3, §6).
const (
	// MaxUpload is the largest blob that the file server takes.
	MaxUpload = 10_000_000
	// MaxFile is the largest file that can be sent: the largest whose blob,
	// with IV, PKCS#7 and MAC, stays within MaxUpload. A file of exactly
	// 10,000,000 bytes does not fit once it is encrypted.
	MaxFile = (MaxUpload-legacyOverhead)/16*16 - 1
	// MaxBlob is the largest blob worth fetching: 10,000,000 bytes under the
	// deterministic scheme with its padding.
	MaxBlob = 10_223_616

	minPadded = 541
)

// legacyPadded is the length to which upstream pads n bytes:
// max(541, floor(1.05^ceil(ln n / ln 1.05))), at most 10,000,000 for files up
// to that size.
func legacyPadded(n int64) int64 {
	if n <= minPadded {
		return minPadded
	}
	exponent := math.Ceil(math.Log(float64(n)) / math.Log(1.05))
	// Rounding may end one below n for n that are nearly a power.
	padded := max(n, int64(math.Floor(math.Pow(1.05, exponent))))
	if n <= MaxUpload {
		padded = min(padded, MaxUpload)
	}
	return padded
}

// sentPadded is legacyPadded, capped so that the blob stays within MaxUpload.
// Receivers do not care how much padding there is.
func sentPadded(n int64) int64 {
	if n > MaxFile {
		return n
	}
	return min(legacyPadded(n), MaxFile)
}

// Padding of the deterministic scheme (protocol/attachments.md §3).
const (
	streamChunk  = 32_768                       // plaintext of a chunk
	streamSealed = streamChunk + streamOverhead // the same, sealed
	streamPrefix = 1 + streamHeader             // 'S' and the header
)

// deterministicPadding is the number p ≥ 1 of bytes in front of n bytes.
func deterministicPadding(n int64) int64 {
	chunks := (n + streamChunk - 1) / streamChunk
	sealed := n + streamPrefix + 1 + streamOverhead*chunks
	floor := int64(1) << (bits.Len64(uint64(max(sealed, 131_072))) - 1) >> 5
	p := (sealed+floor-1)/floor*floor - sealed + 1
	var implicit int64
	if p >= streamSealed {
		implicit = streamOverhead * (p / streamSealed)
	}
	if p%streamSealed > chunks*streamChunk-n {
		implicit += streamOverhead
	}
	return p - implicit
}

// deterministicSize is the length of the blob for n bytes behind p of padding.
func deterministicSize(n, p int64) int64 {
	return streamPrefix + n + p + streamOverhead*((n+p+streamChunk-1)/streamChunk)
}

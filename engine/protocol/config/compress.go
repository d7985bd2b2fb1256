package config

import (
	"sync"

	"github.com/klauspost/compress/zstd"

	"sotto/engine/protocol/bt"
)

// All have tables that are worth keeping; they start nothing in the background.
var (
	compressor = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
			zstd.WithEncoderCRC(false), zstd.WithSingleSegment(true))
		if err != nil {
			panic("config: zstd: " + err.Error())
		}
		return e
	})
	userDecompressor  = sync.OnceValue(func() *zstd.Decoder { return newDecompressor(plainLimits.Size) })
	groupDecompressor = sync.OnceValue(func() *zstd.Decoder { return newDecompressor(groupLimits.Size) })
)

func newDecompressor(limit int) *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(limit)),
		zstd.WithDecoderLowmem(true))
	if err != nil {
		panic("config: zstd: " + err.Error())
	}
	return d
}

// compress returns 'z' and one zstd frame, or nil where that is no shorter.
func compress(plain []byte) []byte {
	out := make([]byte, 1, len(plain)/2+64)
	out[0] = 'z'
	out = compressor().EncodeAll(plain, out)
	if len(out) >= len(plain) {
		return nil
	}
	return out
}

// decompress refuses what has more bytes than the limits allow before it is
// unpacked, or while it is.
func decompress(frame []byte, limits bt.Limits) ([]byte, error) {
	d := userDecompressor
	if limits.Size <= groupLimits.Size {
		d = groupDecompressor
	}
	plain, err := d().DecodeAll(frame, nil)
	if err != nil || len(plain) == 0 {
		return nil, ErrCompression
	}
	return plain, nil
}

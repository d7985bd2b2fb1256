package voice

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/pion/opus"
)

// Opus in Ogg (RFC 7845): a packet "OpusHead", one "OpusTags", then sound,
// always on a timeline of 48 kHz.
const (
	opusRate = 48_000
	// opusWarmUp is 240 ms. RFC 7845 §4.6 asks for 80 ms, after which the
	// linear prediction of speech has not settled quite.
	opusWarmUp    = 11_520
	opusMaxPacket = 5_760 // 120 ms
)

func openOgg(file []byte) (header, source, error) {
	packets, last, err := oggPackets(file)
	if err != nil {
		return header{}, nil, err
	}
	if len(packets) == 0 {
		return header{}, nil, fmt.Errorf("%w: no packets", ErrDamaged)
	}
	head := packets[0]
	if !bytes.HasPrefix(head, []byte("OpusHead")) {
		return header{}, nil, fmt.Errorf("%w: Ogg without Opus", ErrUnsupported)
	}
	// version(1) channels(1) pre-skip(2) input rate(4) gain(2) family(1)
	if len(head) < 19 || head[8]>>4 != 0 {
		return header{}, nil, fmt.Errorf("%w: OpusHead", ErrDamaged)
	}
	channels, skip := int(head[9]), int64(binary.LittleEndian.Uint16(head[10:]))
	if head[18] != 0 || channels < 1 || channels > 2 {
		return header{}, nil, fmt.Errorf("%w: Opus of %d channels, family %d", ErrUnsupported, channels, head[18])
	}
	gain := math.Pow(10, float64(int16(binary.LittleEndian.Uint16(head[16:])))/(20*256))
	s := &packetSource{channels: channels, warmUp: opusWarmUp, skip: skip, pos: skip}
	for _, p := range packets[min(2, len(packets)):] {
		if n := opusFrames(p); n > 0 {
			s.packets = append(s.packets, packet{data: p, n: n})
		}
	}
	s.end = timeline(s.packets)
	if last > skip && last < s.end {
		s.end = last
	}
	d := &opusDecoder{channels: channels, gain: float32(gain), out: make([]float32, opusMaxPacket*channels)}
	if err := d.reset(); err != nil {
		return header{}, nil, err
	}
	s.dec = d
	return header{codec: Opus, rate: opusRate, channels: channels, frames: s.frames()}, s, nil
}

// opusFrames is the length of a packet by its first bytes (RFC 6716 §3), 0 for
// one that is malformed.
func opusFrames(p []byte) int {
	if len(p) == 0 {
		return 0
	}
	var size int
	switch config := p[0] >> 3; {
	case config < 12:
		size = [4]int{480, 960, 1920, 2880}[config&3]
	case config < 16:
		size = [2]int{480, 960}[config&1]
	default:
		size = [4]int{120, 240, 480, 960}[config&3]
	}
	count := 1
	switch p[0] & 3 {
	case 1, 2:
		count = 2
	case 3:
		if len(p) < 2 {
			return 0
		}
		count = int(p[1] & 0x3f)
	}
	if n := size * count; n <= opusMaxPacket {
		return n
	}
	return 0
}

type opusDecoder struct {
	dec      opus.Decoder
	channels int
	gain     float32
	out      []float32
}

func (d *opusDecoder) reset() (err error) {
	d.dec, err = opus.NewDecoderWithOutput(opusRate, d.channels)
	return err
}

func (d *opusDecoder) decode(data []byte) (out []float32, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("%w: %v", ErrDamaged, r)
			_ = d.reset()
		}
	}()
	n, err := d.dec.DecodeToFloat32(data, d.out)
	if err != nil {
		return nil, err
	}
	out = d.out[:min(n*d.channels, len(d.out))]
	if d.gain != 1 {
		for i := range out {
			out[i] *= d.gain
		}
	}
	return out, nil
}

func (d *opusDecoder) close() {}

package voice

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// WAV is RIFF: 'RIFF' size 'WAVE', then chunks; "fmt " says how the samples in
// "data" are coded.
const (
	wavPCM        = 1
	wavFloat      = 3
	wavExtensible = 0xfffe
)

type wavSource struct {
	data     []byte
	channels int
	width    int // bytes of a sample
	float    bool
	at       int // bytes
}

func openWAV(file []byte) (header, source, error) {
	damaged := fmt.Errorf("%w: WAV", ErrDamaged)
	if len(file) < 12 || string(file[8:12]) != "WAVE" {
		return header{}, nil, fmt.Errorf("%w: RIFF without sound", ErrNoSound)
	}
	s := &wavSource{}
	rate := 0
	for rest := file[12:]; len(rest) >= 8; {
		size := uint64(binary.LittleEndian.Uint32(rest[4:]))
		// Streams are written with a size of -1 or 0: to the end.
		if kind := string(rest[:4]); size > uint64(len(rest)-8) || size == 0 && kind == "data" {
			if kind != "data" {
				break
			}
			size = uint64(len(rest) - 8)
		}
		body := rest[8 : 8+size]
		switch string(rest[:4]) {
		case "fmt ":
			if len(body) < 16 {
				return header{}, nil, damaged
			}
			format := binary.LittleEndian.Uint16(body)
			if format == wavExtensible && len(body) >= 26 {
				format = binary.LittleEndian.Uint16(body[24:])
			}
			bits := int(binary.LittleEndian.Uint16(body[14:]))
			s.channels, rate = int(binary.LittleEndian.Uint16(body[2:])), int(binary.LittleEndian.Uint32(body[4:]))
			s.float, s.width = format == wavFloat, bits/8
			switch {
			case format == wavPCM && bits%8 == 0 && s.width >= 1 && s.width <= 4:
			case format == wavFloat && (bits == 32 || bits == 64):
			default:
				return header{}, nil, fmt.Errorf("%w: WAV format %d of %d bits", ErrUnsupported, format, bits)
			}
			if s.channels < 1 || s.channels > maxChannels || rate < minRate || rate > maxRate {
				return header{}, nil, damaged
			}
		case "data":
			if s.channels == 0 {
				return header{}, nil, damaged
			}
			frame := s.channels * s.width
			s.data = body[:len(body)/frame*frame]
			return header{codec: WAV, rate: rate, channels: s.channels, frames: int64(len(s.data) / frame)}, s, nil
		}
		rest = rest[min(uint64(len(rest)), 8+size+size&1):]
	}
	return header{}, nil, damaged
}

func (s *wavSource) read(dst []float32) (int, error) {
	n := min(len(dst), (len(s.data)-s.at)/s.width) / s.channels * s.channels
	if n == 0 {
		return 0, io.EOF
	}
	p := s.data[s.at:]
	for i := range n {
		dst[i] = s.sample(p[i*s.width:])
	}
	s.at += n * s.width
	return n / s.channels, nil
}

func (s *wavSource) sample(p []byte) float32 {
	switch {
	case s.float && s.width == 8:
		return float32(math.Float64frombits(binary.LittleEndian.Uint64(p)))
	case s.float:
		return math.Float32frombits(binary.LittleEndian.Uint32(p))
	}
	switch s.width {
	case 1:
		return (float32(p[0]) - 128) / 128
	case 2:
		return float32(int16(binary.LittleEndian.Uint16(p))) / (1 << 15)
	case 3:
		return float32(int32(uint32(p[0])<<8|uint32(p[1])<<16|uint32(p[2])<<24)>>8) / (1 << 23)
	}
	return float32(float64(int32(binary.LittleEndian.Uint32(p))) / (1 << 31))
}

func (s *wavSource) seek(frame int64) error {
	s.at = int(frame) * s.channels * s.width
	return nil
}

func (s *wavSource) close() {}

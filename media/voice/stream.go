package voice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Limits.
const (
	// MaxFile is the largest sound file in bytes.
	MaxFile = 64 << 20
	// MaxDuration is the longest sound.
	MaxDuration = 24 * time.Hour

	maxPackets  = 2 << 20
	minRate     = 4_000
	maxRate     = 192_000
	maxChannels = 8
)

// Codec is a way of coding sound.
type Codec uint8

const (
	MP3 Codec = iota + 1
	AAC
	Opus
	WAV
	FLAC
)

var codecs = [...]struct{ name, contentType string }{
	MP3: {"MP3", "audio/mpeg"}, AAC: {"AAC", "audio/aac"}, Opus: {"Opus", "audio/ogg"},
	WAV: {"WAV", "audio/wav"}, FLAC: {"FLAC", "audio/flac"},
}

func (c Codec) String() string { return codecs[c].name }

// Info describes a sound.
type Info struct {
	Codec       Codec
	ContentType string
	SampleRate  int // frames a second
	Channels    int // of what Read gives: 1 or 2
	Frames      int64
}

// Duration of the whole.
func (i Info) Duration() time.Duration {
	return time.Duration(float64(i.Frames) / float64(i.SampleRate) * float64(time.Second))
}

// source is a decoder of one format. It reports frames, not samples.
type source interface {
	// read fills dst with whole frames and returns how many; io.EOF at the end.
	read(dst []float32) (frames int, err error)
	// seek goes to a frame within the sound.
	seek(frame int64) error
	close()
}

// header is what a demuxer finds.
type header struct {
	codec       Codec
	contentType string // when it is not that of the codec
	rate        int
	channels    int
	frames      int64
}

// Stream decodes a sound. It is for one goroutine at a time.
type Stream struct {
	info     Info
	channels int // of the source
	src      source
	at       int64
	wide     []float32 // frames of a source of more than two channels
	err      error
}

// Open reads the header of a sound file, found by its content. The file must
// not change while the stream lives. ctx bounds the whole life of the stream.
//
// Errors: ErrNoSound, ErrUnsupported, ErrDamaged, ErrTooLarge.
func Open(ctx context.Context, file []byte) (s *Stream, err error) {
	if len(file) > MaxFile {
		return nil, ErrTooLarge
	}
	defer func() {
		if r := recover(); r != nil {
			s, err = nil, fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	h, src, err := open(ctx, file)
	if err != nil {
		return nil, err
	}
	switch {
	case h.rate < minRate, h.rate > maxRate, h.channels < 1, h.channels > maxChannels:
		err = fmt.Errorf("%w: %d channels at %d Hz", ErrDamaged, h.channels, h.rate)
	case h.frames < 0, h.frames > int64(MaxDuration/time.Second)*int64(h.rate):
		err = ErrTooLarge
	}
	if err != nil {
		src.close()
		return nil, err
	}
	if h.contentType == "" {
		h.contentType = codecs[h.codec].contentType
	}
	return &Stream{
		info:     Info{h.codec, h.contentType, h.rate, min(h.channels, 2), h.frames},
		channels: h.channels, src: src,
	}, nil
}

func open(ctx context.Context, file []byte) (header, source, error) {
	body := skipID3(file)
	switch {
	case bytes.HasPrefix(file, []byte("RIFF")), bytes.HasPrefix(file, []byte("RF64")):
		return openWAV(file)
	case bytes.HasPrefix(file, []byte("OggS")):
		return openOgg(file)
	case bytes.HasPrefix(body, []byte("fLaC")):
		return openFLAC(ctx, body)
	case len(file) >= 12 && string(file[4:8]) == "ftyp":
		return openMP4(ctx, file)
	case isADTS(body):
		return openADTS(ctx, body)
	}
	return openMP3(body)
}

// skipID3 takes tags of MP3 players off the front: "ID3", version, flags, and a
// size of four times seven bits.
func skipID3(file []byte) []byte {
	for range 4 {
		if len(file) < 10 || string(file[:3]) != "ID3" {
			break
		}
		n := 10 + (int(file[6]&0x7f)<<21 | int(file[7]&0x7f)<<14 | int(file[8]&0x7f)<<7 | int(file[9]&0x7f))
		if file[5]&0x10 != 0 {
			n += 10 // footer
		}
		if n > len(file) {
			break
		}
		file = file[n:]
	}
	return file
}

// Info describes the sound.
func (s *Stream) Info() Info { return s.info }

// Frame is the number of the next frame.
func (s *Stream) Frame() int64 { return s.at }

// Read fills dst with frames and returns how many; dst holds a multiple of
// Info.Channels samples. io.EOF at the end. Packets that do not decode are
// silent; a file that consists of them is ErrDamaged.
func (s *Stream) Read(dst []float32) (frames int, err error) {
	if s.err != nil {
		return 0, s.err
	}
	defer func() {
		if r := recover(); r != nil {
			frames, err = 0, fmt.Errorf("%w: %v", ErrDamaged, r)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			s.err = err
		}
		s.at += int64(frames)
	}()
	want := len(dst) / s.info.Channels
	if s.channels <= 2 {
		frames, err = s.src.read(dst[:want*s.channels])
	} else {
		if len(s.wide) < want*s.channels {
			s.wide = make([]float32, want*s.channels)
		}
		frames, err = s.src.read(s.wide[:want*s.channels])
		mix(dst, s.wide[:frames*s.channels], s.channels)
	}
	for i, v := range dst[:frames*s.info.Channels] {
		if !(v >= -1 && v <= 1) { // also NaN
			dst[i] = clip(v)
		}
	}
	return frames, err
}

func clip(v float32) float32 {
	switch {
	case v > 1:
		return 1
	case v < -1:
		return -1
	case v != v:
		return 0
	}
	return v
}

// mix makes two channels of many: even ones left, odd ones right.
func mix(dst, src []float32, channels int) {
	left, right := float32(2)/float32(channels+channels&1), float32(2)/float32(max(2, channels-channels&1))
	for i := range len(src) / channels {
		var l, r float32
		for c, v := range src[i*channels:][:channels] {
			if c&1 == 0 {
				l += v
			} else {
				r += v
			}
		}
		dst[2*i], dst[2*i+1] = l*left, r*right
	}
}

// SeekTo goes to a frame; one outside of the sound is brought inside.
func (s *Stream) SeekTo(frame int64) (err error) {
	if s.err != nil {
		return s.err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
			s.err = err
		}
	}()
	frame = max(0, min(frame, s.info.Frames))
	if err := s.src.seek(frame); err != nil {
		return err
	}
	s.at = frame
	return nil
}

// Close frees what the decoder holds.
func (s *Stream) Close() { s.src.close() }

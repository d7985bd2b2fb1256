package voice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/mewkiz/flac"
)

// flacSource plays a FLAC file. The format has no index that could be believed:
// going back begins at the start, which costs a hundredth of what it jumps over.
//
// A file of a few MB can decode to hours of silence, so all that decodes ends with
// ctx.
type flacSource struct {
	ctx      context.Context
	file     []byte
	stream   *flac.Stream
	channels int
	scale    float32
	pending  []float32
	skip     int64 // frames to be dropped before the next that is heard
	at       int64 // frames read
}

// maxCounted bounds the samples, of all channels, that are decoded only to learn how
// long a stream is whose header does not say it: several times what MaxFile holds of
// music, and some seconds of work.
const maxCounted = 1 << 28

func openFLAC(ctx context.Context, file []byte) (header, source, error) {
	s := &flacSource{ctx: ctx, file: file}
	if err := s.rewind(); err != nil {
		return header{}, nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	info := s.stream.Info
	s.channels = int(info.NChannels)
	if s.channels < 1 || s.channels > maxChannels || info.BitsPerSample < 4 || info.BitsPerSample > 32 {
		return header{}, nil, fmt.Errorf("%w: FLAC header", ErrDamaged)
	}
	s.scale = 1 / float32(uint64(1)<<(info.BitsPerSample-1))
	frames := int64(info.NSamples)
	if frames < 0 || frames > 1<<40 {
		return header{}, nil, ErrTooLarge
	}
	if frames == 0 { // a stream whose length its encoder did not know
		n, err := s.count()
		if err != nil {
			return header{}, nil, err
		}
		frames = n
	}
	return header{codec: FLAC, rate: int(info.SampleRate), channels: s.channels, frames: frames}, s, nil
}

func (s *flacSource) rewind() (err error) {
	s.pending, s.at, s.skip = nil, 0, 0
	s.stream, err = flac.New(bytes.NewReader(s.file))
	return err
}

// count decodes to the end.
func (s *flacSource) count() (int64, error) {
	var total int64
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			return total, s.rewind()
		}
		if err != nil {
			return 0, err
		}
		if total += int64(len(s.pending) / s.channels); total > maxCounted/int64(s.channels) {
			return 0, ErrTooLarge
		}
	}
}

// next decodes one block.
func (s *flacSource) next() error {
	if err := s.ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	f, err := s.stream.ParseNext()
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return io.EOF // a file that breaks off plays to there
		}
		return fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if len(f.Subframes) != s.channels {
		return fmt.Errorf("%w: it changes in the middle", ErrDamaged)
	}
	n := len(f.Subframes[0].Samples)
	s.pending = s.pending[:0]
	for i := range n {
		for _, sub := range f.Subframes {
			if len(sub.Samples) != n {
				return fmt.Errorf("%w: channels of different lengths", ErrDamaged)
			}
			s.pending = append(s.pending, float32(sub.Samples[i])*s.scale)
		}
	}
	return nil
}

func (s *flacSource) read(dst []float32) (frames int, err error) {
	want := len(dst) / s.channels
	for frames < want {
		if len(s.pending) == 0 {
			if err := s.next(); err != nil {
				if frames > 0 && errors.Is(err, io.EOF) {
					break
				}
				return frames, err
			}
		}
		if s.skip > 0 {
			n := min(s.skip, int64(len(s.pending)/s.channels))
			s.pending = s.pending[int(n)*s.channels:]
			s.skip -= n
			s.at += n
			continue
		}
		n := copy(dst[frames*s.channels:], s.pending) / s.channels
		s.pending = s.pending[n*s.channels:]
		frames += n
		s.at += int64(n)
	}
	return frames, nil
}

func (s *flacSource) seek(frame int64) error {
	if frame < s.at {
		if err := s.rewind(); err != nil {
			return fmt.Errorf("%w: %v", ErrDamaged, err)
		}
	}
	s.skip = frame - s.at
	return nil
}

func (s *flacSource) close() {}

package voice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
)

// MaxBars bounds the bars of a waveform.
const MaxBars = 1000

// Waveform decodes a whole sound file and returns the heights of its bars, 0 to
// 255: the loudest is 255, unless all is silence. It is to be computed once and
// kept. Errors: those of Open, and ctx's.
func Waveform(ctx context.Context, file []byte, bars int) ([]byte, Info, error) {
	s, err := Open(ctx, file)
	if err != nil {
		return nil, Info{}, err
	}
	defer s.Close()
	w, err := s.Waveform(ctx, bars)
	return w, s.Info(), err
}

// Waveform draws the rest of a stream, which is at its end afterwards.
func (s *Stream) Waveform(ctx context.Context, bars int) ([]byte, error) {
	if bars < 1 || bars > MaxBars {
		return nil, fmt.Errorf("waveform of %d bars", bars)
	}
	total := max(1, s.info.Frames)
	sums, counts := make([]float64, bars), make([]int, bars)
	buf := make([]float32, 4096*s.info.Channels)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at := s.at
		n, err := s.Read(buf)
		for i := range n {
			bar := min(int64(bars)-1, (at+int64(i))*int64(bars)/total)
			for _, v := range buf[i*s.info.Channels:][:s.info.Channels] {
				sums[bar] += float64(v) * float64(v)
			}
			counts[bar] += s.info.Channels
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	loudest := 0.0
	for i := range sums {
		if counts[i] > 0 {
			sums[i] = math.Sqrt(sums[i] / float64(counts[i]))
		}
		loudest = max(loudest, sums[i])
	}
	out := make([]byte, bars)
	if loudest < quietest {
		return out, nil
	}
	for i, v := range sums {
		// Between amplitude and decibels: quiet words show, silence does not.
		out[i] = byte(math.Round(255 * math.Pow(v/loudest, 0.7)))
	}
	return out, nil
}

// Waveform draws the recording.
func (r *Recording) Waveform(bars int) []byte {
	w, err := r.Stream().Waveform(context.Background(), max(1, min(bars, MaxBars)))
	if err != nil {
		return make([]byte, max(0, bars)) // samples in memory do not fail
	}
	return w
}

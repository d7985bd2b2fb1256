package voice

import (
	"errors"
	"io"
	"math"
)

// Speeds of playback.
const (
	MinSpeed = 0.5
	MaxSpeed = 2.0
)

// Reader gives frames, as a Stream does.
type Reader interface {
	// Read fills dst with frames and returns how many; io.EOF at the end.
	Read(dst []float32) (frames int, err error)
}

// Stretch plays a sound faster or slower and keeps its pitch: WSOLA, waveform
// similarity overlap-add. Pieces of the sound are laid over each other, closer
// or further apart than they were, each moved a little so that its wave goes on
// where the last one's was going. At speed 1 the sound passes unchanged.
type Stretch struct {
	src      Reader
	channels int
	speed    float64
	hop      int // frames that come out in a step; pieces are twice as long
	search   int // frames by which a piece may move
	coarse   int // step of the first search

	in      []float32 // frames of the source from base on
	mono    []float32 // the same, one channel
	base    int64     // frame of the source at in[0]
	at      float64   // where the next piece belongs, in frames from base
	natural int       // how the last piece would go on, likewise
	ended   bool      // the source is
	length  int       // frames in the buffer that are of the source, once it ended
	piece   []float32 // room for one step
	out     []float32 // what of it was not read yet
	err     error
}

// NewStretch reads src, of rate frames a second and channels channels, at a
// speed between MinSpeed and MaxSpeed.
func NewStretch(src Reader, rate, channels int, speed float64) *Stretch {
	s := &Stretch{
		src: src, channels: channels,
		hop:    max(32, rate*14/1000),
		search: max(16, rate*9/1000), // both ways: the period of a voice of 55 Hz
		coarse: max(1, rate/8000),
	}
	s.piece = make([]float32, s.hop*channels)
	s.SetSpeed(speed)
	return s
}

// SetSpeed changes the speed from the next piece on.
func (s *Stretch) SetSpeed(speed float64) {
	if !(speed >= MinSpeed) {
		speed = MinSpeed
	}
	s.speed = min(speed, MaxSpeed)
}

// Reset forgets what was read: the source was moved to frame.
func (s *Stretch) Reset(frame int64) {
	s.in, s.mono, s.out = s.in[:0], s.mono[:0], nil
	s.base, s.at, s.natural, s.ended, s.err = frame, 0, 0, false, nil
}

// Frame is the frame of the source that is heard next.
func (s *Stretch) Frame() int64 {
	waiting := float64(len(s.out)/s.channels) * s.speed
	return max(0, s.base+int64(math.Round(s.at-waiting)))
}

// Read fills dst with frames.
func (s *Stretch) Read(dst []float32) (frames int, err error) {
	want := len(dst) / s.channels
	for frames < want {
		if len(s.out) == 0 {
			if err := s.step(); err != nil {
				if frames > 0 && errors.Is(err, io.EOF) {
					return frames, nil
				}
				return frames, err
			}
		}
		n := copy(dst[frames*s.channels:want*s.channels], s.out)
		s.out = s.out[n:]
		frames += n / s.channels
	}
	return frames, nil
}

// step makes hop frames.
func (s *Stretch) step() error {
	centre := int(math.Round(s.at))
	need := max(centre+s.search+s.hop, s.natural+s.hop)
	if err := s.fill(need); err != nil {
		return err
	}
	if s.ended && centre >= s.length {
		return io.EOF
	}
	begin := s.natural
	if s.speed != 1 {
		begin = s.best(centre)
	} else {
		centre = begin
	}
	s.out = s.piece
	old, next := s.in[s.natural*s.channels:], s.in[begin*s.channels:]
	for i := range s.hop {
		w := float32(i) / float32(s.hop)
		for c := range s.channels {
			at := i*s.channels + c
			s.out[at] = old[at] + w*(next[at]-old[at])
		}
	}
	if s.speed == 1 {
		s.at = float64(begin + s.hop)
		if s.ended && begin+s.hop > s.length { // exactly to the end
			s.out = s.out[:max(0, s.length-begin)*s.channels]
			s.at = float64(s.length)
		}
	} else {
		s.at += float64(s.hop) * s.speed
	}
	s.natural = begin + s.hop
	s.drop()
	if len(s.out) == 0 {
		return io.EOF
	}
	return nil
}

// fill reads until n frames are in the buffer; behind the end comes silence.
func (s *Stretch) fill(n int) error {
	for len(s.mono) < n {
		have := len(s.mono)
		s.in = append(s.in, make([]float32, (n-have)*s.channels)...)
		got := n - have
		if !s.ended {
			var err error
			if s.err != nil {
				return s.err
			}
			got, err = s.src.Read(s.in[have*s.channels : n*s.channels])
			if err != nil && !errors.Is(err, io.EOF) {
				s.in = s.in[:have*s.channels]
				s.err = err
				return err
			}
			if got == 0 {
				s.ended, s.length, got = true, have, n-have
			}
		}
		s.in = s.in[:(have+got)*s.channels]
		for i := have; i < have+got; i++ {
			var v float32
			for _, x := range s.in[i*s.channels:][:s.channels] {
				v += x
			}
			s.mono = append(s.mono, v)
		}
	}
	return nil
}

// best finds the place near centre whose wave is most like what would come
// next.
func (s *Stretch) best(centre int) int {
	low, high := max(0, centre-s.search), centre+s.search
	want := s.mono[s.natural : s.natural+s.hop]
	best, bestLike := max(0, centre), math.Inf(-1)
	try := func(at, step int) {
		if like := similarity(want, s.mono[at:at+s.hop], step); like > bestLike {
			best, bestLike = at, like
		}
	}
	for at := low; at <= high; at += s.coarse {
		try(at, s.coarse)
	}
	if s.coarse > 1 {
		rough := best
		bestLike = math.Inf(-1)
		for at := max(low, rough-s.coarse); at <= min(high, rough+s.coarse); at++ {
			try(at, 1)
		}
	}
	return best
}

// similarity is the correlation, not counting how loud b is.
func similarity(a, b []float32, step int) float64 {
	var dot, power float64
	for i := 0; i < len(a); i += step {
		dot += float64(a[i]) * float64(b[i])
		power += float64(b[i]) * float64(b[i])
	}
	return dot / math.Sqrt(power+1e-9)
}

// drop throws away what is not needed any more.
func (s *Stretch) drop() {
	n := min(s.natural, int(s.at)-s.search, len(s.mono))
	if n < 4*s.hop {
		return
	}
	s.in = s.in[:copy(s.in, s.in[n*s.channels:])]
	s.mono = s.mono[:copy(s.mono, s.mono[n:])]
	s.base += int64(n)
	s.at -= float64(n)
	s.natural -= n
	s.length -= n
}

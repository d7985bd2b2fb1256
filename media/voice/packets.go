package voice

import (
	"errors"
	"fmt"
	"io"
	"sort"

	"sotto/media/box"
)

// packet is a piece of a file that decodes to frames [at, at+n) of its
// timeline.
type packet struct {
	data []byte
	at   int64
	n    int
}

// packetDecoder decodes packets in their order.
type packetDecoder interface {
	// decode returns samples, valid until the next call; none while a decoder
	// is warming up.
	decode(data []byte) ([]float32, error)
	// reset forgets the packets before.
	reset() error
	close()
}

// packetSource plays packets: warms the decoder up after a jump, cuts what the
// encoder added at both ends, and replaces what does not decode with silence.
type packetSource struct {
	packets  []packet
	dec      packetDecoder
	channels int
	warmUp   int64 // frames decoded ahead of the place that is sought
	skip     int64 // frames at the start of the timeline that nobody hears
	end      int64 // where the sound ends on the timeline

	next    int       // packet
	pos     int64     // on the timeline
	pending []float32 // decoded, from pos on
	bad     int       // packets in a row that gave no sound
	good    bool      // one decoded
}

// maxBad is how many packets in a row may give no sound.
const maxBad = 100

// timeline fills in where each packet begins and returns the length.
func timeline(packets []packet) (total int64) {
	for i := range packets {
		packets[i].at = total
		total += int64(packets[i].n)
	}
	return total
}

func (s *packetSource) frames() int64 { return max(0, s.end-s.skip) }

func (s *packetSource) read(dst []float32) (frames int, err error) {
	want := len(dst) / s.channels
	for frames < want {
		if len(s.pending) == 0 {
			if err := s.fill(); err != nil {
				if frames > 0 && errors.Is(err, io.EOF) {
					return frames, nil
				}
				return frames, err
			}
		}
		n := copy(dst[frames*s.channels:], s.pending) / s.channels
		s.pending = s.pending[n*s.channels:]
		s.pos += int64(n)
		frames += n
	}
	return frames, nil
}

// fill decodes until there is something to hear.
func (s *packetSource) fill() error {
	for s.pos < s.end && s.next < len(s.packets) {
		p := s.packets[s.next]
		s.next++
		out, err := s.dec.decode(p.data)
		switch {
		case errors.Is(err, box.ErrCodec):
			return fmt.Errorf("%w: %v", ErrDamaged, err)
		case len(out) > 0:
			s.bad, s.good = 0, true
		default:
			// What is not there becomes silence: at once, or in front of what
			// comes after a decoder has warmed up, which may not take it for ever.
			if s.bad++; s.bad > maxBad {
				return fmt.Errorf("%w: %d packets in a row give no sound (%v)", ErrDamaged, s.bad, err)
			}
			if err != nil {
				out = make([]float32, p.n*s.channels)
			}
		}
		// What a decoder gives belongs to the end of its packet.
		begin := p.at + int64(p.n-len(out)/s.channels)
		if stop := p.at + int64(p.n); stop > s.end {
			out = out[:max(0, len(out)-int(stop-s.end)*s.channels)]
		}
		switch {
		case begin < s.pos:
			out = out[min(len(out), int(s.pos-begin)*s.channels):]
		case begin > s.pos && len(out) > 0:
			out = append(make([]float32, int(begin-s.pos)*s.channels), out...)
		}
		if len(out) > 0 {
			s.pending = out
			return nil
		}
	}
	if !s.good {
		return fmt.Errorf("%w: nothing in it decodes", ErrDamaged)
	}
	return io.EOF
}

func (s *packetSource) seek(frame int64) error {
	s.pending, s.bad = nil, 0
	s.pos = s.skip + frame
	from := s.pos - s.warmUp
	s.next = max(0, sort.Search(len(s.packets), func(i int) bool { return s.packets[i].at > from })-1)
	return s.dec.reset()
}

// begin goes to the first frame that is heard; what cannot is closed.
func (s *packetSource) begin() error {
	err := s.seek(0)
	if err != nil {
		s.close()
	}
	return err
}

func (s *packetSource) close() { s.dec.close() }

package voice

import (
	"io"
	"math"
	"slices"
	"time"
)

// Recording is what a microphone gave: one channel of 16 bits. Five minutes are
// 26 MB.
type Recording struct {
	Rate    int // samples a second
	Samples []int16
}

// Duration of the recording.
func (r *Recording) Duration() time.Duration {
	return time.Duration(len(r.Samples)) * time.Second / time.Duration(r.Rate)
}

// Stream plays the recording, so that one can listen before sending. The
// samples must not change while it lives.
func (r *Recording) Stream() *Stream {
	return &Stream{
		info:     Info{WAV, codecs[WAV].contentType, r.Rate, 1, int64(len(r.Samples))},
		channels: 1, src: &recordingSource{samples: r.Samples},
	}
}

type recordingSource struct {
	samples []int16
	at      int
}

func (s *recordingSource) read(dst []float32) (int, error) {
	n := min(len(dst), len(s.samples)-s.at)
	if n == 0 {
		return 0, io.EOF
	}
	for i, v := range s.samples[s.at : s.at+n] {
		dst[i] = float32(v) / 32768
	}
	s.at += n
	return n, nil
}

func (s *recordingSource) seek(frame int64) error {
	s.at = int(frame)
	return nil
}

func (s *recordingSource) close() {}

// Trimming: what is quieter than threshold at both ends goes, but for a breath.
const (
	blockTime = 20 * time.Millisecond
	keepFront = 150 * time.Millisecond
	keepBack  = 250 * time.Millisecond
	quietest  = 0.001 // -60 dB: below this everything is silence
)

// blocks are the root mean squares of 20 ms each, of full scale.
func (r *Recording) blocks() (size int, rms []float64) {
	size = max(1, int(time.Duration(r.Rate)*blockTime/time.Second))
	for p := r.Samples; len(p) > 0; {
		n := min(size, len(p))
		var sum float64
		for _, v := range p[:n] {
			sum += float64(v) * float64(v)
		}
		rms = append(rms, math.Sqrt(sum/float64(n))/32768)
		p = p[n:]
	}
	return size, rms
}

func percentile(values []float64, p float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(p*float64(len(sorted)-1))]
}

// Trim cuts the silence at both ends off, and returns how much that was. A
// recording of nothing but silence stays as it is.
func (r *Recording) Trim() time.Duration {
	size, rms := r.blocks()
	if len(rms) == 0 {
		return 0
	}
	noise, voice := percentile(rms, 0.1), percentile(rms, 0.95)
	if voice < quietest {
		return 0
	}
	// Above the noise of the room, and well below the voice.
	threshold := max(quietest, min(3*noise, voice/10))
	first, last := -1, 0
	for i, v := range rms {
		if v > threshold {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return 0
	}
	samples := func(d time.Duration) int { return int(time.Duration(r.Rate) * d / time.Second) }
	begin := max(0, first*size-samples(keepFront))
	end := min(len(r.Samples), (last+1)*size+samples(keepBack))
	before := r.Duration()
	r.Samples = r.Samples[begin:end]
	return before - r.Duration()
}

// Levelling brings speech to speechLevel, by at most maxGain; the loudest
// moments stay below the ceiling.
const (
	speechLevel = 0.126 // -18 dB
	maxGain     = 15.8  // 24 dB
	ceiling     = 0.891 // -1 dB
	knee        = 0.7
	// peakShare of the samples may meet the limiter: a knock on the table does
	// not decide how loud a voice is.
	peakShare = 0.9995
)

// Level changes the recording's volume to that of other voice messages, and
// returns the factor. Silence stays silent.
func (r *Recording) Level() float64 {
	_, rms := r.blocks()
	if len(rms) == 0 {
		return 1
	}
	// The loudness of speech: blocks within 20 dB of the loud ones.
	gate := max(quietest, percentile(rms, 0.95)/10)
	var sum float64
	n := 0
	for _, v := range rms {
		if v >= gate {
			sum += v * v
			n++
		}
	}
	if n == 0 {
		return 1
	}
	gain := min(maxGain, speechLevel/math.Sqrt(sum/float64(n)), ceiling/r.peak())
	for i, v := range r.Samples {
		r.Samples[i] = int16(math.Round(limit(float64(v)/32768*gain) * 32767))
	}
	return gain
}

// peak is the level that all but a few samples stay below.
func (r *Recording) peak() float64 {
	var count [32769]int
	for _, v := range r.Samples {
		count[max(v, -v, 0)]++
		if v == math.MinInt16 {
			count[0]--
			count[32768]++
		}
	}
	left := int(float64(len(r.Samples)) * (1 - peakShare))
	for level := 32768; level > 0; level-- {
		if left -= count[level]; left < 0 {
			return float64(level) / 32768
		}
	}
	return 1
}

// limit bends what is above the knee towards the ceiling.
func limit(v float64) float64 {
	const room = ceiling - knee
	switch {
	case v > knee:
		return knee + room*math.Tanh((v-knee)/room)
	case v < -knee:
		return -knee - room*math.Tanh((-v-knee)/room)
	}
	return v
}

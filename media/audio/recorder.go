package audio

import (
	"math"
	"sync"
	"time"

	"sotto/media/voice"
)

// RecorderState is what a recorder does.
type RecorderState uint8

const (
	// Starting: the device was opened and has not given anything yet. This
	// takes up to a second, and nothing is lost in it: the time begins to count
	// with the first sound.
	Starting RecorderState = iota + 1
	Recording
	Paused
	// Full: all that was asked for is recorded, the microphone is not heard any
	// more.
	Full
	// Failed: the device went away. What was recorded until then is there.
	Failed
	Stopped
)

// MaxDuration is the longest recording (protocol/attachments.md §7).
const MaxDuration = voice.MaxRecording * time.Second

const chunk = voice.RecordingRate // samples taken at a time, a second

// Recorder records one voice message. It is safe for concurrent use.
type Recorder struct {
	dev     *stream
	changed chan struct{}
	more    chan struct{} // receives when something was heard

	control sync.Mutex // held while the device is started or stopped

	mu     sync.Mutex
	state  RecorderState
	err    error
	chunks [][]int16
	count  int
	most   int     // samples
	peak   float64 // of the samples since the last level
	since  int     // so many
	level  float64
	levels []float64 // since Levels was asked
}

// Record opens a microphone ("" or one that is gone: the default) and begins.
// most is how long the recording may become, at most MaxDuration. Errors:
// ErrNoMicrophone, ErrDevice, ErrNoSystem, ErrClosed.
func (s *System) Record(device string, most time.Duration) (*Recorder, error) {
	r := newRecorder(min(most, MaxDuration))
	var err error
	r.dev, err = s.open(Microphone, device, voice.RecordingRate, 1, r.heard, r.lost)
	if err != nil {
		return nil, err
	}
	if err := r.dev.start(); err != nil {
		r.dev.close()
		return nil, err
	}
	return r, nil
}

func newRecorder(most time.Duration) *Recorder {
	return &Recorder{
		state: Starting, changed: make(chan struct{}, 1), more: make(chan struct{}, 1),
		most: int(most * voice.RecordingRate / time.Second),
	}
}

// lastWord waits for the block of sound in which the moment lies: what was said
// before a button was pressed belongs to the message.
func (r *Recorder) lastWord() {
	if s, _ := r.State(); s != Recording {
		return
	}
	select {
	case <-r.more:
	default:
	}
	late := time.NewTimer(10 * takePeriod)
	defer late.Stop()
	select {
	case <-r.more:
	case <-late.C: // the device gives nothing any more
	}
}

// heard takes samples from the sound system's thread.
func (r *Recorder) heard(_, in []int16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch r.state {
	case Starting:
		r.to(Recording)
	case Recording:
	default:
		return
	}
	in = in[:min(len(in), r.most-r.count)]
	r.measure(in)
	r.count += len(in)
	for len(in) > 0 {
		if n := len(r.chunks); n == 0 || len(r.chunks[n-1]) == chunk {
			r.chunks = append(r.chunks, make([]int16, 0, chunk))
		}
		last := &r.chunks[len(r.chunks)-1]
		n := min(len(in), chunk-len(*last))
		*last = append(*last, in[:n]...)
		in = in[n:]
	}
	select {
	case r.more <- struct{}{}:
	default:
	}
	if r.count == r.most {
		r.to(Full)
	}
}

// lost is called when the device stops, also when we stop it.
func (r *Recorder) lost() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state == Starting || r.state == Recording {
		r.err = ErrDevice
		r.to(Failed)
	}
}

// to changes the state; the caller holds mu.
func (r *Recorder) to(s RecorderState) {
	r.state = s
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// Changed receives when the state has changed; ask State then. Several changes
// may come as one.
func (r *Recorder) Changed() <-chan struct{} { return r.changed }

// State is what the recorder does; the error belongs to Failed.
func (r *Recorder) State() (RecorderState, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state, r.err
}

// Duration is how much is recorded.
func (r *Recorder) Duration() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Duration(r.count) * time.Second / voice.RecordingRate
}

// LevelTime is how much sound a level stands for.
const LevelTime = 50 * time.Millisecond

const (
	levelSamples = int(voice.RecordingRate * LevelTime / time.Second)
	maxLevels    = 256 // kept while nobody asks
)

// measure makes levels of what is heard; the caller holds mu.
func (r *Recorder) measure(in []int16) {
	for _, v := range in {
		r.peak = max(r.peak, math.Abs(float64(v))/32768)
		if r.since++; r.since < levelSamples {
			continue
		}
		now := 0.0
		if r.peak > 0 {
			now = max(0, 1+20*math.Log10(r.peak)/60)
		}
		r.level = max(min(1, now), r.level*0.8)
		r.peak, r.since = 0, 0
		if len(r.levels) == maxLevels {
			r.levels = r.levels[:copy(r.levels, r.levels[maxLevels/2:])]
		}
		r.levels = append(r.levels, r.level)
	}
}

// Levels are for a meter: one for every LevelTime that was heard since the last
// call, 0 (silence, or -60 dB) to 1 (full scale), on the scale of decibels. They
// rise at once and fall slowly.
func (r *Recorder) Levels() []float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.levels
	r.levels = make([]float64, 0, maxLevels)
	return out
}

// Pause turns the microphone off and keeps what is there.
func (r *Recorder) Pause() error {
	r.control.Lock()
	defer r.control.Unlock()
	r.lastWord()
	r.mu.Lock()
	if r.state != Recording && r.state != Starting {
		r.mu.Unlock()
		return nil
	}
	r.to(Paused)
	r.mu.Unlock()
	return r.dev.stop()
}

// Resume goes on behind a pause. Error: ErrDevice.
func (r *Recorder) Resume() error {
	r.control.Lock()
	defer r.control.Unlock()
	r.mu.Lock()
	if r.state != Paused {
		r.mu.Unlock()
		return nil
	}
	r.to(Starting)
	r.mu.Unlock()
	if err := r.dev.start(); err != nil {
		r.mu.Lock()
		r.err = err
		r.to(Failed)
		r.mu.Unlock()
		return err
	}
	return nil
}

// Stop ends the recording and returns it, as far as it came. A second call
// returns an empty one.
func (r *Recorder) Stop() *voice.Recording {
	r.control.Lock()
	defer r.control.Unlock()
	r.lastWord()
	return r.end()
}

// Cancel ends the recording and forgets it.
func (r *Recorder) Cancel() {
	r.control.Lock()
	defer r.control.Unlock()
	clear(r.end().Samples)
}

// end closes the device; the caller holds control.
func (r *Recorder) end() *voice.Recording {
	r.mu.Lock()
	open := r.state != Stopped
	r.to(Stopped)
	r.mu.Unlock()
	if open {
		r.dev.close()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	out := &voice.Recording{Rate: voice.RecordingRate, Samples: make([]int16, 0, r.count)}
	for _, c := range r.chunks {
		out.Samples = append(out.Samples, c...)
		clear(c)
	}
	r.chunks, r.count = nil, 0
	return out
}

// Snapshot copies what is recorded, to listen to while it is paused.
func (r *Recorder) Snapshot() *voice.Recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := &voice.Recording{Rate: voice.RecordingRate, Samples: make([]int16, 0, r.count)}
	for _, c := range r.chunks {
		out.Samples = append(out.Samples, c...)
	}
	return out
}

package audio

import (
	"context"
	"errors"
	"io"
	"math"
	"time"

	"sotto/media/voice"
)

// session plays one track. Its goroutine decodes ahead into a short queue, from
// which the sound system's thread takes; neither waits for the other.
type session struct {
	player *Player
	track  Track
	cancel context.CancelFunc
	wake   chan struct{}

	// Guarded by player.mu.
	over      bool
	paused    bool
	lost      bool // the device stopped by itself
	quiet     bool // we are stopping the device ourselves
	moved     bool // from is to be sought
	from      time.Duration
	speed     float64
	device    string
	newDevice bool
	rate      int
	channels  int
	blocks    []block
	queued    int   // frames in blocks
	heard     int64 // frame of the sound that was heard last
	ended     bool  // nothing more will be queued
	tail      int   // frames of silence handed over behind the end

	// The goroutine's own.
	stream  *voice.Stream
	stretch *voice.Stretch
	dev     *stream
	latency time.Duration // of the device
	running bool
	buf     []float32
}

// block is a piece of decoded sound, ready for the device.
type block struct {
	samples []int16
	frame   int64   // of the sound, where it begins
	speed   float64 // frames of the sound for each of ours
}

const (
	blockTime = 20 * time.Millisecond
	// queueTime is how far ahead is decoded: long enough for a busy machine. A
	// change of speed throws it away.
	queueTime = time.Second
	// maxLost is how often a device may go away under one sound.
	maxLost = 3
)

// poke wakes the goroutine.
func (s *session) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// move asks for another position; the caller holds the player's mutex.
func (s *session) move(to time.Duration) {
	s.from, s.moved = to, true
	s.blocks, s.queued = nil, 0
}

// position of the sound; the caller holds the player's mutex.
func (s *session) position() time.Duration {
	if s.rate == 0 || s.moved {
		return s.from
	}
	return time.Duration(float64(s.heard) / float64(s.rate) * float64(time.Second))
}

// fill is called by the sound system's thread.
func (s *session) fill(out, _ []int16) {
	s.player.mu.Lock()
	defer s.player.mu.Unlock()
	for len(out) > 0 && len(s.blocks) > 0 && !s.paused {
		b := &s.blocks[0]
		n := copy(out, b.samples)
		out, b.samples = out[n:], b.samples[n:]
		frames := n / s.channels
		s.queued -= frames
		b.frame += int64(math.Round(float64(frames) * b.speed))
		s.heard = b.frame
		if len(b.samples) == 0 {
			s.blocks = s.blocks[1:]
		}
	}
	clear(out)
	if s.ended && !s.paused {
		// The device holds the last sounds while it takes the silence behind them.
		s.tail += len(out) / s.channels
		s.poke()
	}
	if s.queued < s.ahead()/2 {
		s.poke()
	}
}

func (s *session) ahead() int { return int(time.Duration(s.rate) * queueTime / time.Second) }

// stopped is called when the device stops, also when we stop it.
func (s *session) stopped() {
	s.player.mu.Lock()
	defer s.player.mu.Unlock()
	if !s.quiet {
		s.lost = true
		s.poke()
	}
}

func (s *session) run(ctx context.Context) {
	defer s.cancel()
	err := s.prepare(ctx)
	if err == nil {
		err = s.loop()
	}
	s.release()
	p := s.player
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.over {
		return
	}
	switch {
	case errors.Is(err, io.EOF):
		// Nobody hears of an end while there may be a next one.
		if next := p.next; next != nil {
			p.mu.Unlock()
			track, ok := next(s.track.ID)
			p.mu.Lock()
			if s.over {
				return
			}
			if ok {
				p.play(track, 0)
				return
			}
		}
		p.state.Status = Ended
		s.move(p.state.Duration)
	case err != nil:
		p.state.Status, p.state.Err = Broken, err
		s.move(s.position())
	}
	p.tell()
}

func (s *session) prepare(ctx context.Context) (err error) {
	if s.stream, err = s.track.Open(ctx); err != nil {
		return err
	}
	info := s.stream.Info()
	s.stretch = voice.NewStretch(s.stream, info.SampleRate, info.Channels, 1)
	s.buf = make([]float32, int(time.Duration(info.SampleRate)*blockTime/time.Second)*info.Channels)
	p := s.player
	p.mu.Lock()
	s.rate, s.channels = info.SampleRate, info.Channels
	s.moved = true
	if !s.over {
		p.state.Duration = info.Duration()
	}
	p.mu.Unlock()
	if err := s.openDevice(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !s.over {
		p.state.Status = Playing
		if s.paused {
			p.state.Status = Waiting
		}
		p.tell()
	}
	return nil
}

func (s *session) openDevice() error {
	system, err := s.player.system()
	if err != nil {
		return err
	}
	s.player.mu.Lock()
	id := s.device
	s.lost, s.newDevice = false, false
	s.player.mu.Unlock()
	s.latency = system.latency
	s.dev, err = system.open(Loudspeaker, id, s.rate, s.channels, s.fill, s.stopped)
	return err
}

// hush stops the device without taking that for a loss.
func (s *session) hush(f func()) {
	s.player.mu.Lock()
	s.quiet = true
	s.player.mu.Unlock()
	f()
	s.player.mu.Lock()
	s.quiet = false
	s.player.mu.Unlock()
	s.running = false
}

func (s *session) closeDevice() {
	if s.dev != nil {
		s.hush(s.dev.close)
		s.dev = nil
	}
}

func (s *session) release() {
	s.closeDevice()
	if s.stream != nil {
		s.stream.Close()
	}
}

// orders are what the goroutine is to do next.
type orders struct {
	over, paused, moved, newDevice, lost, ended bool

	from         time.Duration
	speed        float64
	queued, tail int
}

func (s *session) orders() orders {
	s.player.mu.Lock()
	defer s.player.mu.Unlock()
	o := orders{s.over, s.paused, s.moved, s.newDevice, s.lost, s.ended, s.from, s.speed, s.queued, s.tail}
	return o
}

// loop plays until the end (io.EOF), an error, or another track.
func (s *session) loop() error {
	losses := 0
	for {
		o := s.orders()
		switch {
		case o.over:
			return nil
		case o.lost || o.newDevice:
			if o.lost {
				if losses++; losses > maxLost {
					return ErrDevice
				}
			}
			s.closeDevice()
			if err := s.openDevice(); err != nil {
				return err
			}
		case o.moved:
			if err := s.seek(o.from); err != nil {
				return err
			}
		case o.paused:
			if s.running {
				var err error
				s.hush(func() { err = s.dev.stop() })
				if err != nil {
					return err
				}
			}
			<-s.wake
		case !o.ended && o.queued < s.ahead():
			if err := s.decode(o.speed); err != nil {
				return err
			}
		case !s.running:
			if err := s.dev.start(); err != nil {
				return err
			}
			s.running = true
		case o.ended && o.queued == 0 && o.tail >= int(s.latency.Seconds()*float64(s.rate)):
			return io.EOF
		default:
			<-s.wake
		}
	}
}

func (s *session) seek(to time.Duration) error {
	frame := min(int64(to.Seconds()*float64(s.rate)), s.stream.Info().Frames)
	if err := s.stream.SeekTo(frame); err != nil {
		return err
	}
	s.stretch.Reset(frame)
	s.player.mu.Lock()
	defer s.player.mu.Unlock()
	if s.from == to { // nobody has moved it again meanwhile
		s.moved = false
		s.heard = frame
	}
	s.blocks, s.queued, s.ended, s.tail = nil, 0, false, 0
	return nil
}

// decode queues one block.
func (s *session) decode(speed float64) error {
	s.stretch.SetSpeed(speed)
	frame := s.stretch.Frame()
	n, err := s.stretch.Read(s.buf)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	out := make([]int16, n*s.channels)
	for i, v := range s.buf[:len(out)] {
		out[i] = int16(math.Round(float64(max(-1, min(1, v))) * 32767))
	}
	s.player.mu.Lock()
	defer s.player.mu.Unlock()
	if s.moved {
		return nil // from before the jump
	}
	if n > 0 {
		s.blocks = append(s.blocks, block{out, frame, speed})
		s.queued += n
	}
	if err != nil {
		s.ended = true
	}
	return nil
}

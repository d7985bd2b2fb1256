package audio

import (
	"context"
	"errors"
	"io"
	"math"
	"time"

	"sotto/media/voice"
)

// session plays one track. Its goroutine decodes ahead into a queue, from which
// the sound system's thread takes; neither waits for the other. The device holds
// some of that, and gives none of it back: a jump, a pause or another speed
// throws the device away with what it holds and begins with a new one.
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
	queue     queue // without a rate until the track is open

	// The goroutine's own.
	stream  *voice.Stream
	stretch *voice.Stretch
	dev     *stream // started, or nil
	buf     []float32
}

const (
	blockTime = 20 * time.Millisecond
	// queueTime is how far ahead is decoded of what the device takes: long
	// enough for a busy machine.
	queueTime = 2 * time.Second
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
	s.queue.waiting, s.queue.ready = nil, 0
}

// position of the sound; the caller holds the player's mutex.
func (s *session) position() time.Duration {
	if s.queue.rate == 0 || s.moved {
		return s.from
	}
	s.queue.hear(time.Now())
	return time.Duration(float64(s.queue.frame) / float64(s.queue.rate) * float64(time.Second))
}

// fill is called by the sound system's thread.
func (s *session) fill(out, _ []int16) {
	s.player.mu.Lock()
	defer s.player.mu.Unlock()
	s.queue.give(out, time.Now())
	if s.queue.ended || s.queue.ready < s.ahead()/2 {
		s.poke()
	}
}

func (s *session) ahead() int { return s.queue.frames(queueTime) }

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
	defer p.mu.Unlock()
	s.queue = newQueue(info.SampleRate, info.Channels)
	s.moved = true
	if !s.over {
		p.state.Duration = info.Duration()
	}
	return nil
}

// begin opens a device and starts it: the sound is heard from now on.
func (s *session) begin() error {
	system, err := s.player.system()
	if err != nil {
		return err
	}
	p := s.player
	p.mu.Lock()
	id := s.device
	s.lost, s.newDevice = false, false
	p.mu.Unlock()
	dev, err := system.open(Loudspeaker, id, s.queue.rate, s.queue.channels, s.fill, s.stopped)
	if err != nil {
		return err
	}
	p.mu.Lock()
	s.queue.hold = dev.hold
	p.mu.Unlock()
	if err := dev.start(); err != nil {
		dev.close()
		return err
	}
	s.dev = dev
	s.tell(Playing)
	return nil
}

// tell says what the session does, unless another one does by now.
func (s *session) tell(status Status) {
	p := s.player
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.over {
		return
	}
	if s.paused {
		status = Waiting
	}
	if p.state.Status != status {
		p.state.Status = status
		p.tell()
	}
}

// end throws the device away with what it holds, without taking that for a loss.
func (s *session) end() {
	if s.dev == nil {
		return
	}
	p := s.player
	p.mu.Lock()
	s.quiet = true
	p.mu.Unlock()
	s.dev.close()
	p.mu.Lock()
	s.quiet = false
	p.mu.Unlock()
	s.dev = nil
}

func (s *session) release() {
	s.end()
	if s.stream != nil {
		s.stream.Close()
	}
}

// orders are what the goroutine is to do next.
type orders struct {
	over, paused, moved, newDevice, lost, ended, heard bool

	from  time.Duration
	speed float64
	ready int
}

func (s *session) orders() orders {
	s.player.mu.Lock()
	defer s.player.mu.Unlock()
	q := &s.queue
	return orders{s.over, s.paused, s.moved, s.newDevice, s.lost, q.ended, q.over(), s.from, s.speed, q.ready}
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
			s.lose()
		case o.moved:
			s.end()
			if err := s.seek(o.from); err != nil {
				return err
			}
		case o.paused:
			s.tell(Waiting)
			<-s.wake
		case !o.ended && o.ready < s.ahead():
			if err := s.decode(o.speed); err != nil {
				return err
			}
		case s.dev == nil:
			if err := s.begin(); err != nil {
				return err
			}
		case o.heard:
			return io.EOF
		default:
			<-s.wake
		}
	}
}

// lose goes on, with another device, at what was heard of the one that is gone
// or not wanted any more.
func (s *session) lose() {
	s.player.mu.Lock()
	s.lost, s.newDevice = false, false
	if !s.moved {
		s.move(s.position())
	}
	s.player.mu.Unlock()
}

func (s *session) seek(to time.Duration) error {
	frame := min(int64(to.Seconds()*float64(s.queue.rate)), s.stream.Info().Frames)
	if err := s.stream.SeekTo(frame); err != nil {
		return err
	}
	s.stretch.Reset(frame)
	s.player.mu.Lock()
	defer s.player.mu.Unlock()
	if s.from == to { // nobody has moved it again meanwhile
		s.moved = false
	}
	s.queue.reset(frame)
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
	out := make([]int16, n*s.queue.channels)
	for i, v := range s.buf[:len(out)] {
		out[i] = int16(math.Round(float64(max(-1, min(1, v))) * 32767))
	}
	s.player.mu.Lock()
	defer s.player.mu.Unlock()
	if s.moved {
		return nil // from before the jump
	}
	if n > 0 {
		s.queue.put(block{out, frame, speed})
	}
	if err != nil {
		s.queue.ended = true
	}
	return nil
}

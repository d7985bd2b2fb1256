package audio

import (
	"context"
	"sync"
	"time"

	"sotto/media/voice"
)

// Track is a sound to be played.
type Track struct {
	// ID tells tracks apart: a message and its attachment, say.
	ID string
	// Open gives the sound. It runs on the player's goroutine and may take its
	// time; ctx ends when something else is played. The player closes the
	// stream.
	Open func(ctx context.Context) (*voice.Stream, error)
}

// Status is what a player does.
type Status uint8

const (
	Idle    Status = iota // nothing was played yet, or it was stopped
	Loading               // Track.Open runs
	Playing
	Waiting // paused
	Ended   // played to the end, and there was no next
	Broken  // State.Err says why
)

// State is what a player bar shows.
type State struct {
	Track    string
	Status   Status
	Position time.Duration // in the sound, whatever the speed
	Duration time.Duration // 0 while loading
	Speed    float64
	Err      error
}

// Player plays one sound at a time. It is safe for concurrent use; no method
// waits for a device or a file.
type Player struct {
	system func() (*System, error)

	mu        sync.Mutex
	state     State
	device    string
	next      func(ended string) (Track, bool)
	now       *session
	listeners map[chan struct{}]bool
	closed    bool
	running   sync.WaitGroup
}

// NewPlayer makes a player. system is asked when something is to be played, so
// that a program without sound can start; its error ends up in State.Err.
func NewPlayer(system func() (*System, error)) *Player {
	return &Player{system: system, state: State{Speed: 1}, listeners: map[chan struct{}]bool{}}
}

// Listen returns a channel that receives when State has changed; several
// changes may come as one. Progress is no change: draw it by a clock while
// Playing. end frees the channel.
func (p *Player) Listen() (changed <-chan struct{}, end func()) {
	ch := make(chan struct{}, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listeners[ch] = true
	return ch, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.listeners, ch)
	}
}

// tell wakes the listeners; the caller holds mu.
func (p *Player) tell() {
	for ch := range p.listeners {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// State is what the player does.
func (p *Player) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.snapshot()
}

func (p *Player) snapshot() State {
	s := p.state
	if p.now != nil {
		s.Position = p.now.position()
	}
	return s
}

// SetNext says what follows when a sound was played to its end. It is called on
// the player's goroutine.
func (p *Player) SetNext(next func(ended string) (Track, bool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = next
}

// Play plays a track from a position on, in place of what is playing.
func (p *Player) Play(t Track, from time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.play(t, from)
}

func (p *Player) play(t Track, from time.Duration) {
	if p.closed {
		return
	}
	p.end()
	ctx, cancel := context.WithCancel(context.Background())
	s := &session{player: p, track: t, cancel: cancel, wake: make(chan struct{}, 1), from: from, speed: p.state.Speed, device: p.device}
	p.now = s
	p.state = State{Track: t.ID, Status: Loading, Position: from, Speed: p.state.Speed}
	p.tell()
	p.running.Go(func() { s.run(ctx) })
}

// end stops what is playing; the caller holds mu.
func (p *Player) end() {
	if p.now != nil {
		p.now.over = true
		p.now.cancel()
		p.now.poke()
		p.now = nil
	}
}

// Pause holds the sound where it is.
func (p *Player) Pause() { p.hold(true) }

// Resume goes on. A sound that has ended begins again.
func (p *Player) Resume() { p.hold(false) }

// Toggle pauses or resumes.
func (p *Player) Toggle() {
	p.mu.Lock()
	playing := p.state.Status == Playing || p.state.Status == Loading && p.now != nil && !p.now.paused
	p.mu.Unlock()
	p.hold(playing)
}

func (p *Player) hold(pause bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == nil {
		return
	}
	if p.state.Status == Ended && !pause {
		p.play(p.now.track, 0)
		return
	}
	p.now.paused = pause
	if pause {
		p.now.move(p.now.position())
	}
	switch {
	case p.state.Status == Playing && pause:
		p.state.Status = Waiting
	case p.state.Status == Waiting && !pause:
		p.state.Status = Playing
	}
	p.tell()
	p.now.poke()
}

// Seek goes to a position of the sound, playing or paused.
func (p *Player) Seek(to time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == nil {
		return
	}
	if p.state.Status == Ended {
		p.play(p.now.track, to)
		return
	}
	p.now.move(max(0, to))
	p.tell()
	p.now.poke()
}

// SetSpeed changes the speed of this and all further sounds, voice.MinSpeed to
// voice.MaxSpeed.
func (p *Player) SetSpeed(speed float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !(speed >= voice.MinSpeed) {
		speed = voice.MinSpeed
	}
	p.state.Speed = min(speed, voice.MaxSpeed)
	if p.now != nil && p.now.speed != p.state.Speed {
		p.now.speed = p.state.Speed
		if p.now.queue.rate != 0 && p.state.Status != Ended {
			p.now.move(p.now.position())
		}
		p.now.poke()
	}
	p.tell()
}

// SetDevice chooses the loudspeaker; "" is the system's default. What is
// playing moves there.
func (p *Player) SetDevice(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.device = id
	if p.now != nil && p.now.device != id {
		p.now.device, p.now.newDevice = id, true
		p.now.poke()
	}
}

// Stop ends what is playing.
func (p *Player) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
	p.state = State{Speed: p.state.Speed}
	p.tell()
}

// Close ends the player and waits until its device is free.
func (p *Player) Close() {
	p.Stop()
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.running.Wait()
}

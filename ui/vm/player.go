package vm

import (
	"context"
	"errors"
	"strconv"
	"time"

	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/internal/cputime"
	"sotto/media/audio"
	"sotto/media/picture"
	"sotto/media/voice"
	"sotto/ui/text"
)

// PlayerEngine is what playing needs of the engine.
type PlayerEngine interface {
	MediaOpener
	Settings() model.Settings
	Message(id model.MessageID) (model.Message, bool)
	Conversation(id model.ConversationID) (model.Conversation, bool)
	Page(conv model.ConversationID, anchor model.Anchor, before, after int) model.Page
	SetPlayed(ctx context.Context, id model.MessageID, index int) error
	SetPosition(ctx context.Context, id model.MessageID, index int, at time.Duration) error
	SetSound(ctx context.Context, id model.MessageID, index int, s model.Sound) error
}

// Track is what the player has in hand.
type Track struct {
	Message      model.MessageID
	Index        int
	Conversation model.ConversationID
	Title        string // whose voice, or the name of the file
	Voice        bool
	Duration     time.Duration // as far as it is known before it plays
}

// Player is the window's player: one for all conversations, so that a voice
// message plays on while one reads elsewhere. Its methods are called on the
// interface's goroutine.
type Player struct {
	// Now is what is played or paused; its Message is 0 when nothing is.
	Now   Track
	State audio.State

	desk      Desk
	engine    PlayerEngine
	clock     clock.Clock
	out       *audio.Player
	system    *SoundSystem
	errands   errands
	listeners map[int]func()
	number    int
	failed    func(sentence string)
	tick      func()
	pace      pace
	saved     time.Duration // position told to the engine
	// places are how far one has listened, as told to the engine in this window's
	// life: what a conversation has read of a file may be older.
	places    map[string]time.Duration
	bars      barsJob
	listening *voice.Recording // a recording that is listened to before it is sent
}

// Speeds are what the speed button goes through.
var Speeds = []float64{1, 1.5, 2, 0.5}

// NewPlayer makes a player; failed is told a sentence when something cannot be
// played.
func NewPlayer(desk Desk, e PlayerEngine, clk clock.Clock, system *SoundSystem, failed func(string)) *Player {
	p := &Player{
		desk: desk, engine: e, clock: clk, system: system, out: audio.NewPlayer(system.Get),
		listeners: make(map[int]func()), failed: failed, places: make(map[string]time.Duration),
	}
	p.out.SetNext(p.follow)
	changed, end := p.out.Listen()
	go func() {
		defer end()
		for {
			select {
			case <-changed:
				desk.Post(p.look)
			case <-desk.Context().Done():
				return
			}
		}
	}()
	return p
}

// Listen has f called when anything changed, also the position while it plays.
func (p *Player) Listen(f func()) (stop func()) {
	p.number++
	n := p.number
	p.listeners[n] = f
	return func() { delete(p.listeners, n) }
}

func (p *Player) tell() {
	for _, f := range p.listeners {
		f()
	}
}

// trackID names a track to the player below; see trackOf.
func trackID(id model.MessageID, index int) string {
	return strconv.FormatUint(uint64(id), 10) + "/" + strconv.Itoa(index)
}

// Has reports whether a file is what the player has in hand.
func (p *Player) Has(id model.MessageID, index int) bool {
	return id != 0 && p.Now.Message == id && p.Now.Index == index
}

// Playing reports whether it sounds, or is about to.
func (p *Player) Playing() bool {
	return p.State.Status == audio.Playing || p.State.Status == audio.Loading
}

// Toggle plays a file of a message, or pauses it when it is playing.
func (p *Player) Toggle(m *ChatMessage, index int, conv model.ConversationID) {
	if p.Has(m.ID, index) && p.State.Status != audio.Broken && p.State.Status != audio.Idle {
		p.out.Toggle()
		return
	}
	f := &m.Media[index]
	from := p.left(m, index)
	if f.Duration > 0 && from >= f.Duration-time.Second {
		from = 0
	}
	p.start(Track{
		Message: m.ID, Index: index, Conversation: conv, Title: trackTitle(m.Outgoing, m.Sender, f.Name, f.Kind == VoiceFile),
		Voice: f.Kind == VoiceFile, Duration: f.Duration,
	}, from)
}

func trackTitle(own bool, sender, name string, isVoice bool) string {
	switch {
	case !isVoice:
		return name
	case own:
		return text.T("sound.voice_mine")
	}
	return text.F("sound.voice_of", "who", sender)
}

func (p *Player) start(t Track, from time.Duration) {
	p.savePosition()
	p.listening = nil
	p.Now, p.saved = t, from
	p.out.SetDevice(p.engine.Settings().Loudspeaker)
	p.out.Play(p.track(t), from)
	p.begun(t)
	p.look()
}

func (p *Player) track(t Track) audio.Track {
	return audio.Track{ID: trackID(t.Message, t.Index), Open: func(ctx context.Context) (*voice.Stream, error) {
		data, err := readMedia(p.opener(), t.Message, t.Index)
		switch {
		case errors.Is(err, picture.ErrTooLarge): // which is what readMedia says of any file
			return nil, voice.ErrTooLarge
		case err != nil:
			return nil, err
		}
		return voice.Open(ctx, data)
	}}
}

func (p *Player) opener() MediaOpener { return p.engine }

// begun notes that a voice message was listened to.
func (p *Player) begun(t Track) {
	if t.Voice {
		p.note(func(ctx context.Context) error { return p.engine.SetPlayed(ctx, t.Message, t.Index) })
	}
}

// note stores something that is a comfort: a full disk is told elsewhere.
func (p *Player) note(do func(context.Context) error) {
	p.errands.add(p.desk.Context(), errand{do: func(ctx context.Context) { _ = do(ctx) }})
}

// follow says what is played after a voice message: the next one of the same
// conversation that nobody has listened to. It runs on the player's goroutine.
func (p *Player) follow(ended string) (audio.Track, bool) {
	now, ok := p.trackOf(ended)
	if !ok || !now.Voice {
		return audio.Track{}, false
	}
	e := p.engine
	p.note(func(ctx context.Context) error { return e.SetPosition(ctx, now.Message, now.Index, 0) })
	if e.Settings().VoiceAlone {
		return audio.Track{}, false
	}
	const ahead = 30
	page := e.Page(now.Conversation, model.Anchor{Message: now.Message}, 0, ahead)
	for i := max(page.Anchor, 0); i < len(page.Messages); i++ {
		m := &page.Messages[i]
		for j := range m.Attachments {
			a := &m.Attachments[j]
			after := m.ID != now.Message && i > page.Anchor || m.ID == now.Message && j > now.Index
			if !after || !a.Voice || a.Played || m.Outgoing || a.State() != model.FileHere {
				continue
			}
			next := p.trackIn(m, j)
			p.begun(next)
			return p.track(next), true
		}
	}
	return audio.Track{}, false
}

// trackOf finds the track behind an id; it reads the store.
func (p *Player) trackOf(id string) (Track, bool) {
	var message uint64
	var index int
	head, tail, ok := cutTrack(id)
	if !ok {
		return Track{}, false
	}
	message, err := strconv.ParseUint(head, 10, 64)
	if err != nil {
		return Track{}, false
	}
	if index, err = strconv.Atoi(tail); err != nil {
		return Track{}, false
	}
	m, ok := p.engine.Message(model.MessageID(message))
	if !ok || index < 0 || index >= len(m.Attachments) {
		return Track{}, false
	}
	return p.trackIn(&m, index), true
}

func cutTrack(id string) (head, tail string, ok bool) {
	for i := range len(id) {
		if id[i] == '/' {
			return id[:i], id[i+1:], true
		}
	}
	return "", "", false
}

func (p *Player) trackIn(m *model.Message, index int) Track {
	a := &m.Attachments[index]
	who := ""
	if !m.Outgoing {
		who = model.ShortID(m.Sender)
		if c, ok := p.engine.Conversation(model.ConversationOf(m.Sender)); ok {
			who = c.Title()
		}
	}
	return Track{
		Message: m.ID, Index: index, Conversation: m.Conversation, Title: trackTitle(m.Outgoing, who, fileName(a), a.Voice),
		Voice: a.Voice, Duration: a.Sound.Duration,
	}
}

// look takes over what the player below does.
func (p *Player) look() {
	before := p.State
	p.State = p.out.State()
	if p.listening == nil && p.State.Track != "" && p.State.Track != trackID(p.Now.Message, p.Now.Index) {
		p.moveOn(p.State.Track)
	}
	switch p.State.Status {
	case audio.Broken:
		if before.Status != audio.Broken {
			p.failed(SoundSentence(p.State.Err))
		}
	case audio.Ended:
		if before.Status != audio.Ended && p.listening == nil {
			p.ended()
		}
	case audio.Waiting:
		if before.Status == audio.Playing {
			p.savePosition()
		}
	}
	p.ticking()
	p.tell()
}

// moveOn shows that the player went on to the next message by itself.
func (p *Player) moveOn(id string) {
	Ask(p.desk, func(context.Context) (Track, error) {
		t, _ := p.trackOf(id)
		return t, nil
	}, func(t Track, _ error) {
		if t.Message != 0 && p.listening == nil && p.out.State().Track == id {
			p.places[trackID(p.Now.Message, p.Now.Index)] = 0 // it was heard to its end
			p.Now, p.saved = t, 0
			p.tell()
		}
	})
}

func (p *Player) ended() {
	t := p.Now
	p.saved = 0
	if t.Message == 0 {
		return
	}
	e := p.engine
	p.places[trackID(t.Message, t.Index)] = 0
	p.note(func(ctx context.Context) error {
		if !t.Voice {
			if err := e.SetPlayed(ctx, t.Message, t.Index); err != nil {
				return err
			}
		}
		return e.SetPosition(ctx, t.Message, t.Index, 0)
	})
}

// ticking moves the position on while it plays.
func (p *Player) ticking() {
	if !p.Playing() || p.tick != nil {
		return
	}
	p.tick = chatAfter(p.desk, p.clock, p.pace.next(p.clock.Now(), cputime.Used()), func() {
		p.tick = nil
		p.look()
		if d := p.State.Position - p.saved; d > 5*time.Second || d < -5*time.Second {
			p.savePosition()
		}
	})
}

// savePosition keeps how far one has listened.
func (p *Player) savePosition() {
	if p.Now.Message == 0 || p.listening != nil {
		return
	}
	s := p.out.State()
	if s.Track != trackID(p.Now.Message, p.Now.Index) || s.Status == audio.Ended || s.Position == p.saved {
		return
	}
	p.saved = s.Position
	t, at := p.Now, s.Position
	p.places[trackID(t.Message, t.Index)] = at
	p.note(func(ctx context.Context) error { return p.engine.SetPosition(ctx, t.Message, t.Index, at) })
}

// Pause pauses or goes on.
func (p *Player) Pause() { p.out.Toggle() }

// Seek goes to a share of a file, which begins to play if it did not.
func (p *Player) Seek(m *ChatMessage, index int, conv model.ConversationID, share float32) {
	if !p.Has(m.ID, index) {
		d := m.Media[index].Duration
		p.Toggle(m, index, conv)
		p.out.Seek(time.Duration(float64(share) * float64(d)))
		return
	}
	p.SeekNow(share)
}

// SeekNow goes to a share of what is in hand.
func (p *Player) SeekNow(share float32) {
	d := p.State.Duration
	if d == 0 {
		d = p.Now.Duration
	}
	p.out.Seek(time.Duration(float64(share) * float64(d)))
	p.look()
}

// Speed goes on to the next speed.
func (p *Player) Speed() {
	now := p.State.Speed
	if now == 0 {
		now = 1
	}
	next := Speeds[0]
	for i, s := range Speeds {
		if s == now {
			next = Speeds[(i+1)%len(Speeds)]
		}
	}
	p.out.SetSpeed(next)
	p.look()
}

// Stop ends what is playing and puts the player away.
func (p *Player) Stop() {
	p.savePosition()
	p.out.Stop()
	p.Now, p.listening = Track{}, nil
	p.look()
}

// SetDevice plays on another loudspeaker.
func (p *Player) SetDevice(id string) { p.out.SetDevice(id) }

// left is where listening to a file was left.
func (p *Player) left(m *ChatMessage, index int) time.Duration {
	if at, ok := p.places[trackID(m.ID, index)]; ok {
		return at
	}
	return m.Media[index].Position
}

// Where is how far a file was played: while it is in hand by the player, else as
// it was left.
func (p *Player) Where(m *ChatMessage, index int) (at, of time.Duration, playing bool) {
	f := &m.Media[index]
	if !p.Has(m.ID, index) {
		return p.left(m, index), f.Duration, false
	}
	of = max(p.State.Duration, f.Duration)
	if p.State.Status == audio.Ended {
		return 0, of, false
	}
	return p.State.Position, of, p.Playing()
}

// Close ends the player and waits until its device is free; Stop it before, on
// the interface's goroutine.
func (p *Player) Close() { p.out.Close() }

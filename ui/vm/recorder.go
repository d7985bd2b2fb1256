package vm

import (
	"bytes"
	"context"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/internal/cputime"
	"sotto/media/audio"
	"sotto/media/voice"
	"sotto/ui/text"
)

// RecorderEngine is what recording needs of the engine.
type RecorderEngine interface {
	Settings() model.Settings
	SendFiles(ctx context.Context, conv model.ConversationID, draft model.Draft, files []engine.File) (model.MessageID, error)
}

// Recorder records a voice message for one conversation. It belongs to the
// window: the recording goes on while another conversation is open. Its methods
// are called on the interface's goroutine.
type Recorder struct {
	// Conversation is whom the recording is for, "" while there is none.
	Conversation model.ConversationID
	State        audio.RecorderState
	Duration     time.Duration
	Bars         []byte // what was heard, the newest last
	Sending      bool

	desk      Desk
	engine    RecorderEngine
	clock     clock.Clock
	system    *SoundSystem
	player    *Player
	failed    func(sentence string)
	listeners map[int]func()
	number    int
	rec       *audio.Recorder
	most      time.Duration // how long a recording may become
	opening   int           // counts recordings; an answer of an older one is stale
	tick      func()
	pace      pace
	heard     *voice.Recording // that is listened to
}

// NewRecorder makes a recorder; failed is told why there is no recording.
func NewRecorder(desk Desk, e RecorderEngine, clk clock.Clock, system *SoundSystem, player *Player, failed func(string)) *Recorder {
	return &Recorder{
		desk: desk, engine: e, clock: clk, system: system, player: player, failed: failed, listeners: make(map[int]func()),
		most: audio.MaxDuration,
	}
}

// Listen has f called when anything changed, some times a second while it
// records.
func (r *Recorder) Listen(f func()) (stop func()) {
	r.number++
	n := r.number
	r.listeners[n] = f
	return func() { delete(r.listeners, n) }
}

func (r *Recorder) tell() {
	for _, f := range r.listeners {
		f()
	}
}

// Active reports whether there is a recording.
func (r *Recorder) Active() bool { return r.Conversation != "" }

// Start begins to record for a conversation; what is playing is paused.
func (r *Recorder) Start(conv model.ConversationID) {
	if r.Active() {
		return
	}
	if r.player.Playing() {
		r.player.Pause()
	}
	r.opening++
	n := r.opening
	r.Conversation, r.State, r.Bars, r.Duration = conv, audio.Starting, nil, 0
	system, e, most := r.system, r.engine, r.most
	Ask(r.desk, func(context.Context) (*audio.Recorder, error) {
		s, err := system.Get()
		if err != nil {
			return nil, err
		}
		return s.Record(e.Settings().Microphone, most)
	}, func(rec *audio.Recorder, err error) {
		switch {
		case n != r.opening:
			if rec != nil {
				go rec.Cancel()
			}
			return
		case err != nil:
			r.reset()
			r.failed(SoundSentence(err))
			r.tell()
			return
		}
		r.rec = rec
		r.look()
	})
	r.tell()
}

// look takes over levels and state, some times a second.
func (r *Recorder) look() {
	if r.rec == nil {
		return
	}
	before := r.State
	var err error
	r.State, err = r.rec.State()
	r.Duration = r.rec.Duration()
	if levels := r.rec.Levels(); r.State == audio.Recording {
		for _, v := range levels {
			r.Bars = append(r.Bars, byte(v*255))
		}
		if len(r.Bars) > 2*barsKept {
			r.Bars = append([]byte(nil), r.Bars[len(r.Bars)-barsKept:]...)
		}
	}
	switch {
	case r.State == audio.Paused && before != audio.Paused:
		r.hear()
	case r.State == audio.Failed && before != audio.Failed:
		r.failed(SoundSentence(err))
		if r.Duration == 0 {
			r.Cancel()
			return
		}
		r.hear()
	case r.State == audio.Full && before != audio.Full:
		r.failed(text.T("sound.full"))
		r.hear()
	}
	if r.tick == nil && (r.State == audio.Starting || r.State == audio.Recording) {
		r.tick = chatAfter(r.desk, r.clock, r.pace.next(r.clock.Now(), cputime.Used()), func() {
			r.tick = nil
			r.look()
		})
	}
	r.tell()
}

// barsKept is how many levels are kept: more than the composer shows.
const barsKept = 200

// Pause turns the microphone off, so that one can listen.
func (r *Recorder) Pause() {
	if r.rec == nil || r.State != audio.Recording {
		return
	}
	rec := r.rec
	r.desk.Do(func(context.Context) error { return rec.Pause() }, func(err error) {
		if r.rec != rec {
			return
		}
		if err != nil {
			r.failed(SoundSentence(err))
		}
		r.look()
	})
}

// hear keeps what was recorded so far, for listening.
func (r *Recorder) hear() {
	r.heard = r.rec.Snapshot()
	r.Bars = r.heard.Waveform(soundBars)
	r.tell()
}

// Resume goes on recording behind the pause.
func (r *Recorder) Resume() {
	if r.rec == nil || r.State != audio.Paused {
		return
	}
	r.player.drop(r.heard)
	r.heard, r.Bars = nil, nil
	rec := r.rec
	r.desk.Do(func(context.Context) error { return rec.Resume() }, func(err error) {
		if r.rec != rec {
			return
		}
		if err != nil {
			r.failed(SoundSentence(err))
		}
		r.look()
	})
}

// Heard reports whether there is something to listen to.
func (r *Recorder) Heard() bool { return r.heard != nil }

// Play listens to what is recorded, or pauses that.
func (r *Recorder) Play() {
	if r.heard != nil {
		r.player.hear(r.heard)
	}
}

// Seek goes to a share of it.
func (r *Recorder) Seek(share float32) {
	if r.heard == nil {
		return
	}
	if r.player.listening != r.heard {
		r.player.hear(r.heard)
	}
	r.player.SeekNow(share)
}

// Where is how far one has listened.
func (r *Recorder) Where() (at time.Duration, playing bool) {
	if r.heard == nil || r.player.listening != r.heard || r.player.State.Status == audio.Ended {
		return 0, false
	}
	return r.player.State.Position, r.player.Playing()
}

// Cancel forgets the recording.
func (r *Recorder) Cancel() {
	if !r.Active() || r.Sending {
		return
	}
	rec := r.rec
	r.reset()
	if rec != nil {
		go rec.Cancel()
	}
	r.tell()
}

func (r *Recorder) reset() {
	r.opening++
	r.player.drop(r.heard)
	r.rec, r.heard, r.Bars = nil, nil, nil
	r.Conversation, r.State, r.Sending = "", 0, false
	if r.tick != nil {
		r.tick()
		r.tick = nil
	}
}

// CanSend reports whether something was recorded.
func (r *Recorder) CanSend() bool { return r.rec != nil && r.Duration > 0 && !r.Sending }

// Send ends the recording and sends it: silence at its ends goes if the user
// wants that, and it gets the loudness of other voice messages.
func (r *Recorder) Send(draft model.Draft, done func()) {
	if !r.CanSend() {
		return
	}
	rec, conv, e := r.rec, r.Conversation, r.engine
	r.Sending = true
	r.player.drop(r.heard)
	r.tell()
	// The recording is sent also when the window is closed meanwhile.
	finish := func(ctx context.Context) error {
		return sendRecording(ctx, e, rec.Stop(), conv, draft)
	}
	var once errands
	answer := make(chan error, 1)
	once.add(r.desk.Context(), errand{do: func(ctx context.Context) { answer <- finish(ctx) }})
	Ask(r.desk, func(context.Context) (struct{}, error) { return struct{}{}, <-answer }, func(_ struct{}, err error) {
		r.reset()
		if err != nil {
			r.failed(sentenceIn("sound.send", err))
		} else if done != nil {
			done()
		}
		r.tell()
	})
}

func sendRecording(ctx context.Context, e RecorderEngine, sound *voice.Recording, conv model.ConversationID, draft model.Draft) error {
	if !e.Settings().KeepSilence {
		sound.Trim()
	}
	sound.Level()
	mp3, err := sound.MP3(ctx)
	if err != nil {
		return err
	}
	_, err = e.SendFiles(ctx, conv, draft, []engine.File{{
		Name: text.T("sound.file_name") + ".mp3", Type: voice.ContentType, Data: bytes.NewReader(mp3), Voice: true,
		Sound: model.Sound{Waveform: sound.Waveform(soundBars), Duration: sound.Duration()},
	}})
	return err
}

// hear plays a recording that is not sent yet, or pauses it.
func (p *Player) hear(r *voice.Recording) {
	if p.listening == r && p.State.Status != audio.Broken {
		p.out.Toggle()
		return
	}
	p.savePosition()
	p.listening = r
	p.Now = Track{}
	p.out.SetDevice(p.engine.Settings().Loudspeaker)
	p.out.Play(audio.Track{ID: "recording", Open: func(context.Context) (*voice.Stream, error) { return r.Stream(), nil }}, 0)
	p.look()
}

// drop stops listening to a recording.
func (p *Player) drop(r *voice.Recording) {
	if r != nil && p.listening == r {
		p.Stop()
	}
}

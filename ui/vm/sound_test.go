package vm

import (
	"bytes"
	"context"
	"io"
	"math"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/media/audio"
	"sotto/media/voice"
	"sotto/ui/text"
)

// hum is a voice message.
func hum(t *testing.T, seconds float64) []byte {
	t.Helper()
	r := &voice.Recording{Rate: voice.RecordingRate, Samples: make([]int16, int(seconds*voice.RecordingRate))}
	for i := range r.Samples {
		r.Samples[i] = int16(9000 * math.Sin(float64(i)*2*math.Pi*300/voice.RecordingRate))
	}
	mp3, err := r.MP3(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return mp3
}

// soundEngine is a conversation with voice messages.
type soundEngine struct {
	PlayerEngine // what is not here is not called
	mu           sync.Mutex
	data         []byte
	list         []model.Message
	settings     model.Settings
	position     map[model.MessageID]time.Duration
	sent         []engine.File
	mp3          []byte
}

func (e *soundEngine) OpenAttachment(model.MessageID, int) (io.ReadSeekCloser, error) {
	return nopClose{bytes.NewReader(e.data)}, nil
}

func (e *soundEngine) Settings() model.Settings {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.settings
}

func (e *soundEngine) Message(id model.MessageID) (model.Message, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, m := range e.list {
		if m.ID == id {
			m.Attachments = append([]model.Attachment(nil), m.Attachments...)
			return m, true
		}
	}
	return model.Message{}, false
}

func (e *soundEngine) Conversation(model.ConversationID) (model.Conversation, bool) {
	return model.Conversation{Name: "Maya"}, true
}

func (e *soundEngine) Page(_ model.ConversationID, a model.Anchor, _, after int) model.Page {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, m := range e.list {
		if m.ID == a.Message {
			return model.Page{Messages: append([]model.Message(nil), e.list[i:min(len(e.list), i+1+after)]...)}
		}
	}
	return model.Page{Anchor: -1}
}

func (e *soundEngine) SetPlayed(_ context.Context, id model.MessageID, index int) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range e.list {
		if e.list[i].ID == id {
			files := append([]model.Attachment(nil), e.list[i].Attachments...)
			files[index].Played = true
			e.list[i].Attachments = files
		}
	}
	return nil
}

func (e *soundEngine) SetPosition(_ context.Context, id model.MessageID, _ int, at time.Duration) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.position[id] = at
	return nil
}

func (e *soundEngine) SendFiles(_ context.Context, _ model.ConversationID, _ model.Draft, files []engine.File) (model.MessageID, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sent = files
	e.mp3, _ = io.ReadAll(files[0].Data)
	return 9, nil
}

func (e *soundEngine) at(id model.MessageID) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.position[id]
}

// studio is a player and a recorder on a sound system without hardware.
type studio struct {
	*desktop
	engine *soundEngine
	player *Player
	rec    *Recorder
	told   []string
}

func newStudio(t *testing.T, messages ...model.Message) *studio {
	d := newDesktop(t)
	s := &studio{desktop: d, engine: &soundEngine{data: hum(t, 1.2), list: messages, position: map[model.MessageID]time.Duration{}}}
	system := NewSoundSystem(audio.BackendNull)
	fail := func(sentence string) { s.told = append(s.told, sentence) }
	s.player = NewPlayer(d.Desk, s.engine, clock.System, system, fail)
	s.rec = NewRecorder(d.Desk, s.engine, clock.System, system, s.player, fail)
	t.Cleanup(func() {
		s.rec.Cancel()
		s.player.Close()
		system.Close()
	})
	return s
}

func voiceMessage(id model.MessageID, change func(*model.Attachment)) model.Message {
	a := model.Attachment{Voice: true, Type: voice.ContentType, LocalID: "x", Sound: model.Sound{Duration: 1200 * time.Millisecond}}
	if change != nil {
		change(&a)
	}
	return model.Message{ID: id, Conversation: withMaya, Sender: maya, Timestamp: model.Millis(id), Attachments: []model.Attachment{a}}
}

func row(m model.Message) *ChatMessage {
	return &ChatMessage{ID: m.ID, Sender: "Maya", Media: []ChatFile{tellFile(&m.Attachments[0], 0)}}
}

func TestTheNextUnheardVoiceMessageFollows(t *testing.T) {
	first := voiceMessage(1, nil)
	s := newStudio(t, first,
		voiceMessage(2, func(a *model.Attachment) { a.Played = true }),
		voiceMessage(3, func(a *model.Attachment) { a.LocalID = "" }),
		voiceMessage(4, nil), voiceMessage(5, func(a *model.Attachment) { a.Played = true }))
	s.player.Toggle(row(first), 0, withMaya)
	if s.player.Now.Title != "Voice message from Maya" {
		t.Errorf("title %q", s.player.Now.Title)
	}
	s.until("the fourth plays", func() bool { return s.player.Has(4, 0) && s.player.State.Status == audio.Playing })
	s.until("it has ended", func() bool { return s.player.State.Status == audio.Ended })
	for _, id := range []model.MessageID{1, 4} {
		if m, _ := s.engine.Message(id); !m.Attachments[0].Played {
			t.Errorf("message %d does not count as played", id)
		}
	}
	if len(s.told) > 0 {
		t.Errorf("told %q", s.told)
	}
}

func TestNothingFollowsWhenTheUserWantsThat(t *testing.T) {
	first := voiceMessage(1, nil)
	s := newStudio(t, first, voiceMessage(2, nil))
	s.engine.settings.VoiceAlone = true
	s.player.Toggle(row(first), 0, withMaya)
	s.until("it has ended", func() bool { return s.player.State.Status == audio.Ended })
	if !s.player.Has(1, 0) {
		t.Errorf("now plays %+v", s.player.Now)
	}
}

func TestThePlaceInASoundIsKept(t *testing.T) {
	first := voiceMessage(1, nil)
	s := newStudio(t, first)
	m := row(first)
	s.player.Toggle(m, 0, withMaya)
	s.until("it plays", func() bool { return s.player.State.Position > 200*time.Millisecond })
	if at, of, playing := s.player.Where(m, 0); at == 0 || of < time.Second || !playing {
		t.Errorf("%v of %v, %v", at, of, playing)
	}
	s.player.Stop()
	s.until("the place is stored", func() bool { return s.engine.at(1) > 200*time.Millisecond })

	s = newStudio(t, first) // the next start
	m.Media[0].Position = 700 * time.Millisecond
	m.Media[0].Duration = 10 * time.Second
	s.player.Toggle(m, 0, withMaya)
	s.until("it plays", func() bool { return s.player.State.Status == audio.Playing })
	if s.player.State.Position < 690*time.Millisecond { // to the frame
		t.Errorf("went on at %v", s.player.State.Position)
	}
	for _, want := range []float64{1.5, 2, 0.5, 1} {
		s.player.Speed()
		if s.player.State.Speed != want {
			t.Errorf("speed %v, want %v", s.player.State.Speed, want)
		}
	}
}

func TestThePlaceIsKeptWhenAnotherSoundPlays(t *testing.T) {
	long := func(a *model.Attachment) { a.Sound.Duration = 8 * time.Second }
	first, other := voiceMessage(1, long), voiceMessage(2, long)
	s := newStudio(t, first, other)
	s.engine.data = hum(t, 8)
	// What the conversation has read stays as it was read.
	a, b := row(first), row(other)
	s.player.Toggle(a, 0, withMaya)
	s.until("it plays", func() bool { return s.player.State.Duration > 7*time.Second })
	s.player.SeekNow(0.5)
	s.until("it goes on in the middle", func() bool { return s.player.State.Position > 4100*time.Millisecond })
	s.player.Toggle(b, 0, withMaya)
	s.until("the other one plays", func() bool { return s.player.Has(2, 0) && s.player.State.Status == audio.Playing })
	if at, _, playing := s.player.Where(a, 0); at < 4*time.Second || playing {
		t.Errorf("the first one stands at %v, playing: %v", at, playing)
	}
	s.player.Toggle(a, 0, withMaya)
	s.until("it goes on", func() bool { return s.player.Has(1, 0) && s.player.State.Status == audio.Playing })
	if at := s.player.State.Position; at < 4*time.Second {
		t.Errorf("it goes on at %v", at)
	}
	s.player.SeekNow(0.99)
	s.until("it has ended", func() bool { return s.player.State.Status == audio.Ended })
	s.player.Toggle(b, 0, withMaya)
	s.until("the other one plays", func() bool { return s.player.Has(2, 0) && s.player.State.Status == audio.Playing })
	if at, _, _ := s.player.Where(a, 0); at != 0 {
		t.Errorf("heard to its end, it stands at %v", at)
	}
}

func TestSeek(t *testing.T) {
	first := voiceMessage(1, func(a *model.Attachment) { a.Sound.Duration = 8 * time.Second })
	s := newStudio(t, first)
	s.engine.data = hum(t, 8)
	m := row(first)
	s.player.Seek(m, 0, withMaya, 0.5) // begins it
	s.until("it plays from the middle", func() bool {
		return s.player.State.Status == audio.Playing && s.player.State.Position >= 3900*time.Millisecond
	})
	s.player.Pause()
	s.until("it waits", func() bool { return s.player.State.Status == audio.Waiting })
	s.player.Seek(m, 0, withMaya, 0.25)
	if at, of, playing := s.player.Where(m, 0); at < 1900*time.Millisecond || at > 2100*time.Millisecond || of < 7900*time.Millisecond || playing {
		t.Errorf("at %v of %v, playing: %v", at, of, playing)
	}
	s.until("the place is kept", func() bool {
		s.player.savePosition()
		return s.engine.at(1) > 1900*time.Millisecond && s.engine.at(1) < 2100*time.Millisecond
	})
	s.player.Speed()
	if at, _, playing := s.player.Where(m, 0); at > 2100*time.Millisecond || playing || s.player.State.Speed != 1.5 {
		t.Errorf("another speed: at %v, playing: %v, speed %v", at, playing, s.player.State.Speed)
	}
	s.player.Pause() // go on
	s.until("it goes on from there", func() bool { return s.player.State.Position > 2200*time.Millisecond })
	if at := s.player.State.Position; at > 4*time.Second {
		t.Errorf("it goes on at %v", at)
	}
}

// What is no sound, or a broken one, is said in one sentence, once.
func TestWhatCannotBePlayedIsSaid(t *testing.T) {
	whole := hum(t, 1)
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"a picture":                 {[]byte("\x89PNG\r\n\x1a\n0000000000000000"), "sound.unknown_kind"},
		"nothing":                   {nil, "sound.unknown_kind"},
		"a page of a portal":        {[]byte("<!doctype html><html>log in</html>"), "sound.unknown_kind"},
		"a header and nothing else": {whole[:300], "sound.unknown_kind"},
		"a broken index":            {[]byte("\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00"), "sound.damaged"},
		"absurd channels":           {[]byte("RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\xff\xff\x44\xac\x00\x00\x00\x00\x00\x00\x02\x00\x10\x00data\x04\x00\x00\x00\x00\x00\x00\x00"), "sound.damaged"},
		"more than is played":       {make([]byte, voice.MaxFile+1), "sound.too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			first := voiceMessage(1, nil)
			s := newStudio(t, first)
			s.engine.data = c.data
			s.player.Toggle(row(first), 0, withMaya)
			s.until("it is told", func() bool { return len(s.told) > 0 })
			s.player.look()
			if len(s.told) != 1 || s.told[0] != text.T(c.key) {
				t.Errorf("told %q, want %q", s.told, text.T(c.key))
			}
			if s.player.Playing() {
				t.Error("it plays")
			}
			s.engine.data = whole
			s.player.Toggle(row(first), 0, withMaya) // another file of that message may be whole
			s.until("it plays", func() bool { return s.player.State.Status == audio.Playing })
		})
	}
}

func TestARecordingEndsByItself(t *testing.T) {
	s := newStudio(t)
	s.engine.settings.KeepSilence = true
	r := s.rec
	r.most = 400 * time.Millisecond
	r.Start(withMaya)
	s.until("it is full", func() bool { return r.State == audio.Full })
	if r.Duration != r.most || len(s.told) != 1 || s.told[0] != text.T("sound.full") {
		t.Errorf("%v recorded, told %q", r.Duration, s.told)
	}
	r.Resume() // there is no going on
	r.Pause()
	if r.State != audio.Full || !r.Heard() || !r.CanSend() {
		t.Errorf("%+v", r)
	}
	done := false
	r.Send(model.Draft{}, func() { done = true })
	s.until("it is sent", func() bool { return done })
	if d := s.engine.sent[0].Sound.Duration; d != r.most {
		t.Errorf("%v sent", d)
	}
}

// A computer without sound says so, and the composer comes back.
func TestNoSoundCardIsSaid(t *testing.T) {
	if _, err := os.Stat("/dev/snd"); err == nil {
		t.Skip("this computer has a sound card")
	}
	t.Setenv("PULSE_SERVER", "unix:/nonexistent")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	first := voiceMessage(1, nil)
	s := newStudio(t, first)
	system := NewSoundSystem(audio.BackendSystem)
	defer system.Close()
	s.rec.system = system
	s.rec.Start(withMaya)
	s.until("it is told", func() bool { return len(s.told) > 0 && !s.rec.Active() })
	if want := []string{text.T("sound.no_system"), text.T("sound.no_microphone")}; len(s.told) != 1 || !slices.Contains(want, s.told[0]) {
		t.Errorf("told %q", s.told)
	}
	player := NewPlayer(s.Desk, s.engine, clock.System, system, func(sentence string) { s.told = append(s.told, sentence) })
	defer player.Close()
	player.Toggle(row(first), 0, withMaya)
	s.until("it is told", func() bool { return len(s.told) > 1 })
	if want := []string{text.T("sound.no_system"), text.T("sound.no_loudspeaker")}; len(s.told) != 2 || !slices.Contains(want, s.told[1]) {
		t.Errorf("told %q", s.told)
	}
}

func TestRecordListenGoOnSend(t *testing.T) {
	s := newStudio(t)
	s.engine.settings.KeepSilence = true // the microphone of this test hears nothing
	r := s.rec
	r.Start(withMaya)
	r.Start(withJo) // there is one already
	if r.Conversation != withMaya {
		t.Fatalf("records for %v", r.Conversation)
	}
	s.until("it records", func() bool { return r.State == audio.Recording && r.Duration > 300*time.Millisecond })
	r.Pause()
	s.until("it can be heard", func() bool { return r.State == audio.Paused && r.Heard() })
	before := r.Duration
	r.Play()
	s.until("one listens", func() bool { at, playing := r.Where(); return playing && at > 50*time.Millisecond })
	r.Resume()
	s.until("it goes on", func() bool { return r.State == audio.Recording && r.Duration > before+200*time.Millisecond })
	if s.player.Playing() {
		t.Error("the loudspeaker plays into the microphone")
	}
	done := false
	r.Send(model.Draft{}, func() { done = true })
	s.until("it is sent", func() bool { return done })
	if r.Active() {
		t.Error("there is still a recording")
	}
	f := s.engine.sent[0]
	sound, err := voice.Open(context.Background(), s.engine.mp3)
	if err != nil {
		t.Fatal(err)
	}
	defer sound.Close()
	if !f.Voice || f.Type != "audio/mp3" || len(f.Sound.Waveform) != soundBars || f.Sound.Duration < 500*time.Millisecond {
		t.Errorf("sent %+v", f)
	}
	if d := sound.Info().Duration() - f.Sound.Duration; d < -100*time.Millisecond || d > 100*time.Millisecond {
		t.Errorf("says %v, is %v", f.Sound.Duration, sound.Info().Duration())
	}
}

func TestCancelledRecordingIsGone(t *testing.T) {
	s := newStudio(t)
	s.rec.Start(withMaya)
	s.until("it records", func() bool { return s.rec.State == audio.Recording })
	s.rec.Cancel()
	if s.rec.Active() || s.rec.CanSend() || s.engine.sent != nil {
		t.Errorf("%+v", s.rec)
	}
	s.rec.Start(withJo)
	s.rec.Cancel() // before the device has opened
	s.rec.Start(withMaya)
	s.until("it records", func() bool { return s.rec.State == audio.Recording })
}

func TestSoundTime(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0:00", 38 * time.Second: "0:38", 605 * time.Second: "10:05", 3727 * time.Second: "1:02:07"} {
		if got := SoundTime(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

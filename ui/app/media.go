package app

import (
	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/media/audio"
	"sotto/ui/chat"
	"sotto/ui/picker"
	"sotto/ui/text"
	"sotto/ui/viewer"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// SoundBackend is the sound system that windows use. Programs that draw
// pictures of the window choose the one without hardware.
var SoundBackend = audio.BackendSystem

// media is what the window's conversations share for files and sound, and the
// bars that tell of it over the conversation.
type media struct {
	s      *session
	sound  *vm.SoundSystem
	shared *chat.Media
	page   *overMiddle
	bar    *widget.PlayerBar
	rec    *widget.Banner
	recTo  model.ConversationID
	viewer *viewer.Viewer

	desk  vm.Desk // of what plays and records: it outlives the session
	close func()
	stop  []func() // listening
}

// newMedia takes over what plays and records from a session before, if any.
func newMedia(s *session, from *media) *media {
	m := &media{s: s}
	if from != nil {
		m.sound, m.desk, m.close, m.shared = from.sound, from.desk, from.close, from.shared
	} else {
		m.sound = vm.NewSoundSystem(SoundBackend)
		m.desk, m.close = s.Window.desk.Sub()
		fail := func(sentence string) { s.Window.Toast(sentence, "", nil, nil) }
		player := vm.NewPlayer(m.desk, s.engine, clock.System, m.sound, fail)
		m.shared = &chat.Media{
			Player:   player,
			Recorder: vm.NewRecorder(m.desk, s.engine, clock.System, m.sound, player, fail),
			Pictures: vm.NewPictures(m.desk, s.engine),
			Files:    vm.NewFiles(m.desk, s.engine, downloads),
		}
	}
	player := m.shared.Player
	m.bar = widget.NewPlayerBar(player.Pause, player.Speed, player.Stop)
	m.bar.OnSeek = player.SeekNow
	m.bar.OnTitle = func() {
		if t := player.Now; t.Message != 0 {
			s.openAt(t.Conversation, t.Message)
		}
	}
	back := widget.Name(widget.NewButton(text.T("sound.back"), widget.Secondary, func() { s.openAt(m.recTo, 0) }).Sized(widget.Compact), "recording.back")
	m.rec = widget.NewBanner(widget.AccentTone, assets.IconMic, nil, back)
	m.page = newOverMiddle(m.bar, m.rec)
	m.bar.Hide()
	m.rec.Hide()
	m.stop = []func(){player.Listen(m.update), m.shared.Recorder.Listen(m.update)}
	return m
}

// update shows what plays and what is recorded elsewhere.
func (m *media) update() {
	p, r := m.shared.Player, m.shared.Recorder
	shows := p.Now.Message != 0 && p.State.Status != audio.Idle && p.State.Status != audio.Broken
	if shows {
		of := max(p.State.Duration, p.Now.Duration)
		share := float32(0)
		if of > 0 {
			share = float32(p.State.Position) / float32(of)
		}
		m.bar.Set(widget.PlayerModel{
			Title: p.Now.Title, Time: vm.SoundTime(p.State.Position) + " / " + vm.SoundTime(of), Share: share,
			Playing: p.Playing(), Speed: vm.SpeedText(p.State.Speed),
		})
	}
	elsewhere := r.Active() && r.Conversation != m.s.open
	if elsewhere && m.recTo != r.Conversation {
		m.recTo = r.Conversation
		m.rec.Set(widget.AccentTone, assets.IconMic, widget.Text(text.T("sound.recording_elsewhere")))
	}
	if !r.Active() {
		m.recTo = ""
	}
	if shows != m.bar.Visible() || elsewhere != m.rec.Visible() {
		shown(m.bar, shows)
		shown(m.rec, elsewhere)
		m.page.object.Refresh()
	}
}

// middle puts the bars over what stands in the middle.
func (m *media) middle(o fyne.CanvasObject) fyne.CanvasObject {
	m.update()
	return m.page.set(o)
}

// view opens the viewer for pictures of a conversation.
func (m *media) view(c *vm.Chat, list []vm.ViewerPicture, at int) {
	s := m.s
	conv := c.Conversation()
	m.viewer = viewer.Open(s.Canvas(), s.desk, m.shared.Pictures, list, at, func(p vm.ViewerPicture) string { return p.When(c) },
		s.settings.Now.Appearance.Still, viewer.Actions{
			Save: func(p vm.ViewerPicture) {
				m.shared.Files.Save([]vm.FileRef{{Message: p.Message.ID, Index: p.File.Index}}, func(said string) { s.Toast(said, "", nil, nil) })
			},
			Forward: func(p vm.ViewerPicture) {
				one := *p.Message
				one.Media = []vm.ChatFile{p.File}
				s.forward([]*vm.ChatMessage{&one}, func() {})
			},
			Reply: func(p vm.ViewerPicture) {
				s.openAt(conv, 0)
				c.ReplyTo(p.Message.ID)
				s.chat.Focus()
			},
		})
}

// pickFiles lets the user choose files.
func (m *media) pickFiles(chosen func(paths []string)) {
	picker.OpenMany(m.s.Canvas(), m.s.desk, chosen)
}

// leave ends what is recorded and keeps how far one has listened. finish waits
// for the devices and removes what other programs were given; it may run
// elsewhere.
func (m *media) leave() (finish func()) {
	m.shared.Recorder.Cancel()
	m.shared.Player.Stop()
	m.unlisten()
	m.close()
	return func() {
		m.shared.Player.Close()
		m.shared.Files.Close()
		m.sound.Close()
	}
}

// rest pauses what plays and records: another account is shown, and nothing
// there would tell of it.
func (m *media) rest() {
	if m.shared.Player.Playing() {
		m.shared.Player.Pause()
	}
	switch r := m.shared.Recorder; r.State {
	case audio.Starting:
		if r.Active() {
			r.Cancel()
		}
	case audio.Recording:
		r.Pause()
	}
}

// unlisten lets go of the window; what plays goes on.
func (m *media) unlisten() {
	for _, stop := range m.stop {
		stop()
	}
	m.stop = nil
}

// attach takes dropped files into the open conversation; false when there is
// none, or a sheet is open that they are for.
func (s *session) attach(paths []string) bool {
	if s.chat == nil || s.inSet || s.arrival != nil || s.add != nil && s.add.IsOpen() {
		return false
	}
	s.chat.Attach(paths)
	return true
}

// Sound implements settings.Window.
func (s *session) Sound() *vm.SoundSystem { return s.media.sound }

// LoudspeakerChanged implements settings.Window.
func (s *session) LoudspeakerChanged(id string) { s.media.shared.Player.SetDevice(id) }

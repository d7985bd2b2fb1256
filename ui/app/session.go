package app

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/clock"
	"sotto/ui/chat"
	"sotto/ui/chats"
	"sotto/ui/contact"
	"sotto/ui/datasheet"
	"sotto/ui/groupinfo"
	"sotto/ui/newchat"
	"sotto/ui/onboarding"
	"sotto/ui/pathview"
	"sotto/ui/requests"
	"sotto/ui/settings"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// session is the window while it shows an account whose profile is open.
type session struct {
	*Window
	account *account
	engine  *engine.Engine
	desk    vm.Desk
	leave   context.CancelFunc

	keyring   bool
	me        *vm.Me       // the account's
	settings  *vm.Settings // the account's
	asked     *vm.Requests
	storage   *vm.Storage // the account's, as trim and data
	trim      *vm.Trim
	data      *vm.Data
	devices   *vm.Devices
	picture   *vm.MyPicture
	updates   *vm.Updates
	autostart *vm.Autostart

	split    *widget.Split
	left     *left
	list     *chats.View
	requests *requests.View
	prefs    *settings.View
	count    int // conversations; -1 not known yet

	open      model.ConversationID
	chat      *chat.View
	coming    *opening // on its way to be the open one
	ahead     *ahead
	leaveChat context.CancelFunc
	info      panel
	leaveInfo context.CancelFunc

	path   *pathview.Sheet
	add    *newchat.Sheet
	begun  bool // the main window was shown, with what was open before
	unread int  // messages that ask for attention
	inSet  bool // settings are shown
	inReq  bool // the requests are shown in the left column
	media  *media
	shared *contact.Shared // in the place of the details

	arrival *onboarding.Arrival // of a restored account, before anything else
}

// newSession shows an open profile. sound is what another session of it had; nil
// where there was none.
func newSession(a *account, sound *media) *session {
	w, e := a.w, a.engine
	desk, leave := a.desk.Sub()
	s := &session{Window: w, account: a, engine: e, desk: desk, leave: leave, count: -1}
	s.me, s.settings, s.asked = a.me, a.settings, vm.NewRequests(desk, e)
	s.faces()
	s.picture = vm.NewMyPicture(desk, e)
	s.picture.Failed = func(sentence string) { w.Toast(sentence, "", nil, nil) }
	s.picture.Changed = s.pictureChanged
	s.devices = vm.NewDevices(desk, e, clock.System)
	s.devices.Changed = s.devicesChanged
	s.settings.Failed = func(sentence string) { w.Toast(sentence, "", nil, nil) }
	s.housework(w)
	s.asked.Failed = s.settings.Failed
	s.ahead = &ahead{s: s}
	s.list = chats.New(desk, e, chats.Actions{
		Open:     func(conv model.ConversationID) { s.openAt(conv, 0) },
		Found:    s.openFound,
		Details:  s.details,
		NewChat:  s.newChat,
		Requests: s.openRequests,
		Near:     s.ahead.near,
	})
	s.list.OnCount = s.counted
	s.list.OnAttention = s.attentionChanged
	s.left = newLeft(s)
	s.requests = requests.New(s.asked, requestsWindow{s})
	s.media = newMedia(s, sound)
	s.split = widget.NewSplit(s.left.object, s.media.middle(s.hello()))
	s.split.OnWidth = func(width float32) {
		s.settings.Change(func(m *model.Settings) { m.LeftPane = int(width) })
	}
	s.split.OnNarrow = s.narrowed
	s.me.Changed = s.meChanged
	s.settings.Changed = s.settingsChanged
	s.asked.Changed = s.requestsChanged
	s.watchful()
	vm.Ask(desk, func(context.Context) (bool, error) { return a.host.Keyring(), nil }, func(has bool, _ error) { s.keyring = has })
	s.settingsChanged() // if they are known already
	return s
}

// show shows the main window.
func (s *session) show() {
	if s.arrival != nil {
		s.Window.show(s.arrival.Object())
	} else if s.inSet {
		s.Window.show(s.prefs.Object())
	} else {
		s.Window.show(s.split)
	}
}

// patience is how long the window waits for what is unsaved.
const patience = 2 * time.Second

// end stores what is unsaved and stops all that works for the window.
func (s *session) end() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.leaveAll()(ctx)
}

// leaveAll stops all that works for the window. finish stores what is unsaved;
// it may run elsewhere and comes before the engine is closed.
func (s *session) leaveAll() (finish func(context.Context)) {
	silence := s.media.leave()
	leave := s.leaveViews()
	return func(ctx context.Context) {
		silence()
		leave(ctx)
	}
}

// leaveViews is leaveAll without what plays or records.
func (s *session) leaveViews() (finish func(context.Context)) {
	s.finishOpening()
	s.closeChat()
	s.closeInfo()
	s.ahead.forget()
	s.media.unlisten()
	s.leave()
	s.stage.DropToasts() // their buttons are for what is shown
	widget.SetFaces(nil)
	size := s.Canvas().Size()
	return func(ctx context.Context) {
		// What does not get to the store in time is a draft of the last second.
		_ = vm.FinishErrands(ctx)
		s.requests.Finish(ctx)
		if size.Width >= minWidth && size.Height >= minHeight {
			// Nobody is left to be told if it cannot be stored.
			_ = s.engine.UpdateSettings(ctx, func(m *model.Settings) {
				m.WindowWidth, m.WindowHeight = int(size.Width), int(size.Height)
			})
		}
	}
}

func (s *session) counted(n int) {
	before := s.count
	s.count = n
	s.Window.ready = true
	s.left.update()
	if before <= 0 || n == 0 {
		s.refreshMiddle()
	}
}

func (s *session) meChanged() {
	s.accountsChanged()
	s.updates.Tick()
	s.left.update()
	s.refreshMiddle()
	if s.path != nil {
		s.path.Set(s.me.Status)
	}
	if s.prefs != nil {
		s.prefs.Update()
	}
}

func (s *session) settingsChanged() {
	if !s.settings.Loaded {
		return
	}
	s.applyLook()
	s.account.settingsChanged()
	s.around.toTray = s.settings.Now.CloseToTray
	if s.prefs != nil {
		s.prefs.Update()
	}
}

// applyLook gives the window its colours, its zoom and, at the start, its size.
func (s *session) applyLook() {
	if look := settings.Look(s.settings.Now.Appearance); look != s.look {
		s.look = look
		theme.Apply(s.app, look)
	}
	if !s.sized {
		s.sized = true
		if m := s.settings.Now; m.WindowWidth >= minWidth && m.WindowHeight >= minHeight {
			s.window.Resize(fyne.NewSize(float32(m.WindowWidth), float32(m.WindowHeight)))
		}
	}
	if !s.left.applied {
		s.left.applied = true
		if w := s.settings.Now.LeftPane; w > 0 {
			s.split.SetLeftWidth(float32(w))
		}
	}
}

func (s *session) devicesChanged() {
	s.left.update()
	if s.prefs != nil {
		s.prefs.Update()
	}
}

func (s *session) attentionChanged(n int) {
	s.unread = n
	s.countUnread()
}

func (s *session) countUnread() { s.account.unread.set(s.account, s.unread+len(s.asked.List())) }

func (s *session) requestsChanged() {
	s.countUnread()
	s.left.update()
	if s.requests != nil {
		s.requests.Update()
	}
}

func (s *session) narrowed(narrow bool) {
	if s.chat != nil {
		s.chat.SetNarrow(narrow)
	}
	s.left.update()
	s.attend()
}

// attend tells the conversation whether somebody can see it: only then are
// messages read.
func (s *session) attend() {
	if s.chat != nil {
		s.chat.Active(s.active && !s.inSet && !s.split.Covered())
	}
	s.watchful()
}

// watchful lets the engine look for news often while somebody is there, also
// where no conversation is open: new ones and requests come too.
func (s *session) watchful() {
	if s.chat == nil {
		s.engine.Focus("", s.active)
	}
}

// refreshMiddle shows the greeting anew where no conversation is open.
func (s *session) refreshMiddle() {
	if s.open == "" {
		s.split.SetMiddle(s.media.middle(s.hello()))
	}
}

// openAt opens a conversation.
func (s *session) openAt(conv model.ConversationID, at model.MessageID) {
	s.finishOpening()
	if s.open == conv && s.chat != nil {
		if at != 0 {
			s.chat.GoTo(at)
		}
		s.split.ShowMiddle(true)
		s.chat.Focus()
		return
	}
	s.beginOpening(conv, at)
}

func (s *session) closeChat() {
	if s.chat == nil {
		return
	}
	s.chat.Active(false)
	s.chat.Leave()
	s.leaveChat()
	s.chat, s.open = nil, ""
	s.watchful()
}

// back leaves the conversation for the list.
func (s *session) back() {
	s.finishOpening()
	s.closeInfo()
	s.closeChat()
	s.list.Select("")
	s.split.ShowMiddle(false)
	s.split.SetMiddle(s.media.middle(s.hello()))
}

// gone leaves a conversation that is no more.
func (s *session) gone(conv model.ConversationID) {
	s.finishOpening()
	if s.open == conv {
		s.back()
	}
}

func (s *session) profile(id model.ID) {
	room := s.open
	vm.Ask(s.desk, func(ctx context.Context) (model.ConversationID, error) {
		if vm.Blinded(id) {
			return s.engine.StartBlinded(ctx, room, id)
		}
		return s.engine.StartConversation(ctx, id)
	},
		func(conv model.ConversationID, err error) {
			switch {
			case err != nil:
				s.Toast(vm.Sentence(err), "", nil, nil)
			case conv == s.open:
				s.openInfo()
			default:
				s.openAt(conv, 0)
			}
		})
}

// details opens a conversation with its panel.
func (s *session) details(conv model.ConversationID) {
	s.openAt(conv, 0)
	s.finishOpening()
	s.openInfo()
}

func (s *session) toggleInfo() {
	if s.info != nil {
		s.closeInfo()
		return
	}
	s.openInfo()
}

func (s *session) openInfo() {
	s.closeInfo()
	if s.open == "" {
		return
	}
	conv := s.open
	desk, leave := s.desk.Sub()
	s.leaveInfo = leave
	if s.chat.Several() {
		s.info = groupinfo.New(desk, s.engine, conv, s, groupinfo.Actions{
			Close:   s.closeInfo,
			Find:    s.findHere,
			Gone:    func() { s.gone(conv) },
			Profile: s.profile,
			GoTo:    s.goToPinned,
			Shared:  func() { s.openShared(conv) },
			Export:  func() { s.export(conv) },
		})
	} else {
		s.info = contact.New(desk, s.engine, conv, s, contact.Actions{
			Close: s.closeInfo,
			Find:  s.findHere,
			Gone:  func() { s.gone(conv) },

			Shared: func() { s.openShared(conv) },
			Export: func() { s.export(conv) },
		})
	}
	s.split.SetRight(s.info.Object())
	s.chat.SetInfoOn(true)
	s.attend()
}

// export asks how a conversation is to be exported.
func (s *session) export(conv model.ConversationID) {
	vm.Ask(s.desk, func(context.Context) (model.Conversation, error) {
		c, ok := s.engine.Conversation(conv)
		if !ok {
			return c, model.Fail(model.ReasonNotFound, "there is no such conversation", nil)
		}
		return c, nil
	}, func(c model.Conversation, err error) {
		if err != nil {
			s.Toast(vm.Sentence(err), "", nil, nil)
			return
		}
		datasheet.Export(s, s.data, conv, vm.ConversationTitle(c))
	})
}

func (s *session) emoji() {
	if s.chat != nil && !s.inSet {
		s.chat.Emoji()
	}
}

func (s *session) pickFiles() {
	if s.chat != nil && !s.inSet {
		s.chat.PickFiles()
	}
}

// findHere opens the search in the conversation; in one column its panel goes.
func (s *session) findHere() {
	if s.split.Covered() {
		s.closeInfo()
	}
	if s.chat != nil {
		s.chat.Find()
	}
}

func (s *session) closeInfo() {
	if s.info == nil {
		return
	}
	s.closeShared()
	s.leaveInfo()
	s.info = nil
	s.split.SetRight(nil)
	if s.chat != nil {
		s.chat.SetInfoOn(false)
	}
	s.attend()
}

// escape steps back from the innermost thing that is open.
func (s *session) escape() {
	switch {
	case s.arrival != nil:
	case s.inSet:
		if !s.prefs.Escape() {
			s.closeSettings()
		}
	case s.chat != nil && s.chat.Escape():
	case s.list.Escape():
	case s.shared != nil:
		s.closeShared()
	case s.info != nil:
		s.closeInfo()
	case s.inReq:
		s.closeRequests()
	case s.split.Narrow() && s.open != "":
		s.back()
	case s.chat != nil:
		s.chat.Focus()
	}
}

func (s *session) jump() {
	if s.inSet {
		s.closeSettings()
	}
	s.closeRequests()
	if s.split.Narrow() && s.chat != nil {
		s.back() // what is not on the screen is not read
	}
	s.list.FocusSearch()
}

func (s *session) find() {
	if s.inSet {
		s.prefs.Find()
		return
	}
	if s.chat != nil {
		s.chat.Find()
		return
	}
	s.jump()
}

// drop takes a picture: for the profile where that is open, else of a QR code,
// which is somebody to write to.
func (s *session) drop(data []byte) {
	if s.arrival != nil {
		return
	}
	if s.inSet && s.prefs.TakesPicture() {
		s.prefs.DropPicture(data)
		return
	}
	if s.add == nil || !s.add.IsOpen() {
		s.newChat()
	}
	s.add.Drop(data)
}

package app

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/store"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// fitting walks through the screens of a window in one language and looks at
// each in the smallest window that is promised, and in one of usual size.
type fitting struct {
	*user
	language string
	seen     map[string]bool
}

func (f *fitting) look(screen string) {
	f.t.Helper()
	for _, size := range []fyne.Size{{Width: minWidth, Height: minHeight}, {Width: 760, Height: 600}, {Width: 1100, Height: 760}} {
		f.w.Resize(size.Width, size.Height)
		c := f.w.Canvas()
		if least := c.Content().MinSize().Width; least > size.Width {
			f.t.Errorf("%s %s: needs %.0f, the window has %.0f", f.language, screen, least, size.Width)
		}
		for _, o := range widget.Overflows(c) {
			if line := o.String(); !f.seen[line] {
				f.seen[line] = true
				f.t.Errorf("%s %s at %.0f: %s", f.language, screen, size.Width, line)
			}
		}
	}
}

// TestEveryScreenFitsInEveryLanguage draws the screens with the toolkit's test
// driver and the program's own fonts.
func TestEveryScreenFitsInEveryLanguage(t *testing.T) {
	for _, l := range text.Choices() {
		if testing.Short() && l.Code != "de" && l.Code != "ru" && l.Code != "ar" {
			continue
		}
		t.Run(l.Code, func(t *testing.T) {
			u := openIn(t, newHouse(t), l.Code)
			f := &fitting{user: u, language: l.Code, seen: map[string]bool{}}
			f.firstRun()
			f.conversations()
			f.sheets()
			f.settings()
			f.locked()
			f.people(l.Code)
		})
	}
}

func (f *fitting) firstRun() {
	f.waits("welcome.create")
	f.look("welcome")
	f.presses("welcome.create")
	f.waits("protect.passphrase")
	f.look("create")
	f.key(fyne.KeyEscape)
	f.presses("welcome.restore")
	f.waits("restore.go")
	f.look("restore")
	f.key(fyne.KeyEscape)
	for _, kind := range []TroubleKind{TroubleDamaged, TroubleInUse, TroubleKeyring, TroubleNewer, TroubleNetwork, TroubleDisk, TroubleClear, TroubleOther} {
		f.w.ShowTrouble(&Trouble{Kind: kind, Err: context.Canceled})
		f.look("trouble " + string(kind))
	}
	f.w.shown.welcome()
	f.fillsIn()
	f.waits("header.me")
	f.waits("phrase.show")
	f.look("hello")
}

func (f *fitting) conversations() {
	s := f.w.session
	var maya model.ID
	maya[0], maya[1] = 0x05, 0x17
	other, err := s.engine.StartConversation(context.Background(), maya)
	if err != nil {
		f.t.Fatal(err)
	}
	self, err := s.engine.StartConversation(context.Background(), s.engine.Me().ID)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, conv := range []model.ConversationID{self, other} {
		s.openAt(conv, 0)
		f.w.post.pump(patienceOfTests, func() bool { return s.open == conv && s.coming == nil })
		f.waits("composer.text")
		f.look("conversation")
		s.findHere()
		f.look("search in the conversation")
		f.key(fyne.KeyEscape)
		s.openInfo()
		f.look("details")
		s.closeInfo()
	}
	f.w.Resize(1100, 2000) // all of the panel can be pressed
	s.openInfo()
	for _, name := range []string{"contact.block", "contact.clear", "contact.delete", "contact.safety_compare", "contact.timer", "contact.mute"} {
		f.presses(name)
		f.look(name)
		f.w.clearOverlays()
		f.w.Resize(1100, 2000)
	}
	s.back()
}

func (f *fitting) sheets() {
	s := f.w.session
	f.w.Resize(1100, 760)
	for screen, open := range map[string]func(){
		"own id": s.showID, "path": s.showPath, "shortcuts": s.showShortcuts, "recovery": s.ShowRecovery,
		"new": s.newChat, "group": s.newGroup, "community": func() { s.joinAt("") }, "menu": s.left.menu,
	} {
		open()
		f.look(screen)
		f.w.clearOverlays()
	}
	s.openRequests()
	f.look("requests")
	s.closeRequests()
}

func (f *fitting) settings() {
	s := f.w.session
	f.w.Resize(1100, 760)
	s.openSettings("")
	for _, page := range vm.SettingsPages {
		s.prefs.Open(page)
		f.w.post.pump(50*time.Millisecond, func() bool { return false })
		f.look("settings " + page)
	}
	s.closeSettings()
}

func (f *fitting) locked() {
	f.w.session.Lock()
	f.waits("lock.passphrase")
	f.look("lock")
	f.presses("lock.forgot")
	f.look("a forgotten passphrase")
	f.presses("lock.remove")
	f.look("remove a locked account")
	f.w.clearOverlays()
	f.w.shown.lockScreen(engine.SecondInfo{Kind: engine.KeyFile}, true, closedAlready)
	f.look("lock with a second factor")
	f.w.shown.lockScreen(engine.SecondInfo{Kind: engine.SecurityKey, PIN: true}, false, closedAlready)
	f.look("lock with a security key")
}

// people looks at a profile with messages, requests and what failed in it.
func (f *fitting) people(language string) {
	h := newHouse(f.t)
	e, err := engine.Create(h.options(), engine.Protection{None: true}, engine.Origin{}, "Robin")
	if err != nil {
		f.t.Fatal(err)
	}
	me := e.Me().ID
	if err := e.Close(); err != nil {
		f.t.Fatal(err)
	}
	s, err := store.Open(h.dir, store.Unlock{}, store.Options{})
	if err != nil {
		f.t.Fatal(err)
	}
	if err := s.Update(func(tx *store.Tx) error { return acquaintances(tx, me) }); err != nil {
		f.t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		f.t.Fatal(err)
	}
	f.user = openIn(f.t, h, language)
	f.w.Resize(1100, 760)
	f.presses("chats.row:Maya")
	f.waits("composer.text")
	f.look("messages")
	f.w.Resize(1100, 760)
	f.presses("requests.open")
	f.waits("requests.accept")
	f.look("requests with people")
	f.w.Resize(1100, 760)
	f.presses("requests.row:Pia")
	f.waits("request.accept")
	f.look("request")
}

func acquaintances(tx *store.Tx, me model.ID) error {
	now := time.Now()
	for i, c := range []model.Conversation{
		{Name: "Maya", Approved: true, ApprovedMe: true}, {Name: "Pia", ApprovedMe: true}, {Name: "Jonas", Approved: true, Blocked: true},
	} {
		var id model.ID
		id[0], id[1] = 0x05, byte(0x20+i)
		c.ID, c.Created, c.LastActivity = model.ConversationOf(id), model.Millis(now.Add(-time.Hour).UnixMilli()), model.Millis(now.UnixMilli())
		if err := tx.PutConversation(c); err != nil {
			return err
		}
		in := model.Message{Conversation: c.ID, Sender: id, Timestamp: model.Millis(now.Add(-50 * time.Hour).UnixMilli()), Text: "Is there room in the boat?", Unread: i == 1}
		out := model.Message{Conversation: c.ID, Sender: me, Outgoing: true, Timestamp: model.Millis(now.UnixMilli()), Text: "Yes", State: model.StateFailed, Failure: model.ReasonClock}
		full := out
		full.Failure = model.ReasonDisk
		full.Timestamp++
		line := model.Message{Conversation: c.ID, Sender: id, Timestamp: in.Timestamp + 1, Kind: model.KindTimerChange, Timer: model.Timer{Mode: model.ExpireAfterRead, Seconds: 7 * 86400}}
		list := []*model.Message{&in, &line, &out, &full}
		if i == 1 {
			list = list[:1]
		}
		for _, m := range list {
			m.Received = m.Timestamp
			if _, err := tx.AddMessage(m); err != nil {
				return err
			}
		}
	}
	return tx.PutSettings(model.Settings{PhraseSeen: true, ShowNoteToSelf: true})
}

package app

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/engine"
	"sotto/internal/clock"
	"sotto/internal/desktop"
	"sotto/media/audio"
	"sotto/ui/text"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// street is a program with several accounts: a house for each.
type street struct {
	t *testing.T

	mu     sync.Mutex
	houses []*house
	labels map[Host]string
	last   int
	most   int // accounts that it takes; 0: any number
}

// Accounts implements Keeper.
func (s *street) Accounts() (list []Kept, last int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.houses {
		list = append(list, Kept{h, s.labels[h]})
	}
	return list, s.last
}

// Add implements Keeper.
func (s *street) Add() (Host, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.most > 0 && len(s.houses) >= s.most {
		return nil, &NoRoom{s.most}
	}
	h := newHouse(s.t)
	h.cleared = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.houses = slices.DeleteFunc(s.houses, func(o *house) bool { return o == h })
	}
	s.houses = append(s.houses, h)
	return h, nil
}

// Shown implements Keeper.
func (s *street) Shown(h Host) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = slices.Index(s.houses, h.(*house))
	return nil
}

// Tell implements Keeper.
func (s *street) Tell(h Host, label string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.labels[h] = label
	return nil
}

// keeps waits until the label of an account is stored.
func (u *user) keeps(s *street, h Host, label string) {
	u.t.Helper()
	stored := func() string {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.labels[h]
	}
	for end := time.Now().Add(patienceOfTests); stored() != label; {
		if time.Now().After(end) {
			u.t.Fatalf("kept is %q", stored())
		}
		u.w.post.pump(5*time.Millisecond, func() bool { return false })
	}
}

// has lets somebody have lived in a house before.
func (h *house) has(p engine.Protection, name string) {
	h.t.Helper()
	e, err := engine.Create(h.options(), p, engine.Origin{}, name)
	if err == nil {
		err = e.Close()
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func newStreet(t *testing.T) *street {
	s := &street{t: t, labels: map[Host]string{}}
	if _, err := s.Add(); err != nil {
		t.Fatal(err)
	}
	return s
}

func openSeveral(t *testing.T, k Keeper) *user {
	return sit(t, text.English, func(a fyne.App) *Window { return NewSeveral(a, k, func() {}) })
}

// until lets the window work until something holds.
func (u *user) until(what string, ok func() bool) {
	u.t.Helper()
	u.w.post.pump(patienceOfTests, ok)
	if !ok() {
		u.t.Fatalf("waited in vain: %s; %+v", what, u.w.Inspect())
	}
}

// signsUpAs goes through the first run with a passphrase that is the name.
func (u *user) signsUpAs(name string) {
	u.t.Helper()
	u.fillsInAs(name)
	u.waits("Hello, " + name)
}

// fillsInAs is signsUpAs until the main window comes.
func (u *user) fillsInAs(name string) {
	u.t.Helper()
	u.presses("welcome.create")
	u.types(name)
	u.waits("protect.passphrase")
	widget.Find(u.w.Canvas(), "protect.passphrase").(*widget.TextField).Focus()
	u.types(words(name))
	u.key(fyne.KeyReturn)
	u.types(words(name))
	u.key(fyne.KeyReturn)
}

// words are the passphrase of somebody.
func words(name string) string { return "the words of " + name }

// chooses opens a menu of accounts and presses a row.
func (u *user) chooses(item string) {
	u.t.Helper()
	m, ok := u.w.Canvas().Overlays().Top().(*widget.Menu)
	if !ok {
		u.t.Fatalf("no menu is open for %q", item)
	}
	for _, s := range u.w.Inspect() {
		if s.Name == item {
			scale := u.w.Canvas().Scale()
			m.Tapped(&fyne.PointEvent{Position: fyne.NewPos((s.X+s.W/2)/scale, (s.Y+s.H/2)/scale)})
			return
		}
	}
	u.t.Fatalf("%q is not in the menu: %+v", item, u.w.Inspect())
}

// two signs two people up in one window; the second is shown.
func two(t *testing.T) (*user, *street) {
	s := newStreet(t)
	u := openSeveral(t, s)
	u.signsUpAs("Robin")
	u.presses("header.me")
	u.chooses("menu.add_account")
	u.waits("accounts.back")
	u.signsUpAs("Maya")
	return u, s
}

// writesTo opens Note to Self of the account that is shown.
func (u *user) opensNotes() {
	u.t.Helper()
	u.shortcut(fyne.KeyN, control|shift)
	u.until("notes are open", func() bool { s := u.w.session; return s != nil && s.chat != nil && s.coming == nil })
	u.waits("composer.text")
}

// notes is what the account of a house has written to itself.
func notes(t *testing.T, h *house) (texts []string) {
	t.Helper()
	conv, err := h.engine.StartConversation(t.Context(), h.engine.Me().ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range h.engine.MessagesAfter(0, 100) {
		if m.Conversation == conv {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// TestSwitchingWhileWriting types and switches without waiting: nothing that was
// meant for one account gets into the other, drafts stay where they were.
func TestSwitchingWhileWriting(t *testing.T) {
	u, s := two(t)
	u.opensNotes()
	u.shortcut(fyne.Key1, control|shift)
	u.waits("Hello, Robin")
	u.opensNotes()
	const rounds = 5
	for range rounds {
		u.types("for Robin")
		u.key(fyne.KeyReturn)
		u.types("half for Robin")
		u.shortcut(fyne.Key2, control|shift)
		u.until("Maya is there", func() bool { return u.w.session != nil && u.w.session.chat != nil })
		u.types("for Maya")
		u.key(fyne.KeyReturn)
		u.shortcut(fyne.Key1, control|shift)
		u.until("Robin is there", func() bool { return u.w.session != nil && u.w.session.chat != nil && u.composed() != "" })
		if got := u.composed(); got != "half for Robin" {
			t.Fatalf("the draft is %q", got)
		}
		for range "half for Robin" {
			u.key(fyne.KeyBackspace)
		}
	}
	for i, name := range []string{"Robin", "Maya"} {
		u.until("all is written", func() bool { return len(notes(t, s.houses[i])) == rounds })
		for _, got := range notes(t, s.houses[i]) {
			if got != "for "+name {
				t.Errorf("%s has %q", name, got)
			}
		}
	}
}

// TestABackupGoesOnBehindAnother begins a backup and switches: it is made, and the
// window says so.
func TestABackupGoesOnBehindAnother(t *testing.T) {
	u, _ := two(t)
	path := filepath.Join(t.TempDir(), "maya"+engine.BackupSuffix)
	u.w.session.data.Backup(path, words("Maya"))
	u.shortcut(fyne.Key1, control|shift)
	u.waits("Hello, Robin")
	u.waits("toast.action")
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// TestNothingIsTypedIntoWhatIsGone switches to an account with nothing open: what
// is typed then is for nobody.
func TestNothingIsTypedIntoWhatIsGone(t *testing.T) {
	u, s := two(t)
	u.opensNotes()
	u.types("mine")
	u.shortcut(fyne.Key1, control|shift)
	if f := u.w.Canvas().Focused(); f != nil {
		f.TypedRune('x')
	}
	u.waits("Hello, Robin")
	u.shortcut(fyne.Key2, control|shift)
	u.until("Maya is there", func() bool { return u.w.session != nil && u.w.session.chat != nil })
	if got := u.composed(); got != "mine" {
		t.Errorf("the draft became %q", got)
	}
	if len(notes(t, s.houses[0])) != 0 {
		t.Error("the other account wrote")
	}
}

// TestADropIsForTheAccountThatWasShown drops a picture and locks before it is read.
func TestADropIsForTheAccountThatWasShown(t *testing.T) {
	u, _ := two(t)
	path := filepath.Join(t.TempDir(), "code.png")
	if err := os.WriteFile(path, assets.Logo(assets.AppPNG).Content(), 0o600); err != nil {
		t.Fatal(err)
	}
	u.w.Drop([]string{path})
	u.control(fyne.KeyL)
	u.waits("lock.passphrase")
	u.w.post.pump(300*time.Millisecond, func() bool { return u.sees("newchat.text") })
	if u.sees("newchat.text") {
		t.Error("a sheet opens over the lock screen")
	}
	u.shortcut(fyne.Key1, control|shift)
	u.waits("Hello, Robin")
	u.w.Drop([]string{path})
	u.waits("newchat.text")
}

// TestEachAccountHasItsLock locks the one that is shown, then the other behind
// it; its name is told only if the user wants that.
func TestEachAccountHasItsLock(t *testing.T) {
	u, s := two(t)
	robin, maya := s.houses[0], s.houses[1]
	u.control(fyne.KeyL)
	u.waits("lock.passphrase")
	u.works(u.w.shown.locking)
	if maya.engine != nil || robin.engine == nil {
		t.Fatal("the wrong profile was closed")
	}
	u.presses("accounts.open")
	if u.sees("Maya") || !u.sees("menu.account:Robin") || !u.sees("menu.account:Account 2") {
		t.Errorf("the menu shows %+v", u.w.Inspect())
	}
	u.chooses("menu.account:Robin")
	u.waits("Hello, Robin")
	u.shortcut(fyne.Key2, control|shift)
	u.waits("lock.passphrase")
	u.types(words("Maya"))
	u.key(fyne.KeyReturn)
	u.waits("Hello, Maya")

	// Robin is locked from the sheet, behind Maya, with a label that is told.
	u.presses("header.me")
	u.chooses("menu.accounts")
	u.presses("accounts.more:Robin")
	u.chooses("menu.rename_account")
	u.types("Work")
	u.presses("rename.tell")
	u.presses("rename.ok")
	u.waits("accounts.row:Work")
	u.presses("accounts.more:Work")
	u.chooses("menu.lock_account")
	u.works(u.w.accounts[0].locking)
	if robin.engine != nil || maya.engine == nil {
		t.Error("the wrong profile was closed")
	}
	if !u.sees("accounts.row:Work") || u.sees("Robin") {
		t.Errorf("a locked account tells %+v", u.w.Inspect())
	}
	u.keeps(s, robin, "Work")
}

// TestNobodyIsThereForAnyAccount moves the clock of the account that is not
// shown: it locks by its own settings, the other stays.
func TestNobodyIsThereForAnyAccount(t *testing.T) {
	u, s := two(t)
	a := u.w.accounts[0]
	clk := clock.NewManual(time.Now())
	a.idle.clock = clk
	a.idle.set(5)
	clk.AwaitTimers(1)
	clk.Advance(6 * time.Minute)
	u.until("Robin is locked", func() bool { return a.engine == nil })
	u.works(a.locking)
	if s.houses[0].engine != nil || s.houses[1].engine == nil || !u.sees("Hello, Maya") {
		t.Error("not the account that was left is locked")
	}
}

// TestAnotherAccountIsHeardOverTheLock has the account locked that is shown.
func TestAnotherAccountIsHeardOverTheLock(t *testing.T) {
	SoundBackend = audio.BackendNull
	t.Cleanup(func() { SoundBackend = audio.BackendSystem })
	u, _ := two(t)
	u.control(fyne.KeyL)
	u.waits("lock.passphrase")
	u.w.ring()
	if !u.w.around.chime.playing.Load() {
		t.Error("nothing is to be heard")
	}
}

// TestLookingAwayWhileUnlocking shows another account while the right passphrase is
// being tried, and comes back before the answer.
func TestLookingAwayWhileUnlocking(t *testing.T) {
	u, s := two(t)
	u.control(fyne.KeyL)
	u.waits("lock.passphrase")
	u.works(u.w.shown.locking)
	open, answer := make(chan struct{}), make(chan struct{})
	s.houses[1].opened = func() {
		close(open)
		<-answer
	}
	u.types(words("Maya"))
	u.key(fyne.KeyReturn)
	u.works(open)
	u.shortcut(fyne.Key1, control|shift)
	u.waits("Hello, Robin")
	u.shortcut(fyne.Key2, control|shift)
	u.waits("lock.passphrase")
	close(answer)
	u.waits("Hello, Maya")
}

// TestAMenuThatIsOlderThanTheLock has a menu open while its account locks behind
// another one: what needs the profile does nothing.
func TestAMenuThatIsOlderThanTheLock(t *testing.T) {
	u, s := two(t)
	u.presses("header.me")
	u.chooses("menu.accounts")
	robin := u.w.accounts[0]
	items := u.w.switcher.menu(robin)
	robin.lock(func() {})
	u.works(robin.locking)
	for _, name := range []string{"menu.rename_account", "menu.lock_account"} {
		i := slices.IndexFunc(items, func(it widget.MenuItem) bool { return it.Name == name })
		items[i].Action()
	}
	if u.sees("rename.text") {
		t.Error("a locked account can be renamed")
	}
	if s.houses[0].engine != nil || s.houses[1].engine == nil {
		t.Error("not the account that was chosen is locked")
	}
}

// TestTheComputerSleepsWithSeveral locks all.
func TestTheComputerSleepsWithSeveral(t *testing.T) {
	u, s := two(t)
	back := make(chan struct{})
	go func() {
		defer close(back)
		u.w.Away()
	}()
	u.works(back)
	for i, h := range s.houses {
		if h.engine != nil {
			t.Errorf("account %d is open", i+1)
		}
	}
	u.waits("lock.passphrase")
}

// TestGivingUpAnotherAccount leads back from each step of the first run.
func TestGivingUpAnotherAccount(t *testing.T) {
	s := newStreet(t)
	u := openSeveral(t, s)
	u.signsUpAs("Robin")
	u.opensNotes()
	u.types("half a thought")
	for _, way := range []func(){
		func() { u.presses("accounts.back") },
		func() { u.key(fyne.KeyEscape) },
		func() { u.presses("welcome.create"); u.waits("protect.passphrase"); u.presses("accounts.back") },
		func() { u.shortcut(fyne.Key1, control|shift) },
	} {
		u.w.AddAccount()
		u.waits("welcome.create")
		u.waits("Back to Robin")
		way()
		u.until("Robin is there", func() bool { return u.w.session != nil && u.w.session.chat != nil })
		if got := u.composed(); got != "half a thought" {
			t.Errorf("the draft is %q", got)
		}
		if len(u.w.accounts) != 1 {
			t.Fatal("an account without a profile was added")
		}
	}
}

// TestAnotherAccountBeginsInTheSameLanguage adds one to one that speaks another
// language than the system, and keeps that for the next start.
func TestAnotherAccountBeginsInTheSameLanguage(t *testing.T) {
	s := newStreet(t)
	u := openSeveral(t, s)
	u.signsUpAs("Robin")
	u.w.session.SetLanguage("de")
	u.until("Robin speaks German", func() bool { return u.w.session != nil && u.w.session.begun })
	u.w.AddAccount()
	u.waits("welcome.create")
	if got := text.Language(); got != "de" {
		t.Errorf("the first run speaks %q", got)
	}
	u.fillsInAs("Maya")
	u.until("Maya is there", func() bool { return u.w.session != nil && u.w.session.begun })
	if info, err := s.houses[1].Profile(); err != nil || info.Language != "de" || u.w.session.Language() != "de" {
		t.Errorf("kept is %q, shown %q, %v", info.Language, u.w.session.Language(), err)
	}
}

// TestRemovingAnAccount removes one of two, then the last.
func TestRemovingAnAccount(t *testing.T) {
	u, s := two(t)
	maya := s.houses[1]
	u.shortcut(fyne.Key1, control|shift)
	u.waits("Hello, Robin")
	remove := func(name string) {
		t.Helper()
		u.presses("clear.continue")
		u.waits("clear.passphrase")
		u.types(words(name))
		u.key(fyne.KeyReturn)
	}
	u.presses("header.me")
	u.chooses("menu.accounts")
	u.presses("accounts.more:Maya")
	u.chooses("menu.remove_account")
	u.waits("clear.continue")
	remove("Maya")
	u.waits("Hello, Robin")
	u.until("Maya is gone", func() bool { return len(u.w.accounts) == 1 })
	if info, err := maya.Profile(); err != nil || info.Exists {
		t.Errorf("the profile is there: %v, %v", info.Exists, err)
	}
	if u.sees("accounts.open") || s.houses[0].engine == nil {
		t.Error("the account that is left is not as if it were alone")
	}
	u.w.shown.rename("Work", true)
	u.w.session.askToRemove()
	remove("Robin")
	u.waits("welcome.create")
	if got := u.w.shown.name(); got != "Account 1" {
		t.Errorf("what comes next is called %q", got)
	}
	if u.sees("accounts.back") {
		t.Error("there is a way back to nothing")
	}
}

// TestRemovingALockedAccount removes the one that nobody can open, behind the one
// that is shown.
func TestRemovingALockedAccount(t *testing.T) {
	u, s := two(t)
	robin := s.houses[0]
	a := u.w.accounts[0]
	a.lock(func() {})
	u.works(a.locking)
	u.presses("header.me")
	u.chooses("menu.accounts")
	u.presses("accounts.more:Account 1")
	u.chooses("menu.remove_account")
	u.waits("Remove “Account 1” from this computer?")
	u.presses("forget.sure")
	u.presses("forget.yes")
	u.until("Robin is gone", func() bool { return len(u.w.accounts) == 1 })
	if info, err := robin.Profile(); err != nil || info.Exists {
		t.Errorf("the profile is there: %v, %v", info.Exists, err)
	}
	if s.houses[0].engine == nil || u.w.session == nil || !u.sees("Hello, Maya") {
		t.Error("the account that is shown was not left alone")
	}
}

// TestAMenuThatIsOlderThanTheUnlock begins to remove a locked account that is open
// by the time of the last word: it goes as an open one does, for its passphrase.
func TestAMenuThatIsOlderThanTheUnlock(t *testing.T) {
	u, s := two(t)
	robin := u.w.accounts[0]
	robin.lock(func() {})
	u.works(robin.locking)
	robin.askToRemove()
	e, err := s.houses[0].Open(t.Context(), engine.Credentials{Passphrase: []byte(words("Robin"))})
	if err != nil {
		t.Fatal(err)
	}
	robin.opened(e, vm.ByPassphrase)
	u.presses("forget.sure")
	u.presses("forget.yes")
	u.waits("clear.continue")
	if info, err := s.houses[0].Profile(); err != nil || !info.Exists {
		t.Errorf("removed without its passphrase: %v", err)
	}
}

// TestTheTrayLocksAll locks every account that has a passphrase, whichever is
// shown.
func TestTheTrayLocksAll(t *testing.T) {
	u, s := two(t)
	tray := &shelf{there: true}
	u.w.around.desktop, u.w.around.icons = tray, trayIcons()
	u.w.updateTray()
	entry := func() desktop.MenuEntry {
		i := slices.IndexFunc(tray.tray.Menu, func(e desktop.MenuEntry) bool { return e.ID == trayLock })
		return tray.tray.Menu[i]
	}
	if e := entry(); e.Label != "Lock all accounts" || e.Disabled {
		t.Errorf("the menu has %+v", e)
	}
	u.w.accounts[1].lock(func() {})
	u.works(u.w.accounts[1].locking)
	if entry().Disabled {
		t.Error("the account that is not shown cannot be locked")
	}
	u.w.chosen(trayLock)
	u.works(u.w.accounts[0].locking)
	for i, h := range s.houses {
		if h.engine != nil {
			t.Errorf("account %d is open", i+1)
		}
	}
	if !entry().Disabled {
		t.Error("there is something left to lock")
	}
}

// TestASecondStart opens the one that was shown last, and behind it all that need
// nobody.
func TestASecondStart(t *testing.T) {
	s := newStreet(t)
	if _, err := s.Add(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"Robin", "Maya", "Kim"} {
		h := s.houses[i]
		p := engine.Protection{None: true}
		if name == "Kim" {
			p = engine.Protection{Passphrase: []byte(words(name))}
		}
		h.has(p, name)
	}
	s.last = 1
	s.labels[s.houses[2]] = "Night"
	u := openSeveral(t, s)
	u.waits("Hello, Maya")
	u.until("Robin is open", func() bool { return u.w.accounts[0].engine != nil && u.w.accounts[0].me.Loaded() })
	if u.w.accounts[2].engine != nil {
		t.Error("a profile with a passphrase opened by itself")
	}
	var names []string
	for _, a := range u.w.accounts {
		names = append(names, a.name())
	}
	if got := strings.Join(names, ", "); got != "Robin, Maya, Night" {
		t.Errorf("the accounts are %s", got)
	}
}

// TestGivingUpAfterARemoval removes the account that a first run was begun from.
func TestGivingUpAfterARemoval(t *testing.T) {
	u, s := two(t)
	begun, cleared := make(chan struct{}), s.houses[1].cleared
	s.houses[1].cleared = func() {
		<-begun
		cleared()
	}
	u.w.session.wipe()
	u.w.AddAccount()
	u.waits("accounts.back")
	close(begun)
	u.until("Maya is gone", func() bool { return len(u.w.accounts) == 1 })
	u.key(fyne.KeyEscape)
	u.waits("Hello, Robin")
}

// TestWhatCouldNotBeRemovedIsSaid also when another account is shown by then.
func TestWhatCouldNotBeRemovedIsSaid(t *testing.T) {
	u, s := two(t)
	s.houses[1].stuck = errors.New("somebody holds a file")
	u.w.session.wipe()
	u.shortcut(fyne.Key1, control|shift)
	u.waits("Hello, Robin")
	u.waits(text.T("trouble.clear"))
	if len(u.w.accounts) != 2 {
		t.Error("what is still there is gone from the list")
	}
}

// TestThereIsRoomForSoMany says when there is no room.
func TestThereIsRoomForSoMany(t *testing.T) {
	s := newStreet(t)
	u := openSeveral(t, s)
	u.signsUpAs("Robin")
	s.most = 1
	u.w.AddAccount()
	u.waits("There is room for 1 accounts")
	if u.sees("welcome.create") {
		t.Error("an account begins for which there is no room")
	}
}

// TestTroubleBehindAnother: an account that does not open leaves the others alone
// and says what is wrong when it is shown.
func TestTroubleBehindAnother(t *testing.T) {
	s := newStreet(t)
	if _, err := s.Add(); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"Robin", "Maya"} {
		s.houses[i].has(engine.Protection{None: true}, name)
	}
	s.houses[1].trouble = &Trouble{TroubleDamaged, errors.New("bytes that do not fit")}
	u := openSeveral(t, s)
	u.waits("Hello, Robin")
	u.until("the trouble is known", func() bool { return u.w.accounts[1].broken })
	if u.sees("trouble.salvage") {
		t.Fatal("the trouble of another account is shown")
	}
	u.shortcut(fyne.Key2, control|shift)
	u.waits("trouble.salvage")
	s.houses[1].trouble = nil
	u.shortcut(fyne.Key1, control|shift)
	u.waits("Hello, Robin")
	u.shortcut(fyne.Key2, control|shift)
	u.waits("Hello, Maya")
}

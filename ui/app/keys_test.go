package app

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sotto/ui/vm"
	"sotto/ui/widget"
)

// keyNames are keys that the sheet of shortcuts writes in another way.
var keyNames = map[string]fyne.KeyName{
	"↑": fyne.KeyUp, "↓": fyne.KeyDown, "←": fyne.KeyLeft, "→": fyne.KeyRight, "−": fyne.KeyMinus, "+": fyne.KeyPlus,
}

// TestEveryKeyIsInTheSheet holds the sheet of shortcuts against what the window
// does.
func TestEveryKeyIsInTheSheet(t *testing.T) {
	type press struct {
		key      fyne.KeyName
		modifier fyne.KeyModifier
	}
	told := map[press]bool{}
	for _, s := range vm.Shortcuts() {
		if s.Place != vm.InWindow && s.Place != vm.InList {
			continue
		}
		for _, keys := range s.Keys {
			var p press
			words := strings.Fields(keys)
			for _, w := range words[:len(words)-1] {
				p.modifier |= map[string]fyne.KeyModifier{"Ctrl": control, "Shift": shift, "Alt": alt}[w]
			}
			last := words[len(words)-1]
			if from, to, ok := strings.Cut(last, "…"); ok {
				for n := from[0]; n <= to[0]; n++ {
					told[press{fyne.KeyName(string(n)), p.modifier}] = true
				}
				continue
			}
			p.key = fyne.KeyName(last)
			if name, ok := keyNames[last]; ok {
				p.key = name
			}
			if p.modifier != 0 { // Esc and F10 belong to what has the keyboard
				told[p] = true
			}
		}
	}
	does := map[press]bool{}
	for _, k := range shortcuts {
		does[press{k.key, k.modifier}] = true
	}
	for _, k := range accountKeys {
		does[press{k, control | shift}] = true
	}
	for p := range told {
		if !does[p] {
			t.Errorf("the sheet tells of %+v, which does nothing", p)
		}
	}
	for p := range does {
		if !told[p] && p.key != fyne.KeyEqual { // the key that + is on
			t.Errorf("the sheet does not tell of %+v", p)
		}
	}
}

func (u *user) shortcut(k fyne.KeyName, m fyne.KeyModifier) { u.w.pressed(k, m) }

func TestConversationsByKeyboard(t *testing.T) {
	u := open(t, newHouse(t))
	u.signsUp()
	u.shortcut(fyne.KeyN, control|shift)
	u.waits("composer.text")
	u.waits("chats.row:Note to Self")
	u.shortcut(fyne.KeyW, control)
	if u.sees("composer.text") {
		t.Error("the conversation is still open")
	}
	u.shortcut(fyne.Key1, control)
	u.waits("composer.text")
	u.shortcut(fyne.Key9, control) // there is none
	if !u.sees("composer.text") {
		t.Error("a row that is not there was opened")
	}
	u.shortcut(fyne.KeyN, control)
	u.waits("newchat.invite")
	u.presses("newchat.invite")
	u.waits("invite.copy")
	u.presses("invite.copy")
	if got := u.w.Clipboard(); !strings.Contains(got, u.w.session.me.Profile.ID.String()) {
		t.Errorf("the invitation is %q", got)
	}
	u.key(fyne.KeyEscape)
}

// The requests' banner goes, and their filter stays.
func TestHidingTheBannerOfRequests(t *testing.T) {
	u := open(t, newHouse(t))
	u.signsUp()
	s := u.w.session
	s.openRequests()
	u.waits("requests.more")
	s.hideBanner(true)
	u.waits("Requests wait behind their filter now")
	u.w.post.pump(patienceOfTests, func() bool { return s.settings.Now.HideRequestsBanner })
	if !s.settings.Now.HideRequestsBanner {
		t.Fatal("the banner stays")
	}
	u.presses("toast.action")
	u.w.post.pump(patienceOfTests, func() bool { return !s.settings.Now.HideRequestsBanner })
	if s.settings.Now.HideRequestsBanner {
		t.Error("undo does not bring it back")
	}
	names := []string{}
	for _, o := range widget.Inspect(u.w.Canvas()) {
		names = append(names, o.Name)
	}
	if !slices.Contains(names, "requests.more") {
		t.Errorf("left the requests: %v", names)
	}
}

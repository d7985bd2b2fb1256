package app

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"sotto/ui/text"
)

func TestAnotherLanguageWithoutARestart(t *testing.T) {
	h := newHouse(t)
	u := open(t, h)
	u.signsUp()
	s := u.w.session
	self, err := s.engine.StartConversation(context.Background(), s.engine.Me().ID)
	if err != nil {
		t.Fatal(err)
	}
	s.openAt(self, 0)
	u.waits("composer.text")
	u.types("half a thought")
	engine := s.engine
	u.control(fyne.KeyComma)
	u.presses("settings.appearance")
	u.w.session.SetLanguage("de")
	u.waits("Darstellung")
	if u.w.session == s || u.w.session.engine != engine {
		t.Error("the window was not built anew around the same engine")
	}
	if !u.sees("appearance.language") || u.sees("Appearance") {
		t.Error("another page of the settings is shown, or another language")
	}
	u.key(fyne.KeyEscape)
	u.waits("composer.text")
	if got := u.composed(); got != "half a thought" {
		t.Errorf("the draft is %q", got)
	}
	if u.w.session.open != self {
		t.Error("another conversation is open")
	}

	u.control(fyne.KeyL)
	u.waits("Sotto ist gesperrt")
	u.types("correct horse")
	u.key(fyne.KeyReturn)
	u.waits("header.me")
	u.w.post.pump(patienceOfTests, func() bool { return u.w.session.chat != nil })

	u.control(fyne.KeyL)
	text.SetLanguage(text.English)
	u.w.speak("")
	u.w.ShowTrouble(&Trouble{TroubleInUse, context.Canceled})
	u.presses("trouble.again") // looks as at the next start
	u.waits("Sotto ist gesperrt")
}

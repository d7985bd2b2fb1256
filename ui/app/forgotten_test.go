package app

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"
)

// TestForgottenPassphrase leads from the lock screen to the first run, and back
// to the lock screen of the account that was left.
func TestForgottenPassphrase(t *testing.T) {
	u := openSeveral(t, newStreet(t))
	u.signsUpAs("Robin")
	u.control(fyne.KeyL)
	u.waits("lock.passphrase")
	u.works(u.w.shown.locking)
	u.presses("lock.forgot")
	u.presses("lock.another")
	u.waits("welcome.restore")
	u.presses("accounts.back")
	u.waits("lock.passphrase")
	if u.sees("lock.another") {
		t.Error("the sheet is still there")
	}
}

// TestForgottenPassphraseOfTheOnlyProfile says what to start instead, where the
// window has no other place for an account.
func TestForgottenPassphraseOfTheOnlyProfile(t *testing.T) {
	u := open(t, newHouse(t))
	u.signsUp()
	u.control(fyne.KeyL)
	u.presses("lock.forgot")
	u.waits("--profile")
	if u.sees("lock.another") {
		t.Error("another account is offered")
	}
}

// TestNothingCouldBeSaved offers the first run when not even the account of a
// damaged profile is readable.
func TestNothingCouldBeSaved(t *testing.T) {
	u := openSeveral(t, newStreet(t))
	u.w.ShowTrouble(&Trouble{Kind: TroubleDamaged, Err: errors.New("page 12")})
	if u.sees("trouble.another") {
		t.Error("another account is offered before anything was tried")
	}
	u.presses("trouble.salvage")
	u.presses("trouble.another")
	u.waits("welcome.restore")
}

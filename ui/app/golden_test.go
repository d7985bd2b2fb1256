package app

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sotto/engine"
)

// knownHouse makes always the same account.
type knownHouse struct{ *house }

func (h knownHouse) Create(ctx context.Context, p engine.Protection, o engine.Origin, name string) (*engine.Engine, error) {
	o.Phrase = "dubbed lexicon poverty psychic mechanic acidic cavernous noises doorway odds governing arena doorway"
	return h.house.Create(ctx, p, o, name)
}

// TestMainScreensLookAsTheyDid holds the layout of the main screens against the
// toolkit's markup in testdata: sizes, places, colours by name, texts. Fonts are
// those that the program brings along, so that it is the same on each machine.
// Screens with times on them are not among these, nor the shortcuts, which have
// a test of their own. After a wanted change
// take the file from testdata/failed.
func TestMainScreensLookAsTheyDid(t *testing.T) {
	u := open(t, knownHouse{newHouse(t)})
	golden := func(name string) {
		t.Helper()
		test.AssertRendersToMarkup(t, name+".xml", u.w.Canvas())
	}
	u.waits("welcome.create")
	golden("welcome")
	u.presses("welcome.create")
	u.waits("protect.passphrase")
	golden("create")
	u.key(fyne.KeyEscape)
	u.presses("welcome.restore")
	u.waits("restore.go")
	golden("restore")
	u.key(fyne.KeyEscape)
	u.fillsIn()
	// The account of this house is an old one, and its network cannot be reached.
	u.waits("arrival.later")
	golden("arrival")
	u.presses("arrival.later")
	u.waits("Hello, Robin")
	u.control(fyne.KeyComma)
	for _, page := range []string{"privacy", "notifications", "conversations", "appearance"} {
		u.presses("settings." + page)
		golden("settings-" + page)
	}
	u.w.Resize(480, 760)
	golden("settings-narrow")
	u.control(fyne.KeyL)
	u.waits("lock.passphrase")
	golden("lock-narrow")
	u.w.Resize(1100, 760)
	golden("lock")
}

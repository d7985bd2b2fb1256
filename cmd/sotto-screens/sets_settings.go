package main

import (
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/store"
)

// settled is filled, with more people blocked.
func settled(tx *store.Tx, me model.ID) error {
	if err := filled(tx, me); err != nil {
		return err
	}
	c := &cast{tx: tx, me: me, now: time.Now()}
	for _, name := range []string{"Cheap Loans 24", "Viktor", "winner_of_the_day"} {
		c.add(talk{named(name, func(v *model.Conversation) { v.Blocked = true }), id("blocked " + name), nil})
	}
	return c.err
}

var settingsPages = []string{
	"profile", "privacy", "notifications", "conversations", "appearance", "network", "storage", "data", "shortcuts", "help", "clear",
}

// settings is every page of them, and what opens from them.
func (d *hand) settings(look string) {
	d.look(look)
	d.control(fyne.KeyComma)
	for _, p := range settingsPages {
		d.press("settings." + p)
		d.shot("settings-" + p)
	}
	d.control(fyne.KeyF)
	d.typed("size")
	d.shot("settings-search")
	d.key(fyne.KeyReturn)
	d.shot("settings-search-found")
	d.control(fyne.KeyF)
	d.typed("qwertz")
	d.shot("settings-search-nothing")
	d.key(fyne.KeyEscape)
	d.settingsSheets()
	d.press("settings.appearance")
	d.size(wide, higher)
	d.press("appearance.layout_choice")
	for _, a := range []string{"fern", "dusk", "iris", "mulberry", "ember", "honey"} {
		d.press("appearance." + a)
		d.shot("settings-accent-" + a)
	}
	d.press("appearance.lagoon")
	d.size(narrow, high)
	for _, p := range settingsPages {
		d.press("header.back")
		if p == "profile" {
			d.shot("settings-narrow")
		}
		d.press("settings." + p)
		d.shot("settings-narrow-" + p)
	}
}

// settingsSheets are what opens over the pages.
func (d *hand) settingsSheets() {
	d.press("settings.privacy")
	d.press("privacy.protection")
	d.press("protect.passphrase_choice")
	d.typed("correct horse")
	d.shot("settings-protection")
	d.key(fyne.KeyEscape)
	d.press("privacy.blocked")
	d.press("blocked.row:Viktor")
	d.shot("settings-blocked-sheet")
	d.key(fyne.KeyEscape)
	d.press("privacy.phrase")
	d.shot("settings-phrase-hidden")
	d.press("recovery.saved")
	d.await("recovery.copy")
	d.shot("settings-phrase")
	d.press("recovery.copy")
	d.shot("settings-phrase-copy")
	d.key(fyne.KeyEscape, fyne.KeyEscape)
	d.press("settings.conversations")
	d.press("conversations.trim")
	d.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	d.shot("settings-trim")
	d.key(fyne.KeyEscape)
	d.press("settings.help")
	d.press("help.logs")
	d.shot("settings-logs")
	d.key(fyne.KeyEscape)
	d.press("help.licences")
	d.shot("settings-licences")
	d.press("licences.row:fyne.io/fyne/v2")
	d.shot("settings-licence")
	d.key(fyne.KeyEscape, fyne.KeyEscape)
	d.press("settings.clear")
	d.press("clear.network")
	d.shot("settings-clear-sheet")
	d.press("clear.continue")
	d.shot("settings-clear-sheet-again")
	d.key(fyne.KeyEscape)
}

// settingsLarge is every page at 200 %, in a window of the usual size.
func (d *hand) settingsLarge() {
	d.look("light")
	d.control(fyne.KeyComma)
	for range 8 {
		d.control(fyne.KeyPlus)
	}
	for _, p := range settingsPages {
		d.size(wide, high)
		d.press("settings." + p)
		d.size(wide/2+40, high/2)
		d.shot("settings-200-" + p)
	}
}

// clearing clears a profile without a network, then this computer only.
func (d *hand) clearing() {
	d.look("light")
	d.control(fyne.KeyComma)
	d.press("settings.clear")
	d.failed(d.host.offline())
	d.press("clear.network")
	d.press("clear.continue")
	d.press("clear.yes")
	d.shot("clear-1-asking")
	d.await("clear.device_only")
	d.shot("clear-2-unreachable")
	d.press("clear.device_only")
	d.await("welcome.create")
	d.shot("clear-3-gone")
}

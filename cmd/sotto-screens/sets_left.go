package main

import (
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"sotto/engine/model"
	"sotto/store"
	"sotto/ui/widget"
)

// tidied is filled, with folders, an archive and more to find.
func tidied(tx *store.Tx, me model.ID) error {
	if err := filled(tx, me); err != nil {
		return err
	}
	c := &cast{tx: tx, me: me, now: time.Now()}
	in := func(folder string, change ...func(*model.Conversation)) func(*model.Conversation) {
		return func(v *model.Conversation) {
			v.Folder = folder
			for _, f := range change {
				f(v)
			}
		}
	}
	c.add(talk{named("Vera Cabinet", in("Work", func(v *model.Conversation) { v.Pinned = 3 })), id("Vera"), []line{
		{ago: 5 * time.Hour, text: "The cabin plans are with the carpenter."},
	}})
	c.add(talk{named("Cabin crew of the night train", in("Work")), id("crew"), []line{
		{ago: 9 * time.Hour, text: "Carriage 12 is ours.", unread: true},
	}})
	c.add(talk{named("أمل", in("العائلة")), id("Amal"), []line{
		{ago: 7 * time.Hour, text: "الكوخ جاهز ليوم الجمعة"},
	}})
	c.add(talk{named("Élodie", in("Work", func(v *model.Conversation) { v.MutedUntil = c.at(-6 * time.Hour) })), id("Elodie"), []line{
		{ago: 11 * time.Hour, text: "See you at the cabin desk."},
	}})
	for i, name := range []string{"Old landlord", "Removal company"} {
		c.add(talk{named(name, func(v *model.Conversation) { v.Archived = true }), id(name), []line{
			{ago: time.Duration(i+40) * 24 * time.Hour, text: "Thank you, that is all."},
		}})
	}
	var many []line
	for i := range 60 {
		many = append(many, line{ago: time.Duration(80-i) * 24 * time.Hour, text: fmt.Sprintf("Cabin diary, day %d: fog over the lake, then sun.", i+1)})
	}
	c.add(talk{named("Lake diary"), id("diary"), many})
	if c.err != nil {
		return c.err
	}
	s := tx.Settings()
	s.Folders = "Work\nالعائلة\nReading group"
	return tx.PutSettings(s)
}

// crowded is a profile with more of everything than fits.
func crowded(tx *store.Tx, me model.ID) error {
	if err := tidied(tx, me); err != nil {
		return err
	}
	c := &cast{tx: tx, me: me, now: time.Now()}
	for i := range 60 {
		name := fmt.Sprintf("%c%s %d", 'A'+rune(i%26), strings.Repeat("a", i%4), i)
		c.add(talk{named("Cabin guest " + name), id("guest " + name), []line{{ago: time.Duration(i+60) * time.Hour, text: "We would like to book."}}})
		stranger := model.Conversation{ApprovedMe: true, Name: "Stranger " + name}
		c.add(talk{stranger, id("stranger " + name), []line{{ago: time.Duration(i) * time.Minute, text: "Hello, is this still free?", unread: true}}})
	}
	if c.err != nil {
		return c.err
	}
	s := tx.Settings()
	for i := range 8 {
		s.Folders, _ = s.Folders.With(fmt.Sprint("Folder number ", i+1))
	}
	return tx.PutSettings(s)
}

// menuOf opens the menu of a row or a chip.
func (d *hand) menuOf(name string) {
	d.await(name)
	d.on(func() {
		o := widget.Find(d.window.Canvas(), name)
		t, ok := o.(fyne.SecondaryTappable)
		if !ok {
			d.failed(fmt.Errorf("%q has no menu", name))
			return
		}
		at := d.app.Driver().AbsolutePositionForObject(o)
		t.TappedSecondary(&fyne.PointEvent{AbsolutePosition: at.AddXY(90, 24)})
	})
	d.settle()
}

// with presses a key with modifiers.
func (d *hand) with(n fyne.KeyName, m fyne.KeyModifier) {
	d.on(func() {
		if s, ok := d.window.Canvas().(fyne.Shortcutable); ok {
			s.TypedShortcut(&desktop.CustomShortcut{KeyName: n, Modifier: m})
		}
	})
	d.settle()
}

// leftPane is the list with its filters and menus, the search and the sheets
// that begin a conversation.
func (d *hand) leftPane(look string) {
	d.look(look)
	d.await("chats.row:Maya")
	d.shot("left-1-filters")
	d.press("filter.unread")
	d.shot("left-1-unread")
	d.press("filter.more")
	d.shot("left-1-read-all")
	d.key(fyne.KeyEscape)
	d.press("filter.folder:Work")
	d.menuOf("filter.folder:Work")
	d.shot("left-2-folder-menu")
	d.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	d.shot("left-2-folder-rename")
	d.key(fyne.KeyEscape)
	d.press("filter.more")
	d.shot("left-2-more")
	d.choose("filter.folder:Reading group")
	d.shot("left-2-folder-empty")
	d.press("filter.more")
	d.choose("filter.archive")
	d.shot("left-2-archive")
	d.press("filter.all")
	d.leftMenus()
	d.leftSearch()
	d.leftNew()
	d.leftRequests()
}

// leftMenus are the menus of a row.
func (d *hand) leftMenus() {
	d.menuOf("chats.row:Maya")
	d.shot("left-3-menu")
	d.key(fyne.KeyEscape)
	d.menuOf("chats.row:Élodie")
	d.choose("menu.notify")
	d.shot("left-3-notify")
	d.key(fyne.KeyEscape)
	d.menuOf("chats.row:Lina Weber")
	d.choose("menu.folder")
	d.shot("left-3-folder")
	d.choose("menu.new_folder")
	d.shot("left-3-folder-new")
	d.key(fyne.KeyEscape)
	d.menuOf("chats.row:Lina Weber")
	d.choose("menu.nickname")
	d.shot("left-3-nickname")
	d.key(fyne.KeyEscape)
	d.menuOf("chats.row:Lina Weber")
	d.choose("menu.delete")
	d.shot("left-3-delete")
	d.key(fyne.KeyEscape)
	d.drag("chats.row:Vera Cabinet", 70)
	d.shot("left-4-drag")
	d.drop()
	d.menuOf("chats.row:Jonas")
	d.choose("menu.archive")
	d.shot("left-4-archived")
	d.press("toast.action")
	d.on(func() { d.window.Canvas().Focus(widget.Find(d.window.Canvas(), "filter.all").(fyne.Focusable)) })
	d.key(fyne.KeyRight)
	d.shot("left-4-keyboard")
}

// drag holds a pinned row and pulls it.
func (d *hand) drag(name string, by float32) {
	d.await(name)
	d.on(func() {
		row, ok := widget.Find(d.window.Canvas(), name).(*widget.PinnedRow)
		if !ok {
			d.failed(fmt.Errorf("%q cannot be dragged", name))
			return
		}
		at := d.app.Driver().AbsolutePositionForObject(row).AddXY(90, 20)
		for y := float32(4); y <= by; y += 4 {
			row.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: at.AddXY(0, y)}, Dragged: fyne.NewDelta(0, 4)})
		}
		d.held = row
	})
	d.settle()
}

// drop lets go.
func (d *hand) drop() {
	d.on(func() { d.held.DragEnd() })
	d.settle()
}

// leftSearch is the search everywhere.
func (d *hand) leftSearch() {
	d.with(fyne.KeyF, fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift)
	d.typed("cabin")
	d.await("search.who")
	d.shot("left-5-search")
	d.press("search.who")
	d.shot("left-5-search-who")
	d.key(fyne.KeyEscape)
	d.press("search.when")
	d.shot("left-5-search-when")
	d.choose("when.days")
	d.typed("2026-02-31")
	d.key(fyne.KeyReturn, fyne.KeyReturn)
	d.shot("left-5-search-days")
	d.key(fyne.KeyEscape)
	d.press("search.who")
	d.choose("who:Vera Cabinet")
	d.await("Vera Cabinet")
	d.shot("left-5-search-filtered")
	d.press("search.who")
	d.choose("who.me")
	d.await("search.everywhere")
	d.shot("left-5-search-nothing")
	d.press("search.everywhere")
	d.with(fyne.KeyF, fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift)
	d.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	d.await("find.text")
	d.shot("left-5-search-opened")
	d.key(fyne.KeyEscape, fyne.KeyEscape, fyne.KeyEscape)
}

// leftNew is the sheet for a new conversation.
func (d *hand) leftNew() {
	d.press("header.new")
	d.shot("left-6-new")
	d.typed("li")
	d.shot("left-6-new-found")
	d.key(fyne.KeyBackspace, fyne.KeyBackspace)
	d.press("newchat.invite")
	d.shot("left-6-invite")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeySlash)
	d.shot("left-6-shortcuts")
	d.key(fyne.KeyEscape)
}

// leftRequests are the message requests.
func (d *hand) leftRequests() {
	d.press("requests.open")
	d.press("requests.more")
	d.shot("left-7-requests-menu")
	d.choose("menu.clear")
	d.shot("left-7-requests-clear")
	d.key(fyne.KeyEscape)
	d.press("requests.more")
	d.choose("menu.hide_banner")
	d.press("requests.back")
	d.shot("left-7-requests-quiet")
}

// leftCrowded is the pane where there is more than fits.
func (d *hand) leftCrowded() {
	d.look("light")
	d.await("chats.row:Maya")
	d.shot("left-crowded-1")
	d.press("filter.more")
	d.shot("left-crowded-2-more")
	d.choose("filter.folder:Folder number 8")
	d.shot("left-crowded-3-chosen")
	d.press("filter.all")
	d.control(fyne.KeyK)
	d.typed("cabin")
	d.await("search.rest")
	d.shot("left-crowded-4-search")
	d.press("search.rest")
	d.shot("left-crowded-5-search-all")
	d.press("search.who")
	d.choose("who.other")
	d.shot("left-crowded-6-whose")
	d.key(fyne.KeyEscape, fyne.KeyEscape)
	d.press("header.new")
	d.key(fyne.KeyDown, fyne.KeyDown)
	d.shot("left-crowded-7-new")
	d.key(fyne.KeyEscape, fyne.KeyEscape)
	d.press("requests.open")
	d.shot("left-crowded-8-requests")
}

// leftSmall is the pane in a narrow window, and at 200 %.
func (d *hand) leftSmall() {
	d.look("light")
	d.await("chats.row:Maya")
	d.size(narrow, high)
	d.shot("left-narrow-1")
	d.menuOf("chats.row:Maya")
	d.shot("left-narrow-2-menu")
	d.key(fyne.KeyEscape)
	d.press("filter.folder:العائلة")
	d.shot("left-narrow-3-right-to-left")
	d.press("filter.all")
	d.control(fyne.KeyK)
	d.typed("الكوخ")
	d.await("chats.row:أمل")
	d.shot("left-narrow-4-search-right-to-left")
	d.key(fyne.KeyEscape)
	d.press("header.new")
	d.shot("left-narrow-5-new")
	d.press("newchat.invite")
	d.shot("left-narrow-6-invite")
	d.key(fyne.KeyEscape)
	d.size(wide, high)
	for range 8 {
		d.control(fyne.KeyPlus)
	}
	d.size(wide/2+40, high/2)
	d.shot("left-200-1")
	d.menuOf("chats.row:Maya")
	d.shot("left-200-2-menu")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyK)
	d.typed("cabin")
	d.await("search.who")
	d.shot("left-200-3-search")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyN)
	d.shot("left-200-4-new")
	d.key(fyne.KeyEscape)
}

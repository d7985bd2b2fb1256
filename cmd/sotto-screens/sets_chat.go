package main

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/store"
)

// talkative is filled, with conversations in which everything happens.
func talkative(tx *store.Tx, me model.ID) error {
	if err := filled(tx, me); err != nil {
		return err
	}
	c := &cast{tx: tx, me: me, now: time.Now()}
	vera := id("Vera")
	kind := func(k model.MessageKind) func(*model.Message) { return func(m *model.Message) { m.Kind = k } }
	timer := model.Timer{Mode: model.ExpireAfterRead, Seconds: 43200}
	c.add(talk{named("Vera"), vera, []line{
		{ago: 75 * time.Hour, text: "A word that never ends: " + strings.Repeat("Donaudampfschifffahrtsgesellschaft", 59)[:2000-24]},
		{ago: 74 * time.Hour, text: strings.TrimSpace(strings.Repeat("A line of a long story.\n", 40))},
		{ago: 28 * time.Hour, text: "She called", how: kind(model.KindMissedCall)},
		{ago: 27 * time.Hour, text: "saved", how: kind(model.KindMediaSaved)},
		{ago: 26 * time.Hour, how: func(m *model.Message) { m.Kind, m.Timer = model.KindTimerChange, timer }},
		{ago: 3 * time.Hour, text: "🎉🥳"},
		{ago: 2 * time.Hour, me: true, text: "👍🏽", state: model.StateRead},
		{ago: 100 * time.Minute, text: "gone", how: kind(model.KindDeleted)},
		{ago: 90 * time.Minute, text: "הפגישה ב-10:30, נתראה (at the station) שם"},
		{ago: 80 * time.Minute, me: true, text: "Which station?", state: model.StateRead, how: func(m *model.Message) {
			m.Quote = &model.QuoteRef{Author: vera, Timestamp: c.at(999 * time.Hour)}
		}},
		{ago: 70 * time.Minute, text: "The one with the clock. See http://192.0.2.7:8080/plan and https://vera.example/clock", how: func(m *model.Message) {
			m.Reactions = []model.Reaction{{Author: vera, Emoji: "👍", At: m.Timestamp}, {Author: me, Emoji: "👍", At: m.Timestamp}, {Author: me, Emoji: "😂", At: m.Timestamp}}
		}},
		{ago: 60 * time.Minute, me: true, text: "This one waits", state: model.StateQueued},
		{ago: 55 * time.Minute, me: true, text: "This one is gone by tomorrow", state: model.StateRead, how: func(m *model.Message) {
			m.Timer, m.ExpireStart, m.Expires = model.Timer{Mode: model.ExpireAfterSend, Seconds: 43200}, c.at(5*time.Hour), c.at(-7*time.Hour)
		}},
	}})
	waiting := model.Conversation{Approved: true, Name: "Theo"}
	c.add(talk{waiting, id("Theo"), []line{{ago: 20 * time.Minute, me: true, text: "Hello, it is Robin from the boat house"}}})
	c.add(talk{named("Nadia", func(v *model.Conversation) { v.Pinned = 1 }), id("Nadia"), nil}) // in view at the top
	return c.err
}

// tall shows the whole panel of details.
const tall = 1080

// chat is what happens in a conversation.
func (d *hand) chat(look string) {
	d.look(look)
	d.press("chats.row:Vera")
	d.shot("chat-1-kinds")
	d.messageMenu("The one with the clock")
	d.shot("chat-2-menu")
	d.choose("menu.info")
	d.shot("chat-3-info")
	d.press("info.details")
	d.shot("chat-3-info-details")
	d.key(fyne.KeyEscape)
	d.messageMenu("The one with the clock")
	d.choose("menu.reactions")
	d.shot("chat-4-reactions")
	d.key(fyne.KeyEscape)
	d.messageMenu("The one with the clock")
	d.choose("menu.open_link")
	d.shot("chat-5-link")
	d.key(fyne.KeyEscape)
	d.messageMenu("Which station")
	d.choose("menu.select")
	d.pick("This one waits")
	d.shot("chat-6-selection")
	d.press("pick.delete")
	d.shot("chat-6-selection-delete")
	d.key(fyne.KeyEscape)
	d.press("pick.forward")
	d.shot("chat-6-selection-forward")
	d.key(fyne.KeyEscape)
	d.press("pick.cancel")
	d.press("composer.text")
	d.typed("Two of them :thum")
	d.shot("chat-7-complete-emoji")
	d.key(fyne.KeyReturn)
	d.typed(" and @ve")
	d.shot("chat-7-complete-mention")
	d.key(fyne.KeyReturn)
	d.press("composer.emoji")
	d.press("emoji.tone:4")
	d.shot("chat-8-emoji")
	d.typed("wav")
	d.key(fyne.KeyDown)
	d.shot("chat-8-emoji-search")
	d.key(fyne.KeyEscape)
	d.typed(strings.Repeat("All work and no play. ", 95))
	d.shot("chat-9-too-long")
	d.key(fyne.KeyReturn)
	d.shot("chat-9-too-long-told")
	d.control(fyne.KeyF)
	d.typed("clock")
	d.shot("chat-10-find")
	d.press("find.limit")
	d.shot("chat-10-find-limit")
	d.choose("find.date")
	d.shot("chat-11-date")
	d.key(fyne.KeyPageUp, fyne.KeyEscape, fyne.KeyEscape)
	d.size(wide, tall)
	d.control(fyne.KeyPeriod)
	d.shot("chat-12-details")
	d.press("contact.safety_compare")
	d.shot("chat-12-safety")
	d.key(fyne.KeyEscape)
	d.press("contact.delete_messages")
	d.shot("chat-12-delete-conversation")
	d.key(fyne.KeyEscape)
	d.press("contact.delete")
	d.shot("chat-12-delete-contact")
	d.key(fyne.KeyEscape)
	d.press("contact.close")
	d.size(wide, high)
	d.press("chats.row:Theo")
	d.shot("chat-13-waiting")
	d.press("chats.row:Nadia")
	d.shot("chat-14-empty")
	d.size(wide, tall)
	d.press("chats.row:Old acquaintance")
	d.size(wide, high)
	d.shot("chat-15-blocked")
	d.press("chats.row:Vera")
	d.size(narrow, high)
	d.shot("chat-16-narrow")
	d.failed(d.host.offline())
	d.says("chat.offline")
	d.shot("chat-17-narrow-offline")
}

// compact chooses the layout without bubbles.
func (d *hand) compact() {
	d.control(fyne.KeyComma)
	d.press("settings.appearance")
	d.size(wide, higher) // the row lies below what fits otherwise
	d.press("appearance.layout_choice")
	d.size(wide, high)
	d.key(fyne.KeyRight)
	d.key(fyne.KeyEscape)
}

// chatCompact is the layout without bubbles.
func (d *hand) chatCompact() {
	for _, look := range []string{"light", "dark"} {
		d.suffix = "-" + look
		d.look(look)
		d.compact()
		d.press("chats.row:Maya")
		d.shot("chat-compact-1")
		d.press("chats.row:Vera")
		d.shot("chat-compact-2-kinds")
		d.messageMenu("Which station")
		d.choose("menu.select")
		d.shot("chat-compact-3-selection")
		d.press("pick.cancel")
		d.size(narrow, high)
		d.shot("chat-compact-4-narrow")
		d.press("header.back")
		d.size(wide, high)
	}
}

// chatLarge is a conversation at 200 % in a window of the usual size.
func (d *hand) chatLarge() {
	d.look("light")
	for range 8 {
		d.control(fyne.KeyPlus)
	}
	d.size(wide/2+40, high/2)
	d.press("chats.row:Vera")
	d.shot("chat-200-1")
	d.messageMenu("This one is gone")
	d.shot("chat-200-2-menu")
	d.key(fyne.KeyEscape)
	d.press("composer.emoji")
	d.shot("chat-200-3-emoji")
	d.key(fyne.KeyEscape)
	d.control(fyne.KeyF)
	d.typed("clock")
	d.shot("chat-200-4-find")
	d.press("find.limit")
	d.choose("find.date")
	d.shot("chat-200-5-date")
	d.key(fyne.KeyEscape, fyne.KeyEscape)
}

package main

import (
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/store"
)

// invitedToRooms is filled, with invitations to communities among the messages,
// and takes requests from communities.
func invitedToRooms(tx *store.Tx, me model.ID) error {
	if err := filled(tx, me); err != nil {
		return err
	}
	c := &cast{tx: tx, me: me, now: time.Now()}
	const key = "?public_key=a03c383cf63c3c4efe67acc52112a6dd734b3a946b9545f488aaa93da7991238"
	card := func(url, name string) func(*model.Message) {
		return func(m *model.Message) {
			m.Kind, m.Invitation = model.KindInvitation, &model.Invitation{URL: url, Name: name}
		}
	}
	c.add(talk{named("Vera"), id("Vera"), []line{
		{ago: 20 * time.Minute, text: "There is a room for that"},
		{ago: 19 * time.Minute, how: card("https://rooms.harbour.example/harbour"+key, "Harbour talk")},
		{ago: 12 * time.Minute, me: true, how: card("https://rooms.harbour.example/lighthouses"+key, "Society for the Preservation of the Northern Shore and All Its Lighthouses")},
		{ago: 9 * time.Minute, how: card("not an address", "Old harbour")},
	}})
	if c.err != nil {
		return c.err
	}
	s := tx.Settings()
	s.CommunityRequests = model.Yes
	return tx.PutSettings(s)
}

// harbour fills the room with what guests said, the oldest first.
func (d *hand) harbour() (pinned int64) {
	noor, sven, lea := d.guest("Noor"), d.guest("Sven the lighthouse keeper"), d.guest("ليا")
	if d.err != nil {
		return 0
	}
	d.failed(d.host.local.Community().Promote(sven.key.ID(), "harbour"))
	pinned = d.said("harbour", sven, 50*time.Hour, "House rules: be kind, no selling, one photo a day. Tides are in the pinned list.")
	for i := range 130 { // more than one page
		d.said("harbour", noor, 49*time.Hour-time.Duration(i)*time.Minute, "Tide table, part of a long list")
	}
	d.said("harbour", noor, 70*time.Minute, "Does the small boat still leave at nine?")
	asked := d.said("harbour", noor, 69*time.Minute, "And is there a spare oar?")
	d.said("harbour", sven, 40*time.Minute, "It does. Two spare ones hang behind the door of the boat house, take the longer pair.")
	d.said("harbour", lea, 20*time.Minute, "سأكون هناك أيضاً، مع قهوة (thermos) ☕")
	d.asks(sven, community.React{Room: "harbour", ID: asked, Emoji: "👍"})
	d.asks(lea, community.React{Room: "harbour", ID: asked, Emoji: "👍"})
	d.asks(lea, community.React{Room: "harbour", ID: asked, Emoji: "🛶"})
	d.asks(sven, community.Pin{Room: "harbour", ID: pinned})
	return pinned
}

// rooms is what somebody sees of communities who is a guest there themselves.
func (d *hand) rooms(look string) {
	d.harbour()
	d.look(look)
	d.press("chats.row:Vera")
	d.shot("rooms-1-invitation")
	d.control(fyne.KeyN)
	d.press("newchat.join")
	d.await("Harbour talk")
	d.shot("rooms-2-directory")
	d.press("join.room:harbour")
	d.await("A community is public")
	d.shot("rooms-2-preview")
	d.press("join.room:long")
	d.await("A name that has no room anywhere")
	d.shot("rooms-2-preview-long")
	d.size(narrow, high)
	d.press("join.room:rtl")
	d.await("A community is public")
	d.shot("rooms-2-preview-narrow")
	d.size(wide, high)
	d.press("join.room:harbour")
	d.await("A community is public")
	d.press("join.go")
	d.await("take the longer pair")
	d.shot("rooms-3-chat")
	d.control(fyne.KeyPeriod)
	d.await("House rules")
	d.size(wide, 1100)
	d.shot("rooms-4-panel")
	d.press("community.code")
	d.shot("rooms-4-code")
	d.key(fyne.KeyEscape)
	d.press("community.invite")
	d.shot("rooms-4-invite")
	d.key(fyne.KeyEscape)
	d.press("community.leave")
	d.shot("rooms-4-leave")
	d.key(fyne.KeyEscape)
	d.press("contact.close")
	d.size(wide, high)
	d.press("composer.text")
	d.typed("Thanks @")
	d.shot("rooms-5-mention")
	d.key(fyne.KeyEscape)
	d.typed("all")
	d.key(fyne.KeyReturn)
	d.await("Thanks @all")
	d.messageMenu("Thanks")
	d.choose("menu.edit")
	d.shot("rooms-6-edit")
	d.typed(" of you")
	d.key(fyne.KeyReturn)
	d.await("edited")
	d.messageMenu("It does")
	d.shot("rooms-6-menu")
	d.key(fyne.KeyEscape)
	d.size(narrow, high)
	d.shot("rooms-7-narrow")
	d.control(fyne.KeyPeriod)
	d.shot("rooms-7-narrow-panel")
}

// roomsModerated is a room seen by one of its moderators, right-to-left rooms,
// and what comes of being written to there.
func (d *hand) roomsModerated() {
	d.harbour()
	d.look("light")
	d.control(fyne.KeyN)
	d.press("newchat.join")
	d.press("join.room:harbour")
	d.await("A community is public")
	d.press("join.go")
	d.await("take the longer pair")
	me, err := d.host.meIn(d.roomURL("harbour"))
	if d.failed(err) || d.failed(d.host.local.Community().Promote(me, "harbour")) {
		return
	}
	sven := d.guest("Sven the lighthouse keeper")
	d.whispers(sven, "harbour", "Welcome among the moderators. Keep an eye on the selling.", me, true)
	d.await("Keep an eye on the selling")
	d.shot("rooms-8-whispered")
	d.control(fyne.KeyPeriod)
	d.await("You are an admin here")
	d.shot("rooms-8-panel")
	d.press("contact.close")
	d.messageMenu("And is there")
	d.shot("rooms-9-moderation")
	d.choose("menu.ban")
	d.shot("rooms-9-ban")
	d.key(fyne.KeyEscape)
	d.messageMenu("And is there")
	d.choose("menu.delete_all")
	d.shot("rooms-9-delete-all")
	d.key(fyne.KeyEscape)
	d.messageMenu("And is there")
	d.choose("menu.appoint")
	d.shot("rooms-9-appoint")
	d.key(fyne.KeyEscape)
	d.messageMenu("And is there")
	d.choose("menu.whisper")
	d.typed("They hang behind the door")
	d.shot("rooms-10-whisper")
	d.key(fyne.KeyReturn)
	d.await("They hang behind")
	d.messageMenu("And is there")
	d.choose("menu.reply")
	d.shot("rooms-10-whispered")
	d.key(fyne.KeyEscape)
	d.writes(d.guest("Noor"), me, "Hi Robin, may I borrow the oars?")
	d.await("requests.open")
	d.press("requests.open")
	d.shot("rooms-11-request")
	d.press("requests.row:Noor")
	d.shot("rooms-11-request-read")
	d.press("requests.back")
	d.control(fyne.KeyN)
	d.press("newchat.join")
	d.press("join.room:rtl")
	d.await("A community is public")
	d.press("join.go")
	d.await("composer.text")
	d.said("rtl", d.guest("ليا"), time.Minute, "أهلاً وسهلاً بالجميع!")
	d.await("أهلاً وسهلاً")
	d.control(fyne.KeyPeriod)
	d.shot("rooms-12-right-to-left")
	d.size(narrow, high)
	d.press("contact.close")
	d.shot("rooms-12-right-to-left-narrow")
}

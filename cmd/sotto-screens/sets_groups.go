package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"image"
	"time"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/media/picture"
	"sotto/store"
)

// groupID is the id of a closed group, made of the key of somebody's name.
func groupID(name string) model.ID {
	key := id(name)
	out, err := model.ParseID("03" + hex.EncodeToString(key[1:]))
	if err != nil {
		panic("screens: " + err.Error())
	}
	return out
}

// sociable is filled, with groups in all their states.
func sociable(tx *store.Tx, me model.ID) error {
	if err := filled(tx, me); err != nil {
		return err
	}
	c := &cast{tx: tx, me: me, now: time.Now()}
	lina, vera, jonas := id("Lina"), id("Vera"), id("Jonas")
	by := func(who model.ID) func(*model.Message) { return func(m *model.Message) { m.Sender = who } }
	trail := groupID("Weekend Trail")
	week := model.Timer{Mode: model.ExpireAfterSend, Seconds: 7 * 86400}
	of := func(name string, change ...func(*model.Conversation)) model.Conversation {
		return named(name, append(change, func(v *model.Conversation) { v.Kind = model.KindGroup })...)
	}
	c.add(talk{of("Weekend Trail", func(v *model.Conversation) { v.Timer = week }), trail, []line{
		{ago: 70 * time.Minute, how: func(m *model.Message) {
			m.Sender, m.Kind = lina, model.KindGroupChange
			m.Change = &model.GroupChange{Kind: model.MembersAdded, Members: []model.ID{vera, id("Paul")}}
		}},
		{ago: 52 * time.Minute, text: "Welcome both! We meet at the north gate at eight on Saturday.", how: by(lina)},
		{ago: 51 * time.Minute, text: "Route is about 14 km, mostly shade.", how: func(m *model.Message) {
			m.Sender = lina
			for _, who := range []model.ID{me, vera, jonas} {
				m.Reactions = append(m.Reactions, model.Reaction{Author: who, Emoji: "👍", At: m.Timestamp})
			}
			m.Reactions = append(m.Reactions, model.Reaction{Author: vera, Emoji: "🥾", At: m.Timestamp})
		}},
		{ago: 40 * time.Minute, text: "Thank you! I will bring plum cake.", how: by(vera)},
		{ago: 37 * time.Minute, me: true, text: "Best first message this group has seen.", how: func(m *model.Message) {
			m.Quote = &model.QuoteRef{Author: vera, Timestamp: c.at(40 * time.Minute)}
		}},
		{ago: 30 * time.Minute, how: func(m *model.Message) { m.Sender, m.Kind, m.Timer = lina, model.KindTimerChange, week }},
		{ago: 6 * time.Minute, text: "Ferry times for the way back, in case legs give up: https://northshore-ferry.example", how: by(jonas)},
		{ago: 4 * time.Minute, text: "@" + me.String() + " can you bring the map?", how: by(jonas)},
	}})
	hills := c.picture("Weekend Trail", 4)
	c.group(model.Group{
		Picture: hills, ID: trail, Name: "Weekend Trail", Description: "Slow walks, good snacks. Plans for the next one in here.", Timer: week, Admin: true, Ready: true,
		Members: []model.GroupMember{
			{ID: lina, Name: "Lina", Admin: true}, {ID: me, Name: "Robin", Admin: true}, {ID: jonas, Name: "Jonas"}, {ID: vera, Name: "Vera"},
			{ID: id("Noor"), Name: "Noor"}, {ID: id("Paul"), Name: "Paul", State: model.InviteSent}, {ID: id("Ida"), Name: "Ida", State: model.InviteFailed},
			{ID: id("Tom"), Name: "Tom", State: model.RemovalPending},
		},
	})
	choir := groupID("Choir")
	c.add(talk{of("Choir"), choir, []line{
		{ago: 3 * time.Hour, text: "See you on Tuesday", how: by(vera)},
		{ago: 2 * time.Hour, how: func(m *model.Message) {
			m.Sender, m.Kind = vera, model.KindGroupChange
			m.Change = &model.GroupChange{Kind: model.MembersAdded, Members: []model.ID{jonas, id("Noor")}}
		}},
	}})
	c.group(model.Group{ID: choir, Name: "Choir", Admin: true, Ready: true, Members: []model.GroupMember{
		{ID: vera, Name: "Vera", Admin: true}, {ID: me, Name: "Robin", Admin: true}, {ID: jonas, Name: "Jonas"}, {ID: id("Noor"), Name: "Noor", State: model.InviteSent},
	}})
	flat := groupID("Flat 4")
	c.add(talk{of("Flat 4"), flat, []line{
		{ago: 30 * time.Hour, text: "Rent is paid", how: by(id("Theo"))},
		{ago: 29 * time.Hour, how: func(m *model.Message) {
			m.Sender, m.Kind, m.Change = id("Theo"), model.KindGroupChange, &model.GroupChange{Kind: model.GroupKicked}
		}},
	}})
	c.group(model.Group{ID: flat, Name: "Flat 4", Lost: model.LostRemoved})
	c.add(talk{of("Book club", func(v *model.Conversation) { v.Approved, v.Inviter = false, lina }), groupID("Book club"), []line{
		{ago: 2 * time.Minute, how: func(m *model.Message) {
			m.Sender, m.Kind, m.Change = lina, model.KindGroupChange, &model.GroupChange{Kind: model.GroupInvited}
		}},
	}})
	return c.err
}

// group stores what the engine keeps for queries about a group.
func (c *cast) group(g model.Group) {
	if c.err != nil {
		return
	}
	b, err := json.Marshal(g)
	if c.err = err; err == nil {
		c.err = c.tx.PutBlob("group/"+g.ID.String()+"/view", b)
	}
}

// picture gives a group a picture of hills.
func (c *cast) picture(name string, n int) (p model.Picture) {
	if c.err != nil {
		return p
	}
	shown, err := picture.PrepareSquare(shoreline(n), image.Rectangle{}, 320)
	if c.err = err; err != nil {
		return p
	}
	conv, ok := c.tx.Conversation(model.ConversationOf(groupID(name)))
	if !ok {
		return p
	}
	p = model.Picture{URL: "http://127.0.0.1:1/file/" + groupID(name).String(), Key: bytes.Repeat([]byte{byte(n)}, 32)}
	conv.Picture = p
	if c.err = c.tx.PutPicture(p, store.PictureRecord{Image: shown.Data}); c.err == nil {
		c.err = c.tx.PutConversation(conv)
	}
	return p
}

// groups is what happens in groups and communities.
func (d *hand) groups(look string) {
	d.look(look)
	d.press("chats.row:Weekend Trail")
	d.control(fyne.KeyPeriod)
	d.shot("groups-1-chat")
	d.size(wide, 1400)
	d.shot("groups-1-panel")
	d.press("group.picture")
	d.shot("groups-2-picture")
	d.key(fyne.KeyEscape)
	d.press("group.member:Vera")
	d.shot("groups-2-member")
	d.choose("menu.remove")
	d.shot("groups-2-remove")
	d.key(fyne.KeyEscape)
	d.press("group.invite")
	d.shot("groups-3-invite")
	d.key(fyne.KeyEscape)
	d.press("group.edit")
	d.shot("groups-3-describe")
	d.key(fyne.KeyEscape)
	d.press("group.leave")
	d.shot("groups-3-leave")
	d.key(fyne.KeyEscape)
	d.press("contact.close")
	d.size(wide, high)
	d.press("chats.row:Choir")
	d.shot("groups-4-lines")
	d.press("composer.attach")
	d.shot("groups-4-attach")
	d.key(fyne.KeyEscape)
	d.press("chats.row:Weekend Trail")
	d.typed("Thanks @")
	d.shot("groups-4-mention")
	d.key(fyne.KeyEscape)
	d.press("chats.row:Flat 4")
	d.shot("groups-5-removed")
	d.press("requests.open")
	d.press("requests.row:Book club")
	d.shot("groups-6-invited")
	d.press("requests.back")
	d.control(fyne.KeyN)
	d.shot("groups-7-plus")
	d.press("newchat.group")
	d.typed("Sunday swimmers")
	d.press("newgroup.row:Jonas")
	d.shot("groups-8-new")
	d.press("newgroup.create")
	d.await("chats.row:Sunday swimmers")
	d.shot("groups-8-created")
	d.control(fyne.KeyN)
	d.press("newchat.join")
	d.says("join.rooms")
	d.shot("groups-9-join")
	d.press("join.room:lounge")
	d.press("join.go")
	d.await("chats.row:Lounge")
	d.press("chats.row:Lounge")
	d.control(fyne.KeyPeriod)
	d.await("community.fetch")
	d.shot("groups-9-room")
	d.press("community.fetch")
	d.shot("groups-9-fetch")
	d.key(fyne.KeyEscape)
}

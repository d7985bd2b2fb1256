package main

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"time"

	"sotto/engine"
	"sotto/engine/localnet"
	"sotto/engine/localnet/communityserver"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// screenRooms are the rooms of a network with guests.
func screenRooms() []localnet.Room {
	return []localnet.Room{
		{Token: "harbour", Name: "Harbour talk", Description: "Boats, tides, and who has a spare oar.\nBe kind, write in any language."},
		{Token: "news", Name: "Harbour news", Description: "Read only: the harbour master writes here."},
		{Token: "long", Name: "Society for the Preservation of the Northern Shore and All Its Lighthouses, Great and Small", Description: "A name that has no room anywhere."},
		{Token: "rtl", Name: "نادي القوارب", Description: "أهلاً بكم في نادي القوارب. نلتقي كل يوم جمعة عند الميناء."},
	}
}

// guest is somebody of a community, who writes straight to its server.
type guest struct {
	name   string
	key    *community.Key
	server *communityserver.Server
}

// guest makes somebody of a name; of the same name it is the same person.
func (d *hand) guest(name string) *guest {
	seed := sha256.Sum256([]byte("guest " + name))
	account, err := identity.FromSeed(seed[:identity.SeedSize])
	if d.failed(err) {
		return nil
	}
	server := d.host.local.Community()
	return &guest{name, community.Blind15(account, server.PublicKey), server}
}

// content is a text as this guest posts it.
func (g *guest) content(text string, at time.Time) ([]byte, error) {
	c := wire.NewText(text).Stamp(uint64(at.UnixMilli()))
	c.DataMessage.Profile = &wire.LokiProfile{DisplayName: wire.Some(g.name), LastProfileUpdateSeconds: wire.Some(uint64(1))}
	return c.Marshal()
}

// said puts what guests have written into a room, ago first.
func (d *hand) said(room string, g *guest, ago time.Duration, text string) (number int64) {
	if d.err != nil {
		return 0
	}
	at := time.Now().Add(-ago)
	plain, err := g.content(text, at)
	if d.failed(err) {
		return 0
	}
	data, signature, err := community.Compose(g.key, rand.Reader, plain)
	if d.failed(err) {
		return 0
	}
	number, err = g.server.Fill(room, []communityserver.Post{{Author: g.key.Author(), Data: data, Signature: signature[:], Posted: at.UnixMilli()}})
	d.failed(err)
	return number
}

// asks makes a request of a guest.
func (d *hand) asks(g *guest, r community.Request) {
	if d.err != nil {
		return
	}
	call, err := community.Encode(r)
	if d.failed(err) {
		return
	}
	var nonce [community.NonceSize]byte
	if _, err := rand.Read(nonce[:]); d.failed(err) {
		return
	}
	if a := g.server.Serve(call.Sign(g.key, nonce, time.Now().Unix())); a.Code >= 300 {
		d.failed(fmt.Errorf("%s asks the community: %d %s", g.name, a.Code, a.Body))
	}
}

// whispers has a guest, who is a moderator, whisper.
func (d *hand) whispers(g *guest, room, text string, to identity.ID, moderators bool) {
	if d.err != nil {
		return
	}
	plain, err := g.content(text, time.Now())
	if d.failed(err) {
		return
	}
	data, signature, err := community.Compose(g.key, rand.Reader, plain)
	if d.failed(err) {
		return
	}
	d.asks(g, community.PostMessage{Room: room, Data: data, Signature: signature[:], WhisperTo: to, WhisperMods: moderators})
}

// roomURL is the address of a room.
func (d *hand) roomURL(token string) string {
	c := d.host.local.Ready().Community
	return c.URL + "/" + token + "?public_key=" + c.PublicKey
}

// writes sends a direct message through the server.
func (d *hand) writes(g *guest, to identity.ID, text string) {
	if d.err != nil {
		return
	}
	plain, err := g.content(text, time.Now())
	if d.failed(err) {
		return
	}
	data, err := community.CloseDirect(g.key, rand.Reader, to, plain)
	if d.failed(err) {
		return
	}
	d.asks(g, community.SendDirect{To: to, Message: data})
}

// meIn is what the account of the window is called on the server of a room.
func (h *host) meIn(url string) (identity.ID, error) {
	conv, err := engine.CommunityConversation(url)
	if err != nil {
		return identity.ID{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	v, ok := h.engine.Community(conv)
	if !ok {
		return identity.ID{}, fmt.Errorf("the room %s was not joined", url)
	}
	return v.Me, nil
}

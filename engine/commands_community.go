package engine

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/onion"
)

// joinTimeout bounds the preview of a room, as on official clients.
const joinTimeout = 20 * time.Second

// parseCommunity reads the address of a room.
func parseCommunity(url string) (community.Address, error) {
	a, err := community.ParseAddress(url)
	switch {
	case errors.Is(err, community.ErrNoKey):
		return a, model.Fail(model.ReasonInvalid, "the address lacks the community's public key", err)
	case err != nil:
		return a, model.Fail(model.ReasonInvalid, "this is not the address of a community", err)
	}
	return a, nil
}

// CommunityConversation returns the conversation of a room's address, with or
// without its key, whether it was joined or not. ReasonInvalid for anything else.
func CommunityConversation(url string) (model.ConversationID, error) {
	a, err := community.ParseAddress(url)
	if errors.Is(err, community.ErrNoKey) {
		// The key does not matter here; any will do to read the rest.
		address, _, _ := strings.Cut(url, "?")
		a, err = community.ParseAddress(address + "?public_key=" + hex.EncodeToString(community.OfficialKey[:]))
	}
	if err != nil {
		return "", model.Fail(model.ReasonInvalid, "this is not the address of a community", err)
	}
	return communityID(config.Room{Server: config.Server{URL: a.Base}, Name: a.Room}), nil
}

// request asks a server something and decodes the answer.
func request[T any](ctx context.Context, c *core, a access, r community.Request, decode func(onion.V4Response) (T, error)) (v T, err error) {
	call, err := community.Encode(r)
	if err != nil {
		return v, model.Fail(model.ReasonInvalid, "the community takes no such request", err)
	}
	answer, err := c.call(ctx, a, call)
	if err != nil {
		return v, err
	}
	v, err = decode(answer)
	return v, communityError(err)
}

// knownServer returns how a server is asked: as before when rooms of it were
// joined. Another key than before is ReasonRejected.
func (e *Engine) knownServer(ctx context.Context, base string, key [32]byte) (a access, err error) {
	err = e.do(ctx, func(c *core) error {
		if s := c.communities.servers[base]; s != nil {
			if s.key != key {
				return model.Fail(model.ReasonRejected, "the community's key is another one than before", community.ErrKeyChanged)
			}
			a = s.access
			return nil
		}
		a = c.newAccess(base, key, false)
		return nil
	})
	return a, err
}

// PreviewCommunity asks for a room before it is joined: name, description, what
// would be allowed. The server does not learn the Session ID. Errors: ReasonInvalid
// (no address of a room), ReasonNotFound (no such room), ReasonNotAllowed (not let
// in), ReasonRejected (another key than before, or the Session ID is asked for where
// another id did before), ReasonOffline.
func (e *Engine) PreviewCommunity(ctx context.Context, url string) (model.Community, error) {
	v, _, err := e.preview(ctx, url)
	return v, err
}

func (e *Engine) preview(ctx context.Context, url string) (v model.Community, a access, err error) {
	address, err := parseCommunity(url)
	if err != nil {
		return v, a, err
	}
	if a, err = e.knownServer(ctx, address.Base, address.PublicKey); err != nil {
		return v, a, err
	}
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	ask := community.RoomInfo{Room: address.Room}
	room, err := request(ctx, e.core, a, ask, ask.Decode)
	_, took := e.core.tookBlinded.Load(a.key)
	switch plain := needsPlain(err) && a.blind.Blinded(); {
	case err == nil && a.blind.Blinded():
		e.core.tookBlinded.Store(a.key, true)
	case plain && took:
		// Who looked was not told that joining shows the Session ID.
		return v, a, model.Fail(model.ReasonRejected, "the server asks for your Session ID, which it did without before: ask whoever runs it before you join", err)
	case plain:
		// Whoever made the address does not learn a Session ID from a look: the
		// room is asked for without saying who asks, and only joining tells.
		a.blind = nil
		room, err = request(ctx, e.core, a, ask, ask.Decode)
		a = e.core.newAccess(address.Base, address.PublicKey, true)
		v.Plain = true
	}
	if err != nil {
		return v, a, err
	}
	plain := v.Plain
	v = communityView(a, &room)
	v.Plain = plain
	conv := v.Conversation
	_, v.Joined = e.Community(conv)
	return v, a, nil
}

// needsPlain says that a server from before blinding refuses a blinded id.
func needsPlain(err error) bool {
	var status *community.StatusError
	return errors.As(err, &status) && status.Code == 400
}

func communityView(a access, room *community.Room) model.Community {
	r := config.Room{Server: config.Server{URL: a.url, Key: a.key}, Name: room.Token}
	v := model.Community{
		Conversation: communityID(r), Server: a.url, Room: room.Token,
		URL: community.Address{Base: a.url, PublicKey: a.key, Room: room.Token}.String(),
	}
	takeAccess(&v, room.Access)
	takeDetails(&v, room)
	return v
}

// CommunityRooms lists the rooms of a server, which the address of any room of it
// names (also URL?public_key=… without a room), in the order of the server. The
// server is not told who asks. Errors as of PreviewCommunity.
func (e *Engine) CommunityRooms(ctx context.Context, url string) ([]model.Community, error) {
	address, err := parseServer(url)
	if err != nil {
		return nil, err
	}
	a, err := e.knownServer(ctx, address.Base, address.PublicKey)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	anonymous := a
	anonymous.blind = nil
	rooms, err := request(ctx, e.core, anonymous, community.Rooms{}, community.Rooms{}.Decode)
	if err != nil {
		return nil, err
	}
	list := make([]model.Community, 0, len(rooms))
	for i := range rooms {
		v := communityView(a, &rooms[i])
		_, v.Joined = e.Community(v.Conversation)
		list = append(list, v)
	}
	return list, nil
}

// DefaultCommunities are the servers that the network offers, as CommunityRooms
// takes them.
func (e *Engine) DefaultCommunities() []string {
	var list []string
	for _, s := range e.rooms {
		list = append(list, s.URL+"?public_key="+hex.EncodeToString(s.X25519[:]))
	}
	return list
}

// JoinCommunity joins a room and returns its conversation, once the server has
// let this account in. Its newest messages are on their way then. Joining what was
// joined changes nothing. Errors as of PreviewCommunity.
func (e *Engine) JoinCommunity(ctx context.Context, url string) (model.ConversationID, error) {
	v, a, err := e.preview(ctx, url)
	if err != nil {
		return "", err
	}
	if v.Joined {
		return v.Conversation, nil
	}
	return v.Conversation, e.update(ctx, func(w *work) error {
		entry := config.UserCommunity{Room: config.Room{Server: config.Server{URL: a.url, Key: a.key}, Name: v.Room}}
		entry.Joined = int64(w.now) / 1000
		w.configsTouched = true
		if err := w.configs.groups.SetCommunity(entry); err != nil {
			return mirrorError(err)
		}
		c := w.find(v.Conversation)
		if c == nil {
			c = &conversation{Conversation: model.Conversation{
				ID: v.Conversation, Kind: model.KindCommunity, Created: w.now, Synced: true, Approved: true, ApprovedMe: true,
			}}
			if err := w.tx.PutConversation(c.Conversation); err != nil {
				return err
			}
			w.convs[v.Conversation] = c
		}
		if err := w.noteBroughtBack(a.lane, v.Conversation); err != nil {
			return err
		}
		c.Name, c.Hidden = v.Name, false
		// What was said before is there to be read, and is no news.
		c.LastRead = max(c.LastRead, w.now)
		w.active(c, w.now)
		c.changed = true
		v.Joined, v.Me = true, a.me
		if err := w.putJSON(roomBlob(v.Conversation), roomState{View: v, Since: w.tx.LastMessage()}); err != nil {
			return err
		}
		state := serverState{Plain: !a.blind.Blinded()}
		if s := w.communities.servers[a.url]; s != nil {
			state = s.state
		}
		w.emit(GroupChanged{v.Conversation})
		return w.putJSON(serverBlob(a.url), state)
	})
}

// LeaveCommunity leaves a room and deletes the conversation, on all own devices.
// The server is not told. ReasonNotFound for what is no community.
func (e *Engine) LeaveCommunity(ctx context.Context, conv model.ConversationID) error {
	return e.update(ctx, func(w *work) error {
		c, err := w.need(conv)
		if err != nil {
			return err
		}
		if c.Kind != model.KindCommunity {
			return fail(model.ReasonNotFound, "this is not a community")
		}
		if entry, ok := w.configs.room(conv); ok {
			w.configsTouched = true
			if _, err := w.configs.groups.EraseCommunity(entry.Room); err != nil {
				return mirrorError(err)
			}
			if _, err := w.configs.volatile.EraseCommunity(entry.Room); err != nil {
				return mirrorError(err)
			}
		}
		for _, row := range w.tx.Outbox() {
			if row.Conversation == conv {
				if err := w.dequeue(row); err != nil {
					return err
				}
			}
		}
		w.emit(GroupChanged{conv})
		return w.deleteConversation(conv)
	})
}

// LoadEarlier fetches the page of a room before the oldest message that is here,
// and returns whether there is more. Call it when a reader comes near the
// beginning. Errors: ReasonNotFound, ReasonOffline, ReasonNotAllowed (not let in).
func (e *Engine) LoadEarlier(ctx context.Context, conv model.ConversationID) (more bool, err error) {
	var (
		a   access
		ask community.Before
		n   roomNews
	)
	err = e.do(ctx, func(c *core) error {
		rm := c.room(conv)
		if rm == nil {
			return fail(model.ReasonNotFound, "this is not a community")
		}
		more = rm.state.Oldest > 0 && !rm.state.Start
		a = rm.server.access
		ask = community.Before{Room: rm.token, ID: rm.state.Oldest, Paging: community.Paging{Limit: roomPage, Reactors: reactorsShown}}
		n.roomVisit = roomVisit{conv: conv, token: rm.token, seqno: rm.state.Seqno}
		return nil
	})
	if err != nil || !more {
		return false, err
	}
	if n.page, err = request(ctx, e.core, a, ask, ask.Decode); err != nil {
		return true, err
	}
	n.rows = openRows(n.page.Messages)
	for i, j := 0, len(n.rows)-1; i < j; i, j = i+1, j-1 {
		n.rows[i], n.rows[j] = n.rows[j], n.rows[i]
	}
	err = e.do(ctx, func(c *core) error { return c.applyRoom(&n, true) })
	return n.page.More, err
}

// parseServer reads the address of a server: that of one of its rooms, or without
// a room.
func parseServer(url string) (community.Address, error) {
	if a, err := community.ParseAddress(url); err == nil {
		return a, nil
	}
	// A room of any name makes it one that can be read.
	base, query, _ := strings.Cut(url, "?")
	return parseCommunity(strings.TrimRight(base, "/") + "/room?" + query)
}

// moderate is a command of moderators, which needs the network at once.
func (e *Engine) moderate(ctx context.Context, conv model.ConversationID, build func(rm *room) []community.Request, done func(w *work, rm *room) error) error {
	var (
		a     access
		calls []community.Request
	)
	err := e.do(ctx, func(c *core) error {
		rm := c.room(conv)
		switch {
		case rm == nil:
			return fail(model.ReasonNotFound, "this is not a community")
		case !rm.state.View.Moderator:
			return fail(model.ReasonNotAllowed, "only a moderator of the community can do that")
		}
		a, calls = rm.server.access, build(rm)
		return nil
	})
	if err != nil {
		return err
	}
	sequence, err := community.NewSequence(calls...)
	if err != nil {
		return model.Fail(model.ReasonInvalid, "the community takes no such request", err)
	}
	answers, err := request(ctx, e.core, a, sequence, sequence.Decode)
	if err != nil {
		return err
	}
	for i, answer := range answers {
		// Deleting everything of somebody who wrote nothing is no failure.
		if _, is := calls[i].(community.DeleteAll); answer.Code >= 300 && (!is || answer.Code != 404) {
			return communityError(&community.StatusError{Code: answer.Code})
		}
	}
	return e.update(ctx, func(w *work) error {
		rm := w.room(conv)
		if rm == nil || done == nil {
			return nil
		}
		w.then(func() { rm.server.poll.next = time.Time{} })
		return done(w, rm)
	})
}

// BanFromCommunity shuts somebody out of a room: for a time, or for good when
// timeout is 0; with messages everything that they wrote there is deleted too.
// Errors: ReasonNotAllowed (no moderator), ReasonNotFound, ReasonOffline.
func (e *Engine) BanFromCommunity(ctx context.Context, conv model.ConversationID, id model.ID, timeout time.Duration, messages bool) error {
	return e.moderate(ctx, conv, func(rm *room) []community.Request {
		list := []community.Request{community.Ban{User: id, Scope: community.Scope{Rooms: []string{rm.token}}, Timeout: timeout.Seconds()}}
		if messages {
			list = append(list, community.DeleteAll{Room: rm.token, User: id})
		}
		return list
	}, func(w *work, rm *room) error {
		if !messages {
			return nil
		}
		return w.removeAllOf(conv, id)
	})
}

// UnbanFromCommunity ends a ban. Errors as of BanFromCommunity.
func (e *Engine) UnbanFromCommunity(ctx context.Context, conv model.ConversationID, id model.ID) error {
	return e.moderate(ctx, conv, func(rm *room) []community.Request {
		return []community.Request{community.Unban{User: id, Scope: community.Scope{Rooms: []string{rm.token}}}}
	}, nil)
}

// DeleteAllFromCommunity deletes everything that somebody wrote in a room. Errors
// as of BanFromCommunity.
func (e *Engine) DeleteAllFromCommunity(ctx context.Context, conv model.ConversationID, id model.ID) error {
	return e.moderate(ctx, conv, func(rm *room) []community.Request {
		return []community.Request{community.DeleteAll{Room: rm.token, User: id}}
	}, func(w *work, rm *room) error { return w.removeAllOf(conv, id) })
}

// removeAllOf removes what somebody wrote in a conversation.
func (w *work) removeAllOf(conv model.ConversationID, id model.ID) error {
	if err := w.forget(conv); err != nil {
		return err
	}
	return w.eachBefore(conv, forGood, func(m model.Message) error {
		if m.Sender != id {
			return nil
		}
		return w.remove(m)
	})
}

// SetCommunityModerator makes somebody a moderator with the rights of an admin, as
// official clients do, or takes all of that away. Errors as of BanFromCommunity;
// only admins are allowed to.
func (e *Engine) SetCommunityModerator(ctx context.Context, conv model.ConversationID, id model.ID, moderator bool) error {
	return e.moderate(ctx, conv, func(rm *room) []community.Request {
		visible := true
		return []community.Request{community.SetModerator{
			User: id, Scope: community.Scope{Rooms: []string{rm.token}}, Moderator: &moderator, Admin: &moderator, Visible: &visible,
		}}
	}, func(*work, *room) error { return nil })
}

// PinInCommunity keeps a message at the top of its room, or ends that. Errors as
// of BanFromCommunity; only admins are allowed to.
func (e *Engine) PinInCommunity(ctx context.Context, id model.MessageID, pinned bool) error {
	m, ok := e.Message(id)
	number, _, posted := parseRoomRef(m.Hash)
	if !ok || !posted {
		return fail(model.ReasonNotFound, "there is no such message in the community")
	}
	return e.moderate(ctx, m.Conversation, func(rm *room) []community.Request {
		if pinned {
			return []community.Request{community.Pin{Room: rm.token, ID: number}}
		}
		return []community.Request{community.Unpin{Room: rm.token, ID: number}}
	}, func(*work, *room) error { return nil })
}

// canPost says whether a room can be written to.
func (rm *room) canPost() error {
	switch v := &rm.state.View; {
	case rm.state.Seqno > 0 && !v.Write:
		return fail(model.ReasonNotAllowed, "this community does not let you write")
	case v.Refused:
		return fail(model.ReasonNotAllowed, "this community does not let you in any more")
	}
	return nil
}

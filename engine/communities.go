package engine

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/identity"
	"sotto/store"
)

// communities are the servers of which the account has joined rooms
// (protocol/communities.md). Which rooms stands in UserGroups.
type communities struct {
	servers map[string]*communityServer // by base URL
}

// communityServer is one server. It lives on the loop.
type communityServer struct {
	access
	rooms map[model.ConversationID]*room
	state serverState
	poll  serverPoll
}

// access is what workers need to ask a server. It is never changed.
type access struct {
	url string
	key [32]byte // the server's
	// lane names the server in the outbox and among hashes that were seen.
	lane model.ID
	// blind signs; me is what the account is called there.
	blind *community.Key
	me    model.ID
}

// serverState is what is remembered of a server, as JSON.
type serverState struct {
	Plain  bool  `json:"p,omitempty"` // takes plain ids
	Inbox  int64 `json:"i,omitempty"` // newest direct message received
	Outbox int64 `json:"o,omitempty"` // and sent
}

// room is one room that was joined.
type room struct {
	conv   model.ConversationID
	token  string
	server *communityServer
	state  roomState
	// hold are own changes of reactions that rows below a seqno do not know of.
	hold map[int64]int64
}

// roomState is what is remembered of a room, as JSON.
type roomState struct {
	Seqno  int64           `json:"s,omitempty"` // of the newest change; 0: nothing fetched
	Info   int64           `json:"i,omitempty"` // info_updates
	Oldest int64           `json:"o,omitempty"` // number of the oldest message fetched
	Start  bool            `json:"b,omitempty"` // there is nothing before it
	Since  model.MessageID `json:"f,omitempty"` // the profile's last message before the room was joined; see seen
	View   model.Community `json:"v"`
	Pins   []roomPin       `json:"p,omitempty"`
	// Own are own posts that no poll has brought yet.
	Own []ownPost `json:"w,omitempty"`
}

// roomPin is a pinned message. What it says is asked for when it is from before
// what is here.
type roomPin struct {
	ID     int64        `json:"i"`
	At     model.Millis `json:"t"`
	By     model.ID     `json:"b"`
	Asked  bool         `json:"a,omitempty"`
	Author model.ID     `json:"w,omitzero"`
	Posted model.Millis `json:"p,omitempty"`
	Text   string       `json:"x,omitempty"`
	Files  int          `json:"f,omitempty"`
}

// seen says what is known of a message by its number on the server. What went with
// the room when it was left counts as never seen: whoever joins again reads it
// again. What was deleted since is known, and stays away.
func (s *roomState) seen(tx *store.Tx, lane model.ID, id int64) (store.SeenRecord, bool) {
	record, known := tx.Seen(lane, 0, numberHash(id))
	if !known || record.Reason != seenHandled || record.Message > s.Since {
		return record, known
	}
	if _, there := tx.Message(record.Message); there {
		return record, true
	}
	return store.SeenRecord{}, false
}

func roomBlob(conv model.ConversationID) string { return "room/" + string(conv) }
func serverBlob(url string) string              { return "community/" + url }

// laneOf makes the id under which a server stands in the outbox out of its key.
func laneOf(key [32]byte) model.ID { return identity.NewID(identity.VersionBlinded, key) }

func (c *core) newAccess(url string, key [32]byte, plain bool) access {
	a := access{url: url, key: key, lane: laneOf(key)}
	if plain {
		a.blind = community.Plain(c.account, key)
	} else {
		a.blind = community.Blind15(c.account, key)
	}
	a.me = a.blind.Author()
	return a
}

// reconcileCommunities follows UserGroups: rooms came and went.
func (c *core) reconcileCommunities() {
	if c.communities.servers == nil {
		c.communities.servers = make(map[string]*communityServer)
	}
	have := make(map[model.ConversationID]config.UserCommunity)
	for e := range c.configs.groups.Communities() {
		have[communityID(e.Room)] = e
	}
	err := c.store.View(func(tx *store.Tx) error {
		for _, conv := range slices.Sorted(maps.Keys(have)) {
			c.loadRoom(tx, conv, have[conv].Room)
		}
		return nil
	})
	if err != nil {
		c.storeFailed("read a community", err)
	}
	var gone []string
	for url, s := range c.communities.servers {
		for conv := range s.rooms {
			if _, ok := have[conv]; !ok {
				delete(s.rooms, conv)
				gone = append(gone, roomBlob(conv))
			}
		}
		if len(s.rooms) == 0 {
			for _, call := range s.poll.calls {
				call.groups--
			}
			delete(c.communities.servers, url)
			gone = append(gone, serverBlob(url))
		}
	}
	c.publishServers()
	if len(gone) == 0 {
		return
	}
	err = c.update(func(w *work) error {
		for _, name := range gone {
			if err := w.tx.PutBlob(name, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.storeFailed("forget a community", err)
	}
}

// loadRoom takes a room into memory that is not there yet.
func (c *core) loadRoom(tx *store.Tx, conv model.ConversationID, r config.Room) {
	s := c.communities.servers[r.Server.URL]
	if s == nil {
		s = &communityServer{rooms: make(map[model.ConversationID]*room)}
		readJSON(tx, serverBlob(r.Server.URL), &s.state)
		s.access = c.newAccess(r.Server.URL, r.Server.Key, s.state.Plain)
		c.communities.servers[r.Server.URL] = s
	}
	if s.rooms[conv] != nil {
		return
	}
	rm := &room{conv: conv, token: r.Name, server: s, hold: make(map[int64]int64)}
	if tx.Blob(roomBlob(conv)) == nil {
		rm.state.Since = tx.LastMessage()
	}
	readJSON(tx, roomBlob(conv), &rm.state)
	v := &rm.state.View
	v.Conversation, v.Server, v.Room, v.Joined, v.Me = conv, s.url, r.Name, true, s.me
	v.URL = community.Address{Base: s.url, PublicKey: s.key, Room: r.Name}.String()
	s.rooms[conv] = rm
	s.poll.next = c.clock.Now()
}

func readJSON(tx *store.Tx, name string, v any) {
	if b := tx.Blob(name); b != nil {
		_ = json.Unmarshal(b, v) // damaged: as if nothing was known
	}
}

func (w *work) putJSON(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return model.Fail(model.ReasonInternal, "a community does not encode", err)
	}
	if slices.Equal(w.tx.Blob(name), b) {
		return nil
	}
	return w.tx.PutBlob(name, b)
}

// keepRoom stores what is known of a room, and tells when what is shown changed.
func (w *work) keepRoom(rm *room) error {
	v := &rm.state.View
	v.HasEarlier = rm.state.Seqno > 0 && !rm.state.Start
	var before roomState
	readJSON(w.tx, roomBlob(rm.conv), &before)
	if err := w.putJSON(roomBlob(rm.conv), rm.state); err != nil {
		return err
	}
	shown := func(s *roomState) string {
		b, _ := json.Marshal([]any{s.View, s.Pins})
		return string(b)
	}
	if shown(&before) != shown(&rm.state) {
		w.emit(GroupChanged{rm.conv})
	}
	return nil
}

// publishServers tells workers how servers are asked.
func (c *core) publishServers() {
	servers := make(map[model.ID]access, len(c.communities.servers))
	keys := make(map[model.ConversationID][32]byte)
	for _, s := range c.communities.servers {
		servers[s.lane] = s.access
		for conv := range s.rooms {
			keys[conv] = s.key
		}
	}
	c.view.servers.Store(&servers)
	c.view.roomKeys.Store(&keys)
}

// serverOf returns the server of an outbox lane. Workers may call it.
func (c *core) serverOf(lane model.ID) (access, error) {
	if servers := c.view.servers.Load(); servers != nil {
		if a, ok := (*servers)[lane]; ok {
			return a, nil
		}
	}
	return access{}, fail(model.ReasonNotAllowed, "this community was left")
}

// room returns a room that was joined, nil when there is none.
func (c *core) room(conv model.ConversationID) *room {
	for _, s := range c.communities.servers {
		if rm := s.rooms[conv]; rm != nil {
			return rm
		}
	}
	return nil
}

// needRoom is room for commands: ReasonNotFound without one.
func (w *work) needRoom(conv model.ConversationID) (*room, *conversation, error) {
	c, err := w.need(conv)
	if err != nil {
		return nil, nil, err
	}
	rm := w.room(conv)
	if rm == nil {
		return nil, nil, fail(model.ReasonNotFound, "this is not a community")
	}
	return rm, c, nil
}

// Numbers of messages on a server are remembered for good, as hashes of the lane.
const forGood model.Millis = math.MaxInt64 / 4

// Community returns what is known of a room that was joined.
func (e *Engine) Community(conv model.ConversationID) (v model.Community, ok bool) {
	e.view(func(tx *store.Tx) {
		c, known := tx.Conversation(conv)
		if !known || c.Kind != model.KindCommunity {
			return
		}
		var state roomState
		readJSON(tx, roomBlob(conv), &state)
		v, ok = state.View, true
		if v.Conversation == "" {
			v.Conversation, v.Name, v.Joined = conv, c.Name, true
		}
		var key [32]byte
		if a, err := community.ParseAddress(v.URL); err == nil {
			key = a.PublicKey
		}
		for _, p := range state.Pins {
			pin := model.CommunityPin{Server: p.ID, At: p.At, By: p.By, Author: p.Author, Posted: p.Posted, Text: p.Text, Files: p.Files}
			if seen, known := state.seen(tx, laneOf(key), p.ID); known {
				if seen.Message == 0 {
					continue // deleted: the list is on its way
				}
				pin.Message = seen.Message
			}
			v.Pins = append(v.Pins, pin)
		}
	})
	return v, ok
}

// serverPoll decides when a server is asked: all rooms in one request.
type serverPoll struct {
	next     time.Time // when due, zero at once
	busy     bool
	failures int
	streak   int // requests one after the other, because there was more
	news     time.Time
	calls    []*syncCall
}

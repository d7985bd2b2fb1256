package engine

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// applyRoom handles what a server told about a room, in one transaction with how
// far it was read. With earlier it is a page from before what is here.
func (c *core) applyRoom(n *roomNews, earlier bool) error {
	var refused, added int
	var why error
	rm := c.room(n.conv)
	if rm == nil {
		return nil // left meanwhile
	}
	if !rm.changedBy(n) {
		return nil
	}
	kept := rm.state
	err := c.update(func(w *work) error {
		refused, added = n.page.Dropped, 0
		conv := w.find(n.conv)
		if conv == nil {
			return nil
		}
		r := &receiver{work: w, alias: rm.server.me}
		r.applyRoomInfo(rm, conv, n)
		for i := range n.rows {
			row := &n.rows[i]
			if row.err != nil && !errors.Is(row.err, community.ErrNoData) {
				refused, why = refused+1, row.err
				continue
			}
			if err := r.applyRow(rm, row); err != nil {
				return err
			}
		}
		added = r.added
		if n.pageErr == nil {
			if !earlier {
				if err := r.missedPosts(rm, n); err != nil {
					return err
				}
				rm.state.Seqno = max(rm.state.Seqno, n.page.Seqno)
			}
			if old := n.page.Oldest; old > 0 && (earlier || n.seqno == 0) && (rm.state.Oldest == 0 || old < rm.state.Oldest) {
				rm.state.Oldest = old
			}
			if (earlier || n.seqno == 0) && !n.page.More {
				rm.state.Start = true
			}
		}
		return w.keepRoom(rm)
	})
	if err != nil {
		rm.state = kept
		c.storeFailed("store what a community told", err)
		return err
	}
	c.poll.received += added
	c.logRows(rm, refused, why)
	return nil
}

// changedBy says that an answer tells anything new: most do not, and then nothing
// is written.
func (rm *room) changedBy(n *roomNews) bool {
	v := rm.state.View
	if len(n.rows) > 0 || len(n.own) > 0 || n.page.Dropped > 0 || n.infoErr != nil && !v.Refused || n.info.Details != nil {
		return true
	}
	if n.pageErr == nil && (n.page.Seqno > rm.state.Seqno || n.seqno == 0 && !rm.state.Start) {
		return true
	}
	if n.infoErr != nil || n.info.Token == "" {
		return false
	}
	now := v
	takeAccess(&now, n.info.Access)
	return v.Refused || now.Read != v.Read || now.Write != v.Write || now.Upload != v.Upload || now.Moderator != v.Moderator ||
		now.Admin != v.Admin || n.info.ActiveUsers > 0 && n.info.ActiveUsers != v.ActiveUsers
}

// applyRoomInfo takes over what the room is called and what is allowed there.
func (r *receiver) applyRoomInfo(rm *room, c *conversation, n *roomNews) {
	v := &rm.state.View
	if n.infoErr != nil {
		reason := model.ReasonOf(communityError(n.infoErr))
		v.Refused = reason == model.ReasonNotAllowed || reason == model.ReasonNotFound
		return
	}
	if n.info.Token == "" {
		return // a page alone
	}
	v.Refused = false
	defer func() { r.applyRoomPicture(rm, c) }()
	if n.info.ActiveUsers > 0 {
		v.ActiveUsers = n.info.ActiveUsers
	}
	takeAccess(v, n.info.Access)
	if d := n.info.Details; d != nil {
		rm.state.Info = d.InfoUpdates
		takeDetails(v, d)
		rm.takePins(d.Pins)
		if v.Name != "" && c.Name != v.Name {
			c.Name = v.Name
			r.taken(c)
			r.emit(ConversationsChanged{})
		}
	}
}

func takeAccess(v *model.Community, a community.Access) {
	v.Read, v.Write, v.Upload = a.Read, a.Write, a.Upload
	v.Moderator = a.Moderator || a.GlobalModerator || a.Admin || a.GlobalAdmin
	v.Admin = a.Admin || a.GlobalAdmin
}

func takeDetails(v *model.Community, d *community.Room) {
	v.Name, v.Description, v.Image = oneLine(d.Name), strings.Clone(d.Description), d.Image
	v.Created = model.Millis(d.Created.Millis())
	v.Moderators = append(slices.Clone([]identity.ID(d.Moderators)), d.HiddenModerators...)
	v.Admins = append(slices.Clone([]identity.ID(d.Admins)), d.HiddenAdmins...)
	if d.ActiveUsers > 0 {
		v.ActiveUsers = d.ActiveUsers
	}
}

// oneLine makes one line of a name or title of others. Nothing in it can turn the
// direction of the text around it.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// roomMessage finds a message by its number on the server. known says that the
// number was seen, also when the message is gone.
func (w *work) roomMessage(rm *room, id int64) (m model.Message, there, known bool) {
	seen, known := rm.state.seen(w.tx, rm.server.lane, id)
	if !known {
		return m, false, false
	}
	m, there = w.tx.Message(seen.Message)
	return m, there, true
}

func (w *work) noteRoomMessage(s *communityServer, id int64, message model.MessageID, key model.MessageKey) error {
	return markRoomMessage(w.tx, s.lane, id, message, key)
}

// markRoomMessage notes which message has a number on a server, and a time there.
func markRoomMessage(tx *store.Tx, lane model.ID, id int64, message model.MessageID, key model.MessageKey) error {
	record := store.SeenRecord{Expiry: forGood, Reason: seenHandled, Message: message}
	if err := tx.MarkSeen(lane, 0, numberHash(id), record); err != nil {
		return err
	}
	return tx.MarkSeen(lane, 0, momentHash(key), record)
}

// applyRow handles one row: a new message, an edited one, a deletion, or the
// reactions to a message.
func (r *receiver) applyRow(rm *room, row *roomRow) error {
	m, there, known := r.roomMessage(rm, row.ID)
	switch {
	case row.Deleted:
		return r.roomMessageGone(rm, row.ID)
	case known && (!there || m.Conversation != rm.conv):
		return nil // deleted here, or there
	case row.ReactionsOnly:
		if !there {
			return nil
		}
		return r.applyRoomReactions(rm, &m, row)
	case there && m.Sender != row.Author:
		r.log.Info("a community gives a message to somebody else, refused")
		return nil
	case there:
		if err := r.applyEdit(rm, &m, row); err != nil {
			return err
		}
		return r.applyRoomReactions(rm, &m, row)
	}
	return r.addRow(rm, row)
}

// addRow stores a new message of a room.
func (r *receiver) addRow(rm *room, row *roomRow) error {
	content := row.opened.Content
	data := content.DataMessage
	if content.Kind() != wire.KindData || data.Empty() || data.GroupUpdateMessage != nil || data.Reaction != nil || data.TimerUpdate() || row.Filtered {
		return nil
	}
	s := rm.server
	own := row.Author == s.me
	if own {
		settled, err := r.settleOwnPost(rm, row)
		if settled || err != nil {
			return err
		}
	} else if err := r.learnPerson(rm.conv, row.Author, data.Profile, data.ProfileKey); err != nil {
		return err
	}
	c := r.find(rm.conv)
	in := &incoming{sent: model.Millis(row.Posted.Millis())}
	in.Sender, in.Content, in.hash = row.Author, content, roomRef(row.ID, in.sent)
	content.ExpirationTimer, content.ExpirationType = wire.Opt[uint32]{}, wire.Opt[wire.ExpirationType]{}
	r.stored = 0
	if err := r.handleVisible(in, c, own); err != nil || r.stored == 0 {
		return err
	}
	m, ok := r.tx.Message(r.stored)
	if !ok {
		return nil
	}
	if err := r.noteRoomMessage(s, row.ID, m.ID, model.MessageKey{Sender: row.Author, Timestamp: in.sent}); err != nil {
		return err
	}
	if m.Edited = editedAt(&row.Message); row.Whisper {
		m.Whisper = &model.Whisper{To: row.WhisperTo, Moderators: row.WhisperMods}
		m.Mention = m.Mention || !own && row.WhisperTo == s.me
	}
	if m.Edited != 0 || m.Whisper != nil {
		if err := r.putMessage(m); err != nil {
			return err
		}
	}
	return r.applyRoomReactions(rm, &m, row)
}

// settleOwnPost recognises a message that waits here to be posted: the answer to
// the post was lost, or is still on its way.
func (r *receiver) settleOwnPost(rm *room, row *roomRow) (bool, error) {
	for _, o := range r.tx.OutboxFor(rm.server.lane) {
		var p roomPost
		if o.Kind != rowPost || json.Unmarshal(o.Data, &p) != nil || !slices.Equal(p.Signature, row.Signature) {
			continue
		}
		return true, r.posted(o, &row.Message)
	}
	return false, nil
}

// posted notes that the server has a message.
func (w *work) posted(o store.OutboxRow, row *community.Message) error {
	if err := w.dequeue(o); err != nil {
		return err
	}
	w.then(func() { w.out.sent++ })
	m, ok := w.tx.Message(o.Message)
	if !ok {
		return nil
	}
	s := w.serverByLane(o.Recipient)
	if s == nil {
		return nil
	}
	at := model.Millis(row.Posted.Millis())
	m.Hash = roomRef(row.ID, at)
	if err := w.tx.PutMessage(m); err != nil {
		return err
	}
	if err := w.noteRoomMessage(s, row.ID, m.ID, model.MessageKey{Sender: s.me, Timestamp: at}); err != nil {
		return err
	}
	if err := w.noteOwnPost(w.room(o.Conversation), row); err != nil {
		return err
	}
	return w.messageSent(m.ID)
}

func (c *core) serverByLane(lane model.ID) *communityServer {
	for _, s := range c.communities.servers {
		if s.lane == lane {
			return s
		}
	}
	return nil
}

// applyRoomReactions replaces the reactions to a message, unless the row is from
// before an own change.
func (r *receiver) applyRoomReactions(rm *room, m *model.Message, row *roomRow) error {
	if !row.HasReactions || row.Seqno < rm.hold[row.ID] {
		return nil
	}
	delete(rm.hold, row.ID)
	list := roomReactions(row.Reactions, rm.server.me, model.Millis(row.Posted.Millis()))
	if slices.Equal(list, m.Reactions) {
		return nil
	}
	m.Reactions = list
	r.emit(ReactionChanged{m.Conversation, m.ID})
	return r.tx.PutMessage(*m)
}

// roomReactions lists reactions by the people whom the server names; how many more
// there are stands at the first of each emoji.
func roomReactions(list []community.Reaction, me model.ID, at model.Millis) []model.Reaction {
	var out []model.Reaction
	for _, r := range list {
		if r.Count <= 0 || !oneEmoji(r.Emoji) || len(out) >= maxReactions {
			continue
		}
		people := slices.Clone(r.Reactors)
		if i := slices.Index(people, me); r.Mine && i < 0 {
			people = append([]model.ID{me}, people...)
		}
		people = people[:min(len(people), r.Count)]
		if len(people) == 0 {
			people = []model.ID{{}}
		}
		for i, id := range people {
			reaction := model.Reaction{Author: id, Emoji: r.Emoji, At: at}
			if i == 0 {
				reaction.More = r.Count - len(people)
			}
			out = append(out, reaction)
		}
	}
	return out
}

// bodyOf is the text of a message, if it is one.
func bodyOf(content *wire.Content) string {
	if content == nil || content.DataMessage == nil {
		return ""
	}
	return content.DataMessage.Body.Value
}

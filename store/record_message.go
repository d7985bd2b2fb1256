package store

import (
	"time"

	"sotto/engine/model"
)

// Fields of a message record. The sender is left out when it is the peer of the
// conversation.
const (
	msgConversation = 1 + iota // number
	msgSender
	msgOutgoing
	msgKind
	msgTimestamp
	msgReceived
	msgText
	msgQuote
	msgAttachment // repeated
	msgPreview
	msgInvitation
	msgReaction // repeated
	msgMention
	msgState
	msgFailure
	msgNextTry
	msgUnread
	msgHash
	msgTimerMode
	msgTimerSeconds
	msgExpireStart
	msgExpires
	msgChange
	msgWhisper
	msgEdited
)

func encodeMessage(scratch []byte, number uint32, m *model.Message) encoder {
	r := newRecord(scratch)
	r.uint(msgConversation, uint64(number))
	if peer, ok := m.Conversation.ID(); !ok || peer != m.Sender {
		r.present(msgSender, m.Sender[:])
	}
	r.bool(msgOutgoing, m.Outgoing)
	r.uint(msgKind, uint64(m.Kind))
	r.int(msgTimestamp, int64(m.Timestamp))
	r.int(msgReceived, int64(m.Received))
	r.string(msgText, m.Text)
	if m.Quote != nil {
		r.present(msgQuote, encodeQuote(nil, m.Quote))
	}
	for i := range m.Attachments {
		r.present(msgAttachment, encodeAttachment(&m.Attachments[i]))
	}
	if m.Preview != nil {
		r.present(msgPreview, encodePreview(m.Preview))
	}
	if m.Invitation != nil {
		var e encoder
		e.string(1, m.Invitation.URL)
		e.string(2, m.Invitation.Name)
		r.present(msgInvitation, e)
	}
	for i := range m.Reactions {
		x := &m.Reactions[i]
		var e encoder
		e.present(1, x.Author[:])
		e.string(2, x.Emoji)
		e.int(3, int64(x.At))
		e.uint(4, uint64(max(x.More, 0)))
		r.present(msgReaction, e)
	}
	r.bool(msgMention, m.Mention)
	r.uint(msgState, uint64(m.State))
	r.uint(msgFailure, uint64(m.Failure))
	r.int(msgNextTry, int64(m.NextTry))
	r.bool(msgUnread, m.Unread)
	r.string(msgHash, m.Hash)
	r.uint(msgTimerMode, uint64(m.Timer.Mode))
	r.uint(msgTimerSeconds, uint64(m.Timer.Seconds))
	r.int(msgExpireStart, int64(m.ExpireStart))
	r.int(msgExpires, int64(m.Expires))
	if m.Change != nil {
		r.present(msgChange, encodeChange(m.Change))
	}
	if m.Whisper != nil {
		r.present(msgWhisper, encodeWhisper(m.Whisper))
	}
	r.int(msgEdited, int64(m.Edited))
	r.pad()
	return r
}

// decodeMessage leaves ID and Conversation to the caller, who also completes a
// Sender that was left out (senderSet is false).
func decodeMessage(b []byte) (m model.Message, number uint32, senderSet bool, err error) {
	d := decodeRecord(b)
	for d.next() {
		switch d.field {
		case msgConversation:
			number = uint32(d.u)
		case msgSender:
			d.id((*[33]byte)(&m.Sender))
			senderSet = true
		case msgOutgoing:
			m.Outgoing = d.bool()
		case msgKind:
			m.Kind = model.MessageKind(d.u)
		case msgTimestamp:
			m.Timestamp = model.Millis(d.int())
		case msgReceived:
			m.Received = model.Millis(d.int())
		case msgText:
			m.Text = d.string()
		case msgQuote:
			m.Quote = decodeQuote(&d)
		case msgAttachment:
			a := decodeAttachment(&d)
			m.Attachments = append(m.Attachments, a)
		case msgPreview:
			m.Preview = decodePreview(&d)
		case msgInvitation:
			m.Invitation = decodeInvitation(&d)
		case msgReaction:
			m.Reactions = append(m.Reactions, decodeReaction(&d))
		case msgMention:
			m.Mention = d.bool()
		case msgState:
			m.State = model.State(d.u)
		case msgFailure:
			m.Failure = model.Reason(d.u)
		case msgNextTry:
			m.NextTry = model.Millis(d.int())
		case msgUnread:
			m.Unread = d.bool()
		case msgHash:
			m.Hash = d.string()
		case msgTimerMode:
			m.Timer.Mode = model.ExpireMode(d.u)
		case msgTimerSeconds:
			m.Timer.Seconds = uint32(d.u)
		case msgExpireStart:
			m.ExpireStart = model.Millis(d.int())
		case msgExpires:
			m.Expires = model.Millis(d.int())
		case msgChange:
			m.Change = decodeChange(&d)
		case msgWhisper:
			m.Whisper = decodeWhisper(&d)
		case msgEdited:
			m.Edited = model.Millis(d.int())
		}
	}
	if d.err == nil && number == 0 {
		d.broken()
	}
	return m, number, senderSet, d.err
}

// encodeAttachment: 1 URL, 2 key, 3 digest, 4 size, 5 type, 6 name, 7 voice,
// 8 width, 9 height, 10 caption, 11 local id, 12 wanted, 13 failure, 14 preview,
// 15 waveform, 16 duration (ns), 17 position (ns), 18 played.
func encodeAttachment(a *model.Attachment) []byte {
	var e encoder
	e.string(1, a.URL)
	e.bytes(2, a.Key)
	e.bytes(3, a.Digest)
	e.uint(4, uint64(a.Size))
	e.string(5, a.Type)
	e.string(6, a.Name)
	e.bool(7, a.Voice)
	e.uint(8, uint64(a.Width))
	e.uint(9, uint64(a.Height))
	e.string(10, a.Caption)
	e.string(11, a.LocalID)
	e.bool(12, a.Wanted)
	e.uint(13, uint64(a.Failure))
	e.bytes(14, a.Preview)
	e.bytes(15, a.Sound.Waveform)
	e.int(16, int64(a.Sound.Duration))
	e.int(17, int64(a.Position))
	e.bool(18, a.Played)
	return e
}

func decodeAttachment(outer *decoder) (a model.Attachment) {
	d := nested(outer.data)
	for d.next() {
		switch d.field {
		case 1:
			a.URL = d.string()
		case 2:
			a.Key = d.copy()
		case 3:
			a.Digest = d.copy()
		case 4:
			a.Size = uint32(d.u)
		case 5:
			a.Type = d.string()
		case 6:
			a.Name = d.string()
		case 7:
			a.Voice = d.bool()
		case 8:
			a.Width = uint32(d.u)
		case 9:
			a.Height = uint32(d.u)
		case 10:
			a.Caption = d.string()
		case 11:
			a.LocalID = d.string()
		case 12:
			a.Wanted = d.bool()
		case 13:
			a.Failure = model.Reason(d.u)
		case 14:
			a.Preview = d.copy()
		case 15:
			a.Sound.Waveform = d.copy()
		case 16:
			a.Sound.Duration = time.Duration(d.int())
		case 17:
			a.Position = time.Duration(d.int())
		case 18:
			a.Played = d.bool()
		}
	}
	if d.err != nil {
		outer.err = d.err
	}
	return a
}

// encodePreview: 1 URL, 2 title, 3 image (an attachment).
func encodePreview(p *model.LinkPreview) []byte {
	var e encoder
	e.string(1, p.URL)
	e.string(2, p.Title)
	if p.Image != nil {
		e.present(3, encodeAttachment(p.Image))
	}
	return e
}

func decodePreview(outer *decoder) *model.LinkPreview {
	p := &model.LinkPreview{}
	d := nested(outer.data)
	for d.next() {
		switch d.field {
		case 1:
			p.URL = d.string()
		case 2:
			p.Title = d.string()
		case 3:
			a := decodeAttachment(&d)
			p.Image = &a
		}
	}
	if d.err != nil {
		outer.err = d.err
	}
	return p
}

func decodeInvitation(outer *decoder) *model.Invitation {
	v := &model.Invitation{}
	d := nested(outer.data)
	for d.next() {
		switch d.field {
		case 1:
			v.URL = d.string()
		case 2:
			v.Name = d.string()
		}
	}
	if d.err != nil {
		outer.err = d.err
	}
	return v
}

func decodeReaction(outer *decoder) (x model.Reaction) {
	d := nested(outer.data)
	for d.next() {
		switch d.field {
		case 1:
			d.id((*[33]byte)(&x.Author))
		case 2:
			x.Emoji = d.string()
		case 3:
			x.At = model.Millis(d.int())
		case 4:
			x.More = int(uint32(d.u))
		}
	}
	if d.err != nil {
		outer.err = d.err
	}
	return x
}

// encodeChange: 1 kind, 2 member (repeated), 3 name, 4 history.
func encodeChange(c *model.GroupChange) []byte {
	var e encoder
	e.uint(1, uint64(c.Kind))
	for i := range c.Members {
		e.present(2, c.Members[i][:])
	}
	e.string(3, c.Name)
	e.bool(4, c.History)
	return e
}

func decodeChange(outer *decoder) *model.GroupChange {
	c := &model.GroupChange{}
	d := nested(outer.data)
	for d.next() {
		switch d.field {
		case 1:
			c.Kind = model.GroupChangeKind(d.u)
		case 2:
			var id model.ID
			d.id((*[33]byte)(&id))
			c.Members = append(c.Members, id)
		case 3:
			c.Name = d.string()
		case 4:
			c.History = d.bool()
		}
	}
	if d.err != nil {
		outer.err = d.err
	}
	return c
}

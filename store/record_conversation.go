package store

import (
	"sotto/engine/model"
)

// conversation is a record of bucketConversations.
type conversation struct {
	number uint32 // of its list; changes when all messages are cleared
	count  uint64 // messages
	c      model.Conversation
	dirty  bool
}

// Fields of a conversation record.
const (
	convNumber = 1 + iota
	convID
	convKind
	convName
	convNickname
	convProfileUpdated
	convPictureURL
	convPictureKey
	convApproved
	convApprovedMe
	convBlocked
	convHidden
	convPinned
	convNotify
	convMutedUntil
	convTimerMode
	convTimerSeconds
	convTimerChanged
	convCreated
	convLastActivity
	convLastRead
	convMarkedUnread
	convUnread
	convMentions
	convLast
	convDraftText
	convDraftQuote
	convFirstRead
	convAcceptedAt
	convCount
	convFolder
	convArchived
	convSynced
	convAnswered
	convInviter
	convDraftWhisper
	convFetchFiles
)

func (v *conversation) encode(scratch []byte) encoder {
	c := &v.c
	r := newRecord(scratch)
	r.uint(convNumber, uint64(v.number))
	r.string(convID, string(c.ID))
	r.uint(convKind, uint64(c.Kind))
	r.string(convName, c.Name)
	r.string(convNickname, c.Nickname)
	r.int(convProfileUpdated, c.ProfileUpdated)
	r.string(convPictureURL, c.Picture.URL)
	r.bytes(convPictureKey, c.Picture.Key)
	r.bool(convApproved, c.Approved)
	r.bool(convApprovedMe, c.ApprovedMe)
	r.bool(convBlocked, c.Blocked)
	r.bool(convHidden, c.Hidden)
	r.int(convPinned, c.Pinned)
	r.uint(convNotify, uint64(c.Notify))
	r.int(convMutedUntil, int64(c.MutedUntil))
	r.uint(convTimerMode, uint64(c.Timer.Mode))
	r.uint(convTimerSeconds, uint64(c.Timer.Seconds))
	r.int(convTimerChanged, int64(c.TimerChanged))
	r.int(convCreated, int64(c.Created))
	r.int(convLastActivity, int64(c.LastActivity))
	r.int(convLastRead, int64(c.LastRead))
	r.bool(convMarkedUnread, c.MarkedUnread)
	r.uint(convUnread, uint64(c.Unread))
	r.uint(convMentions, uint64(c.Mentions))
	if c.Last.Message != 0 {
		r.present(convLast, encodeSummary(c.Last))
	}
	r.string(convDraftText, c.Draft.Text)
	if c.Draft.Quote != nil {
		r.present(convDraftQuote, encodeQuote(nil, c.Draft.Quote))
	}
	r.uint(convFirstRead, uint64(c.FirstRead))
	r.int(convAcceptedAt, int64(c.AcceptedAt))
	r.uint(convCount, v.count)
	r.string(convFolder, c.Folder)
	r.bool(convArchived, c.Archived)
	r.bool(convSynced, c.Synced)
	r.bool(convAnswered, c.Answered)
	if c.Inviter != (model.ID{}) {
		r.present(convInviter, c.Inviter[:])
	}
	if c.Draft.Whisper != nil {
		r.present(convDraftWhisper, encodeWhisper(c.Draft.Whisper))
	}
	r.bool(convFetchFiles, c.FetchFiles)
	r.pad()
	return r
}

func decodeConversation(b []byte) (*conversation, error) {
	v := &conversation{}
	c := &v.c
	d := decodeRecord(b)
	for d.next() {
		switch d.field {
		case convNumber:
			v.number = uint32(d.u)
		case convID:
			c.ID = model.ConversationID(d.data)
		case convKind:
			c.Kind = model.Kind(d.u)
		case convName:
			c.Name = d.string()
		case convNickname:
			c.Nickname = d.string()
		case convProfileUpdated:
			c.ProfileUpdated = d.int()
		case convPictureURL:
			c.Picture.URL = d.string()
		case convPictureKey:
			c.Picture.Key = d.copy()
		case convApproved:
			c.Approved = d.bool()
		case convApprovedMe:
			c.ApprovedMe = d.bool()
		case convBlocked:
			c.Blocked = d.bool()
		case convHidden:
			c.Hidden = d.bool()
		case convPinned:
			c.Pinned = d.int()
		case convNotify:
			c.Notify = model.NotifyMode(d.u)
		case convMutedUntil:
			c.MutedUntil = model.Millis(d.int())
		case convTimerMode:
			c.Timer.Mode = model.ExpireMode(d.u)
		case convTimerSeconds:
			c.Timer.Seconds = uint32(d.u)
		case convTimerChanged:
			c.TimerChanged = model.Millis(d.int())
		case convCreated:
			c.Created = model.Millis(d.int())
		case convLastActivity:
			c.LastActivity = model.Millis(d.int())
		case convLastRead:
			c.LastRead = model.Millis(d.int())
		case convMarkedUnread:
			c.MarkedUnread = d.bool()
		case convUnread:
			c.Unread = int(uint32(d.u))
		case convMentions:
			c.Mentions = int(uint32(d.u))
		case convLast:
			decodeSummary(&d, &c.Last)
		case convDraftText:
			c.Draft.Text = d.string()
		case convDraftQuote:
			c.Draft.Quote = decodeQuote(&d)
		case convFirstRead:
			c.FirstRead = model.MessageID(d.u)
		case convAcceptedAt:
			c.AcceptedAt = model.Millis(d.int())
		case convCount:
			v.count = d.u
		case convFolder:
			c.Folder = d.string()
		case convArchived:
			c.Archived = d.bool()
		case convSynced:
			c.Synced = d.bool()
		case convAnswered:
			c.Answered = d.bool()
		case convInviter:
			d.id((*[33]byte)(&c.Inviter))
		case convDraftWhisper:
			c.Draft.Whisper = decodeWhisper(&d)
		case convFetchFiles:
			c.FetchFiles = d.bool()
		}
	}
	if d.err == nil && (v.number == 0 || c.ID == "") {
		d.broken()
	}
	return v, d.err
}

// encodeSummary: 1 message, 2 sender, 3 outgoing, 4 kind, 5 text, 6 state,
// 7 timestamp, 8 files, 9 voice.
func encodeSummary(s model.Summary) []byte {
	var e encoder
	e.uint(1, uint64(s.Message))
	e.present(2, s.Sender[:])
	e.bool(3, s.Outgoing)
	e.uint(4, uint64(s.Kind))
	e.string(5, s.Text)
	e.uint(6, uint64(s.State))
	e.int(7, int64(s.Timestamp))
	e.uint(8, uint64(s.Files))
	e.bool(9, s.Voice)
	return e
}

func decodeSummary(outer *decoder, s *model.Summary) {
	d := nested(outer.data)
	for d.next() {
		switch d.field {
		case 1:
			s.Message = model.MessageID(d.u)
		case 2:
			d.id((*[33]byte)(&s.Sender))
		case 3:
			s.Outgoing = d.bool()
		case 4:
			s.Kind = model.MessageKind(d.u)
		case 5:
			s.Text = d.string()
		case 6:
			s.State = model.State(d.u)
		case 7:
			s.Timestamp = model.Millis(d.int())
		case 8:
			s.Files = int(uint16(d.u))
		case 9:
			s.Voice = d.bool()
		}
	}
	if d.err != nil {
		outer.err = d.err
	}
}

// encodeQuote: 1 author, 2 timestamp.
func encodeQuote(b []byte, q *model.QuoteRef) []byte {
	e := encoder(b)
	e.present(1, q.Author[:])
	e.int(2, int64(q.Timestamp))
	return e
}

func decodeQuote(outer *decoder) *model.QuoteRef {
	q := &model.QuoteRef{}
	d := nested(outer.data)
	for d.next() {
		switch d.field {
		case 1:
			d.id((*[33]byte)(&q.Author))
		case 2:
			q.Timestamp = model.Millis(d.int())
		}
	}
	if d.err != nil {
		outer.err = d.err
	}
	return q
}

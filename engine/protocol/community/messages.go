package community

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// Paging bounds a page of messages.
type Paging struct {
	Limit int // 1 to MaxPage; 0: DefaultPage
	// Reactors is how many people are listed with each reaction: 1 to
	// MaxReactors; 0: DefaultReactors; NoReactors: none.
	Reactors int
}

// NoReactors asks for counts alone.
const NoReactors = -1

func (g Paging) into(p *path) *path {
	if g.Limit != 0 {
		p.param("limit", strconv.Itoa(g.Limit))
	}
	if g.Reactors != 0 {
		p.param("reactors", strconv.Itoa(max(0, g.Reactors)))
	}
	return p
}

func (g Paging) limit() int {
	if g.Limit == 0 {
		return DefaultPage
	}
	return min(max(g.Limit, 1), MaxPage)
}

// Recent asks for the newest messages of a room, newest first.
type Recent struct {
	Room string
	Paging
}

// Before asks for messages older than the one with this id, newest first.
type Before struct {
	Room string
	ID   int64
	Paging
}

// Since asks for all that changed after a seqno, in the order of seqno: the
// polling call. Reactions adds rows for changed reactions.
type Since struct {
	Room      string
	Seqno     int64
	Reactions bool
	Paging
}

// OneMessage asks for a single message.
type OneMessage struct {
	Room     string
	ID       int64
	Reactors int // see Paging
}

// PostMessage posts what Compose made. Files are ids of the sender's uploads of
// the last hour.
type PostMessage struct {
	Room            string
	Data, Signature []byte
	WhisperTo       identity.ID // moderators only; zero: nobody
	WhisperMods     bool        // moderators only
	Files           []int64
}

// EditMessage replaces an own message.
type EditMessage struct {
	Room            string
	ID              int64
	Data, Signature []byte
	Files           []int64
}

// DeleteMessage deletes a message: an own one, or any for moderators.
type DeleteMessage struct {
	Room string
	ID   int64
}

// DeleteAll deletes every message of a user, in one room or, with no Room, in
// all rooms where the caller may.
type DeleteAll struct {
	Room string
	User identity.ID
}

func (r Recent) call() (Call, error) { return get(r.into(inRoom(r.Room).add("messages/recent"))) }
func (r Before) call() (Call, error) {
	return get(r.into(inRoom(r.Room).add("messages/before").num(r.ID)))
}

func (r Since) call() (Call, error) {
	p := inRoom(r.Room).add("messages/since").num(r.Seqno)
	if r.Reactions {
		p.param("t", "r")
	}
	return get(r.into(p))
}

func (r OneMessage) call() (Call, error) {
	return get(Paging{Reactors: r.Reactors}.into(inRoom(r.Room).add("message").num(r.ID)))
}

// postJSON is the body of a post or an edit.
type postJSON struct {
	Data        string       `json:"data"`
	Signature   string       `json:"signature"`
	WhisperTo   *identity.ID `json:"whisper_to,omitempty"`
	WhisperMods bool         `json:"whisper_mods,omitempty"`
	Files       []looseInt   `json:"files,omitempty"`
}

// looseInt is a number that some clients write as a text.
type looseInt int64

func (n *looseInt) UnmarshalJSON(doc []byte) error {
	if len(doc) > 1 && doc[0] == '"' {
		doc = doc[1 : len(doc)-1]
	}
	v, err := strconv.ParseInt(string(doc), 10, 64)
	*n = looseInt(v)
	return err
}

func looseInts(ids []int64) []looseInt {
	var list []looseInt
	for _, id := range ids {
		list = append(list, looseInt(id))
	}
	return list
}

func (r PostMessage) call() (Call, error) {
	if len(r.Data) == 0 || len(r.Data) > MaxData || len(r.Signature) != 64 || len(r.Files) > MaxFilesPerMessage {
		return Call{}, fmt.Errorf("%w: message of %d bytes", ErrRequest, len(r.Data))
	}
	body := postJSON{Data: encodeBase64(r.Data), Signature: encodeBase64(r.Signature), WhisperMods: r.WhisperMods, Files: looseInts(r.Files)}
	if !r.WhisperTo.IsZero() {
		body.WhisperTo = &r.WhisperTo
	}
	return inRoom(r.Room).add("message").json(methodPost, body)
}

func (r EditMessage) call() (Call, error) {
	if len(r.Data) == 0 || len(r.Data) > MaxData || len(r.Signature) != 64 || len(r.Files) > MaxFilesPerMessage {
		return Call{}, fmt.Errorf("%w: message of %d bytes", ErrRequest, len(r.Data))
	}
	return inRoom(r.Room).add("message").num(r.ID).json(methodPut,
		postJSON{Data: encodeBase64(r.Data), Signature: encodeBase64(r.Signature), Files: looseInts(r.Files)})
}

func (r DeleteMessage) call() (Call, error) {
	return inRoom(r.Room).add("message").num(r.ID).call(methodDelete)
}

func (r DeleteAll) call() (Call, error) {
	if r.Room == "" {
		return newPath("/rooms/all").user(r.User).call(methodDelete)
	}
	return inRoom(r.Room).add("all").user(r.User).call(methodDelete)
}

// Page is a page of rows that fit the request. Rows that cannot be read, or
// that were not asked for, are left out and counted.
type Page struct {
	Messages []Message
	Dropped  int
	// More says that the next page may hold something. It is false when the
	// server gave nothing new, so that a hostile one cannot make a caller ask
	// for ever for the same.
	More bool
	// Seqno is where the next Since begins: the highest of all rows that could
	// be read. It never goes back.
	Seqno int64
	// Oldest is the smallest id of the page, where the next Before begins; 0 for
	// an empty page.
	Oldest int64
}

// Decode reads the newest messages, newest first.
func (r Recent) Decode(a onion.V4Response) (Page, error) { return decodePage(a, r.limit(), nil, byID) }

// Decode reads older messages, newest first.
func (r Before) Decode(a onion.V4Response) (Page, error) {
	return decodePage(a, r.limit(), func(m *Message) bool { return m.ID < r.ID }, byID)
}

// Decode reads changes in the order of seqno.
func (r Since) Decode(a onion.V4Response) (Page, error) {
	p, err := decodePage(a, r.limit(), func(m *Message) bool { return m.Seqno > r.Seqno }, bySeqno)
	p.Seqno = max(p.Seqno, r.Seqno)
	return p, err
}

func byID(a, b Message) int    { return cmp.Compare(b.ID, a.ID) }
func bySeqno(a, b Message) int { return cmp.Compare(a.Seqno, b.Seqno) }

func decodePage(a onion.V4Response, limit int, asked func(*Message) bool, order func(a, b Message) int) (Page, error) {
	var p Page
	n := 0
	err := decodeList(a, func(raw json.RawMessage) error {
		if n++; n > MaxPage {
			return ErrTooMany
		}
		var m Message
		if err := json.Unmarshal(raw, &m); err != nil || asked != nil && !asked(&m) {
			p.Dropped++
			return nil
		}
		p.Messages = append(p.Messages, m)
		p.Seqno = max(p.Seqno, m.Seqno)
		if p.Oldest == 0 || m.ID < p.Oldest {
			p.Oldest = m.ID
		}
		return nil
	})
	if err != nil {
		return Page{}, err
	}
	slices.SortStableFunc(p.Messages, order)
	p.More = n >= limit && len(p.Messages) > 0
	return p, nil
}

// Decode reads the message.
func (r OneMessage) Decode(a onion.V4Response) (Message, error) {
	var m Message
	err := decode(a, &m)
	if err == nil && m.ID != r.ID {
		err = fmt.Errorf("%w: another message", ErrAnswer)
	}
	return ok(m, err)
}

// Decode reads the row of the new message: its id, seqno and time.
func (r PostMessage) Decode(a onion.V4Response) (Message, error) {
	var m Message
	err := decode(a, &m)
	return ok(m, err)
}

// Decode reads the empty answer.
func (r EditMessage) Decode(a onion.V4Response) error { return success(a, MaxAnswer) }

// Decode reads the empty answer. A message that is gone already counts as
// deleted.
func (r DeleteMessage) Decode(a onion.V4Response) error { return gone(success(a, MaxAnswer)) }

// Decode reads how many messages were deleted; -1 from a single room, where the
// server does not tell. A user without messages is no error.
func (r DeleteAll) Decode(a onion.V4Response) (int, error) {
	if r.Room != "" {
		return -1, gone(success(a, MaxAnswer))
	}
	var j struct {
		Total int `json:"total"`
	}
	return j.Total, decode(a, &j)
}

func gone(err error) error {
	var status *StatusError
	if errors.As(err, &status) && status.Code == statusNotFound {
		return nil
	}
	return err
}

package community

import (
	"encoding/json"
	"fmt"
	"strconv"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// SendDirect leaves a message that CloseDirect made for a blinded id, which must
// be written exactly as the server shows it.
type SendDirect struct {
	To      identity.ID
	Message []byte
}

// Inbox asks for direct messages to the caller with ids after Since; 0 for all.
type Inbox struct {
	Since int64
	Limit int // 0: DefaultPage
}

// Outbox asks for those that the caller sent, from any device.
type Outbox struct {
	Since int64
	Limit int
}

// ClearInbox deletes all direct messages to the caller.
type ClearInbox struct{}

func (r SendDirect) call() (Call, error) {
	if len(r.Message) == 0 || len(r.Message) > MaxDirect {
		return Call{}, fmt.Errorf("%w: direct message of %d bytes", ErrRequest, len(r.Message))
	}
	return newPath("/inbox").user(r.To).json(methodPost, directBody{encodeBase64(r.Message)})
}

type directBody struct {
	Message string `json:"message"`
}

func boxPath(name string, since int64, limit int) *path {
	p := newPath(name)
	if since > 0 {
		p.add("since").num(since)
	}
	if limit != 0 {
		p.param("limit", strconv.Itoa(limit))
	}
	return p
}

func (r Inbox) call() (Call, error)      { return get(boxPath("/inbox", r.Since, r.Limit)) }
func (r Outbox) call() (Call, error)     { return get(boxPath("/outbox", r.Since, r.Limit)) }
func (r ClearInbox) call() (Call, error) { return newPath("/inbox").call(methodDelete) }

// Direct is a direct message as the server keeps it; see OpenDirect.
type Direct struct {
	ID        int64       `json:"id"`
	Sender    identity.ID `json:"sender"`
	Recipient identity.ID `json:"recipient"`
	Posted    Seconds     `json:"posted_at"`
	Expires   Seconds     `json:"expires_at"`
	Message   []byte      `json:"message,omitempty"` // not in the answer to SendDirect
}

// DirectPage is a page of direct messages in the order of their ids.
type DirectPage struct {
	Messages []Direct
	Dropped  int   // what cannot be read, or was not asked for
	More     bool  // the next page may hold something
	Last     int64 // where the next page begins; it never goes back
}

// Decode reads the row of the new message, without the message itself.
func (r SendDirect) Decode(a onion.V4Response) (Direct, error) {
	var d Direct
	err := decode(a, &d)
	if err == nil && d.ID <= 0 {
		err = fmt.Errorf("%w: direct message without id", ErrAnswer)
	}
	return ok(d, err)
}

// Decode reads the page; 304 is an empty one.
func (r Inbox) Decode(a onion.V4Response) (DirectPage, error) {
	return decodeDirect(a, r.Since, r.Limit)
}

// Decode reads the page; 304 is an empty one.
func (r Outbox) Decode(a onion.V4Response) (DirectPage, error) {
	return decodeDirect(a, r.Since, r.Limit)
}

func decodeDirect(a onion.V4Response, since int64, limit int) (DirectPage, error) {
	p := DirectPage{Last: since}
	if a.Code == statusNotModified {
		return p, nil
	}
	n := 0
	err := decodeList(a, func(raw json.RawMessage) error {
		if n++; n > MaxPage {
			return ErrTooMany
		}
		var d Direct
		// Ids rise: what comes out of order was given before.
		if json.Unmarshal(raw, &d) != nil || d.ID <= p.Last || len(d.Message) > MaxDirect {
			p.Dropped++
			return nil
		}
		p.Last = d.ID
		p.Messages = append(p.Messages, d)
		return nil
	})
	if err != nil {
		return DirectPage{}, err
	}
	p.More = n >= Paging{Limit: limit}.limit() && len(p.Messages) > 0
	return p, nil
}

// Decode reads how many messages were deleted.
func (r ClearInbox) Decode(a onion.V4Response) (int, error) {
	var j struct {
		Deleted int `json:"deleted"`
	}
	err := decode(a, &j)
	return ok(j.Deleted, err)
}

package community

import (
	"encoding/json"
	"strconv"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// React adds the caller's reaction to a message.
type React struct {
	Room  string
	ID    int64
	Emoji string
}

// Unreact takes it back.
type Unreact struct {
	Room  string
	ID    int64
	Emoji string
}

// ClearReactions removes everybody's reactions, of one emoji or, without Emoji,
// all; moderators only.
type ClearReactions struct {
	Room  string
	ID    int64
	Emoji string
}

// Reactors asks who reacted, oldest first.
type Reactors struct {
	Room  string
	ID    int64
	Emoji string
	Limit int // 0: DefaultPage
}

// Pin keeps a message at the top; admins only. Pinning again moves it to the end.
type Pin struct {
	Room string
	ID   int64
}

// Unpin undoes Pin; ID 0 unpins all.
type Unpin struct {
	Room string
	ID   int64
}

func (r React) call() (Call, error) {
	return inRoom(r.Room).add("reaction").num(r.ID).emoji(r.Emoji).json(methodPut, struct{}{})
}

func (r Unreact) call() (Call, error) {
	return inRoom(r.Room).add("reaction").num(r.ID).emoji(r.Emoji).call(methodDelete)
}

func (r ClearReactions) call() (Call, error) {
	p := inRoom(r.Room).add("reactions").num(r.ID)
	if r.Emoji != "" {
		p.emoji(r.Emoji)
	}
	return p.call(methodDelete)
}

func (r Reactors) call() (Call, error) {
	p := inRoom(r.Room).add("reactors").num(r.ID).emoji(r.Emoji)
	if r.Limit != 0 {
		p.param("limit", strconv.Itoa(r.Limit))
	}
	return get(p)
}

func (r Pin) call() (Call, error) {
	return inRoom(r.Room).add("pin").num(r.ID).json(methodPost, struct{}{})
}

func (r Unpin) call() (Call, error) {
	p := inRoom(r.Room).add("unpin")
	if r.ID == 0 {
		p.add("all")
	} else {
		p.num(r.ID)
	}
	return p.json(methodPost, struct{}{})
}

// ReactionChange is the answer to React, Unreact and ClearReactions. A row with
// a lower seqno does not know of the change yet (protocol/communities.md §5.6).
type ReactionChange struct {
	Changed int // reactions added or removed
	Seqno   int64
}

func decodeChange(a onion.V4Response) (ReactionChange, error) {
	var j struct {
		Added   json.RawMessage `json:"added"`
		Removed json.RawMessage `json:"removed"`
		Seqno   int64           `json:"seqno"`
	}
	if err := decode(a, &j); err != nil {
		return ReactionChange{}, err
	}
	c := ReactionChange{Seqno: j.Seqno}
	for _, raw := range []json.RawMessage{j.Added, j.Removed} {
		switch s := string(raw); s {
		case "", "false", "null":
		case "true":
			c.Changed++
		default:
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 {
				return ReactionChange{}, ErrAnswer
			}
			c.Changed += n
		}
	}
	return c, nil
}

// Decode reads whether the reaction is new.
func (r React) Decode(a onion.V4Response) (ReactionChange, error) { return decodeChange(a) }

// Decode reads whether there was one.
func (r Unreact) Decode(a onion.V4Response) (ReactionChange, error) { return decodeChange(a) }

// Decode reads how many there were.
func (r ClearReactions) Decode(a onion.V4Response) (ReactionChange, error) { return decodeChange(a) }

// Reactor is somebody who reacted.
type Reactor struct {
	ID identity.ID
	At Seconds
}

// MarshalJSON writes [id, time].
func (r Reactor) MarshalJSON() ([]byte, error) {
	return json.Marshal([2]any{r.ID.String(), r.At})
}

// UnmarshalJSON reads [id, time].
func (r *Reactor) UnmarshalJSON(doc []byte) error {
	var pair [2]json.RawMessage
	if err := json.Unmarshal(doc, &pair); err != nil {
		return err
	}
	id, valid := parseID(pair[0])
	if !valid {
		return ErrAnswer
	}
	r.ID = id
	return json.Unmarshal(pair[1], &r.At)
}

// Decode reads who reacted, at most MaxPage people.
func (r Reactors) Decode(a onion.V4Response) ([]Reactor, error) {
	var list []Reactor
	err := decodeList(a, func(raw json.RawMessage) error {
		var one Reactor
		if len(list) < MaxPage && json.Unmarshal(raw, &one) == nil {
			list = append(list, one)
		}
		return nil
	})
	return ok(list, err)
}

// Decode reads the room's new InfoUpdates.
func (r Pin) Decode(a onion.V4Response) (int64, error) { return decodeInfoUpdates(a) }

// Decode reads the room's new InfoUpdates.
func (r Unpin) Decode(a onion.V4Response) (int64, error) { return decodeInfoUpdates(a) }

package community

import (
	"encoding/json"
	"fmt"
	"strings"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// Capabilities asks what the server can do. With Required names it also says
// which of these it lacks.
type Capabilities struct{ Required []string }

// The capabilities that clients know (protocol/communities.md §5.1).
const (
	CapabilitySOGS      = "sogs"
	CapabilityReactions = "reactions"
	CapabilityBlind     = "blind" // requires blinded ids
)

// CapabilitiesAnswer is what a server can do.
type CapabilitiesAnswer struct {
	Capabilities []string `json:"capabilities"`
	Missing      []string `json:"missing,omitempty"` // of the required ones
}

// Has reports whether the server has a capability.
func (a CapabilitiesAnswer) Has(name string) bool {
	for _, c := range a.Capabilities {
		if c == name {
			return true
		}
	}
	return false
}

// Rooms asks for all rooms that the caller may see. The official list is asked
// for without authentication (§1.2).
type Rooms struct{}

// RoomInfo asks for everything about a room.
type RoomInfo struct{ Room string }

// PollInfo asks for what changes often about a room, and for everything when
// its InfoUpdates is another one than given.
type PollInfo struct {
	Room        string
	InfoUpdates int64
}

// UpdateRoom changes a room; admins only. Nil fields stay.
type UpdateRoom struct {
	Room              string  `json:"-"`
	Name              *string `json:"name,omitempty"`
	Description       *string `json:"description,omitempty"` // "" removes it
	Image             *int64  `json:"image,omitempty"`       // an upload in this room
	DefaultRead       *bool   `json:"default_read,omitempty"`
	DefaultAccessible *bool   `json:"default_accessible,omitempty"`
	DefaultWrite      *bool   `json:"default_write,omitempty"`
	DefaultUpload     *bool   `json:"default_upload,omitempty"`
}

func (r Capabilities) call() (Call, error) {
	p := newPath("/capabilities")
	if len(r.Required) > 0 {
		for _, name := range r.Required {
			if !ValidToken(name) {
				p.fail("capability %q", name)
			}
		}
		p.param("required", strings.Join(r.Required, ","))
	}
	return get(p)
}

func (r Rooms) call() (Call, error)    { return get(newPath("/rooms")) }
func (r RoomInfo) call() (Call, error) { return get(inRoom(r.Room)) }
func (r PollInfo) call() (Call, error) {
	return get(inRoom(r.Room).add("pollInfo").num(r.InfoUpdates))
}
func (r UpdateRoom) call() (Call, error) { return inRoom(r.Room).json(methodPut, r) }

// Room is what a server tells about a room. Name and Description are plain
// text of anybody's making.
type Room struct {
	Token             string  `json:"token"`
	Name              string  `json:"name"`
	Description       string  `json:"description,omitempty"`
	InfoUpdates       int64   `json:"info_updates"`
	MessageSequence   int64   `json:"message_sequence"` // seqno of the last change of a message
	Created           Seconds `json:"created"`
	ActiveUsers       int     `json:"active_users"`
	ActiveUsersCutoff int     `json:"active_users_cutoff"` // seconds
	Image             int64   `json:"image_id,omitempty"`  // 0: none
	Pins              Pins    `json:"pinned_messages,omitempty"`
	Moderators        IDList  `json:"moderators"`
	Admins            IDList  `json:"admins"`
	HiddenModerators  IDList  `json:"hidden_moderators,omitempty"` // told to moderators alone
	HiddenAdmins      IDList  `json:"hidden_admins,omitempty"`
	Access
}

// Access is what the caller may do in a room.
type Access struct {
	Read            bool `json:"read"`
	Write           bool `json:"write"`
	Upload          bool `json:"upload"`
	Moderator       bool `json:"moderator,omitempty"`
	Admin           bool `json:"admin,omitempty"`
	GlobalModerator bool `json:"global_moderator,omitempty"`
	GlobalAdmin     bool `json:"global_admin,omitempty"`
	// What everybody else may do; told to moderators alone.
	DefaultRead       *bool `json:"default_read,omitempty"`
	DefaultAccessible *bool `json:"default_accessible,omitempty"`
	DefaultWrite      *bool `json:"default_write,omitempty"`
	DefaultUpload     *bool `json:"default_upload,omitempty"`
}

// Poll is the answer to PollInfo.
type Poll struct {
	Token       string `json:"token"`
	ActiveUsers int    `json:"active_users"`
	Access
	Details *Room `json:"details,omitempty"` // nil: unchanged
}

// PinnedMessage is a message that moderators keep at the top.
type PinnedMessage struct {
	ID int64       `json:"id"`
	At Seconds     `json:"pinned_at"`
	By identity.ID `json:"pinned_by"`
}

// Pins are pinned messages in the order of pinning.
type Pins []PinnedMessage

// UnmarshalJSON leaves out what is no pin, and what exceeds MaxPins.
func (l *Pins) UnmarshalJSON(doc []byte) error {
	*l = nil
	return elements(doc, func(raw json.RawMessage) error {
		var pin PinnedMessage
		if json.Unmarshal(raw, &pin) == nil && pin.ID > 0 && len(*l) < MaxPins {
			*l = append(*l, pin)
		}
		return nil
	})
}

// check refuses a room of another name than asked for, and bounds its texts.
func (r *Room) check(token string) error {
	if !ValidToken(r.Token) || token != "" && !strings.EqualFold(r.Token, token) {
		return fmt.Errorf("%w: another room", ErrAnswer)
	}
	r.Name = cut(r.Name, MaxRoomName)
	r.Description = cut(r.Description, MaxRoomDescription)
	r.ActiveUsers = max(r.ActiveUsers, 0)
	return nil
}

// Decode reads the capabilities; 412, for missing ones, is an answer too.
func (r Capabilities) Decode(a onion.V4Response) (CapabilitiesAnswer, error) {
	if a.Code == statusPreconditionFailed {
		a.Code = statusOK
	}
	var c CapabilitiesAnswer
	if err := decode(a, &c); err != nil {
		return CapabilitiesAnswer{}, err
	}
	c.Capabilities = c.Capabilities[:min(len(c.Capabilities), MaxCapabilities)]
	c.Missing = c.Missing[:min(len(c.Missing), MaxCapabilities)]
	return c, nil
}

// Decode reads the list of rooms. What is no room is left out, and what exceeds
// MaxRooms.
func (r Rooms) Decode(a onion.V4Response) ([]Room, error) {
	var list []Room
	err := decodeList(a, func(raw json.RawMessage) error {
		var room Room
		if len(list) < MaxRooms && json.Unmarshal(raw, &room) == nil && room.check("") == nil {
			list = append(list, room)
		}
		return nil
	})
	return ok(list, err)
}

// Decode reads the room.
func (r RoomInfo) Decode(a onion.V4Response) (Room, error) {
	var room Room
	err := decode(a, &room)
	if err == nil {
		err = room.check(r.Room)
	}
	return ok(room, err)
}

// Decode reads what changed.
func (r PollInfo) Decode(a onion.V4Response) (Poll, error) {
	var p Poll
	err := decode(a, &p)
	if err == nil && !strings.EqualFold(p.Token, r.Room) {
		err = fmt.Errorf("%w: another room", ErrAnswer)
	}
	if err == nil && p.Details != nil {
		err = p.Details.check(r.Room)
	}
	return ok(p, err)
}

// infoUpdates is the answer of calls that change a room.
type infoUpdates struct {
	InfoUpdates int64 `json:"info_updates"`
}

func decodeInfoUpdates(a onion.V4Response) (int64, error) {
	var j infoUpdates
	err := decode(a, &j)
	return ok(j.InfoUpdates, err)
}

// Decode reads the room's new InfoUpdates.
func (r UpdateRoom) Decode(a onion.V4Response) (int64, error) { return decodeInfoUpdates(a) }

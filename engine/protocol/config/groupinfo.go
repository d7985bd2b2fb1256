package config

import "sotto/engine/protocol/snode"

// GroupInfo is what a group shows of itself (namespace 13,
// docs/protocol/groups.md §2). Only admins can edit.
type GroupInfo struct{ *Config }

// NewGroupInfo takes a dump, or starts afresh without one.
func NewGroupInfo(group Group, dump []byte) (*GroupInfo, error) {
	c, err := newGroup(group, snode.GroupInfo, "groups::Info", dump)
	if err != nil {
		return nil, err
	}
	return &GroupInfo{c}, nil
}

// Info is the whole of it. Times are in seconds; 0 is none.
type Info struct {
	Name        string
	Description string // at most MaxDescription bytes
	Picture     Picture
	Created     int64
	Expiry      int64 // timer of disappearing messages, after sending
	// DeleteBefore: all messages sent before go; DeleteAttachmentsBefore: those
	// with attachments.
	DeleteBefore            int64
	DeleteAttachmentsBefore int64
	Destroyed               bool // never taken back
}

// Info reads it.
func (g *GroupInfo) Info() Info {
	d := g.msg.data
	return Info{
		Name:                    d.name("n"),
		Description:             d.label("o", 2000), // the longer of the documented limits
		Picture:                 d.picture("p", "q"),
		Created:                 d.seconds("c"),
		Expiry:                  d.positive("E"),
		DeleteBefore:            d.seconds("d"),
		DeleteAttachmentsBefore: d.seconds("D"),
		Destroyed:               d.flag("!"),
	}
}

// SetInfo writes the fields that are not as they were.
func (g *GroupInfo) SetInfo(v Info) error {
	if g.ReadOnly() {
		return ErrReadOnly
	}
	old := g.Info()
	if err := checkName(v.Name, MaxName); err != nil {
		return err
	}
	if err := v.Picture.check(); err != nil {
		return err
	}
	if v.Description != old.Description {
		if err := checkName(v.Description, MaxDescription); err != nil {
			return err
		}
	}
	r := g.record()
	r.name("n", v.Name)
	r.label("o", v.Description, 2000, false)
	r.picture("p", "q", v.Picture)
	r.seconds("c", v.Created)
	r.positive("E", v.Expiry)
	r.seconds("d", v.DeleteBefore)
	r.seconds("D", v.DeleteAttachmentsBefore)
	if v.Destroyed {
		r.flag("!", true)
	}
	return r.err
}

package config

import (
	"time"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// UserProfile is what the account shows of itself, and its Note to Self
// (namespace 2, docs/protocol/config-messages.md §7.1).
//
// Setters that change what others see take the time: newer clients compare it.
// With the zero time nothing is stamped. A value that is there already changes
// nothing.
type UserProfile struct{ *Config }

// NewUserProfile takes a dump, or starts afresh without one.
func NewUserProfile(account *identity.Account, dump []byte) (*UserProfile, error) {
	c, err := newUser(account, snode.UserProfile, "UserProfile", dump)
	if err != nil {
		return nil, err
	}
	return &UserProfile{c}, nil
}

func (p *UserProfile) root() *dict { return p.msg.data }

// Name is the display name; empty if there is none.
func (p *UserProfile) Name() string { return p.root().name("n") }

// SetName sets the display name, at most MaxName bytes; an empty one goes.
func (p *UserProfile) SetName(name string, now time.Time) error {
	if name == p.Name() {
		return nil
	}
	r := p.record()
	r.name("n", name)
	p.stamp(r, now)
	return r.err
}

// Picture is the picture in use: the one the user set, or the copy of it that
// was uploaded again later.
func (p *UserProfile) Picture() Picture {
	d := p.root()
	if d.seconds("T") > d.seconds("t") {
		if again := d.picture("P", "Q"); !again.IsZero() {
			return again
		}
	}
	return d.picture("p", "q")
}

// SetPicture sets a picture that the user chose; the zero Picture removes it.
func (p *UserProfile) SetPicture(picture Picture, now time.Time) error {
	if picture.equal(p.Picture()) {
		return nil
	}
	r := p.record()
	r.picture("p", "q", picture)
	if picture.IsZero() {
		r.picture("P", "Q", picture)
	}
	if r.err == nil && !now.IsZero() {
		r.positive("t", now.Unix())
	}
	return r.err
}

// SetUploadedAgain sets where the same picture lies after it was uploaded again
// because the file server was about to drop it.
func (p *UserProfile) SetUploadedAgain(picture Picture, now time.Time) error {
	r := p.record()
	r.picture("P", "Q", picture)
	if r.err == nil && !now.IsZero() {
		r.positive("T", now.Unix())
	}
	return r.err
}

// Updated is when the profile changed last, in seconds; 0 if unknown.
func (p *UserProfile) Updated() int64 {
	t := p.root().seconds("t")
	if t == 0 {
		return 0
	}
	return max(t, p.root().seconds("T"))
}

// stamp dates a change of what others see.
func (p *UserProfile) stamp(r *record, now time.Time) {
	if r.err != nil || now.IsZero() {
		return
	}
	if d := p.root(); d.seconds("t") >= d.seconds("T") {
		r.positive("t", now.Unix())
	} else {
		r.positive("T", now.Unix())
	}
}

// NoteToSelfPriority is the priority of Note to Self: Hidden, 0, or pinned.
func (p *UserProfile) NoteToSelfPriority() int64 { return p.root().int("+") }

// SetNoteToSelfPriority sets it.
func (p *UserProfile) SetNoteToSelfPriority(priority int64) error {
	r := p.record()
	r.nonZero("+", priority)
	return r.err
}

// NoteToSelfExpiry is the timer of disappearing messages in Note to Self, in
// seconds; 0 is off.
func (p *UserProfile) NoteToSelfExpiry() int64 { return p.root().positive("e") }

// SetNoteToSelfExpiry sets it.
func (p *UserProfile) SetNoteToSelfExpiry(seconds int64) error {
	r := p.record()
	r.positive("e", seconds)
	return r.err
}

// CommunityRequests reports whether people of communities may send message
// requests, and whether that was ever chosen.
func (p *UserProfile) CommunityRequests() (allowed, chosen bool) {
	e := p.root().get("M")
	if e == nil || e.kind != kindInt {
		return false, false
	}
	return e.num != 0, true
}

// SetCommunityRequests chooses.
func (p *UserProfile) SetCommunityRequests(allowed bool, now time.Time) error {
	if old, chosen := p.CommunityRequests(); chosen && old == allowed {
		return nil
	}
	r := p.record()
	var v int64
	if allowed {
		v = 1
	}
	r.number("M", v)
	p.stamp(r, now)
	return r.err
}

// ForgetCommunityRequests makes it never chosen.
func (p *UserProfile) ForgetCommunityRequests(now time.Time) error {
	if p.root().get("M") == nil {
		return nil
	}
	r := p.record()
	r.remove("M")
	p.stamp(r, now)
	return r.err
}

// Pro is the state of Session Pro, which Sotto keeps and does not use.
type Pro struct {
	Features        uint64 // bit 0 badge, bit 1 animated picture (unverified)
	Credential      []byte // one opaque value, so that it merges as a whole
	Expiry          int64  // seconds
	PurchasePending int64  // since, seconds
	RefundRequested int64  // at, seconds
	AutoRenewing    bool
	GracePeriod     int64 // seconds
}

// Pro reads the keys of Session Pro.
func (p *UserProfile) Pro() Pro {
	d := p.root()
	out := Pro{
		Features:        d.bits("f"),
		Expiry:          d.positive("E"),
		PurchasePending: d.positive("I"),
		RefundRequested: d.positive("R"),
		AutoRenewing:    d.flag("A"),
		GracePeriod:     d.positive("G"),
	}
	if s := d.str("s"); s != "" {
		out.Credential = []byte(s)
	}
	if out.Expiry > 1_000_000_000_000 {
		out.Expiry /= 1000 // older clients wrote ms
	}
	return out
}

// SetPro writes them.
func (p *UserProfile) SetPro(pro Pro) error {
	old := p.Pro()
	r := p.record()
	r.bits("f", pro.Features)
	r.nonEmpty("s", string(pro.Credential))
	if pro.Expiry != old.Expiry {
		r.positive("E", pro.Expiry)
	}
	r.positive("I", pro.PurchasePending)
	r.positive("R", pro.RefundRequested)
	r.flag("A", pro.AutoRenewing)
	r.positive("G", pro.GracePeriod)
	return r.err
}

package vm

import (
	"context"
	"slices"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/ui/text"
)

// PickEngine is what choosing members needs of the engine.
type PickEngine interface {
	Me() engine.Profile
	Contacts() []model.Conversation
}

// Candidate is somebody who can be chosen.
type Candidate struct {
	ID     model.ID
	Name   string
	Chosen bool
}

// MemberPick chooses members of a group among the contacts, or by Session ID.
type MemberPick struct {
	Changed func() // on the interface's goroutine
	Text    string // what is searched for
	// Guests says that people are chosen who get an invitation to a community:
	// any number up to MaxForward.
	Guests bool

	me     model.ID
	people []Candidate // contacts by name, and who was chosen by Session ID
	room   int         // how many can be chosen
	taken  map[model.ID]bool
	chosen map[model.ID]bool
}

// NewMemberPick reads the contacts; taken are members already, of whom a group
// has at most model.MaxMembers.
func NewMemberPick(desk Desk, e PickEngine, taken []model.ID) *MemberPick {
	p := &MemberPick{Changed: func() {}, room: model.MaxMembers - len(taken), taken: map[model.ID]bool{}, chosen: map[model.ID]bool{}}
	for _, id := range taken {
		p.taken[id] = true
	}
	type answer struct {
		me   model.ID
		list []model.Conversation
	}
	Ask(desk, func(context.Context) (answer, error) { return answer{e.Me().ID, e.Contacts()}, nil },
		func(a answer, _ error) {
			p.me = a.me
			for _, c := range a.list {
				if id, ok := c.ID.ID(); ok && !c.Blocked && id != a.me && !p.taken[id] {
					p.people = append(p.people, Candidate{ID: id, Name: c.Title()})
				}
			}
			p.Changed()
		})
	return p
}

// NewGuestPick reads the contacts, of whom up to MaxForward can be invited to a
// community at once.
func NewGuestPick(desk Desk, e PickEngine) *MemberPick {
	p := NewMemberPick(desk, e, nil)
	p.Guests, p.room = true, MaxForward
	return p
}

// Search narrows the list down.
func (p *MemberPick) Search(s string) {
	p.Text = s
	p.Changed()
}

// List returns who has the searched text in the name, those chosen first while
// nothing is searched. A whole Session ID is somebody too.
func (p *MemberPick) List() []Candidate {
	asked := strings.ToLower(strings.TrimSpace(p.Text))
	var out []Candidate
	for _, c := range p.people {
		if asked == "" || strings.Contains(strings.ToLower(c.Name), asked) || c.ID.String() == asked {
			c.Chosen = p.chosen[c.ID]
			out = append(out, c)
		}
	}
	if id, ok := p.typedID(asked); ok && len(out) == 0 {
		out = append(out, Candidate{ID: id, Name: model.ShortID(id)})
	}
	if asked == "" {
		slices.SortStableFunc(out, func(a, b Candidate) int {
			switch {
			case a.Chosen == b.Chosen:
				return 0
			case a.Chosen:
				return -1
			}
			return 1
		})
	}
	return out
}

// typedID reads the Session ID of somebody who is no contact.
func (p *MemberPick) typedID(s string) (model.ID, bool) {
	id, err := model.ParseID(s)
	if err != nil || !strings.HasPrefix(s, "05") || id == p.me || p.taken[id] {
		return id, false
	}
	return id, true
}

// Known reports whether there is anybody to choose.
func (p *MemberPick) Known() bool { return len(p.people) > 0 }

// Toggle chooses somebody, or no longer. Nobody more is taken than there is room
// for.
func (p *MemberPick) Toggle(id model.ID) {
	switch {
	case p.chosen[id]:
		delete(p.chosen, id)
	case !p.Full():
		p.chosen[id] = true
		if !slices.ContainsFunc(p.people, func(c Candidate) bool { return c.ID == id }) {
			p.people = append(p.people, Candidate{ID: id, Name: model.ShortID(id)})
		}
	}
	p.Changed()
}

// Full reports whether the group has no room for more.
func (p *MemberPick) Full() bool { return len(p.chosen) >= p.room }

// Chosen returns who was chosen, in the order of the list.
func (p *MemberPick) Chosen() []model.ID {
	var out []model.ID
	for _, c := range p.people {
		if p.chosen[c.ID] {
			out = append(out, c.ID)
		}
	}
	return out
}

// Count says how many are chosen and how many that leaves.
func (p *MemberPick) Count() string {
	n := len(p.chosen)
	switch {
	case p.Guests && p.Full():
		return text.F("community.invite_full", "n", itoa(p.room))
	case p.Guests && n == 0:
		return text.T("community.invite_none")
	case p.Full():
		return text.F("newgroup.full", "n", itoa(model.MaxMembers))
	case n == 0:
		return text.F("newgroup.none", "n", itoa(model.MaxMembers))
	}
	return text.N("newgroup.chosen", n)
}

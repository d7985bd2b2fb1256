package vm

import (
	"context"
	"strconv"
	"strings"

	"sotto/engine/model"
)

// NewGroupEngine is what a new group needs of the engine.
type NewGroupEngine interface {
	PickEngine
	CreateGroup(ctx context.Context, name, description string, members []model.ID) (model.ConversationID, error)
}

// NewGroup makes a closed group.
type NewGroup struct {
	*MemberPick
	Created func(model.ConversationID)

	Name    string
	Problem string // what is wrong with the name, or why it did not work
	Busy    bool

	desk   Desk
	engine NewGroupEngine
}

// MaxGroupName is the most bytes of a group's name.
const MaxGroupName = 100

// BeginGroup makes the view-model and reads the contacts.
func BeginGroup(desk Desk, e NewGroupEngine) *NewGroup {
	// The user is a member too.
	return &NewGroup{MemberPick: NewMemberPick(desk, e, []model.ID{{}}), Created: func(model.ConversationID) {}, desk: desk, engine: e}
}

// SetName takes what is typed as name.
func (n *NewGroup) SetName(s string) {
	n.Name, n.Problem = s, ""
	n.Changed()
}

// Ready reports whether there is a name and a member.
func (n *NewGroup) Ready() bool {
	return !n.Busy && strings.TrimSpace(n.Name) != "" && len(n.chosen) > 0
}

// Create makes the group; Created follows, or Problem.
func (n *NewGroup) Create() {
	if !n.Ready() {
		return
	}
	n.Busy, n.Problem = true, ""
	n.Changed()
	name, members := n.Name, n.Chosen()
	Ask(n.desk, func(ctx context.Context) (model.ConversationID, error) {
		return n.engine.CreateGroup(ctx, name, "", members)
	}, func(conv model.ConversationID, err error) {
		n.Busy = false
		if err != nil {
			n.Problem = sentenceIn("newgroup", err)
			n.Changed()
			return
		}
		n.Created(conv)
	})
}

func itoa(n int) string { return strconv.Itoa(n) }

package vm

import (
	"context"
	"testing"

	"sotto/engine/model"
)

func (f *fakeEngine) LeaveGroup(_ context.Context, conv model.ConversationID) error {
	return f.command("leave group %s", conv)
}

func (f *fakeEngine) LeaveCommunity(_ context.Context, conv model.ConversationID) error {
	return f.command("leave %s", conv)
}

// The list says what leaving means before it is done: an only admin ends the
// group, and one that is lost is only deleted.
func TestLeavingFromTheList(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := ofGroup(f)
	c, _ := openList(d, f)
	i, ok := c.Find(conv)
	if !ok {
		t.Fatal("the group is not in the list")
	}
	row := c.Row(i)
	mayaLeads := *f.groups[conv]
	alone := mayaLeads
	alone.Admin, alone.Members = true, []model.GroupMember{{ID: myself, Admin: true}, {ID: jonas}}
	lost := mayaLeads
	lost.Lost = model.LostRemoved
	for want, g := range map[string]model.Group{"group.leave": mayaLeads, "group.leave_last": alone, "group.remove_conv": lost} {
		f.set(func() { *f.groups[conv] = g })
		got := ""
		c.Leaving(row, func(key string) { got = key })
		d.until("the sentence", func() bool { return got != "" })
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	c.Leave(row)
	d.until("it is left", func() bool { return len(f.said("leave group "+string(conv))) == 1 })
}

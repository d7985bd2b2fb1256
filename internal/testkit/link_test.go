package testkit_test

import (
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/internal/testkit"
)

// Three devices of one account and two contacts on a whole network: whatever
// one device changes the others show after one poll, a device that was off for
// days catches up, and one that knows only the words ends equal to the others.
func TestDevicesOfAnAccount(t *testing.T) {
	kit := testkit.New(t)
	alice, bob, carol := kit.Alice(t), kit.Bob(t), kit.Carol(t)
	alice.Befriend(bob)
	alice.Befriend(carol)
	alice.Exchange()
	phone := alice.Device()
	phone.Exchange()
	tablet := alice.Device()
	tablet.Exchange()
	devices := []*testkit.Person{alice, phone, tablet}
	for _, d := range devices {
		if me := d.Me(); me.Name != "Alice" || me.Restoring {
			t.Fatalf("a device is called %q, restoring: %v", me.Name, me.Restoring)
		}
	}
	if c := find(t, tablet, bob); c.Name != "Bob" || !c.Approved || !c.ApprovedMe {
		t.Fatalf("Bob on the third device: %+v", c)
	}

	steps := []struct {
		what string
		do   func(d *testkit.Person)
		seen func(d *testkit.Person) bool
	}{
		{"name", func(d *testkit.Person) { d.Must(d.SetName(d.Ctx(), "Alice in April")) },
			func(d *testkit.Person) bool { return d.Me().Name == "Alice in April" }},
		{"nickname", func(d *testkit.Person) { d.Must(d.SetNickname(d.Ctx(), bob.ID(), "Bobby")) },
			func(d *testkit.Person) bool { return find(t, d, bob).Nickname == "Bobby" }},
		{"pin", func(d *testkit.Person) { d.Must(d.SetPinned(d.Ctx(), carol.ID(), true)) },
			func(d *testkit.Person) bool { return find(t, d, carol).Pinned > 0 }},
		{"block", func(d *testkit.Person) { d.Must(d.Block(d.Ctx(), carol.ID())) },
			func(d *testkit.Person) bool { return find(t, d, carol).Blocked }},
		{"unblock", func(d *testkit.Person) { d.Must(d.Unblock(d.Ctx(), carol.ID())) },
			func(d *testkit.Person) bool { return !find(t, d, carol).Blocked }},
		{"timer", func(d *testkit.Person) {
			d.Must(d.SetTimer(d.Ctx(), bob.ID(), model.Timer{Mode: model.ExpireAfterSend, Seconds: 86400}))
		}, func(d *testkit.Person) bool { return find(t, d, bob).Timer.Mode == model.ExpireAfterSend }},
		{"mute", func(d *testkit.Person) { d.Must(d.SetMuted(d.Ctx(), bob.ID(), model.MuteForever)) },
			func(d *testkit.Person) bool {
				c := find(t, d, bob)
				return c.Notify == model.NotifyNone || c.MutedUntil != 0
			}},
		{"hide", func(d *testkit.Person) { d.Must(d.SetHidden(d.Ctx(), carol.ID(), true)) },
			func(d *testkit.Person) bool { return find(t, d, carol).Hidden }},
		{"a message from one device", func(d *testkit.Person) { d.Send(bob, "from this one") },
			func(d *testkit.Person) bool { l := d.Texts(bob); return len(l) > 0 && l[len(l)-1] == "from this one" }},
		{"reading", func(d *testkit.Person) {
			bob.Send(alice, "read me")
			bob.Exchange()
			d.Exchange()
			d.Must(d.MarkRead(d.Ctx(), bob.ID(), d.Now()+60_000))
		}, func(d *testkit.Person) bool { return find(t, d, bob).Unread == 0 && len(d.Texts(bob)) > 0 }},
		{"a mark as unread", func(d *testkit.Person) { d.Must(d.MarkUnread(d.Ctx(), bob.ID())) },
			func(d *testkit.Person) bool { return find(t, d, bob).MarkedUnread }},
		{"Note to Self", func(d *testkit.Person) {
			d.Must(d.UpdateSettings(d.Ctx(), func(s *model.Settings) { s.ShowNoteToSelf = true }))
		}, func(d *testkit.Person) bool { return d.Settings().ShowNoteToSelf }},
	}
	for i, step := range steps {
		from := devices[i%len(devices)]
		step.do(from)
		from.Exchange()
		for _, d := range devices {
			if d != from {
				d.Exchange() // one poll
			}
			if !step.seen(d) {
				t.Errorf("%s by device %d is not on all devices", step.what, i%len(devices))
			}
		}
	}

	// The tablet is off for ten days; the others keep changing things.
	tablet.Quit()
	for _, d := range append(devices, bob, carol) {
		d.Log.ExpectErrors() // this computer's clock is ten days off now
	}
	kit.Advance(t, 10*24*time.Hour)
	phone.Must(phone.SetNickname(phone.Ctx(), bob.ID(), "Bob again"))
	phone.Exchange()
	alice.Exchange()
	alice.Must(alice.DeleteConversation(alice.Ctx(), carol.ID()))
	alice.Exchange()
	tablet.Start()
	tablet.Exchange()
	if c := find(t, tablet, bob); c.Nickname != "Bob again" {
		t.Errorf("after ten days the nickname is %q", c.Nickname)
	}
	if _, there := tablet.Conversation(carol.ID()); there {
		t.Error("a contact deleted elsewhere is still there")
	}

	fresh := alice.Device()
	fresh.Log.ExpectErrors()
	fresh.Exchange()
	phone.Exchange()
	for _, d := range []*testkit.Person{alice, phone, tablet} {
		d.Exchange()
		a, b := find(t, d, bob), find(t, fresh, bob)
		if a.Nickname != b.Nickname || a.Pinned != b.Pinned || a.Timer != b.Timer || a.Approved != b.Approved || d.Me().Name != fresh.Me().Name {
			t.Errorf("a fresh device differs: %+v, %+v", a, b)
		}
	}
}

func find(t *testing.T, d, with *testkit.Person) model.Conversation {
	t.Helper()
	c, ok := d.Conversation(with.ID())
	if !ok {
		t.Fatal("no such conversation")
	}
	return c
}

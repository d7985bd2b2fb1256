package engine

import (
	"bytes"
	"fmt"
	"image"
	"slices"
	"testing"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/onion"
	"sotto/media/picture"
)

// attachTo sends files to a conversation of any kind and waits until they are out.
func (p *person) attachTo(conv model.ConversationID, text string, files ...File) model.Message {
	p.t.Helper()
	id, err := p.SendFiles(p.ctx(), conv, model.Draft{Text: text}, files)
	p.must(err)
	p.until("the message is sent", func() bool { return p.message(id).State == model.StateSent })
	return p.message(id)
}

// newestIn waits until the newest message of a conversation has its files in a
// state.
func (p *person) newestIn(conv model.ConversationID, state model.FileState) model.Message {
	p.t.Helper()
	var m model.Message
	p.until(fmt.Sprintf("files in state %d", state), func() bool {
		list := p.Page(conv, model.Anchor{End: true}, 0, 0).Messages
		if len(list) == 0 {
			return false
		}
		m = list[len(list)-1]
		for _, a := range m.Attachments {
			if a.State() != state {
				return false
			}
		}
		return len(m.Attachments) > 0
	})
	return m
}

// A group gets files as a contact does: sealed, through the file server, and to
// every member and device; what is said later waits for them.
func TestFilesInAGroup(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	bob.pushed()
	tablet := restore(t, k.world, bob.account)
	k.settle(tablet)
	sizes := []int{0, 1, 541, 65_536, 300_000}
	var files []File
	for i, n := range sizes {
		files = append(files, file(fmt.Sprintf("file %d.bin", i), content(n)))
	}
	id, err := bob.SendFiles(bob.ctx(), conv, model.Draft{Text: "for all"}, files)
	bob.must(err)
	bob.tell(conv, "said later")
	k.settle(bob, tablet, alice, carol)
	sent := bob.message(id)
	if sent.State != model.StateSent || sent.Hash == "" {
		t.Fatalf("sent as %+v", sent)
	}
	for _, p := range []*person{alice, carol, tablet} {
		lines := p.in(conv)
		if got := lines[len(lines)-2:]; !slices.Equal(got, []string{"for all", "said later"}) {
			t.Fatalf("%s sees %q", p.Me().Name, got)
		}
		m, ok := p.Find(conv, sent.Key())
		if !ok || len(m.Attachments) != len(sizes) {
			t.Fatalf("%s has %+v", p.Me().Name, m)
		}
		p.until("the files", func() bool {
			return !slices.ContainsFunc(p.message(m.ID).Attachments, func(a model.Attachment) bool { return a.State() != model.FileHere })
		})
		for i, n := range sizes {
			if !bytes.Equal(p.read(m.ID, i), content(n)) {
				t.Errorf("%s reads other bytes in file %d", p.Me().Name, i)
			}
		}
	}
	for id, blob := range k.world.uploaded() {
		if bytes.Contains(blob, content(65_536)[:64]) {
			t.Errorf("the file server can read %s", id)
		}
	}
	voice := carol.attachTo(conv, "", File{Name: "sound", Data: bytes.NewReader(content(5000)), Voice: true})
	k.settle(carol, alice)
	heard := alice.newestIn(conv, model.FileHere)
	if a := heard.Attachments[0]; !a.Voice || a.Name != attach.VoiceName || heard.Sender != voice.Sender {
		t.Errorf("the voice message came as %+v", a)
	}
	if c, _ := alice.Conversation(conv); !c.Last.Voice || c.Last.Files != 1 {
		t.Errorf("the list shows %+v", c.Last)
	}
}

// Files of a group disappear with their message, and what was deleted for all
// leaves nothing on the disk.
func TestFilesOfAGroupGo(t *testing.T) {
	k := newCrew(t)
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := k.together(alice, "Crew", bob)
	alice.must(alice.SetTimer(alice.ctx(), conv, model.Timer{Mode: model.ExpireAfterSend, Seconds: 24 * 3600}))
	k.settle(alice, bob)
	bob.attachTo(conv, "fades", file("fades.bin", content(4000)))
	k.settle(bob, alice)
	if m := alice.newestIn(conv, model.FileHere); m.Timer.Seconds != 24*3600 || m.Expires == 0 {
		t.Errorf("came with the timer %+v", m.Timer)
	}
	k.clock.Advance(25 * time.Hour)
	for _, p := range []*person{alice, bob} {
		p.until("the file is gone", func() bool { return len(p.onDisk()) == 0 })
	}
	m := bob.attachTo(conv, "mistake", file("mistake.bin", content(5000)))
	k.settle(bob, alice)
	alice.newestIn(conv, model.FileHere)
	bob.must(bob.Delete(bob.ctx(), []model.MessageID{m.ID}, true))
	k.settle(bob, alice)
	for _, p := range []*person{alice, bob} {
		if list := p.onDisk(); len(list) != 0 {
			t.Errorf("%s still has %v", p.Me().Name, list)
		}
	}
}

// An upload to a group goes on after a restart with the newest key, is cancelled
// and taken up again, and ends with the membership.
func TestUploadsToAGroupSurvive(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob, carol)
	down := func(on bool) {
		if !on {
			k.world.setFileFault(nil)
			return
		}
		k.world.setFileFault(func(c attach.Call) (bool, *onion.V4Response, error) {
			if c.Kind == attach.CallUpload {
				return false, nil, fail(model.ReasonOffline, "the file server is down")
			}
			return false, nil, nil
		})
	}
	down(true)
	id, err := alice.SendFiles(alice.ctx(), conv, model.Draft{Text: "for who stays"}, []File{file("plan.bin", content(9000))})
	alice.must(err)
	alice.must(alice.RemoveMembers(alice.ctx(), conv, ids(carol), false))
	_, _ = alice.Sync(alice.ctx())
	alice.restart()
	carol.link.setOffline(true)
	down(false)
	k.settle(alice, bob)
	if m := alice.message(id); m.State != model.StateSent {
		t.Fatalf("after the restart the message is %v (%v)", m.State, m.Failure)
	}
	got, _ := bob.Find(conv, alice.message(id).Key())
	bob.until("the file", func() bool { return bob.message(got.ID).Attachments[0].State() == model.FileHere })

	// Cancelled, and sent after all.
	down(true)
	id, err = bob.SendFiles(bob.ctx(), conv, model.Draft{Text: "on second thoughts"}, []File{file("draft.bin", content(100))})
	bob.must(err)
	bob.must(bob.CancelUpload(bob.ctx(), id))
	if m := bob.message(id); m.State != model.StateFailed || m.Failure != model.ReasonCancelled {
		t.Errorf("cancelled it is %v (%v)", m.State, m.Failure)
	}
	down(false)
	bob.must(bob.Retry(bob.ctx(), id))
	k.settle(bob, alice)
	if m := alice.newestIn(conv, model.FileHere); m.Text != "on second thoughts" {
		t.Errorf("Alice sees %q", m.Text)
	}

	// Removed while a file waits.
	bob.log.expectErrors()
	down(true)
	_, err = bob.SendFiles(bob.ctx(), conv, model.Draft{}, []File{file("late.bin", content(100))})
	bob.must(err)
	alice.must(alice.RemoveMembers(alice.ctx(), conv, ids(bob), false))
	k.settle(alice)
	down(false)
	bob.sync()
	bob.showsIn(conv, "<kicked>")
	if n := bob.Status().Pending; n != 0 {
		t.Errorf("%d rows still wait", n)
	}
	if list := bob.onDisk(); len(list) != 0 {
		t.Errorf("left on the disk: %v", list)
	}
	if _, err := bob.SendFiles(bob.ctx(), conv, model.Draft{}, []File{file("x", content(1))}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("sending to a group that one is not in: %v", err)
	}
}

// A picture that an admin chooses shows here at once, for the members when it is
// uploaded, and for nobody once it is removed.
func TestGroupPicture(t *testing.T) {
	k := newCrew(t)
	alice, bob, carol := k.person("Alice"), k.person("Bob"), k.person("Carol")
	conv := k.together(alice, "Crew", bob)
	all := []*person{alice, bob}
	if err := bob.SetGroupPicture(bob.ctx(), conv, smallPNG(t), image.Rectangle{}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("a member sets the picture: %v", err)
	}
	if err := alice.SetGroupPicture(alice.ctx(), conv, []byte("no picture"), image.Rectangle{}); model.ReasonOf(err) != model.ReasonInvalid {
		t.Errorf("a file that is no picture: %v", err)
	}
	alice.link.setOffline(true)
	alice.must(alice.SetGroupPicture(alice.ctx(), conv, smallPNG(t), image.Rectangle{}))
	own, ok := alice.Avatar(conv)
	if info, err := picture.Inspect(own); !ok || err != nil || info.Width != 30 || info.Height != 30 {
		t.Fatalf("before the upload Alice sees %d bytes (%v)", len(own), err)
	}
	alice.until("a try", func() bool { return alice.GroupPictureUpload(conv).Problem != model.ReasonNone })
	alice.restart()
	if again, _ := alice.Avatar(conv); !bytes.Equal(again, own) {
		t.Error("a restart forgets the picture")
	}
	k.settle(all...)
	if u := alice.GroupPictureUpload(conv); u.Waiting {
		t.Errorf("the upload is %+v", u)
	}
	bob.until("the picture", func() bool { got, ok := bob.Avatar(conv); return ok && bytes.Equal(got, own) })
	bob.showsIn(conv, "<added>", "<invited>", "<picture>")
	alice.showsIn(conv, "<added>", "<picture>")
	if g, _ := bob.Group(conv); g.Picture.URL == "" || len(g.Picture.Key) != 32 {
		t.Errorf("the group's picture is %+v", g.Picture)
	}
	for _, blob := range k.world.uploaded() {
		if _, err := picture.Sniff(blob); err == nil {
			t.Error("the file server sees the picture")
		}
	}
	// Who comes later has it too, and a second admin may change it.
	befriend(t, alice, carol)
	alice.must(alice.InviteMembers(alice.ctx(), conv, ids(carol), false))
	alice.must(alice.PromoteMembers(alice.ctx(), conv, ids(bob)))
	all = append(all, carol)
	k.settle(all...)
	carol.until("the picture", func() bool { got, ok := carol.Avatar(conv); return ok && bytes.Equal(got, own) })
	bob.must(bob.RemoveGroupPicture(bob.ctx(), conv))
	k.settle(all...)
	for _, p := range all {
		if _, ok := p.Avatar(conv); ok {
			t.Errorf("%s still sees the picture", p.Me().Name)
		}
		if c, _ := p.Conversation(conv); c.Last.Kind != model.KindGroupChange {
			t.Errorf("%s is not told", p.Me().Name)
		}
	}
	if g, _ := alice.Group(conv); g.Picture.URL != "" {
		t.Errorf("the group's picture is still %+v", g.Picture)
	}
}

// The file server forgets a group's picture one day. An admin's device brings it
// again, and nobody is told.
func TestGroupPictureIsKept(t *testing.T) {
	k := newCrew(t)
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := k.together(alice, "Crew", bob)
	alice.must(alice.SetGroupPicture(alice.ctx(), conv, smallPNG(t), image.Rectangle{}))
	k.settle(alice, bob)
	own, _ := alice.Avatar(conv)
	before, _ := bob.Group(conv)
	k.world.mu.Lock()
	clear(k.world.files)
	k.world.mu.Unlock()
	k.clock.Advance(4 * 24 * time.Hour)
	k.settle(alice, bob)
	after, _ := bob.Group(conv)
	if after.Picture.URL == "" || slices.Equal(after.Picture.Key, before.Picture.Key) {
		t.Fatalf("the picture is %+v, was %+v", after.Picture, before.Picture)
	}
	bob.until("the picture", func() bool { got, ok := bob.Avatar(conv); return ok && bytes.Equal(got, own) })
	bob.showsIn(conv, "<added>", "<invited>", "<picture>")
}

package engine

import (
	"bytes"
	"crypto/rand"
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/engine/localnet/communityserver"
	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// watch has each request to a community server looked at before it is carried
// out; true loses its answer.
func (k *crew) watch(f func(method, endpoint string) (lose bool)) {
	k.world.mu.Lock()
	defer k.world.mu.Unlock()
	k.world.lose = func(r onion.V4Request) bool { return f(r.Method, r.Endpoint) }
}

func isUpload(method, endpoint string) bool {
	return method == "POST" && strings.HasSuffix(endpoint, "/file")
}

func isPost(method, endpoint string) bool {
	return method == "POST" && strings.HasSuffix(endpoint, "/message")
}

// Files of a community lie on its server as they are, are fetched when somebody
// asks, or by themselves where the user wants that.
func TestFilesInARoom(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	k.settle(alice, bob)
	k.watch(func(method, endpoint string) bool {
		if isPost(method, endpoint) {
			k.clock.Advance(time.Millisecond) // the server tells posts of one author apart by time
		}
		return false
	})
	id, err := alice.SendFiles(alice.ctx(), conv, model.Draft{Text: "two files"}, []File{file("a.bin", content(1)), file("b.pdf", content(300_000))})
	alice.must(err)
	alice.tell(conv, "said later")
	k.settle(alice, bob)
	if m := alice.message(id); m.State != model.StateSent || len(m.Attachments[0].Key) > 0 {
		t.Fatalf("sent as %+v", m)
	}
	bob.showsIn(conv, "two files", "said later")
	m := bob.Page(conv, model.Anchor{End: true}, 1, 0).Messages[0]
	for i, a := range m.Attachments {
		if a.State() != model.FileRemote || a.Wanted || len(a.Key) > 0 || !strings.HasPrefix(a.URL, lounge+"/room/lounge/file/") {
			t.Errorf("file %d came as %+v", i, a)
		}
	}
	if len(k.world.uploaded()) > 0 {
		t.Error("the file server has files of a community")
	}
	for i, n := range []int{1, 300_000} {
		bob.must(bob.Download(bob.ctx(), m.ID, i))
		bob.until("the file", func() bool { return bob.message(m.ID).Attachments[i].State() == model.FileHere })
		if !bytes.Equal(bob.read(m.ID, i), content(n)) {
			t.Errorf("file %d came with other bytes", i)
		}
	}
	// The own second device, and whoever wants files as they come.
	alice.pushed()
	tablet := restore(t, k.world, alice.account)
	k.settle(tablet)
	own, _ := tablet.Find(conv, model.MessageKey{Sender: m.Sender, Timestamp: m.Timestamp})
	tablet.until("the own file", func() bool {
		return len(own.Attachments) == 2 && tablet.message(own.ID).Attachments[1].State() == model.FileHere
	})
	bob.must(bob.SetFetchFiles(bob.ctx(), conv, true))
	alice.attachTo(conv, "", File{Name: "sound", Data: bytes.NewReader(content(5000)), Voice: true})
	k.settle(bob)
	if a := bob.newestIn(conv, model.FileHere).Attachments[0]; !a.Voice || a.Name != attach.VoiceName {
		t.Errorf("the voice message came as %+v", a)
	}
	// What a message names stays for long, what it does not goes within the hour.
	k.clock.Advance(10 * 24 * time.Hour)
	carol := k.person("Carol")
	carol.join(urls[0])
	late := carol.Page(conv, model.Anchor{End: true}, 10, 0).Messages
	first := late[slices.IndexFunc(late, func(m model.Message) bool { return len(m.Attachments) == 2 })]
	carol.must(carol.Download(carol.ctx(), first.ID, 0))
	carol.until("the old file", func() bool { return carol.message(first.ID).Attachments[0].State() == model.FileHere })
	for _, bad := range []struct {
		files  []File
		reason model.Reason
	}{
		{[]File{file("empty", nil)}, model.ReasonInvalid},
		{[]File{file("large", make([]byte, MaxFile+1))}, model.ReasonTooLarge},
	} {
		if _, err := alice.SendFiles(alice.ctx(), conv, model.Draft{}, bad.files); model.ReasonOf(err) != bad.reason {
			t.Errorf("%s: %v, want %v", bad.files[0].Name, err, bad.reason)
		}
	}
	bob.must(bob.LeaveCommunity(bob.ctx(), conv))
	if _, err := bob.SendFiles(bob.ctx(), conv, model.Draft{}, []File{file("x", content(1))}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("posting in a room that was left: %v", err)
	}
}

// Answers get lost, the device restarts: the room has the message once, with its
// file.
func TestUploadsToARoomSurvive(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge", "pictures")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv, other := alice.join(urls[0]), alice.join(urls[1])
	bob.join(urls[0])
	uploads, posts := 0, 0
	k.watch(func(method, endpoint string) bool {
		switch {
		case isUpload(method, endpoint):
			uploads++
			return uploads == 1
		case isPost(method, endpoint) && strings.Contains(endpoint, "lounge"):
			posts++
			return posts == 1
		}
		return false
	})
	id, err := alice.SendFiles(alice.ctx(), conv, model.Draft{Text: "once"}, []File{file("once.bin", content(9000))})
	alice.must(err)
	alice.until("the lost answer", func() bool { _, there := alice.Transfer(id, 0); return there && alice.message(id).NextTry != 0 })
	// What is said elsewhere on the server does not wait for it.
	elsewhere := alice.tell(other, "elsewhere")
	alice.until("the text", func() bool { return alice.message(elsewhere).State == model.StateSent })
	alice.restart()
	k.settle(alice)
	k.clock.Advance(time.Minute)
	k.settle(alice, bob)
	up, posted := seen(k.world, &uploads), seen(k.world, &posts)
	if m := alice.message(id); m.State != model.StateSent || up != 2 || posted < 1 {
		t.Fatalf("the message is %v after %d uploads and %d posts", m.State, up, posted)
	}
	bob.showsIn(conv, "once")
	m := bob.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0]
	bob.must(bob.Download(bob.ctx(), m.ID, 0))
	if got := bob.newestIn(conv, model.FileHere); !bytes.Equal(bob.read(got.ID, 0), content(9000)) {
		t.Error("other bytes")
	}
}

// An upload that waited too long for its message is made again: the server has
// dropped it.
func TestUploadsThatWaitTooLongAreMadeAgain(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	for _, after := range []int{1, 2} { // of two files, how many are up when the network goes
		uploads := 0
		k.watch(func(method, endpoint string) bool {
			if isUpload(method, endpoint) {
				if uploads++; uploads == after {
					alice.link.setOffline(true)
				}
			}
			return false
		})
		id, err := alice.SendFiles(alice.ctx(), conv, model.Draft{}, []File{file("a.bin", content(100)), file("b.bin", content(200))})
		alice.must(err)
		alice.until("the failure", func() bool { return alice.message(id).NextTry != 0 })
		k.clock.Advance(2 * time.Hour)
		alice.link.setOffline(false)
		for range 2 {
			k.settle(alice, bob)
		}
		if m, n := alice.message(id), seen(k.world, &uploads); m.State != model.StateSent || n != after+2 {
			t.Fatalf("the message is %v after %d uploads", m.State, n)
		}
		m := bob.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0]
		for i := range m.Attachments {
			bob.must(bob.Download(bob.ctx(), m.ID, i))
		}
		if got := bob.newestIn(conv, model.FileHere); !bytes.Equal(bob.read(got.ID, 1), content(200)) {
			t.Error("other bytes")
		}
	}
}

// What a message of a room says about its files is somebody's word: they are asked
// for at that room alone, and must be what was announced.
func TestFilesOfARoomThatLie(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	alice.attachTo(conv, "honest", file("a.bin", content(1000)))
	k.settle(alice, bob)
	honest := bob.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0].Attachments[0]
	id, _ := community.FileID(honest.URL)
	key := community.Blind15(alice.account, server.PublicKey)
	for _, c := range []struct {
		name   string
		url    string
		size   uint32
		reason model.Reason
	}{
		{"another server", "http://evil.example/file/1", 1000, model.ReasonNone}, // the number counts, at this room
		{"longer", honest.URL, 1001, model.ReasonDamaged},
		{"shorter", honest.URL, 999, model.ReasonDamaged},
		{"no size", honest.URL, 0, model.ReasonNone},
		{"not there", lounge + "/room/lounge/file/4711", 10, model.ReasonExpired},
		{"no number", "http://files.test/file/abc", 10, model.ReasonInvalid},
		{"huge", honest.URL, 100_000_000, model.ReasonTooLarge},
	} {
		at := k.clock.Now()
		plain, err := (&wire.Content{DataMessage: &wire.DataMessage{Body: wire.Some(c.name), Attachments: []*wire.AttachmentPointer{
			attach.PlainPointer(attach.Info{Name: "x"}, uint64(id), c.url, int64(c.size)),
		}}}).Stamp(uint64(at.UnixMilli())).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		data, signature, err := community.Compose(key, rand.Reader, plain)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.Fill("lounge", []communityserver.Post{{Author: key.Author(), Data: data, Signature: signature[:], Posted: at.UnixMilli()}}); err != nil {
			t.Fatal(err)
		}
		k.settle(bob)
		m := bob.Page(conv, model.Anchor{End: true}, 0, 0).Messages[0]
		if m.Text != c.name {
			t.Fatalf("%s came as %+v", c.name, m)
		}
		err = bob.Download(bob.ctx(), m.ID, 0)
		if c.reason == model.ReasonInvalid || c.reason == model.ReasonTooLarge {
			if model.ReasonOf(err) != c.reason {
				t.Errorf("%s: %v, want %v", c.name, err, c.reason)
			}
			continue
		}
		bob.must(err)
		bob.until(c.name, func() bool { s := bob.message(m.ID).Attachments[0].State(); return s != model.FileWaiting })
		if a := bob.message(m.ID).Attachments[0]; a.Failure != c.reason || c.reason == model.ReasonNone && !bytes.Equal(bob.read(m.ID, 0), content(1000)) {
			t.Errorf("%s: %v, want %v", c.name, a.Failure, c.reason)
		}
	}
	if len(k.world.uploaded()) > 0 || k.world.servedBy("http://evil.example") > 0 {
		t.Error("somebody else was asked for a file")
	}
}

// Who may not upload is told so, before and after.
func TestRoomsThatTakeNoFiles(t *testing.T) {
	k := newCrew(t)
	server, _, conv, alice, bob := k.lead()
	k.settle(alice, bob)
	v, _ := bob.Community(conv)
	a, err := alice.knownServer(alice.ctx(), lounge, server.PublicKey)
	alice.must(err)
	call, err := community.Encode(community.SetPermissions{
		Room: "lounge", User: v.Me, PermissionChange: community.PermissionChange{Upload: community.Deny},
	})
	alice.must(err)
	if answer, err := alice.core.call(alice.ctx(), a, call); err != nil || answer.Code != 200 {
		t.Fatalf("forbidding: %v, %v", answer.Code, err)
	}
	// Bob does not know yet.
	id, err := bob.SendFiles(bob.ctx(), conv, model.Draft{}, []File{file("a.bin", content(100))})
	bob.must(err)
	bob.until("the refusal", func() bool { return bob.message(id).State == model.StateFailed })
	if m := bob.message(id); m.Failure != model.ReasonNotAllowed {
		t.Errorf("refused with %v", m.Failure)
	}
	k.settle(bob)
	if _, err := bob.SendFiles(bob.ctx(), conv, model.Draft{}, []File{file("a.bin", content(100))}); model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("where one may not: %v", err)
	}
	bob.tell(conv, "but I may write")
	k.settle(bob, alice)
	alice.showsIn(conv, "but I may write")
}

// Somebody known from a community alone gets files like a contact, also when it
// shows meanwhile who they are.
func TestFilesToSomebodyOfACommunity(t *testing.T) {
	k := newCrew(t)
	_, urls := k.serve("lounge")
	alice, bob := k.person("Alice"), k.person("Bob")
	conv := alice.join(urls[0])
	bob.join(urls[0])
	bob.must(bob.UpdateSettings(bob.ctx(), func(s *model.Settings) { s.CommunityRequests = model.Yes }))
	v, _ := bob.Community(conv)
	direct, err := alice.StartBlinded(alice.ctx(), conv, v.Me)
	alice.must(err)
	_, err = alice.SendFiles(alice.ctx(), direct, model.Draft{Text: "for you"}, []File{file("a.bin", content(700))})
	alice.must(err)
	k.settle(alice, bob)
	m := bob.last(alice, model.FileRemote)
	bob.must(bob.Download(bob.ctx(), m.ID, 0))
	if got := bob.last(alice, model.FileHere); got.Text != "for you" || !bytes.Equal(bob.read(m.ID, 0), content(700)) {
		t.Errorf("came as %+v", got)
	}
	for _, blob := range k.world.uploaded() {
		if bytes.Contains(blob, content(700)[:64]) {
			t.Error("the file server can read it")
		}
	}
	// A file waits while Bob answers.
	k.world.setFileFault(func(c attach.Call) (bool, *onion.V4Response, error) {
		if c.Kind == attach.CallUpload {
			return false, nil, fail(model.ReasonOffline, "the file server is down")
		}
		return false, nil, nil
	})
	_, err = alice.SendFiles(alice.ctx(), direct, model.Draft{Text: "one more"}, []File{file("b.bin", content(800))})
	alice.must(err)
	bob.must(bob.AcceptRequest(bob.ctx(), alice.id()))
	k.settle(bob, alice)
	if _, there := alice.Conversation(direct); there {
		t.Fatal("the conversation under the blinded id is still there")
	}
	k.world.setFileFault(nil)
	for range 2 {
		k.settle(alice, bob)
	}
	if got := bob.last(alice, model.FileHere); got.Text != "one more" || !bytes.Equal(bob.read(got.ID, 0), content(800)) {
		t.Errorf("came as %+v", got)
	}
	if n := alice.Status().Pending; n != 0 {
		t.Errorf("%d rows still wait", n)
	}
}

// The picture of a room shows for who joined it, follows its server, and goes.
func TestPictureOfARoom(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	if err := server.AddRoom(communityserver.RoomSpec{Token: "garden", Name: "Garden", Picture: smallPNG(t)}); err != nil {
		t.Fatal(err)
	}
	alice := k.person("Alice")
	plain := alice.join(urls[0])
	conv := alice.join(strings.Replace(urls[0], "/lounge?", "/garden?", 1))
	alice.until("the picture", func() bool { _, ok := alice.Avatar(conv); return ok })
	want, err := shownPicture(smallPNG(t), image.Rectangle{})
	alice.must(err)
	if got, _ := alice.Avatar(conv); !bytes.Equal(got, want) {
		t.Errorf("another picture of %d bytes", len(got))
	}
	if _, ok := alice.Avatar(plain); ok {
		t.Error("a room without a picture has one")
	}
	alice.restart()
	if _, ok := alice.Avatar(conv); !ok {
		t.Error("a restart forgets the picture")
	}
	alice.must(alice.LeaveCommunity(alice.ctx(), conv))
	alice.sync()
	if _, ok := alice.Avatar(conv); ok {
		t.Error("a room that was left has a picture")
	}
}

// A room shows its picture before it is joined; who looks is not told.
func TestPictureBeforeJoining(t *testing.T) {
	k := newCrew(t)
	server, urls := k.serve("lounge")
	if err := server.AddRoom(communityserver.RoomSpec{Token: "garden", Name: "Garden", Picture: smallPNG(t)}); err != nil {
		t.Fatal(err)
	}
	alice := k.person("Alice")
	garden, err := alice.PreviewCommunity(alice.ctx(), strings.Replace(urls[0], "/lounge?", "/garden?", 1))
	alice.must(err)
	var told []string
	k.world.mu.Lock()
	k.world.lose = func(r onion.V4Request) bool {
		for _, h := range r.Headers {
			told = append(told, strings.ToLower(h.Name))
		}
		return false
	}
	k.world.mu.Unlock()
	got, err := alice.CommunityPicture(alice.ctx(), garden)
	alice.must(err)
	want, err := shownPicture(smallPNG(t), image.Rectangle{})
	alice.must(err)
	if !bytes.Equal(got, want) {
		t.Errorf("another picture of %d bytes", len(got))
	}
	if told := seen(k.world, &told); slices.ContainsFunc(told, func(name string) bool { return strings.HasPrefix(name, "x-sogs") }) {
		t.Errorf("the server was told %q", told)
	}
	lounge, err := alice.PreviewCommunity(alice.ctx(), urls[0])
	alice.must(err)
	if _, err := alice.CommunityPicture(alice.ctx(), lounge); model.ReasonOf(err) != model.ReasonNotFound {
		t.Errorf("a room without a picture: %v", err)
	}
}

// What waits for its files holds up its own conversation only.
func TestOnlyTheOwnConversationWaits(t *testing.T) {
	lane, a, b := model.ID{1}, model.ConversationID("http://x.test/a"), model.ConversationID("http://x.test/b")
	var o outbox
	o.load([]store.OutboxRow{
		{Seq: 1, Kind: rowUpload, Recipient: lane, Conversation: a},
		{Seq: 2, Kind: rowPost, Recipient: lane, Conversation: a},
		{Seq: 3, Kind: rowPost, Recipient: lane, Conversation: b},
	}, model.ID{2})
	if got := o.chunk(o.lane(lane)); !slices.Equal(got, []uint64{3}) {
		t.Errorf("%v goes out first", got)
	}
	o.stalled[1] = true
	if got := o.chunk(o.lane(lane)); !slices.Equal(got, []uint64{2}) {
		t.Errorf("after a failure %v goes out first", got)
	}
}

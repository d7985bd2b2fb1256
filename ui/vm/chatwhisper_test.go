package vm

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/cputime"
)

func (f *fakeEngine) EditInCommunity(_ context.Context, id model.MessageID, text string) error {
	return f.command("edit %d %q", id, text)
}

// whisperer keeps who is whispered to.
type whisperer struct {
	*fakeEngine
	to []model.Draft
}

func (w *whisperer) SendText(ctx context.Context, conv model.ConversationID, d model.Draft) (model.MessageID, error) {
	w.mu.Lock()
	w.to = append(w.to, d)
	w.mu.Unlock()
	return w.fakeEngine.SendText(ctx, conv, d)
}

// ofRoom is a room that the user moderates, in which Jonas has written.
func ofRoom(f *fakeEngine) model.ConversationID {
	conv := model.ConversationID("https://open.example/garden")
	f.chats[conv] = &model.Conversation{ID: conv, Kind: model.KindCommunity, Name: "Garden", Approved: true, ApprovedMe: true}
	f.rooms = map[model.ConversationID]*model.Community{conv: {
		Conversation: conv, Joined: true, Read: true, Write: true, Moderator: true, Me: someone(0xbb),
	}}
	f.put(conv, time.Hour, model.Message{Sender: jonas, Text: "buy seeds"})
	return conv
}

// TestWhisper: what is begun as a whisper never goes to everybody, also when it
// could not be sent, or the conversation was left meanwhile.
func TestWhisper(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := ofRoom(f)
	w := &whisperer{fakeEngine: f}
	s := &screen{}
	c := OpenChat(d.Desk, w, d.clock, conv, 0, s)
	d.until("open", func() bool { return c.loaded })
	jonasSays := c.window[0]
	if !c.CanWhisper(jonasSays) || !c.CanWhisperToModerators() {
		t.Fatal("a moderator cannot whisper")
	}
	c.WhisperTo(jonasSays)
	if c.CanAttach() {
		t.Error("files go to everybody")
	}
	write(c, "that was rude")
	f.set(func() { f.fail = model.Fail(model.ReasonDisk, "full", nil) })
	c.Send()
	d.until("the failure is told", func() bool { return len(s.notices) > 0 })
	if c.Whisper == nil || c.Text() != "that was rude" {
		t.Fatalf("after a failure the composer has %q, for %+v", c.Text(), c.Whisper)
	}
	f.set(func() { f.fail = nil })
	c.Leave()
	d.until("the draft is saved", func() bool { return len(f.said("draft")) > 0 })
	again := OpenChat(d.Desk, w, d.clock, conv, 0, s)
	d.until("open again", func() bool { return again.loaded })
	if again.Whisper == nil || again.Whisper.Label != "Whisper to Jonas" {
		t.Fatalf("the draft is for %+v", again.Whisper)
	}
	again.Send()
	d.until("sent", func() bool { return len(f.said("send")) == 2 })
	for _, sent := range w.to {
		if sent.Whisper == nil || sent.Whisper.To != jonas || !sent.Whisper.Moderators {
			t.Errorf("%q goes to %+v", sent.Text, sent.Whisper)
		}
	}
	if again.Whisper != nil {
		t.Error("the next message is a whisper too")
	}
	again.WhisperTo(nil)
	if !again.StopWhispering() || again.Whisper != nil {
		t.Error("a whisper cannot be given up")
	}

	f.put(conv, time.Minute, model.Message{Sender: maya, Text: "psst", Whisper: &model.Whisper{To: someone(0xbb), Moderators: true}})
	again.changed([]engine.Event{engine.Resync{}})
	d.until("it came", func() bool { return strings.Contains(strings.Join(rows(again), "|"), "psst") })
	m := again.window[again.find("psst")]
	if m.Whisper != "Only you and the moderators see this" || m.CanReact() || !m.CanReply() {
		t.Errorf("the whisper says %q", m.Whisper)
	}
}

func (c *Chat) find(body string) int {
	for i, m := range c.window {
		if m.Body == body {
			return i
		}
	}
	return -1
}

// TestEdit: the text of an own message comes into the composer and the new one
// goes to the engine; what was being written comes back afterwards.
func TestEdit(t *testing.T) {
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := ofRoom(f)
	mine := f.put(conv, time.Minute, model.Message{Outgoing: true, Text: "no @" + jonas.String(), State: model.StateSent})
	c, s := openChat(d, f, conv, 0)
	if c.CanEdit(c.window[0]) {
		t.Error("somebody else's message can be changed")
	}
	write(c, "half a thought")
	c.ReplyTo(c.window[0].ID)
	c.Edit(c.window[1])
	if c.Text() != "no @Jonas" || c.Reply != nil || c.Editing == nil {
		t.Fatalf("the composer has %q", c.Text())
	}
	write(c, "yes @Jonas")
	f.set(func() { f.fail = model.Fail(model.ReasonOffline, "no network", nil) })
	c.Send()
	d.until("the failure is told", func() bool { return len(s.notices) > 0 })
	if c.Editing == nil || c.Text() != "yes @Jonas" || !strings.Contains(s.notices[0], "still here") {
		t.Fatalf("after a failure the composer has %q, told was %q", c.Text(), s.notices)
	}
	f.set(func() { f.fail = nil })
	c.Send()
	d.until("it is changed", func() bool { return c.Editing == nil })
	want := fmt.Sprintf("edit %d %q", mine.ID, "yes @"+jonas.String())
	if got := f.said("edit"); got[len(got)-1] != want {
		t.Errorf("the engine hears %q, want %q", got, want)
	}
	if c.Text() != "half a thought" || c.Reply == nil {
		t.Errorf("afterwards the composer has %q, answering %+v", c.Text(), c.Reply)
	}
	c.Edit(c.window[1])
	c.Leave()
	d.until("the draft is saved", func() bool { return len(f.said("draft")) > 0 })
	for _, said := range f.said("draft") {
		if !strings.Contains(said, "half a thought") {
			t.Errorf("saved was %q", said)
		}
	}
	if len(f.said("send")) > 0 {
		t.Error("a changed message was sent as a new one")
	}
}

// TestInvitation: a card says where it leads, and nothing else than the address
// of a room can be pressed.
func TestInvitation(t *testing.T) {
	const url = "https://open.example/garden?public_key=a03c383cf63c3c4efe67acc52112a6dd734b3a946b9545f488aaa93da7991238"
	f := newFake(t, newDesktop(t).clock)
	tell := func(url string) *ChatInvite {
		m := model.Message{Sender: maya, Kind: model.KindInvitation, Invitation: &model.Invitation{URL: url, Name: "Garden"}}
		return newTeller(f, withMaya).tell(&m).Invite
	}
	if i := tell(url); i.URL != url || i.Server != "open.example" || i.Line() != "open.example" {
		t.Errorf("%+v", i)
	}
	for _, bad := range []string{"", "javascript:alert(1)", "https://open.example/garden", "05" + strings.Repeat("11", 32)} {
		if i := tell(bad); i.URL != "" || i.Line() == "" {
			t.Errorf("%q leads to %q", bad, i.URL)
		}
	}
}

// TestMentionsAmongManyAreInstant: with 10,000 people in a room the list is there
// within a frame, for every letter that is typed.
func TestMentionsAmongManyAreInstant(t *testing.T) {
	list := make([]Person, 10_000)
	for i := range list {
		list[i] = Person{someone(i % 200), fmt.Sprintf("Person %c%c %d", 'a'+i%26, 'a'+i/26%26, i)}
	}
	d := newDesktop(t)
	f := newFake(t, d.clock)
	conv := ofRoom(f)
	c, _ := openChat(d, f, conv, 0)
	c.room.people = newPeople(list)
	if got := c.Complete("@person zz"); len(got.List) != maxSuggestions {
		t.Fatalf("offered are %+v", got.List)
	}
	const frame = 16 * time.Millisecond
	var slowest time.Duration
	const text = "well @person qx 12"
	for range 5 { // of several tries the best: the collector of garbage works too
		slowest = 0
		for i := range text {
			begin := cputime.Used()
			c.Complete(text[:i+1])
			slowest = max(slowest, cputime.Used()-begin)
		}
		if slowest < frame {
			return
		}
	}
	t.Errorf("a letter took %v", slowest)
}

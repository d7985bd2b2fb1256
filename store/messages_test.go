package store

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"sotto/engine/model"
)

func fullMessage() model.Message {
	return model.Message{
		Conversation: conversationWith("b"), Sender: person("a"), Outgoing: true, Kind: model.KindInvitation,
		Timestamp: 1700000000001, Received: 1700000000002, Text: "hello world",
		Quote: &model.QuoteRef{Author: person("b"), Timestamp: 1600000000000},
		Attachments: []model.Attachment{{
			URL: "http://f/1", Key: []byte("key"), Digest: []byte("digest"), Size: 77, Type: "image/png", Name: "a.png",
			Voice: true, Width: 3, Height: 4, Caption: "caption", LocalID: "local", Wanted: true, Failure: model.ReasonDisk, Preview: []byte("tiny"),
			Sound: model.Sound{Waveform: []byte{1, 0, 255}, Duration: time.Second}, Position: -time.Minute, Played: true,
		}, {URL: "http://f/2"}},
		Preview:    &model.LinkPreview{URL: "https://x", Title: "X", Image: &model.Attachment{URL: "http://f/3"}},
		Invitation: &model.Invitation{URL: "https://c", Name: "C"},
		Change:     &model.GroupChange{Kind: model.MembersAdded, Members: []model.ID{person("b"), person("c")}, Name: "Crew", History: true},
		Reactions:  []model.Reaction{{Author: person("b"), Emoji: "👍", At: 5, More: 3}, {Author: person("c"), Emoji: "❤", At: 6}},
		Mention:    true, State: model.StateFailed, Failure: model.ReasonOffline, NextTry: 9, Unread: true, Hash: "hash",
		Timer: model.Timer{Mode: model.ExpireAfterRead, Seconds: 60}, ExpireStart: 10, Expires: 11,
		Whisper: &model.Whisper{To: person("c"), Moderators: true}, Edited: 12,
	}
}

// Every field of the model must come back: a field that is added to the model
// and forgotten here shows as a zero value in fullMessage.
func TestMessageKeepsEveryField(t *testing.T) {
	s := newStore(t)
	meet(t, s, "b")
	m := fullMessage()
	v := reflect.ValueOf(m)
	for i := range v.NumField() {
		if v.Field(i).IsZero() && v.Type().Field(i).Name != "ID" {
			t.Fatalf("the test forgets Message.%s", v.Type().Field(i).Name)
		}
	}
	update(t, s, func(tx *Tx) {
		if _, err := tx.AddMessage(&m); err != nil {
			t.Fatal(err)
		}
	})
	s = reopen(t, s)
	view(t, s, func(tx *Tx) {
		got, ok := tx.Message(m.ID)
		if !ok || !reflect.DeepEqual(got, m) {
			t.Errorf("got\n%+v\nwant\n%+v", got, m)
		}
	})
}

func TestConversationKeepsEveryField(t *testing.T) {
	s := newStore(t)
	c := model.Conversation{
		ID: conversationWith("b"), Kind: model.KindGroup, Name: "B", Nickname: "Bee", ProfileUpdated: 1,
		Picture: model.Picture{URL: "http://p", Key: []byte("k")}, Approved: true, ApprovedMe: true, Blocked: true, Hidden: true,
		Pinned: 2, Notify: model.NotifyMentions, MutedUntil: model.MuteForever, Timer: model.Timer{Mode: 2, Seconds: 3}, TimerChanged: 4,
		Created: 5, LastActivity: 6, LastRead: 7, MarkedUnread: true,
		Draft: model.Draft{Text: "draft", Quote: &model.QuoteRef{Author: person("b"), Timestamp: 8}, Whisper: &model.Whisper{To: person("c")}}, FirstRead: 9, AcceptedAt: 10,
		Folder: "Work", Archived: true, Synced: true, Answered: true,
		Inviter: person("c"), FetchFiles: true,
	}
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		switch name := v.Type().Field(i).Name; name {
		case "Unread", "Mentions", "Last": // the store's own
		default:
			if v.Field(i).IsZero() {
				t.Fatalf("the test forgets Conversation.%s", name)
			}
		}
	}
	update(t, s, func(tx *Tx) { must(t, tx.PutConversation(c)) })
	s = reopen(t, s)
	view(t, s, func(tx *Tx) {
		got, ok := tx.Conversation(c.ID)
		if !ok || !reflect.DeepEqual(got, c) {
			t.Errorf("got\n%+v\nwant\n%+v", got, c)
		}
		if all := tx.Conversations(); len(all) != 1 || !reflect.DeepEqual(all[0], c) {
			t.Errorf("list %+v", all)
		}
	})
}

func TestUnknownFieldsAreSkipped(t *testing.T) {
	m := fullMessage()
	m.ID = 0
	r := encodeMessage(nil, 7, &m)
	for len(r) > 0 && r[len(r)-1] == 0 {
		r = r[:len(r)-1]
	}
	r.uint(900, 5)
	r.string(901, "from the future")
	got, number, _, err := decodeMessage(r)
	if err != nil || number != 7 || got.Text != m.Text || got.Expires != m.Expires {
		t.Fatalf("%+v, %d, %v", got, number, err)
	}
}

func TestAddMessageOnce(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a", "b")
	update(t, s, func(tx *Tx) {
		first := say(t, tx, "a", 100, "one")
		m := model.Message{Conversation: conversationWith("a"), Sender: person("a"), Timestamp: 100, Text: "again"}
		if added, err := tx.AddMessage(&m); added || err != nil || m.ID != first {
			t.Errorf("added %v, %v, id %d want %d", added, err, m.ID, first)
		}
		// Another sender at the same time, another conversation: new.
		m = model.Message{Conversation: conversationWith("a"), Sender: person("me"), Timestamp: 100, Outgoing: true}
		if added, err := tx.AddMessage(&m); !added || err != nil {
			t.Error(added, err)
		}
		say(t, tx, "b", 100, "elsewhere")
		m = model.Message{Conversation: conversationWith("nobody"), Sender: person("a"), Timestamp: 1}
		if _, err := tx.AddMessage(&m); err != ErrNoConversation {
			t.Errorf("message for nobody: %v", err)
		}
		if m, ok := tx.FindMessage(conversationWith("a"), model.MessageKey{Sender: person("a"), Timestamp: 100}); !ok || m.Text != "one" {
			t.Errorf("found %+v", m)
		}
	})
	// The same over a restart, when nothing is in memory.
	s = reopen(t, s)
	update(t, s, func(tx *Tx) {
		m := model.Message{Conversation: conversationWith("a"), Sender: person("a"), Timestamp: 100, Text: "again"}
		if added, err := tx.AddMessage(&m); added || err != nil {
			t.Error(added, err)
		}
	})
}

// mirror is what the store should hold of one conversation.
type mirror struct {
	messages []model.Message // sorted
}

func (m *mirror) sort() {
	slices.SortFunc(m.messages, func(a, b model.Message) int {
		if a.Timestamp != b.Timestamp {
			return int(a.Timestamp - b.Timestamp)
		}
		return int(a.ID) - int(b.ID)
	})
}

// TestAgainstMirror does a long random life of two conversations and compares
// every answer with a plain list.
func TestAgainstMirror(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { liveAgainstMirror(t, seed) })
	}
}

func liveAgainstMirror(t *testing.T, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	s := newStore(t)
	people := []string{"a", "b"}
	meet(t, s, people...)
	mirrors := map[string]*mirror{"a": {}, "b": {}}
	clock := model.Millis(1700000000000)
	random := func(m *mirror) int { return rnd.IntN(len(m.messages)) }
	for range 60 {
		update(t, s, func(tx *Tx) {
			for range 1 + rnd.IntN(60) {
				who := people[rnd.IntN(2)]
				m := mirrors[who]
				switch do := rnd.IntN(20); {
				case do < 14 || len(m.messages) == 0:
					clock += model.Millis(rnd.IntN(3))
					msg := model.Message{
						Conversation: conversationWith(who), Sender: person(who), Timestamp: clock,
						Text: fmt.Sprint("text ", rnd.IntN(1000)), Unread: rnd.IntN(2) == 0, Mention: rnd.IntN(8) == 0,
					}
					switch rnd.IntN(6) {
					case 0: // late
						msg.Timestamp -= model.Millis(rnd.IntN(2000))
					case 1: // before all
						msg.Timestamp = 1600000000000 - model.Millis(len(m.messages))
					}
					if rnd.IntN(5) == 0 {
						msg.Expires = clock + model.Millis(rnd.IntN(1000))
					}
					exists := slices.ContainsFunc(m.messages, func(x model.Message) bool { return x.Key() == msg.Key() })
					added, err := tx.AddMessage(&msg)
					must(t, err)
					if added == exists {
						t.Fatalf("added %v, exists %v", added, exists)
					}
					if added {
						m.messages = append(m.messages, msg)
						m.sort()
					}
				case do < 16:
					i := random(m)
					ok, err := tx.DeleteMessage(m.messages[i].ID)
					must(t, err)
					if !ok {
						t.Fatal("message to delete is missing")
					}
					m.messages = slices.Delete(m.messages, i, i+1)
				case do < 18:
					i := random(m)
					x := &m.messages[i]
					x.Text, x.Unread, x.Expires = fmt.Sprint("new ", rnd.IntN(100)), rnd.IntN(2) == 0, model.Millis(rnd.IntN(2)*500)
					must(t, tx.PutMessage(*x))
				case do == 18 && rnd.IntN(4) == 0:
					upTo := m.messages[random(m)].Timestamp
					read, err := tx.MarkReadUpTo(conversationWith(who), upTo)
					must(t, err)
					var want []model.MessageID
					for i := range m.messages {
						if m.messages[i].Timestamp <= upTo && m.messages[i].Unread {
							m.messages[i].Unread = false
							want = append(want, m.messages[i].ID)
						}
					}
					var got []model.MessageID
					for _, r := range read {
						got = append(got, r.ID)
					}
					if !slices.Equal(got, want) {
						t.Fatalf("marked read %v, want %v", got, want)
					}
				case do == 19 && rnd.IntN(40) == 0:
					must(t, tx.ClearMessages(conversationWith(who)))
					m.messages = nil
				}
			}
		})
		if rnd.IntN(10) == 0 {
			s = reopen(t, s)
		}
		view(t, s, func(tx *Tx) {
			var due []Due
			for _, who := range people {
				compare(t, tx, rnd, conversationWith(who), mirrors[who])
				for _, m := range mirrors[who].messages {
					if m.Expires != 0 {
						due = append(due, Due{m.Expires, m.ID})
					}
				}
			}
			slices.SortFunc(due, func(a, b Due) int {
				if a.At != b.At {
					return int(a.At - b.At)
				}
				return int(a.Message) - int(b.Message)
			})
			if got := tx.Expiring(1 << 20); !slices.Equal(got, due) {
				t.Fatalf("expiring %v, want %v", got, due)
			}
			if ids := tx.DueBefore(clock); len(ids) > len(due) || len(ids) > 0 && ids[0] != due[0].Message {
				t.Fatalf("due %v of %v", ids, due)
			}
		})
	}
}

func compare(t *testing.T, tx *Tx, rnd *rand.Rand, id model.ConversationID, m *mirror) {
	t.Helper()
	c, ok := tx.Conversation(id)
	if !ok {
		t.Fatal("conversation is missing")
	}
	unread, mentions := 0, 0
	firstUnread := len(m.messages) - 1
	var unreadIDs []model.MessageID
	for i, x := range m.messages {
		if x.Unread {
			if unread == 0 {
				firstUnread = i
			}
			unread++
			unreadIDs = append(unreadIDs, x.ID)
			if x.Mention {
				mentions++
			}
		}
	}
	if c.Unread != unread || c.Mentions != mentions {
		t.Fatalf("counters %d/%d, want %d/%d", c.Unread, c.Mentions, unread, mentions)
	}
	if got := tx.UnreadIDs(id, 1<<62); !slices.Equal(got, unreadIDs) {
		t.Fatalf("unread %v, want %v", got, unreadIDs)
	}
	if n := tx.CountMessages(id); n != len(m.messages) {
		t.Fatalf("%d messages, want %d", n, len(m.messages))
	}
	if len(m.messages) == 0 {
		if c.Last.Message != 0 {
			t.Fatal("a last message in an empty conversation")
		}
		return
	}
	last := m.messages[len(m.messages)-1]
	if c.Last.Message != last.ID || c.Last.Text != last.Text {
		t.Fatalf("last is %+v, want %+v", c.Last, last)
	}
	check := func(a model.Anchor, at int) {
		t.Helper()
		before, after := rnd.IntN(80), rnd.IntN(80)
		from, to := max(0, at-before), min(len(m.messages), at+after+1)
		p := tx.Page(id, a, before, after)
		if p.Anchor != at-from || p.MoreBefore != (from > 0) || p.MoreAfter != (to < len(m.messages)) {
			t.Fatalf("page of %+v: anchor %d before %v after %v, want %d %v %v", a, p.Anchor, p.MoreBefore, p.MoreAfter, at-from, from > 0, to < len(m.messages))
		}
		if !reflect.DeepEqual(p.Messages, m.messages[from:to]) {
			t.Fatalf("page of %+v differs", a)
		}
	}
	check(model.Anchor{}, len(m.messages)-1)
	check(model.Anchor{End: true}, len(m.messages)-1)
	check(model.Anchor{Unread: true}, firstUnread)
	for range 5 {
		i := rnd.IntN(len(m.messages))
		check(model.Anchor{Message: m.messages[i].ID}, i)
		at := m.messages[i].Timestamp
		for i > 0 && m.messages[i-1].Timestamp >= at-1 {
			i--
		}
		check(model.Anchor{Sent: at - 1}, i)
	}
}

func TestPageOfDeletedAnchor(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a", "b")
	var ids []model.MessageID
	update(t, s, func(tx *Tx) {
		for i := range 100 {
			ids = append(ids, say(t, tx, "a", model.Millis(1000+i), fmt.Sprint(i)))
			say(t, tx, "b", model.Millis(1000+i), "other")
		}
		if ok, err := tx.DeleteMessage(ids[50]); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if ok, err := tx.DeleteMessage(ids[50]); ok || err != nil {
			t.Fatal("deleted twice")
		}
	})
	view(t, s, func(tx *Tx) {
		p := tx.Page(conversationWith("a"), model.Anchor{Message: ids[50]}, 2, 2)
		if p.Anchor != -1 || len(p.Messages) != 5 || p.Messages[2].ID != ids[49] {
			t.Fatalf("page %+v", p)
		}
	})
}

func TestDeleteConversation(t *testing.T) {
	s := newStore(t)
	meet(t, s, "a", "b")
	var id model.MessageID
	update(t, s, func(tx *Tx) {
		for i := range 600 {
			id = say(t, tx, "a", model.Millis(i), "going")
		}
		m := model.Message{Conversation: conversationWith("a"), Sender: person("a"), Timestamp: 9999, Expires: 10}
		_, err := tx.AddMessage(&m)
		must(t, err)
		say(t, tx, "b", 1, "staying")
	})
	update(t, s, func(tx *Tx) {
		must(t, tx.DeleteConversation(conversationWith("a")))
		must(t, tx.DeleteConversation(conversationWith("nobody")))
	})
	view(t, s, func(tx *Tx) {
		if _, ok := tx.Conversation(conversationWith("a")); ok {
			t.Error("conversation is still there")
		}
		if _, ok := tx.Message(id); ok {
			t.Error("message is still there")
		}
		if d := tx.Expiring(9); len(d) != 0 {
			t.Error("expiry is still there")
		}
		if len(tx.Conversations()) != 1 || tx.CountMessages(conversationWith("b")) != 1 {
			t.Error("the other conversation suffered")
		}
	})
	// Coming back is a fresh start.
	meet(t, s, "a")
	view(t, s, func(tx *Tx) {
		if p := tx.Page(conversationWith("a"), model.Anchor{}, 9, 9); len(p.Messages) != 0 {
			t.Error("old messages came back")
		}
	})
}

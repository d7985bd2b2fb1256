package testkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sotto/engine"
	"sotto/engine/export"
	"sotto/engine/model"
)

var sealedWith = []byte("the passphrase of the backup")

// chatted are two people with a few messages, a file and a group between them.
func chatted(t *testing.T, k *Kit) (alice, bob *Person, group model.ConversationID) {
	t.Helper()
	alice, bob = k.Alice(t), k.Bob(t)
	alice.Befriend(bob)
	alice.Send(bob, "the ferry leaves at nine <b>sharp</b>")
	_, err := alice.SendFiles(alice.Ctx(), bob.ID(), model.Draft{Text: "notes"}, []engine.File{{Name: "notes.txt", Data: strings.NewReader("bring oars")}})
	alice.Must(err)
	alice.Exchange()
	bob.AwaitFile(alice)
	group, err = alice.CreateGroup(alice.Ctx(), "Rowers", "", []model.ID{bob.Me().ID})
	alice.Must(err)
	alice.Exchange()
	bob.Await("the invitation", func() bool { _, ok := bob.Conversation(group); return ok })
	bob.Must(bob.AcceptRequest(bob.Ctx(), group))
	bob.Exchange()
	_, err = alice.SendText(alice.Ctx(), group, model.Draft{Text: "welcome aboard"})
	alice.Must(err)
	alice.Exchange()
	bob.Await("the greeting", func() bool { c, _ := bob.Conversation(group); return c.Last.Text == "welcome aboard" })
	return alice, bob, group
}

// TestABackupMovesToAnotherComputer: the computer is lost; the backup brings
// account, conversations and files back, and life goes on, in the group as well.
func TestABackupMovesToAnotherComputer(t *testing.T) {
	k := New(t)
	alice, bob, group := chatted(t, k)
	path := filepath.Join(t.TempDir(), "bob"+engine.BackupSuffix)
	info, err := bob.Backup(bob.Ctx(), path, sealedWith, nil)
	bob.Must(err)
	before := bob.Texts(alice)
	_, err = bob.Backup(bob.Ctx(), path, sealedWith, nil)
	if !errors.Is(err, engine.ErrFileExists) || model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("over a file: %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	id := bob.ID()
	bob.Quit()
	_, err = alice.SendText(alice.Ctx(), id, model.Draft{Text: "are you there?"})
	alice.Must(err)
	alice.Exchange()

	dir := filepath.Join(t.TempDir(), "new computer")
	if _, err := engine.InspectBackup(path, []byte("a guess")); !errors.Is(err, engine.ErrPassphrase) || model.ReasonOf(err) != model.ReasonLocked {
		t.Errorf("a wrong passphrase: %v", err)
	}
	seen, err := engine.InspectBackup(path, sealedWith)
	bob.Must(err)
	if seen.Account != string(id) || seen.Name != "Bob" || len(seen.Conversations) != len(info.Conversations) {
		t.Errorf("in the backup: %+v", seen)
	}
	bob.dir = dir
	o := bob.options()
	got, err := engine.RestoreBackup(t.Context(), o, engine.Protection{None: true}, path, sealedWith, nil, nil)
	bob.Must(err)
	if got.Messages != info.Messages || got.Files != 1 {
		t.Errorf("restored %+v of %+v", got, info)
	}
	bob.Start()
	if after := bob.Texts(alice); strings.Join(after, "\n") != strings.Join(before, "\n") {
		t.Errorf("texts %q, before %q", after, before)
	}
	bob.Exchange()
	bob.AwaitText(alice, "are you there?")
	if texts := bob.Texts(alice); len(texts) != len(before)+1 {
		t.Errorf("texts %q", texts)
	}
	_, err = bob.SendText(bob.Ctx(), group, model.Draft{Text: "new computer"})
	bob.Must(err)
	bob.Exchange()
	alice.Await("an answer in the group", func() bool { c, _ := alice.Conversation(group); return c.Last.Text == "new computer" })
	bob.Send(alice, "here again")
	bob.Exchange()
	alice.AwaitText(bob, "here again")
}

// TestABackupBringsBackWhatWasDeleted, on a device that runs.
func TestABackupBringsBackWhatWasDeleted(t *testing.T) {
	k := New(t)
	alice, bob, _ := chatted(t, k)
	path := filepath.Join(t.TempDir(), "bob"+engine.BackupSuffix)
	_, err := bob.Backup(bob.Ctx(), path, sealedWith, nil)
	bob.Must(err)
	before := bob.Texts(alice)
	bob.Must(bob.DeleteConversation(bob.Ctx(), alice.ID()))
	bob.Exchange()

	_, err = alice.AddBackup(alice.Ctx(), path, sealedWith, nil, nil)
	if !errors.Is(err, engine.ErrBackupAccount) {
		t.Errorf("into another account: %v", err)
	}
	events := bob.Subscribe()
	defer events.Close()
	got, err := bob.AddBackup(bob.Ctx(), path, sealedWith, []model.ConversationID{alice.ID()}, nil)
	bob.Must(err)
	if got.Conversations != 1 || got.Files != 1 || strings.Join(bob.Texts(alice), "\n") != strings.Join(before, "\n") {
		t.Errorf("brought back %+v: %q, before %q", got, bob.Texts(alice), before)
	}
	told := false
	for _, ev := range events.Take() {
		_, is := ev.(engine.Resync)
		told = told || is
	}
	if !told {
		t.Error("nobody was told to look again")
	}
	bob.Exchange()
	list := bob.Messages(alice)
	r, err := bob.OpenAttachment(list[len(list)-1].ID, 0)
	bob.Must(err)
	defer r.Close()
	if data, err := io.ReadAll(r); err != nil || string(data) != "bring oars" {
		t.Errorf("its file: %q, %v", data, err)
	}
	bob.Send(alice, "found you again")
	bob.Exchange()
	alice.AwaitText(bob, "found you again")
}

// TestABackupBringsNothingBackThatWasClearedForAll: who leads a group has the last
// word about what was said in it.
func TestABackupBringsNothingBackThatWasClearedForAll(t *testing.T) {
	k := New(t)
	alice, bob, group := chatted(t, k)
	path := filepath.Join(t.TempDir(), "bob"+engine.BackupSuffix)
	_, err := bob.Backup(bob.Ctx(), path, sealedWith, nil)
	bob.Must(err)
	said := bob.CountMessages(group)
	alice.Must(alice.ClearGroupMessages(alice.Ctx(), group))
	alice.Exchange()
	bob.Await("an empty group", func() bool { return bob.CountMessages(group) == 0 })
	got, err := bob.AddBackup(bob.Ctx(), path, sealedWith, []model.ConversationID{group}, nil)
	bob.Must(err)
	if n := bob.CountMessages(group); n != 0 || got.Messages != 0 || said == 0 {
		t.Errorf("brought back %+v: %d messages of %d", got, n, said)
	}
}

// english are sentences with the key in them.
func english() export.Words {
	f := func(key string, pairs ...string) string { return key + " " + strings.Join(pairs, " ") }
	return export.Words{
		T: func(key string) string { return key }, F: f, Has: func(string) bool { return false }, Language: "en",
		N: func(key string, n int, pairs ...string) string { return f(key, pairs...) },
	}
}

func TestExports(t *testing.T) {
	k := New(t)
	alice, bob, _ := chatted(t, k)
	list := bob.Messages(alice)
	bob.Must(bob.React(bob.Ctx(), list[1].ID, "😂", true))
	_, err := bob.SendText(bob.Ctx(), alice.ID(), model.Draft{Text: "nine it is", Quote: &model.QuoteRef{Author: alice.Me().ID, Timestamp: list[1].Timestamp}})
	bob.Must(err)
	dir := t.TempDir()

	page := filepath.Join(dir, "Alice.html")
	got, err := export.Conversation(bob.Ctx(), bob, english(), alice.ID(), export.Job{Format: export.HTML, Path: page, Media: true})
	bob.Must(err)
	if got.Messages != len(bob.Messages(alice)) || got.Files != 1 || got.Missing != 0 {
		t.Errorf("exported %+v of %d", got, len(bob.Messages(alice)))
	}
	html, err := os.ReadFile(page)
	bob.Must(err)
	for _, want := range []string{
		"the ferry leaves at nine &lt;b&gt;sharp&lt;/b&gt;", "default-src &#39;none&#39;", "😂", "nine it is", `href="Alice%20files/notes.txt"`, "<blockquote",
	} {
		if !bytes.Contains(html, []byte(want)) && !bytes.Contains(html, []byte(strings.ReplaceAll(want, "&#39;", "'"))) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if bytes.Contains(html, []byte("<script")) || bytes.Contains(html, []byte("<b>sharp")) {
		t.Error("what was written became markup")
	}
	if data, err := os.ReadFile(filepath.Join(dir, "Alice files", "notes.txt")); err != nil || string(data) != "bring oars" {
		t.Errorf("the file: %q, %v", data, err)
	}
	if _, err := export.Conversation(bob.Ctx(), bob, english(), alice.ID(), export.Job{Format: export.HTML, Path: page}); !errors.Is(err, engine.ErrFileExists) {
		t.Errorf("over a file: %v", err)
	}

	all := filepath.Join(dir, "all")
	got, err = export.Everything(bob.Ctx(), bob, english(), export.Job{Format: export.JSON, Path: all, Media: true})
	bob.Must(err)
	var index struct {
		Conversations []struct {
			File     string
			Messages int
		}
	}
	data, err := os.ReadFile(filepath.Join(all, "index.json"))
	bob.Must(err)
	bob.Must(json.Unmarshal(data, &index))
	if len(index.Conversations) != got.Conversations || got.Conversations != 2 {
		t.Fatalf("index %s, exported %+v", data, got)
	}
	total := 0
	for _, c := range index.Conversations {
		var conv struct {
			Messages []struct {
				Text        string
				Attachments []struct{ Path string }
			}
		}
		data, err := os.ReadFile(filepath.Join(all, c.File))
		bob.Must(err)
		bob.Must(json.Unmarshal(data, &conv))
		if len(conv.Messages) != c.Messages {
			t.Errorf("%s: %d messages, the index says %d", c.File, len(conv.Messages), c.Messages)
		}
		total += len(conv.Messages)
		for _, m := range conv.Messages {
			for _, a := range m.Attachments {
				if _, err := os.Stat(filepath.Join(all, filepath.FromSlash(a.Path))); err != nil || a.Path == "" {
					t.Errorf("file %q: %v", a.Path, err)
				}
			}
		}
	}
	if total != got.Messages {
		t.Errorf("%d messages, said %d", total, got.Messages)
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// crowded is somebody in whose folder another program works during an export.
type crowded struct {
	*engine.Engine
	meanwhile func()
}

func (c crowded) OpenAttachment(id model.MessageID, index int) (io.ReadSeekCloser, error) {
	c.meanwhile()
	return c.Engine.OpenAttachment(id, index)
}

// pruning is somebody who deletes the last message of each page once it was read.
type pruning struct {
	*engine.Engine
	person *Person
}

func (p pruning) ReadPage(conv model.ConversationID, anchor model.Anchor, before, after int) (model.Page, error) {
	page, err := p.Engine.ReadPage(conv, anchor, before, after)
	if page.MoreAfter {
		last := page.Messages[len(page.Messages)-1]
		p.person.Must(p.Delete(p.person.Ctx(), []model.MessageID{last.ID}, false))
	}
	return page, err
}

// TestAnExportGoesOnBehindWhatIsDeleted: each message is in it once, also the one
// that is deleted after its page was read, and nothing behind it is lost.
func TestAnExportGoesOnBehindWhatIsDeleted(t *testing.T) {
	bob := New(t).Bob(t)
	var want []string
	for i := range 250 {
		want = append(want, fmt.Sprintf("note %d", i))
		_, err := bob.SendText(bob.Ctx(), bob.ID(), model.Draft{Text: want[i]})
		bob.Must(err)
	}
	path := filepath.Join(t.TempDir(), "notes.json")
	_, err := export.Conversation(bob.Ctx(), pruning{bob.Engine, bob}, english(), bob.ID(), export.Job{Format: export.JSON, Path: path})
	bob.Must(err)
	data, err := os.ReadFile(path)
	bob.Must(err)
	var out struct{ Messages []struct{ Text string } }
	bob.Must(json.Unmarshal(data, &out))
	var got []string
	for _, m := range out.Messages {
		got = append(got, m.Text)
	}
	if !slices.Equal(got, want) || bob.CountMessages(bob.ID()) == len(want) {
		t.Errorf("%d messages of %d: %q", len(got), len(want), got)
	}
}

// leaving is somebody whose profile is closed once a page was read.
type leaving struct {
	*engine.Engine
	person *Person
}

func (l leaving) ReadPage(conv model.ConversationID, anchor model.Anchor, before, after int) (model.Page, error) {
	page, err := l.Engine.ReadPage(conv, anchor, before, after)
	l.person.Quit()
	return page, err
}

// TestAnExportIsWholeOrNone: one whose profile closes in the middle leaves nothing
// that could be taken for all that was said.
func TestAnExportIsWholeOrNone(t *testing.T) {
	bob := New(t).Bob(t)
	for i := range 250 {
		_, err := bob.SendText(bob.Ctx(), bob.ID(), model.Draft{Text: fmt.Sprintf("note %d", i)})
		bob.Must(err)
	}
	dir := t.TempDir()
	notes := bob.ID()
	_, err := export.Conversation(bob.Ctx(), leaving{bob.Engine, bob}, english(), notes, export.Job{Format: export.JSON, Path: filepath.Join(dir, "notes.json")})
	if err == nil {
		t.Error("half of the messages went for all")
	}
	_, err = export.Everything(bob.Ctx(), bob, english(), export.Job{Format: export.JSON, Path: filepath.Join(dir, "all")})
	if err == nil {
		t.Error("none of the messages went for all")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestAnExportRemovesNothingOfOthers: a folder of the name for its files, which
// came after the export began, ends it and stays as it is.
func TestAnExportRemovesNothingOfOthers(t *testing.T) {
	k := New(t)
	alice, bob, _ := chatted(t, k)
	dir := t.TempDir()
	theirs := filepath.Join(dir, "Alice files", "diary.txt")
	source := crowded{bob.Engine, func() {
		bob.Must(os.Mkdir(filepath.Dir(theirs), 0o700))
		bob.Must(os.WriteFile(theirs, []byte("dear diary"), 0o600))
	}}
	page := filepath.Join(dir, "Alice.html")
	_, err := export.Conversation(bob.Ctx(), source, english(), alice.ID(), export.Job{Format: export.HTML, Path: page, Media: true})
	if model.ReasonOf(err) != model.ReasonNotAllowed {
		t.Errorf("into their folder: %v", err)
	}
	if data, err := os.ReadFile(theirs); err != nil || string(data) != "dear diary" {
		t.Errorf("their file: %q, %v", data, err)
	}
	if _, err := os.Stat(page); err == nil {
		t.Error("there is a page without its files")
	}
}

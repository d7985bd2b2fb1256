package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
)

var backupPass = []byte("a passphrase of its own")

// lived makes a profile with something of everything in it.
func lived(t testing.TB) *Store {
	t.Helper()
	s, err := Create(filepath.Join(t.TempDir(), "profile"), "testnet", Protection{None: true}, Options{KDF: cheapKDF})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	live(t, s)
	return s
}

func live(t testing.TB, s *Store) {
	t.Helper()
	account, err := identity.New(rand.Reader)
	must(t, err)
	meet(t, s, "a", "b")
	update(t, s, func(tx *Tx) {
		must(t, tx.PutAccount(AccountRecord{Seed: account.SeedBytes(), Name: "Ada", Created: 1}))
		must(t, tx.PutSettings(model.Settings{ReadReceipts: true, Proxy: model.Proxy{On: true, Host: "127.0.0.1", Port: 1, Password: "p", User: "u"}}))
		must(t, tx.PutBlob("config/3", bytes.Repeat([]byte("dump"), 40_000)))
		for i := range 300 {
			say(t, tx, []string{"a", "b"}[i%2], model.Millis(1000+i), fmt.Sprintf("message %d about boats", i))
		}
		must(t, tx.AddOutbox(&OutboxRow{Recipient: person("a"), Data: []byte("sealed")}))
		must(t, tx.MarkSeen(person("a"), 0, "hash", SeenRecord{Expiry: 9}))
		must(t, tx.PutPicture(model.Picture{URL: "http://f/1", Key: []byte("k")}, PictureRecord{Image: []byte("jpeg")}))
	})
	attachFile(t, s, "a", 5000, bytesOf(200_000))
	attachFile(t, s, "b", 5001, nil)
	attachFile(t, s, "b", 5002, bytesOf(65_536))
	attachFile(t, s, "c", 5003, bytesOf(200_000)) // the same bytes as of a
	meet(t, s, "a", "b", "c")
}

// content is every record of a profile but the one that ties it to its folder,
// opened, and every file.
func content(t *testing.T, s *Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	view(t, s, func(tx *Tx) {
		for _, name := range allBuckets {
			b := tx.bucket(name)
			all["sequence of "+name] = strconv.FormatUint(b.Sequence(), 10)
			if name == bucketMeta {
				continue
			}
			tx.each(name, func(key, plain []byte) bool {
				all[name+" "+string(key)] = string(plain)
				return true
			})
		}
	})
	for _, name := range folder(t, s) {
		all["file "+name] = string(readFile(t, s, strings.TrimSuffix(name, fileSuffix)))
	}
	return all
}

func backedUp(t testing.TB, s *Store) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := s.Backup(t.Context(), &b, backupPass, nil)
	must(t, err)
	return b.Bytes()
}

func openBackup(t testing.TB, data []byte) *Backup {
	t.Helper()
	b, err := OpenBackup(bytes.NewReader(data), backupPass)
	must(t, err)
	t.Cleanup(b.Close)
	return b
}

func TestBackupRestoresAnEqualProfile(t *testing.T) {
	s := lived(t)
	var out bytes.Buffer
	told := int64(0)
	info, err := s.Backup(t.Context(), &out, backupPass, func(done, total int64) {
		if done > total || done < told {
			t.Errorf("%d of %d bytes after %d", done, total, told)
		}
		told = done
	})
	must(t, err)
	if info.Messages != 304 || info.Files != 3 || info.FileBytes != 265_536 || len(info.Conversations) != 3 || info.Name != "Ada" || info.Network != "testnet" {
		t.Errorf("info %+v", info)
	}
	for _, secret := range []string{"boats", "Ada", "testnet"} {
		if bytes.Contains(out.Bytes(), []byte(secret)) {
			t.Errorf("%q can be read in the backup", secret)
		}
	}
	dir := filepath.Join(t.TempDir(), "elsewhere")
	b := openBackup(t, out.Bytes())
	if b.Messages != info.Messages || b.Account != info.Account || b.Conversations[0].Title == "" {
		t.Errorf("manifest %+v", b.BackupInfo)
	}
	steps := 0
	got, err := Restore(t.Context(), dir, b, Protection{Passphrase: []byte("another one")}, Options{KDF: cheapKDF}, nil, nil, func() { steps++ })
	must(t, err)
	if got != (Restored{3, 304, 3}) || steps == 0 {
		t.Errorf("restored %+v in %d steps", got, steps)
	}
	n, err := Open(dir, Unlock{Passphrase: []byte("another one")}, Options{KDF: cheapKDF})
	must(t, err)
	defer n.Close()
	if want, have := content(t, s), content(t, n); !maps.Equal(want, have) {
		for k := range want {
			if want[k] != have[k] {
				t.Errorf("%.60q differs", k)
			}
		}
		t.Errorf("%d records of %d", len(have), len(want))
	}
	if list := hits(t, n, model.Query{Text: "boats", Limit: 500}); len(list) != 300 {
		t.Errorf("the search finds %d", len(list))
	}
	// Both live on.
	for _, x := range []*Store{s, n} {
		update(t, x, func(tx *Tx) { say(t, tx, "a", 9000, "afterwards") })
	}
}

func TestRestoreSomeConversations(t *testing.T) {
	s := lived(t)
	dir := filepath.Join(t.TempDir(), "elsewhere")
	got, err := Restore(t.Context(), dir, openBackup(t, backedUp(t, s)), Protection{None: true}, Options{}, func(c model.ConversationID) bool {
		return c == conversationWith("b")
	}, nil, nil)
	must(t, err)
	if got != (Restored{1, 152, 2}) {
		t.Errorf("restored %+v", got)
	}
	n, err := Open(dir, Unlock{}, Options{})
	must(t, err)
	defer n.Close()
	view(t, n, func(tx *Tx) {
		for name, want := range map[string]int{"a": 0, "b": 152, "c": 0} {
			if _, ok := tx.Conversation(conversationWith(name)); !ok || tx.CountMessages(conversationWith(name)) != want {
				t.Errorf("%s: there %v, %d messages", name, ok, tx.CountMessages(conversationWith(name)))
			}
		}
	})
	if list := hits(t, n, model.Query{Text: "boats", Limit: 500}); len(list) != 150 {
		t.Errorf("the search finds %d", len(list))
	}
}

func TestRestoreLeavesAProfileAlone(t *testing.T) {
	s := lived(t)
	data := backedUp(t, s)
	other := newStore(t)
	if _, err := Restore(t.Context(), other.Dir(), openBackup(t, data), Protection{None: true}, Options{}, nil, nil, nil); !errors.Is(err, ErrLocked) {
		t.Errorf("over an open profile: %v", err)
	}
	must(t, other.Close())
	if _, err := Restore(t.Context(), other.Dir(), openBackup(t, data), Protection{None: true}, Options{}, nil, nil, nil); !errors.Is(err, ErrExists) {
		t.Errorf("over a profile: %v", err)
	}
	n, err := Open(other.Dir(), Unlock{}, Options{})
	must(t, err)
	must(t, n.Close())
}

func TestBackupsThatAreOfNoUse(t *testing.T) {
	s := lived(t)
	good := backedUp(t, s)
	changed := func(at int, f func(b []byte)) []byte {
		b := slices.Clone(good)
		f(b[at:])
		return b
	}
	flip := func(b []byte) { b[0] ^= 1 }
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":              {nil, ErrNoBackup},
		"a picture":          {[]byte("\x89PNG\r\n\x1a\n and more than enough of it"), ErrNoBackup},
		"a text":             {[]byte("sotto backup"), ErrNoBackup},
		"newer":              {changed(len(backupMagic), func(b []byte) { binary.BigEndian.PutUint16(b, 2) }), ErrBackupVersion},
		"header cut":         {good[:60], ErrBackupDamaged},
		"header flipped":     {changed(40, flip), ErrBackupDamaged},
		"first chunk":        {changed(backupHeader+5, flip), ErrBackupDamaged},
		"only a header":      {good[:backupHeader], ErrBackupDamaged},
		"middle flipped":     {changed(len(good)/2, flip), ErrBackupDamaged},
		"last byte flipped":  {changed(len(good)-1, flip), ErrBackupDamaged},
		"last byte missing":  {good[:len(good)-1], ErrBackupDamaged},
		"a byte more":        {append(slices.Clone(good), 0), ErrBackupDamaged},
		"cut between chunks": {good[:backupHeader+2*(chunkSize+chunkTag)], ErrBackupDamaged},
		"chunks exchanged": {changed(backupHeader, func(b []byte) {
			n := chunkSize + chunkTag
			first := slices.Clone(b[:n])
			copy(b, b[n:2*n])
			copy(b[n:], first)
		}), ErrBackupDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "profile")
			b, err := OpenBackup(bytes.NewReader(c.data), backupPass)
			if err == nil {
				_, err = Restore(t.Context(), dir, b, Protection{None: true}, Options{}, nil, nil, nil)
				b.Close()
			}
			if !errors.Is(err, c.want) {
				t.Errorf("error %v", err)
			}
			if i, err := Inspect(dir); err != nil || i.Exists {
				t.Errorf("there is a profile: %+v, %v", i, err)
			}
			left, _ := filepath.Glob(filepath.Join(dir, attachmentsName, "*"))
			if _, err := os.Stat(filepath.Join(dir, databaseName)); err == nil || len(left) > 0 {
				t.Errorf("files stay: database %v, %v", err, left)
			}
			// Nor does it change a profile that is there.
			before := content(t, s)
			if b, err = OpenBackup(bytes.NewReader(c.data), backupPass); err == nil {
				_, err = s.AddBackup(t.Context(), b, nil, AddRules{}, nil)
				b.Close()
			}
			if !errors.Is(err, c.want) {
				t.Errorf("adding: %v", err)
			}
			if !maps.Equal(before, content(t, s)) {
				t.Error("the profile has changed")
			}
		})
	}
	for _, pass := range []string{"", "another", "a passphrase of its own "} {
		if _, err := OpenBackup(bytes.NewReader(good), []byte(pass)); !errors.Is(err, ErrPassphrase) {
			t.Errorf("%q: %v", pass, err)
		}
	}
	if _, err := s.Backup(t.Context(), io.Discard, nil, nil); !errors.Is(err, ErrNeedPass) {
		t.Errorf("without a passphrase: %v", err)
	}
}

// TestAddBackup: what was deleted comes back with its files, what is there stays.
func TestAddBackup(t *testing.T) {
	s := lived(t)
	data := backedUp(t, s)
	update(t, s, func(tx *Tx) {
		must(t, tx.DeleteConversation(conversationWith("a")))
		must(t, tx.ClearMessages(conversationWith("b")))
		say(t, tx, "b", 7000, "newer than the backup")
		m := model.Message{Conversation: conversationWith("b"), Sender: person("b"), Timestamp: 1001, Kind: model.KindDeleted}
		_, err := tx.AddMessage(&m)
		must(t, err)
		must(t, tx.PutSettings(model.Settings{LockAfter: 5}))
	})
	all := func(tx *Tx) int {
		return tx.CountMessages(conversationWith("a")) + tx.CountMessages(conversationWith("b"))
	}

	// Only one of them.
	got, err := s.AddBackup(t.Context(), openBackup(t, data), func(c model.ConversationID) bool { return c == conversationWith("a") }, AddRules{}, nil)
	must(t, err)
	if got != (Restored{1, 151, 1}) {
		t.Errorf("added %+v", got)
	}
	view(t, s, func(tx *Tx) {
		if n := all(tx); n != 151+2 {
			t.Errorf("%d messages", n)
		}
		c, ok := tx.Conversation(conversationWith("a"))
		if !ok || c.Name != "a" || c.Unread != 0 || c.Synced {
			t.Errorf("conversation %+v", c)
		}
	})

	// Then everything; a second time changes nothing.
	got, err = s.AddBackup(t.Context(), openBackup(t, data), nil, AddRules{}, nil)
	must(t, err)
	if got != (Restored{1, 151, 2}) {
		t.Errorf("added %+v", got)
	}
	before := content(t, s)
	got, err = s.AddBackup(t.Context(), openBackup(t, data), nil, AddRules{}, nil)
	must(t, err)
	if got != (Restored{}) || !maps.Equal(before, content(t, s)) {
		t.Errorf("added %+v again", got)
	}
	view(t, s, func(tx *Tx) {
		if n := all(tx); n != 151+153 {
			t.Errorf("%d messages", n)
		}
		if m, ok := tx.FindMessage(conversationWith("b"), model.MessageKey{Sender: person("b"), Timestamp: 1001}); !ok || m.Kind != model.KindDeleted {
			t.Errorf("deleted for everyone came back: %+v", m)
		}
		if tx.Settings().LockAfter != 5 {
			t.Error("settings came back")
		}
		m, _ := tx.FindMessage(conversationWith("a"), model.MessageKey{Sender: person("a"), Timestamp: 5000})
		if len(m.Attachments) != 1 || !bytes.Equal(readFile(t, s, m.Attachments[0].LocalID), bytesOf(200_000)) {
			t.Errorf("its file %+v", m.Attachments)
		}
	})
	if list := hits(t, s, model.Query{Text: "boats", Limit: 500}); len(list) != 299 {
		t.Errorf("the search finds %d", len(list))
	}
	n := reopen(t, s)
	if !maps.Equal(before, content(t, n)) {
		t.Error("another content after opening")
	}
}

// TestAddBackupLeavesNothingWaiting: what a message of the backup waited for, to
// be read or to be fetched, does not come any more.
func TestAddBackupLeavesNothingWaiting(t *testing.T) {
	s := lived(t)
	a := conversationWith("a")
	at := model.MessageKey{Sender: person("a"), Timestamp: 8000}
	update(t, s, func(tx *Tx) {
		m := model.Message{
			Conversation: a, Sender: at.Sender, Timestamp: at.Timestamp, Unread: true, Timer: model.Timer{Mode: model.ExpireAfterRead, Seconds: 60},
			Attachments: []model.Attachment{{URL: "http://f/file/1", Wanted: true}},
			Preview:     &model.LinkPreview{URL: "https://lake.example", Image: &model.Attachment{URL: "http://f/file/2", Wanted: true}},
		}
		_, err := tx.AddMessage(&m)
		must(t, err)
	})
	data := backedUp(t, s)
	update(t, s, func(tx *Tx) { must(t, tx.ClearMessages(a)) })
	_, err := s.AddBackup(t.Context(), openBackup(t, data), nil, AddRules{}, nil)
	must(t, err)
	view(t, s, func(tx *Tx) {
		m, ok := tx.FindMessage(a, at)
		if !ok || m.Unread || m.ExpireStart == 0 || m.Expires != m.ExpireStart+60_000 {
			t.Errorf("there %v: unread %v, from %d to %d", ok, m.Unread, m.ExpireStart, m.Expires)
		}
		for _, index := range []int{0, model.PreviewImage} {
			if f, ok := m.File(index); !ok || f.State() != model.FileRemote {
				t.Errorf("file %d: %v, %+v", index, ok, f)
			}
		}
	})
}

// A profile of the same account that was made anew has another database key.
func TestAddBackupOfAnEarlierProfile(t *testing.T) {
	s := lived(t)
	data := backedUp(t, s)
	var record AccountRecord
	view(t, s, func(tx *Tx) { record, _ = tx.Account() })
	n := newStore(t)
	update(t, n, func(tx *Tx) { must(t, tx.PutAccount(record)) })
	got, err := n.AddBackup(t.Context(), openBackup(t, data), nil, AddRules{}, nil)
	must(t, err)
	if got != (Restored{3, 304, 3}) {
		t.Errorf("added %+v", got)
	}
	view(t, n, func(tx *Tx) {
		m, _ := tx.FindMessage(conversationWith("b"), model.MessageKey{Sender: person("b"), Timestamp: 5002})
		if len(m.Attachments) != 1 || !bytes.Equal(readFile(t, n, m.Attachments[0].LocalID), bytesOf(65_536)) {
			t.Errorf("its file %+v", m.Attachments)
		}
	})

	stranger := lived(t)
	before := content(t, stranger)
	if _, err := stranger.AddBackup(t.Context(), openBackup(t, data), nil, AddRules{}, nil); !errors.Is(err, ErrBackupAccount) {
		t.Errorf("another account: %v", err)
	}
	if !maps.Equal(before, content(t, stranger)) {
		t.Error("it changed another account")
	}
}

// TestBackupBesideWriting: a backup is the state of one moment, whatever is
// written meanwhile, and does not hold writers up.
func TestBackupBesideWriting(t *testing.T) {
	s := lived(t)
	want := content(t, s)
	var out bytes.Buffer
	wrote := 0
	_, err := s.Backup(t.Context(), writerFunc(func(p []byte) (int, error) {
		update(t, s, func(tx *Tx) { say(t, tx, "c", model.Millis(8000+wrote), strings.Repeat("meanwhile ", 500)) })
		wrote++
		return out.Write(p)
	}), backupPass, nil)
	must(t, err)
	dir := filepath.Join(t.TempDir(), "elsewhere")
	_, err = Restore(t.Context(), dir, openBackup(t, out.Bytes()), Protection{None: true}, Options{}, nil, nil, nil)
	must(t, err)
	n, err := Open(dir, Unlock{}, Options{})
	must(t, err)
	defer n.Close()
	if wrote < 5 || !maps.Equal(want, content(t, n)) {
		t.Errorf("not the state of the beginning, after %d writes", wrote)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestBackupsCanBeStopped(t *testing.T) {
	s := lived(t)
	data := backedUp(t, s)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := s.Backup(stopped, io.Discard, backupPass, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("backup: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "elsewhere")
	if _, err := Restore(stopped, dir, openBackup(t, data), Protection{None: true}, Options{}, nil, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("restore: %v", err)
	}
	if i, _ := Inspect(dir); i.Exists {
		t.Error("half a profile")
	}
	update(t, s, func(tx *Tx) { must(t, tx.ClearMessages(conversationWith("a"))) })
	before := content(t, s)
	midway, stop := context.WithCancel(t.Context())
	if _, err := s.AddBackup(midway, openBackup(t, data), nil, AddRules{}, stop); !errors.Is(err, context.Canceled) {
		t.Errorf("add: %v", err)
	}
	if !maps.Equal(before, content(t, s)) {
		t.Error("it left something")
	}
	// The disk that fails.
	full := errors.New("no more")
	if _, err := s.Backup(t.Context(), writerFunc(func(p []byte) (int, error) { return 0, full }), backupPass, nil); !errors.Is(err, full) {
		t.Errorf("a writer that fails: %v", err)
	}
}

const (
	dieAt   = "SOTTO_TEST_DIE_AT"
	dieWith = "SOTTO_TEST_BACKUP"
	dieIn   = "SOTTO_TEST_PROFILE"
)

// TestKilledInTheMiddle kills processes that restore, after each of their steps.
func TestKilledInTheMiddle(t *testing.T) {
	if os.Getenv(dieAt) != "" {
		restoreAndDie(t)
		return
	}
	s := lived(t)
	data := backedUp(t, s)
	file := filepath.Join(t.TempDir(), "backup")
	must(t, os.WriteFile(file, data, 0o600))
	update(t, s, func(tx *Tx) { must(t, tx.DeleteConversation(conversationWith("a"))) })
	before := content(t, s)
	must(t, s.Close())
	fresh := filepath.Join(t.TempDir(), "fresh")
	for _, dir := range []string{fresh, s.Dir()} {
		for step := 1; ; step++ {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledInTheMiddle$")
			cmd.Env = append(os.Environ(), dieAt+"="+strconv.Itoa(step), dieWith+"="+file, dieIn+"="+dir)
			out, err := cmd.CombinedOutput()
			if err == nil {
				if step < 3 {
					t.Errorf("it ended after %d steps", step)
				}
				break // it came to its end
			}
			if cmd.ProcessState.ExitCode() == 1 {
				t.Fatalf("step %d: %s", step, out)
			}
			if dir == fresh {
				if i, err := Inspect(dir); err != nil || i.Exists {
					t.Fatalf("step %d: half a profile: %+v, %v", step, i, err)
				}
				continue
			}
			o, err := Open(dir, Unlock{}, Options{})
			must(t, err)
			if !maps.Equal(before, content(t, o)) {
				t.Errorf("step %d: the old state is gone", step)
			}
			must(t, o.Close())
		}
		o, err := Open(dir, Unlock{}, Options{})
		must(t, err)
		view(t, o, func(tx *Tx) {
			if n := tx.CountMessages(conversationWith("a")); n != 151 {
				t.Errorf("%d messages came back", n)
			}
		})
		must(t, o.Close())
	}
}

func restoreAndDie(t *testing.T) {
	step, _ := strconv.Atoi(os.Getenv(dieAt))
	die := func() {
		if step--; step == 0 {
			p, _ := os.FindProcess(os.Getpid())
			_ = p.Kill()
			select {}
		}
	}
	f, err := os.Open(os.Getenv(dieWith))
	must(t, err)
	b, err := OpenBackup(f, backupPass)
	must(t, err)
	dir := os.Getenv(dieIn)
	if i, _ := Inspect(dir); i.Exists {
		s, err := Open(dir, Unlock{}, Options{})
		must(t, err)
		_, err = s.AddBackup(t.Context(), b, nil, AddRules{}, die)
		must(t, err)
		must(t, s.Close())
		return
	}
	_, err = Restore(t.Context(), dir, b, Protection{None: true}, Options{}, nil, nil, die)
	must(t, err)
}

func FuzzBackup(f *testing.F) {
	s := lived(f)
	f.Add(backedUp(f, s)[backupHeader:])
	f.Add([]byte{itemManifest, 0, 0, 0, 2, '{', '}'})
	f.Add(append([]byte{itemManifest, 0, 0, 0, 26}, `{"schema":3,"network":"n"}`...))
	f.Fuzz(func(t *testing.T, plain []byte) {
		// What the chunks hold, from somebody who knows the passphrase.
		var out bytes.Buffer
		w, err := newBackupWriter(&out, backupPass, KDF{Time: 1, Memory: 8, Threads: 1}, rand.Reader)
		must(t, err)
		_, err = w.Write(plain)
		must(t, err)
		must(t, w.Close())
		b, err := OpenBackup(&out, backupPass)
		if err != nil {
			return
		}
		defer b.Close()
		for {
			if _, err := b.next(); err != nil {
				return
			}
		}
	})
}
